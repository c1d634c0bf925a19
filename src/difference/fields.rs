//! Two states of an entity to the paths of the fields that differ.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use crate::catalog::FORMER_NAMES;
use crate::model::{Entity, EntityRef};

/// The most fields of one entity that are named.
const FIELDS_MAX: usize = 20;

/// How deep fields are told apart; below, the whole counts as one.
const DEPTH_MAX: usize = 12;

/// An entity whose fields changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChanges {
    /// Its present reference.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// Dotted paths of the fields that differ; a list is one field.
    pub fields: Vec<String>,
    /// How many more fields differ.
    pub more: usize,
}

/// Returns the fields that differ, but for what a rename or a change of owner says already.
pub(super) fn changes(before: &Entity, after: &Entity, owner_told: bool) -> Option<FieldChanges> {
    let mut paths = Vec::new();
    if before.value != after.value {
        walk(&before.value, &after.value, &mut Vec::new(), &mut paths);
    }
    let renamed = before.reference != after.reference;
    let former = format!("metadata.annotations.{FORMER_NAMES}");
    let same_namespace = before.reference.namespace() == after.reference.namespace();
    let told = |path: &str| match path {
        "metadata.name" => renamed,
        // A namespace that is not written is `default`.
        "metadata.namespace" => renamed || same_namespace,
        "metadata.annotations" => renamed && only_former(before) && only_former(after),
        "spec.owner" => owner_told,
        path => renamed && path == former,
    };
    paths.retain(|it| !told(it));
    let more = paths.len().saturating_sub(FIELDS_MAX);
    paths.truncate(FIELDS_MAX);
    (!paths.is_empty()).then(|| FieldChanges { reference: after.reference.clone(), fields: paths, more })
}

/// Returns whether an entity has no annotations, or former names alone.
fn only_former(entity: &Entity) -> bool {
    match entity.value.pointer("/metadata/annotations") {
        Some(Value::Object(annotations)) => annotations.keys().all(|it| it == FORMER_NAMES),
        Some(_) => false,
        None => true,
    }
}

fn walk<'a>(before: &'a Value, after: &'a Value, path: &mut Vec<&'a str>, paths: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(a), Value::Object(b)) if path.len() < DEPTH_MAX => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                path.push(key);
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => walk(a, b, path, paths),
                    _ => paths.push(path.join(".")),
                }
                path.pop();
            }
        }
        (a, b) if same(a, b) => {}
        _ => paths.push(path.join(".")),
    }
}

/// Returns whether two values are the same. A number that went through JSON may have lost its last bit.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => {
            let near = |x: f64, y: f64| (x - y).abs() <= f64::EPSILON * 2.0 * x.abs().max(y.abs());
            x == y
                || (x.is_f64() || y.is_f64()) && x.as_f64().zip(y.as_f64()).is_some_and(|(x, y)| near(x, y))
        }
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(key, x)| y.get(key).is_some_and(|y| same(x, y)))
        }
        _ => a == b,
    }
}
