//! `Snapshot`: one state of a site, as far as a comparison cares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::remove_location_annotations;
use crate::model::{Entity, EntityRef};

/// One state of a site.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    entities: BTreeMap<EntityRef, Arc<Entity>>,
    /// The entities that have documentation of their own.
    pub docs: BTreeSet<EntityRef>,
    /// The pages made of Markdown, by their paths below the root; `None` where that is not known.
    pub pages: Option<BTreeMap<String, SnapshotPage>>,
    /// Old addresses below the root, with a slash at the end, and where each leads.
    pub redirects: BTreeMap<String, String>,
}

/// A page made of Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SnapshotPage {
    /// Its file.
    pub source: String,
    /// A digest of its text; `None` while nobody asked for it.
    pub digest: Option<String>,
}

impl Snapshot {
    /// Returns a state with these entities, of which an empty location means that the file is not known.
    ///
    /// What the catalog itself says of where an entity stands is left out, for a moved file changes nothing else.
    pub fn new(entities: impl IntoIterator<Item = Arc<Entity>>) -> Self {
        let own = |mut entity: Arc<Entity>| {
            remove_location_annotations(&mut Arc::make_mut(&mut entity).value);
            (entity.reference.clone(), entity)
        };
        Self { entities: entities.into_iter().map(own).collect(), ..Self::default() }
    }

    /// Returns the entities, sorted by reference.
    pub(super) fn entities(&self) -> impl Iterator<Item = &Arc<Entity>> {
        self.entities.values()
    }

    /// Returns the references of all entities, sorted.
    pub(super) fn references(&self) -> impl Iterator<Item = &EntityRef> {
        self.entities.keys()
    }

    /// Returns the entity of a reference.
    pub(super) fn get(&self, reference: &EntityRef) -> Option<&Arc<Entity>> {
        self.entities.get(reference)
    }

    /// Returns the file of an entity.
    pub(super) fn file_of(&self, reference: &EntityRef) -> Option<&str> {
        self.get(reference).map(|it| &*it.place.location).filter(|it| !it.is_empty())
    }
}
