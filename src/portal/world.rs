//! `World`: what all pages share: the catalog, the documents, and the addresses of both.

use std::sync::Arc;

use crate::catalog::{Catalog, kind_spec};
use crate::content::{DocSet, DocSite, Highlighter};
use crate::model::{Entity, EntityRef};
use crate::sources::{OriginMap, Reader};

/// What all pages share.
pub struct World {
    /// The entities.
    pub catalog: Catalog,
    /// The documents.
    pub docs: DocSet,
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

    /// Returns the name of an entity's icon: of its type where there is one, else of its kind.
    pub fn icon(entity: &Entity) -> &str {
        match entity.text(&["spec", "type"]) {
            Some(known @ ("service" | "website" | "library" | "database" | "queue")) => known,
            _ => Self::kind_icon(entity.reference.kind()),
        }
    }

    /// Returns the name of the icon of a kind (lower-cased).
    pub fn kind_icon(kind: &str) -> &str {
        const KNOWN: &[&str] =
            &["component", "api", "resource", "system", "domain", "group", "user", "location", "template"];
        if KNOWN.contains(&kind) { kind } else { "puzzle" }
    }

    /// Returns the plural of a kind for headings; `written` is its spelling.
    pub fn plural(written: &str) -> String {
        match kind_spec(written) {
            Some(spec) => spec.plural.to_owned(),
            None if written.ends_with('s') => format!("{written}es"),
            None => format!("{written}s"),
        }
    }

    /// Returns where the descriptor can be seen: its `backstage.io/view-url`, else its place in the repository.
    pub fn view_url(&self, entity: &Entity) -> Option<String> {
        let written = entity.annotation("backstage.io/view-url").map(str::to_owned);
        written.or_else(|| self.origin.as_ref()?.url_of(&entity.place.location))
    }

    /// Returns where the descriptor can be edited.
    pub fn edit_url(&self, entity: &Entity) -> Option<String> {
        let written = entity.annotation("backstage.io/edit-url").map(str::to_owned);
        written.or_else(|| self.edit_url_of(&entity.place.location))
    }

    /// Returns where a file of the site can be edited.
    pub fn edit_url_of(&self, file: &str) -> Option<String> {
        let url = self.origin.as_ref()?.url_of(file)?;
        Some(url.replacen("/blob/", "/edit/", 1).replacen("/tree/", "/edit/", 1))
    }

    /// Returns where the source of what the entity describes is.
    pub fn source_url(&self, entity: &Entity) -> Option<String> {
        let written = entity.annotation("backstage.io/source-location");
        let address = written.map(|it| it.strip_prefix("url:").unwrap_or(it)).filter(|it| it.contains("://"));
        address.map(str::to_owned).or_else(|| {
            let file = self.origin.as_ref()?.url_of(&entity.place.location)?;
            file.rsplit_once('/').map(|(folder, _)| format!("{}/", folder.replacen("/blob/", "/tree/", 1)))
        })
    }
}
