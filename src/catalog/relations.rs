//! References in fields, and the edges they make in both directions.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::finding::{Finding, Stage};
use super::kinds::KINDS;
use crate::model::{Entity, EntityRef, RefDefaults, Reference, Relation, RelationField};
use crate::sources::yaml::Document;

/// Returns the references that an entity's fields make; malformed ones become findings.
pub(super) fn references(
    value: &Value,
    holder: &EntityRef,
    fields: &[RelationField],
    document: &Document<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Reference> {
    let mut references = Vec::new();
    let Some(spec) = value.get("spec") else { return references };
    let entity_type = spec.get("type").and_then(Value::as_str).unwrap_or_default();
    for field in fields.iter().filter(|it| it.types.is_empty() || it.types.contains(&entity_type)) {
        let mut add = |text: &str, pointer: String| {
            let defaults = RefDefaults { kind: field.kind, namespace: holder.namespace() };
            match EntityRef::parse(text, defaults) {
                Ok(target) => references.push(Reference {
                    field: field.field,
                    relation: field.out,
                    target,
                    span: document.span(&pointer),
                }),
                Err(error) => findings.push(
                    Finding::new(
                        Stage::PostProcess,
                        "entity/bad-reference",
                        pointer,
                        format!("`{text}` is not an entity reference: {error}"),
                    )
                    .reason("a reference is `[kind:][namespace/]name`")
                    .hint(match field.kind {
                        None => format!("write the kind, as in `component:{text}`"),
                        Some(kind) => format!("write `{}:default/name`", kind.to_lowercase()),
                    }),
                ),
            }
        };
        match spec.get(field.field) {
            Some(Value::String(text)) if !text.is_empty() => add(text, format!("/spec/{}", field.field)),
            Some(Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(text) = item.as_str().filter(|it| !it.is_empty()) {
                        add(text, format!("/spec/{}/{index}", field.field));
                    }
                }
            }
            _ => {}
        }
    }
    references
}

/// Returns the name of the edge that goes back along `relation`.
pub(super) fn opposite(relation: &str) -> Option<&'static str> {
    let fields = || KINDS.iter().flat_map(|it| it.relations);
    fields().find_map(|it| {
        if it.out == relation { Some(it.back) } else { (it.back == relation).then_some(it.out) }
    })
}

/// Fills in the relations of all entities: every reference gives its holder an edge, and the target, where it exists,
/// the opposite one. Sorted and unique, so that the order of files does not matter.
pub(super) fn connect(entities: &mut [Entity]) {
    let index: BTreeMap<EntityRef, usize> =
        entities.iter().enumerate().map(|(index, it)| (it.reference.clone(), index)).collect();
    let names: BTreeMap<&'static str, Arc<str>> = KINDS
        .iter()
        .flat_map(|it| it.relations)
        .flat_map(|it| [it.out, it.back])
        .map(|name| (name, Arc::from(name)))
        .collect();
    let name_of = |name: &'static str| names.get(name).cloned().unwrap_or_else(|| Arc::from(name));
    let mut edges: Vec<Vec<Relation>> = vec![Vec::new(); entities.len()];
    for (holder, entity) in entities.iter().enumerate() {
        for reference in &entity.references {
            if let Some(list) = edges.get_mut(holder) {
                list.push(Relation { name: name_of(reference.relation), target: reference.target.clone() });
            }
            let back = opposite(reference.relation);
            let target = index.get(&reference.target).and_then(|it| edges.get_mut(*it));
            if let (Some(back), Some(list)) = (back, target) {
                list.push(Relation { name: name_of(back), target: entity.reference.clone() });
            }
        }
    }
    for (entity, mut list) in entities.iter_mut().zip(edges) {
        list.sort_unstable();
        list.dedup();
        list.shrink_to_fit();
        entity.relations = list;
    }
}
