//! Two states of a site to what changed between them: entities, owners, relations and pages.
//!
//! [`compare`] is pure: it takes two [`Snapshot`]s and gives a [`Difference`], which is written as text, Markdown or JSON.

mod snapshot;
mod twins;
mod fields;
mod content_key;
mod renames;
mod relations;
mod moves;
mod line;
mod text;
mod markdown;
#[cfg(test)]
mod compare_tests;

use serde::Serialize;

use crate::model::EntityRef;

pub use fields::FieldChanges;
pub use markdown::MARKER as MARKDOWN_MARKER;
pub use moves::{PageMove, Remedy};
pub use relations::Edge;
pub use renames::{Rename, RenameReason};
pub use snapshot::{Snapshot, SnapshotPage};
pub use twins::read_twins;

/// The version of the JSON form; it grows when a key is renamed or removed, and not when one is added.
const JSON_VERSION: u32 = 1;

/// What changed from one state of a site, the base, to another. Each list is sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The version of this form.
    pub version: u32,
    /// What the base was called by the user.
    pub base: String,
    /// How many entries each list has.
    pub counts: Counts,
    /// Entities that the base did not have.
    pub added: Vec<EntityLine>,
    /// Entities that the base alone had.
    pub removed: Vec<EntityLine>,
    /// Entities that have another name or namespace now.
    pub renamed: Vec<Rename>,
    /// Entities that others own now.
    pub owner_changed: Vec<OwnerChange>,
    /// Relations that lead nowhere now, to entities that the base had.
    pub relations_broken: Vec<Edge>,
    /// Relations of entities of the base that are new, or lead somewhere now.
    pub relations_gained: Vec<Edge>,
    /// Entities that changed in another way.
    pub changed: Vec<FieldChanges>,
    /// Pages that are no longer where they were.
    pub pages: Vec<PageMove>,
}

/// How many entries each list of a difference has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Entities added.
    pub added: usize,
    /// Entities removed.
    pub removed: usize,
    /// Entities renamed.
    pub renamed: usize,
    /// Owners changed.
    pub owner_changed: usize,
    /// Relations broken.
    pub relations_broken: usize,
    /// Relations gained.
    pub relations_gained: usize,
    /// Entities changed.
    pub changed: usize,
    /// Pages moved or gone.
    pub pages: usize,
    /// Pages moved or gone whose old address leads nowhere.
    pub pages_uncovered: usize,
}

/// An entity that came or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntityLine {
    /// Its reference.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// Its file; `null` where a built portal does not tell.
    pub file: Option<String>,
}

/// An entity that others own now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnerChange {
    /// Its present reference.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// Who owned it.
    pub before: Vec<EntityRef>,
    /// Who owns it.
    pub after: Vec<EntityRef>,
}

impl Difference {
    /// Returns whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.counts == Counts::default()
    }

    /// Returns the JSON form, on one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Returns the form for a terminal.
    pub fn to_text(&self) -> String {
        text::write(self)
    }

    /// Returns the form for the comment of a pull request.
    pub fn to_markdown(&self) -> String {
        markdown::write(self)
    }
}

/// Returns what changed from `base` to `now`. `name` is what the user calls the base.
pub fn compare(name: &str, base: &Snapshot, now: &Snapshot) -> Difference {
    let renames = renames::find(base, now);
    let line = |snapshot: &Snapshot, reference: &EntityRef| EntityLine {
        reference: reference.clone(),
        file: snapshot.file_of(reference).map(str::to_owned),
    };
    let gone = base.references().filter(|it| now.get(it).is_none() && renames.new_of(it).is_none());
    let fresh = now.references().filter(|it| base.get(it).is_none() && renames.old_of(it).is_none());
    let removed: Vec<EntityLine> = gone.map(|it| line(base, it)).collect();
    let added: Vec<EntityLine> = fresh.map(|it| line(now, it)).collect();
    let mut difference = Difference {
        version: JSON_VERSION,
        base: name.to_owned(),
        relations_broken: relations::broken(base, now, &renames),
        relations_gained: relations::gained(base, now, &renames),
        pages: moves::find(base, now, &renames, &removed),
        added,
        removed,
        ..Difference::default()
    };
    for entity in now.entities() {
        let old = renames.old_of(&entity.reference);
        let Some(before) = base.get(old.unwrap_or(&entity.reference)) else { continue };
        let owners = relations::owner_change(before, entity, &renames);
        let changes = fields::changes(before, entity, owners.is_some());
        difference.owner_changed.extend(owners);
        difference.changed.extend(changes);
    }
    difference.renamed = renames.into_list();
    difference.counts = counts(&difference);
    difference
}

fn counts(difference: &Difference) -> Counts {
    Counts {
        added: difference.added.len(),
        removed: difference.removed.len(),
        renamed: difference.renamed.len(),
        owner_changed: difference.owner_changed.len(),
        relations_broken: difference.relations_broken.len(),
        relations_gained: difference.relations_gained.len(),
        changed: difference.changed.len(),
        pages: difference.pages.len(),
        pages_uncovered: difference.pages.iter().filter(|it| !it.covered).count(),
    }
}
