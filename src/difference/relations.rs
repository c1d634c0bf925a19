//! The edges of two states to those that broke, those that were gained, and owners that changed.

use std::collections::BTreeSet;

use serde::Serialize;

use super::renames::Renames;
use super::{OwnerChange, Snapshot};
use crate::model::{Entity, EntityRef};

/// The relation to an owner.
const OWNED_BY: &str = "ownedBy";

/// A relation, by its present names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// The entity that holds it.
    pub from: EntityRef,
    /// Its name, `dependsOn` and the like.
    pub relation: String,
    /// The entity at the other end.
    pub to: EntityRef,
    /// What that entity is called now, where it was renamed; `null` where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_to: Option<EntityRef>,
}

/// Returns the edges that lead nowhere now, to what the base had.
pub(super) fn broken(base: &Snapshot, now: &Snapshot, renames: &Renames) -> Vec<Edge> {
    let mut edges = Vec::new();
    for entity in now.entities() {
        for relation in &entity.relations {
            if now.get(&relation.target).is_none() && base.get(&relation.target).is_some() {
                edges.push(Edge {
                    from: entity.reference.clone(),
                    relation: relation.name.to_string(),
                    to: relation.target.clone(),
                    renamed_to: renames.new_of(&relation.target).cloned(),
                });
            }
        }
    }
    edges
}

/// Returns the edges that lead somewhere now and did not in the base, of entities that the base had. An entity that came
/// brings its edges with it; they are not told one by one.
pub(super) fn gained(base: &Snapshot, now: &Snapshot, renames: &Renames) -> Vec<Edge> {
    let mut edges = BTreeSet::new();
    for entity in now.entities() {
        let old = renames.old_of(&entity.reference).unwrap_or(&entity.reference);
        let Some(before) = base.get(old) else { continue };
        let known: BTreeSet<(&str, &EntityRef)> = before
            .relations
            .iter()
            .filter(|it| base.get(&it.target).is_some())
            .map(|it| (&*it.name, renames.now(&it.target)))
            .collect();
        // A change of owners is told as such.
        let owners_told = owner_change(before, entity, renames).is_some();
        for reference in &entity.references {
            let relation = reference.relation.to_string();
            if owners_told && relation == OWNED_BY {
                continue;
            }
            if now.get(&reference.target).is_some() && !known.contains(&(&relation, &reference.target)) {
                edges.insert(Edge {
                    from: entity.reference.clone(),
                    relation,
                    to: reference.target.clone(),
                    renamed_to: None,
                });
            }
        }
    }
    edges.into_iter().collect()
}

/// Returns the change of owners, if there is one. An owner that was renamed is the same owner.
pub(super) fn owner_change(before: &Entity, after: &Entity, renames: &Renames) -> Option<OwnerChange> {
    let old: Vec<&EntityRef> = before.targets(OWNED_BY).collect();
    let new: BTreeSet<&EntityRef> = after.targets(OWNED_BY).collect();
    let moved: BTreeSet<&EntityRef> = old.iter().map(|it| renames.now(it)).collect();
    // A reference to the old name of an owner leads nowhere, and is told as such.
    let still: BTreeSet<&EntityRef> = new.iter().map(|it| renames.now(it)).collect();
    (moved != still).then(|| OwnerChange {
        reference: after.reference.clone(),
        before: old.into_iter().cloned().collect(),
        after: new.into_iter().cloned().collect(),
    })
}
