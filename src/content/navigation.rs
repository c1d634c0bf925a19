//! The navigation of a documentation site: as `mkdocs.yml` writes it, or as the folders have it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::file_tree::below;
use super::{DocPage, NavItem, page_title, problems};
use crate::diagnostics::{Diagnostic, nearest};
use crate::sources::{normalize, yaml};

/// The deepest nesting of sections that is followed.
const DEPTH_MAX: usize = 12;

struct NavReader<'a> {
    document: &'a yaml::Document<'a>,
    /// Path below the folder to the index of the page.
    indexes: BTreeMap<String, usize>,
    /// Titles that the navigation gives to pages.
    titles: BTreeMap<usize, String>,
    pages: &'a [DocPage],
    problems: &'a mut Vec<Diagnostic>,
}

/// Reads `nav` of `mkdocs.yml` and gives its titles to the pages; `None` when nothing is written there.
pub(super) fn read(
    document: &yaml::Document<'_>,
    folder: &str,
    pages: &mut [DocPage],
    problems: &mut Vec<Diagnostic>,
) -> Option<Vec<NavItem>> {
    let json = document.json();
    let written = json.get("nav").filter(|it| !it.is_null())?;
    let Some(items) = written.as_array() else {
        problems.push(problems::nav_shape(document.span("/nav")));
        return None;
    };
    let indexes =
        pages.iter().enumerate().map(|(index, it)| (below(folder, &it.source).to_owned(), index)).collect();
    let mut reader = NavReader { document, indexes, titles: BTreeMap::new(), pages, problems };
    let items = reader.items(items, "/nav", 0);
    for (index, title) in reader.titles {
        if let Some(page) = pages.get_mut(index) {
            page.title = title;
        }
    }
    Some(items)
}

impl NavReader<'_> {
    fn items(&mut self, items: &[Value], pointer: &str, depth: usize) -> Vec<NavItem> {
        let entries = items.iter().enumerate();
        entries.flat_map(|(index, item)| self.item(item, &format!("{pointer}/{index}"), depth)).collect()
    }

    fn item(&mut self, item: &Value, pointer: &str, depth: usize) -> Vec<NavItem> {
        match item {
            Value::String(path) => self.entry(None, path, pointer).into_iter().collect(),
            Value::Object(object) if depth < DEPTH_MAX => {
                let mut found = Vec::new();
                for (title, value) in object {
                    let place = format!("{pointer}/{}", title.replace('~', "~0").replace('/', "~1"));
                    found.extend(self.titled(title, value, &place, depth));
                }
                found
            }
            _ => self.refuse(pointer),
        }
    }

    fn titled(&mut self, title: &str, value: &Value, pointer: &str, depth: usize) -> Vec<NavItem> {
        match value {
            Value::String(path) => self.entry(Some(title), path, pointer).into_iter().collect(),
            Value::Array(items) => {
                let items = self.items(items, pointer, depth + 1);
                vec![NavItem { title: title.to_owned(), page: None, href: None, items }]
            }
            _ => self.refuse(pointer),
        }
    }

    fn refuse(&mut self, pointer: &str) -> Vec<NavItem> {
        self.problems.push(problems::nav_shape(self.document.span(pointer)));
        Vec::new()
    }

    fn entry(&mut self, title: Option<&str>, path: &str, pointer: &str) -> Option<NavItem> {
        let (page, href) = match super::link::resolve(path, None) {
            super::link::Resolved::External(href) => (None, Some(href)),
            _ => (Some(self.page(path, pointer)?), None),
        };
        let own = page.and_then(|it| self.pages.get(it)).map(|it| it.title.clone());
        if let (Some(page), Some(title)) = (page, title) {
            self.titles.entry(page).or_insert_with(|| title.to_owned());
        }
        let title = title.map(str::to_owned).or(own).unwrap_or_else(|| path.to_owned());
        Some(NavItem { title, page, href, items: Vec::new() })
    }

    /// Returns the page that a path of the navigation names; a folder is its index page.
    fn page(&mut self, path: &str, pointer: &str) -> Option<usize> {
        let path = normalize(path.split(['#', '?']).next().unwrap_or_default());
        let tries = [path.clone(), format!("{path}/index.md"), format!("{path}/README.md")];
        let tries = tries.iter().map(|it| it.trim_start_matches('/'));
        let found = tries.into_iter().find_map(|it| self.indexes.get(it).copied());
        if found.is_none() {
            let meant = nearest(&path, self.indexes.keys().map(String::as_str));
            self.problems.push(problems::nav_missing(self.document.span(pointer), &path, meant));
        }
        found
    }
}

