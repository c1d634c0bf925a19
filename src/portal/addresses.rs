//! The plan of a portal to the addresses that it has, for whatever must know what exists.

use std::collections::BTreeSet;

use super::world::World;
use super::{Portal, Unit, folder, list_page, twin};
use crate::model::Entity;
use crate::plugins::{Body, ExtensionKind};

/// Files that are written beside the pages, whatever the catalog.
const OWN_FILES: &[&str] = &["404.html", "_redirects", "search/index.json", ".callboard"];

/// The addresses of a portal. A tab that may be empty counts as there, since only drawing it would tell.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// Pages by their paths: empty, with a slash at the end, or an `.html` file.
    pages: BTreeSet<String>,
    /// Files, those of pages among them, in lower case: some disks do not know the difference.
    files: BTreeSet<String>,
    /// Files that are no pages, as they are.
    others: BTreeSet<String>,
}

impl Addresses {
    /// Returns all addresses that the units of a portal will have.
    pub(super) fn of(portal: &Portal<'_>) -> Self {
        let mut addresses = Self::default();
        OWN_FILES.iter().for_each(|it| addresses.add_file(it));
        let docs = &portal.world.docs;
        for unit in &portal.units {
            match unit {
                Unit::Entity(index) => {
                    if let Some(entity) = portal.world.catalog.entities().get(*index) {
                        addresses.add_entity(portal, entity);
                    }
                }
                Unit::Plugin(index) => {
                    if let Some(path) = extension_path(portal, *index) {
                        addresses.add_page(folder(path));
                    }
                }
                Unit::List { extension, kind, bucket, first } => {
                    if let Some(base) = extension_path(portal, *extension) {
                        let kind = kind.as_deref();
                        addresses
                            .add_page(list_page::path_of(portal, *extension, base, kind, *bucket, *first));
                    }
                }
                Unit::Content(index) => {
                    addresses
                        .add_page(docs.pages.get(*index).map_or_else(String::new, |it| folder(&it.path)));
                }
                Unit::Asset(index) => {
                    if let Some(source) = docs.assets.get(*index) {
                        addresses.add_file(docs.asset_path(source));
                    }
                }
                Unit::NotFound | Unit::SearchIndex | Unit::Redirects => {}
            }
        }
        addresses
    }

    fn add_entity(&mut self, portal: &Portal<'_>, entity: &Entity) {
        let path = World::href(entity).trim_start_matches('/').to_owned();
        for extension in &portal.plugins.extensions {
            let ExtensionKind::EntityContent { path: tab, body, .. } = &extension.kind else { continue };
            let wanted = extension.filter.as_ref().is_none_or(|filter| filter.matches(entity));
            if wanted && !matches!(body, Body::Link(_)) {
                self.add_page(format!("{path}{tab}/"));
            }
        }
        self.add_page(path);
        if let Some(site) = portal.world.docs.sites.get(&entity.reference) {
            let base = World::docs_href(&entity.reference).trim_start_matches('/').to_owned();
            site.pages.iter().for_each(|it| self.add_page(format!("{base}{}", folder(&it.path))));
            site.assets.iter().for_each(|it| self.add_file(&format!("{base}{}", site.asset_path(it))));
        }
        if portal.settings.api {
            self.add_file(&twin::path(&entity.reference));
        }
    }

    fn add_page(&mut self, path: String) {
        self.files.insert(file_of(&path).to_lowercase());
        self.pages.insert(path);
    }

    fn add_file(&mut self, path: &str) {
        self.files.insert(path.to_lowercase());
        self.others.insert(path.to_owned());
    }

    /// Returns the address that a path means, if there is one: a page, with or without its last slash, or a file.
    pub(super) fn find(&self, path: &str) -> Option<&str> {
        let page = || self.pages.get(&folder(path));
        let found = self.pages.get(path).or_else(|| self.others.get(path)).or_else(page)?;
        Some(found)
    }

    /// Takes the place of a new page. `false` when a page or a file is there already, or in the way.
    pub(super) fn take(&mut self, path: &str) -> bool {
        let file = file_of(path).to_lowercase();
        let above = file.match_indices('/').filter_map(|(at, _)| file.get(..at));
        let below = format!("{file}/");
        let in_the_way = self.files.contains(&file)
            || above.into_iter().any(|it| self.files.contains(it))
            || self.files.range(below.clone()..).next().is_some_and(|it| it.starts_with(&below));
        !in_the_way && self.files.insert(file)
    }

    /// Returns the paths of all pages.
    pub(super) fn pages(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().map(String::as_str)
    }
}

fn extension_path<'a>(portal: &'a Portal<'_>, index: usize) -> Option<&'a str> {
    match &portal.plugins.extensions.get(index)?.kind {
        ExtensionKind::Page { path, .. } => Some(path),
        _ => None,
    }
}

/// Returns the file of a page: a folder's `index.html`, or the file itself.
fn file_of(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}
