//! The JSON twin of an entity, at Backstage's read path.

use serde_json::{Map, Value, json};

use super::page::Output;
use crate::model::{Entity, EntityRef};

/// Returns the path of the twin below the root: Backstage's `by-name` read path.
pub(super) fn path(reference: &EntityRef) -> String {
    format!(
        "api/catalog/entities/by-name/{}/{}/{}",
        reference.kind(),
        reference.namespace(),
        reference.name()
    )
}

/// Returns the twin: the entity with its namespace and relations, as Backstage's API gives it.
pub(super) fn compose(entity: &Entity) -> Output {
    let mut value = entity.value.clone();
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.entry("namespace").or_insert_with(|| json!("default"));
    }
    let relation = |it: &crate::model::Relation| json!({"type": &*it.name, "targetRef": it.target.as_str()});
    let relations: Vec<Value> = entity.relations.iter().map(relation).collect();
    match &mut value {
        Value::Object(object) => {
            object.insert("relations".to_owned(), Value::Array(relations));
        }
        other => *other = Value::Object(Map::new()),
    }
    let bytes = serde_json::to_vec(&value).unwrap_or_default();
    Output::File { path: path(&entity.reference), bytes }
}