/// One folder on the way to a navigation.
#[derive(Default)]
struct Folder {
    pages: Vec<usize>,
    folders: BTreeMap<String, Folder>,
}

/// Returns the navigation that MkDocs makes of a folder: in each the index page, the others by name, then folders.
pub(super) fn of_folders(folder: &str, pages: &[DocPage]) -> Vec<NavItem> {
    let mut root = Folder::default();
    for (index, page) in pages.iter().enumerate() {
        let path = below(folder, &page.source);
        let mut at = &mut root;
        for (depth, name) in path.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().enumerate() {
            if depth >= DEPTH_MAX {
                break;
            }
            at = at.folders.entry(name.to_owned()).or_default();
        }
        at.pages.push(index);
    }
    items_of(&root, pages)
}

fn items_of(folder: &Folder, pages: &[DocPage]) -> Vec<NavItem> {
    let mut found: Vec<(bool, NavItem)> = Vec::new();
    for (index, page) in folder.pages.iter().filter_map(|index| Some((*index, pages.get(*index)?))) {
        let name = page.source.rsplit('/').next().unwrap_or_default();
        let is_index = name.eq_ignore_ascii_case("index.md") || name.eq_ignore_ascii_case("readme.md");
        found.push((
            !is_index,
            NavItem { title: page.title.clone(), page: Some(index), href: None, items: Vec::new() },
        ));
    }
    found.sort_by_key(|(later, _)| *later);
    let folders = folder.folders.iter().map(|(name, folder)| {
        let items = items_of(folder, pages);
        NavItem { title: page_title::of_name(name), page: None, href: None, items }
    });
    found.into_iter().map(|(_, item)| item).chain(folders).collect()
}

/// Puts the pages in the order of the navigation, those that are not in it last.
pub(super) fn in_order(pages: Vec<DocPage>, mut nav: Vec<NavItem>) -> (Vec<DocPage>, Vec<NavItem>) {
    let mut order = Vec::with_capacity(pages.len());
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    collect(&nav, &mut |index| {
        if let std::collections::btree_map::Entry::Vacant(entry) = places.entry(index) {
            entry.insert(order.len());
            order.push(index);
        }
    });
    for index in 0..pages.len() {
        if let std::collections::btree_map::Entry::Vacant(entry) = places.entry(index) {
            entry.insert(order.len());
            order.push(index);
        }
    }
    renumber(&mut nav, &places);
    let mut sorted: Vec<(Option<usize>, DocPage)> =
        pages.into_iter().enumerate().map(|(index, page)| (places.get(&index).copied(), page)).collect();
    sorted.sort_by_key(|(place, _)| *place);
    (sorted.into_iter().map(|(_, page)| page).collect(), nav)
}

fn collect(items: &[NavItem], visit: &mut dyn FnMut(usize)) {
    for item in items {
        item.page.into_iter().for_each(&mut *visit);
        collect(&item.items, visit);
    }
}

fn renumber(items: &mut [NavItem], places: &BTreeMap<usize, usize>) {
    for item in items {
        item.page = item.page.and_then(|it| places.get(&it).copied());
        renumber(&mut item.items, places);
    }
}
