//! The plan of a portal to the addresses that it has, for whatever must know what exists.

use std::collections::BTreeSet;

use super::world::World;
use super::{Portal, Unit, folder, list_page};
use crate::diagnostics::nearest;
use crate::model::{Entity, EntityRef};
use crate::plugins::{Body, ExtensionKind};

/// Files that are written beside the pages, whatever the catalog.
const OWN_FILES: &[&str] = &["404.html", "_redirects", "search/index.json", ".callboard"];

/// The addresses of a portal. A tab that may be empty counts as there, since only drawing it would tell.
///
/// Those of an entity are added when an address in its folder is asked for: a catalog may have a hundred thousand.
pub(super) struct Addresses<'p, 'a> {
    portal: &'p Portal<'a>,
    /// Pages by their paths: empty, with a slash at the end, or an `.html` file.
    pages: BTreeSet<String>,
    /// Files, those of pages among them, in lower case: some disks do not know the difference.
    files: BTreeSet<String>,
    /// Files that are no pages, as they are.
    others: BTreeSet<String>,
    /// The entities whose addresses are here.
    entities: BTreeSet<EntityRef>,
}

impl<'p, 'a> Addresses<'p, 'a> {
    /// Returns the addresses that the units of a portal will have.
    pub(super) fn of(portal: &'p Portal<'a>) -> Self {
        let (pages, files, others) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut addresses = Self { portal, pages, files, others, entities: BTreeSet::new() };
        OWN_FILES.iter().for_each(|it| addresses.add_file(it));
        let docs = &portal.world.docs;
        for unit in &portal.units {
            match unit {
                Unit::Plugin(index) => {
                    if let Some(path) = extension_path(portal, *index) {
                        addresses.add_page(folder(&path));
                    }
                }
                Unit::List { extension, kind, bucket, first } => {
                    if let Some(base) = extension_path(portal, *extension) {
                        let kind = kind.as_deref();
                        let path = list_page::path_of(portal, *extension, &base, kind, *bucket, *first);
                        addresses.add_page(path);
                    }
                }
                Unit::Content(index) => {
                    let path = docs.pages.get(*index).map_or_else(String::new, |it| folder(&it.path));
                    addresses.add_page(path);
                }
                Unit::Asset(index) => {
                    if let Some(source) = docs.assets.get(*index) {
                        addresses.add_file(docs.asset_path(source));
                    }
                }
                Unit::PluginAssets => {
                    let assets = portal.plugins.plugins.iter().flat_map(|it| &it.assets);
                    assets.for_each(|it| addresses.add_file(&it.published));
                }
                Unit::Entity(_) | Unit::NotFound | Unit::SearchIndex | Unit::Redirects => {}
            }
        }
        addresses
    }

    /// Adds the addresses of the entity whose folder a path is in, if it is in one.
    fn add_entity_around(&mut self, path: &str) {
        let mut names = path.split('/');
        if !names.next().is_some_and(|it| matches!(it.to_ascii_lowercase().as_str(), "catalog" | "docs")) {
            return;
        }
        let (Some(namespace), Some(kind), Some(name)) = (names.next(), names.next(), names.next()) else {
            return;
        };
        let portal = self.portal;
        let found = portal.world.catalog.get(&EntityRef::new(kind, namespace, name));
        if let Some(entity) = found.filter(|it| self.entities.insert(it.reference.clone())) {
            self.add_entity(entity);
        }
    }

    fn add_entity(&mut self, entity: &Entity) {
        let portal = self.portal;
        let path = World::href(entity).trim_start_matches('/').to_owned();
        for extension in &portal.plugins.extensions {
            let ExtensionKind::EntityContent { path: tab, body, .. } = &extension.kind else { continue };
            let wanted = portal.world.is_for(extension, entity);
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
    pub(super) fn find(&mut self, path: &str) -> Option<&str> {
        self.add_entity_around(path);
        let page = || self.pages.get(&folder(path));
        let found = self.pages.get(path).or_else(|| self.others.get(path)).or_else(page)?;
        Some(found)
    }

    /// Takes the place of a new page. `false` when a page or a file is there already, or in the way.
    pub(super) fn take(&mut self, path: &str) -> bool {
        self.add_entity_around(path);
        let file = file_of(path).to_lowercase();
        let mut above = file.match_indices('/').filter_map(|(at, _)| file.get(..at));
        let below = format!("{file}/");
        let in_the_way = self.files.contains(&file)
            || above.any(|it| self.files.contains(it))
            || self.files.range(below.clone()..).next().is_some_and(|it| it.starts_with(&below));
        !in_the_way && self.files.insert(file)
    }

    /// Returns the page most like a path that leads nowhere: in the same folder by name, else one of the same name.
    pub(super) fn nearest(&self, path: &str) -> Option<String> {
        let (folder, name) = split(path);
        let entities = self.portal.world.catalog.entities();
        let beside = entities
            .iter()
            .map(|it| &it.reference)
            .filter(|it| folder.strip_prefix("catalog/").is_some_and(|rest| is_folder_of(rest, it)))
            .map(EntityRef::name);
        let pages = self.pages.iter().map(|it| split(it));
        let beside = beside.chain(pages.filter(|(it, _)| *it == folder).map(|(_, name)| name));
        if let Some(near) = nearest(name, beside) {
            return Some(if folder.is_empty() { format!("/{near}/") } else { format!("/{folder}/{near}/") });
        }
        let same = self.pages.iter().find(|it| !name.is_empty() && split(it).1 == name);
        let entity = || entities.iter().find(|it| it.reference.name() == name);
        same.map(|it| format!("/{it}")).or_else(|| Some(World::href(entity()?)))
    }
}

/// Returns the folder and the name of a path.
fn split(path: &str) -> (&str, &str) {
    let path = path.trim_end_matches('/');
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Returns whether `namespace/kind` is that of an entity.
fn is_folder_of(folder: &str, reference: &EntityRef) -> bool {
    folder.split_once('/') == Some((reference.namespace(), reference.kind()))
}

fn extension_path(portal: &Portal<'_>, index: usize) -> Option<String> {
    portal.plugins.path_of(portal.plugins.extensions.get(index)?)
}

/// Returns the file of a page: a folder's `index.html`, or the file itself.
fn file_of(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}
