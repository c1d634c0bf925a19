//! `World`: what all pages share: the catalog, the documents, and the addresses of both.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::content::{DocSet, DocSite, Highlighter};
use crate::facts::Facts;
use crate::model::{Entity, EntityRef, Filter};
use crate::plugins::Extension;
use crate::sources::{OriginMap, Reader};

/// What all pages share.
pub struct World {
    /// The entities.
    pub catalog: Catalog,
    /// The documents.
    pub docs: DocSet,
    /// The data of plugins.
    pub facts: Facts,
    /// Where the files of the site are published, if that is known.
    pub origin: Option<OriginMap>,
    /// Where bodies of documents are read.
    pub reader: Arc<dyn Reader>,
    /// Colours code.
    pub highlighter: Highlighter,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("entities", &self.catalog.entities().len()).finish_non_exhaustive()
    }
}

impl World {
    /// Returns the path of an entity's page below the root, with a slash at both ends.
    pub fn href(entity: &Entity) -> String {
        Self::href_of(&entity.reference)
    }

    /// Returns the path that the page of an entity would have.
    pub fn href_of(reference: &EntityRef) -> String {
        format!("/catalog/{}/{}/{}/", reference.namespace(), reference.kind(), reference.name())
    }

    /// Returns the path of an entity's documentation below the root, with a slash at both ends.
    pub fn docs_href(reference: &EntityRef) -> String {
        format!("/docs/{}/{}/{}/", reference.namespace(), reference.kind(), reference.name())
    }

    /// Returns the documentation that an entity shows.
    pub fn docs_of(&self, entity: &Entity) -> Option<&DocSite> {
        self.docs.site_of(entity)
    }

    /// Returns whether an entity satisfies a predicate, which may ask for facts too.
    pub fn satisfies(&self, entity: &Entity, filter: &Filter) -> bool {
        filter.matches_with(entity, &|name| self.fact(entity, name))
    }

    /// Returns whether an extension is for an entity.
    pub fn is_for(&self, extension: &Extension, entity: &Entity) -> bool {
        extension.is_for(entity, &|name| self.fact(entity, name))
    }

    fn fact(&self, entity: &Entity, name: &str) -> Option<serde_json::Value> {
        serde_json::to_value(self.facts.value(&entity.reference, name)?).ok()
    }

    /// Returns the name of an entity's icon: of its type where there is one, else of its kind.
    pub fn icon<'a>(&'a self, entity: &'a Entity) -> &'a str {
        match entity.text(&["spec", "type"]) {
            Some(known @ ("service" | "website" | "library" | "database" | "queue")) => known,
            _ => self.kind_icon(entity.reference.kind()),
        }
    }

    /// Returns the name of the icon of a kind (lower-cased).
    pub fn kind_icon<'a>(&'a self, kind: &'a str) -> &'a str {
        const KNOWN: &[&str] =
            &["component", "api", "resource", "system", "domain", "group", "user", "location", "template"];
        match self.catalog.kind_set().declared(kind) {
            Some(declared) => &declared.icon,
            None if KNOWN.contains(&kind) => kind,
            None => "puzzle",
        }
    }

    /// Returns the plural of a kind for headings; `written` is its spelling.
    pub fn plural(&self, written: &str) -> String {
        self.catalog.kind_set().plural(written)
    }

    /// Returns where the descriptor can be seen: its `backstage.io/view-url`, which the catalog sets where it knows one.
    pub fn view_url(entity: &Entity) -> Option<String> {
        entity.annotation("backstage.io/view-url").map(str::to_owned)
    }

    /// Returns where the descriptor can be edited.
    pub fn edit_url(entity: &Entity) -> Option<String> {
        entity.annotation("backstage.io/edit-url").map(str::to_owned)
    }

    /// Returns where a file of the site can be edited.
    pub fn edit_url_of(&self, file: &str) -> Option<String> {
        self.origin.as_ref()?.edit_url_of(file)
    }

    /// Returns where the source of what the entity describes is; the descriptor where nothing better is known.
    pub fn source_url(entity: &Entity) -> Option<String> {
        let address = |key: &str| {
            let written = entity.annotation(key)?;
            let address = written.strip_prefix("url:").unwrap_or(written);
            address.contains("://").then(|| address.to_owned())
        };
        address("backstage.io/source-location").or_else(|| address("backstage.io/managed-by-location"))
    }
}
