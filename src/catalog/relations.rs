//! References in fields, and the edges they make in both directions.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::finding::{Finding, Stage};
use super::kind_set::KindSet;
use super::places::Places;
use crate::model::{Entity, EntityRef, RefDefaults, Reference, Relation, RelationField};

/// The annotation that names owners besides `spec.owner`, parted by commas.
const OWNERS: &str = "callboard/owners";

/// Returns the references that an entity's fields make; malformed ones become findings.
pub(super) fn references(
    value: &Value,
    holder: &EntityRef,
    fields: &[RelationField<'_>],
    places: &Places<'_, '_>,
    kinds: &KindSet,
    findings: &mut Vec<Finding>,
) -> Vec<Reference> {
    let mut collecting = Collecting { holder, places, kinds, findings, references: Vec::new() };
    owners(value, &mut collecting);
    let Some(spec) = value.get("spec") else { return collecting.references };
    let entity_type = spec.get("type").and_then(Value::as_str).unwrap_or_default();
    for field in fields.iter().filter(|it| it.types.is_empty() || it.types.contains(&entity_type)) {
        let (name, key) = (format!("spec.{}", field.field), super::finding::pointer_key(field.field));
        match spec.get(field.field) {
            Some(Value::String(text)) if !text.is_empty() => {
                collecting.add(text, field, &name, format!("/spec/{key}"));
            }
            Some(Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(text) = item.as_str().filter(|it| !it.is_empty()) {
                        collecting.add(text, field, &name, format!("/spec/{key}/{index}"));
                    }
                }
            }
            _ => {}
        }
    }
    collecting.references
}

/// Adds the owners that the annotation names; a mistake there is a warning, for Backstage does not read it.
fn owners(value: &Value, collecting: &mut Collecting<'_, '_>) {
    let pointer = "/metadata/annotations/callboard~1owners";
    let Some(text) = value.pointer(pointer).and_then(Value::as_str) else { return };
    let field =
        RelationField { field: "owner", kind: Some("Group"), out: "ownedBy", back: "ownerOf", types: &[] };
    let before = collecting.findings.len();
    for owner in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        collecting.add(owner, &field, &format!("metadata.annotations.{OWNERS}"), pointer.to_owned());
    }
    for finding in collecting.findings.iter_mut().skip(before) {
        finding.accepted = true;
    }
}

struct Collecting<'a, 'text> {
    holder: &'a EntityRef,
    places: &'a Places<'a, 'text>,
    kinds: &'a KindSet,
    findings: &'a mut Vec<Finding>,
    references: Vec<Reference>,
}

impl Collecting<'_, '_> {
    fn add(&mut self, text: &str, field: &RelationField<'_>, name: &str, pointer: String) {
        let defaults = RefDefaults { kind: field.kind, namespace: self.holder.namespace() };
        match EntityRef::parse(text, defaults) {
            Ok(target) => self.references.push(Reference {
                field: Arc::from(name),
                relation: self.kinds.name(field.out),
                target,
                span: self.places.span(&pointer),
            }),
            Err(error) => self.findings.push(
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
    }
}

/// Fills in the relations of all entities: every reference gives its holder an edge, and the target, where it exists,
/// the opposite one. Sorted and unique, so that the order of files does not matter.
pub(super) fn connect(entities: &mut [Entity], kinds: &KindSet) {
    let index: BTreeMap<EntityRef, usize> =
        entities.iter().enumerate().map(|(index, it)| (it.reference.clone(), index)).collect();
    let mut edges: Vec<Vec<Relation>> = vec![Vec::new(); entities.len()];
    for (holder, entity) in entities.iter().enumerate() {
        for reference in &entity.references {
            if let Some(list) = edges.get_mut(holder) {
                list.push(Relation {
                    name: Arc::clone(&reference.relation),
                    target: reference.target.clone(),
                });
            }
            let target = index.get(&reference.target).and_then(|it| edges.get_mut(*it));
            if let (Some(back), Some(list)) = (kinds.opposite(&reference.relation), target) {
                list.push(Relation { name: Arc::clone(back), target: entity.reference.clone() });
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
