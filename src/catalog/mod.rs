//! Descriptor files to the `Catalog`: entities, their relations, and what is wrong with them.

mod finding;
mod field_formats;
mod kinds;
mod envelope;
mod kind_check;
mod targets;
mod placeholders;
mod relations;
mod descriptor;
mod rules;
mod worklist;
mod checks;
mod former_names;
mod listing;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostics::{Report, Span};
use crate::model::{Entity, EntityRef};
use crate::sources::{OriginMap, Reader};

pub use former_names::{FORMER_NAMES, FormerName, former_names, read_former_names};
pub use kinds::{KINDS, kind_spec};
pub use listing::{Listing, list};
pub use rules::Rules;

/// Where the reading of the catalog begins.
#[derive(Clone, Debug)]
pub struct StartLocation {
    /// A path, a glob or a URL, relative to the site folder.
    pub target: String,
    /// Where the site's owner wrote it.
    pub span: Span,
    /// Whether it is an error when nothing is found there.
    pub required: bool,
}

/// What `catalog::load` needs to know of the site.
#[derive(Clone, Debug, Default)]
pub struct CatalogSettings {
    /// Where reading begins, in order.
    pub locations: Vec<StartLocation>,
    /// What the site folder is a copy of.
    pub origin: Option<OriginMap>,
    /// Which kinds are let in.
    pub rules: Rules,
    /// What an entity of an unknown kind is: an error, a warning or a notice.
    pub unknown_kinds: Option<crate::diagnostics::Severity>,
}

/// All entities, in the order of their references.
#[derive(Debug, Default)]
pub struct Catalog {
    entities: Vec<Arc<Entity>>,
    index: BTreeMap<EntityRef, usize>,
}

impl Catalog {
    /// Returns the catalog of these entities; of two with the same reference the first stays.
    fn new(mut entities: Vec<Entity>) -> Self {
        entities.sort_by(|a, b| a.reference.cmp(&b.reference));
        relations::connect(&mut entities);
        let index = entities.iter().enumerate().map(|(index, it)| (it.reference.clone(), index)).collect();
        Self { entities: entities.into_iter().map(Arc::new).collect(), index }
    }

    /// Returns all entities, sorted by reference.
    pub fn entities(&self) -> &[Arc<Entity>] {
        &self.entities
    }

    /// Returns the entity of a reference.
    pub fn get(&self, reference: &EntityRef) -> Option<&Arc<Entity>> {
        self.entities.get(*self.index.get(reference)?)
    }

    /// Returns the entities of one kind (lower-cased), sorted by reference.
    pub fn of_kind(&self, kind: &str) -> &[Arc<Entity>] {
        let start = self.entities.partition_point(|it| it.reference.kind() < kind);
        let rest = self.entities.get(start..).unwrap_or_default();
        let end = rest.partition_point(|it| it.reference.kind() == kind);
        rest.get(..end).unwrap_or_default()
    }

    /// Returns the kinds that have entities, lower-cased, each with the spelling of its first entity.
    pub fn kinds(&self) -> Vec<(&str, &str)> {
        let mut kinds: Vec<(&str, &str)> = Vec::new();
        for entity in &self.entities {
            if kinds.last().is_none_or(|(kind, _)| *kind != entity.reference.kind()) {
                kinds.push((entity.reference.kind(), entity.kind()));
            }
        }
        kinds
    }
}

/// Reads the catalog: a bounded worklist of locations, read in parallel and joined in the order of the input.
pub fn load(settings: &CatalogSettings, reader: &dyn Reader, report: &mut Report) -> Catalog {
    let entities = worklist::read(settings, reader, report);
    let catalog = Catalog::new(entities);
    checks::check(&catalog, report);
    catalog
}
