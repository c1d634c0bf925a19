//! Descriptor files to the `Catalog`: entities, their relations, and what is wrong with them.

mod finding;
mod field_formats;
mod kinds;
mod kind_set;
mod places;
mod overlay;
mod envelope;
mod kind_check;
mod targets;
mod bundle;
mod placeholders;
mod relations;
mod descriptor;
mod definition;
mod entity_link;
mod location_annotations;
mod level_annotation;
mod pending;
mod named_file;
mod codeowners;
mod provided;
mod worklist;
mod checks;
mod former_names;
mod listing;
mod field_description;
mod entity_schema;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::diagnostics::{LevelRule, Report, Span};
use crate::model::{Entity, EntityRef, OnError, Rule, Rules};
use crate::sources::{OriginMap, Reader};

pub use codeowners::owner_of;
pub use entity_schema::entity_schema;
pub use former_names::{FORMER_NAMES, FormerName, former_names, read_former_names};
pub use kind_set::{DeclaredKind, DeclaredRelation, KindSet};
pub use kinds::{KINDS, kind_spec};
pub use listing::{Listing, list};
pub use location_annotations::remove_location_annotations;
pub use named_file::FAILED;

/// Where the reading of the catalog begins.
#[derive(Clone, Debug)]
pub struct StartLocation {
    /// A path, a glob or a URL, relative to the site folder.
    pub target: String,
    /// Where the site's owner wrote it.
    pub span: Span,
    /// Whether it is an error when nothing is found there.
    pub required: bool,
    /// What is done when its host fails.
    pub on_error: OnError,
    /// Whether an owner that is missing is taken from the file `CODEOWNERS` of its repository.
    pub codeowners: bool,
    /// What is let in from there besides what the site's rules let in.
    pub rules: Vec<Rule>,
}

/// What `catalog::load` needs to know of the site.
#[derive(Clone, Debug, Default)]
pub struct CatalogSettings {
    /// Where reading begins, in order.
    pub locations: Vec<StartLocation>,
    /// Where the overlays are: documents that complete entities of other files.
    pub overlays: Vec<StartLocation>,
    /// Entities from elsewhere than descriptors, such as the people of a directory, with their own location annotations.
    pub provided: Vec<Value>,
    /// The kinds that plugins declare.
    pub kinds: Vec<DeclaredKind>,
    /// The codes that `callboard/rules` may name; any, when there are none.
    pub codes: Vec<String>,
    /// Whether the merge keys of YAML, `<<`, are applied.
    pub merge_keys: bool,
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
    kind_set: KindSet,
}

impl Catalog {
    /// Returns the catalog of these entities; of two with the same reference the first stays.
    fn new(mut entities: Vec<Entity>, kind_set: KindSet) -> Self {
        entities.sort_by(|a, b| a.reference.cmp(&b.reference));
        relations::connect(&mut entities, &kind_set);
        let index = entities.iter().enumerate().map(|(index, it)| (it.reference.clone(), index)).collect();
        Self { entities: entities.into_iter().map(Arc::new).collect(), index, kind_set }
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

    /// Returns how bad some codes are for single entities, by reference, as their annotations say.
    pub fn levels(&self) -> BTreeMap<String, Vec<LevelRule>> {
        level_annotation::collect(self.entities.iter().map(|it| &**it))
    }

    /// Returns the kinds that are known.
    pub fn kind_set(&self) -> &KindSet {
        &self.kind_set
    }

    /// Returns the kinds that have entities, lower-cased, each with the spelling of its first entity: the built-in ones in
    /// their customary order, then the declared ones, then the others by name.
    pub fn kinds(&self) -> Vec<(&str, &str)> {
        let mut kinds: Vec<(&str, &str)> = Vec::new();
        for entity in &self.entities {
            if kinds.last().is_none_or(|(kind, _)| *kind != entity.reference.kind()) {
                kinds.push((entity.reference.kind(), entity.kind()));
            }
        }
        kinds.sort_by_key(|(kind, _)| (self.kind_set.rank(kind), *kind));
        kinds
    }
}

/// Reads the catalog: a bounded worklist of locations, read in parallel and joined in the order of the input.
pub fn load(settings: &CatalogSettings, reader: &dyn Reader, report: &mut Report) -> Catalog {
    let kinds = KindSet::new(settings.kinds.clone(), report);
    let entities = worklist::read(settings, &kinds, reader, report);
    let catalog = Catalog::new(entities, kinds);
    checks::check(&catalog, report);
    catalog
}
