//! The index of the palette: entities in columns, in shards that change alone; pages and documents beside them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::page::Output;
use super::world::World;
use super::{Portal, folder, search_rows};
use crate::diagnostics::Diagnostic;
use crate::model::Entity;
use crate::plugins::ExtensionKind;

/// About how many entities a shard has.
const SHARD_ROWS: usize = 2_000;

/// Composes the shards, and the file that names them.
pub(super) fn compose(portal: &Portal<'_>, emit: &mut dyn FnMut(Output)) -> Vec<Diagnostic> {
    let entities = portal.world.catalog.entities();
    // A power of two, so that the shard of an entity changes only when the catalog doubles.
    let count = entities.len().div_ceil(SHARD_ROWS).next_power_of_two();
    let mut shards: Vec<Vec<&Entity>> = vec![Vec::new(); count];
    for entity in entities {
        let hash = blake3::hash(entity.reference.as_str().as_bytes());
        let number = hash.as_bytes().iter().take(4).fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        if let Some(shard) = shards.get_mut(number % count) {
            shard.push(entity);
        }
    }
    let mut parts = Vec::new();
    for (index, shard) in shards.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
        let bytes = serde_json::to_vec(&columns(shard)).unwrap_or_default();
        let hash = blake3::hash(&bytes).to_hex();
        let path = format!("search/part-{index}-{}.json", hash.get(..8).unwrap_or_default());
        parts.push(path.clone());
        emit(Output::File { path, bytes });
    }
    let mut index = json!({"version": 1, "parts": parts, "pages": pages(portal)});
    let pen = portal.pen("", 0, minijinja::Value::UNDEFINED, "");
    let can_lead = |href: &str| pen.canvas.address(href).is_some();
    let (types, rows) = search_rows::rows(portal.plugins, &portal.world.facts.rows, &can_lead);
    let mut files = Vec::new();
    for (number, shard) in rows.chunks(SHARD_ROWS).enumerate() {
        let bytes = serde_json::to_vec(shard).unwrap_or_default();
        let hash = blake3::hash(&bytes).to_hex();
        let path = format!("search/rows-{number}-{}.json", hash.get(..8).unwrap_or_default());
        files.push(path.clone());
        emit(Output::File { path, bytes });
    }
    if let Some(index) = index.as_object_mut().filter(|_| !files.is_empty()) {
        index.insert("types".to_owned(), types);
        index.insert("rows".to_owned(), files.into());
    }
    emit(Output::File {
        path: "search/index.json".to_owned(),
        bytes: serde_json::to_vec(&index).unwrap_or_default(),
    });
    Vec::new()
}

/// A column whose values are numbers into a dictionary.
#[derive(Default)]
struct Dictionary {
    numbers: BTreeMap<String, i64>,
    words: Vec<String>,
    column: Vec<i64>,
}

impl Dictionary {
    fn push(&mut self, word: &str) {
        if word.is_empty() {
            self.column.push(-1);
            return;
        }
        let next = self.words.len() as i64;
        let number = *self.numbers.entry(word.to_owned()).or_insert(next);
        if number == next {
            self.words.push(word.to_owned());
        }
        self.column.push(number);
    }
}

fn columns(entities: &[&Entity]) -> Value {
    let (mut kinds, mut namespaces, mut types, mut owners) =
        (Dictionary::default(), Dictionary::default(), Dictionary::default(), Dictionary::default());
    let (mut names, mut titles) = (Vec::new(), Vec::new());
    for entity in entities {
        kinds.push(entity.reference.kind());
        namespaces.push(entity.reference.namespace());
        types.push(entity.text(&["spec", "type"]).unwrap_or_default());
        owners.push(entity.targets("ownedBy").next().map(|it| it.as_str()).unwrap_or_default());
        names.push(entity.name());
        titles.push(if entity.title() == entity.name() { "" } else { entity.title() });
    }
    json!({
        "kinds": kinds.words, "namespaces": namespaces.words, "types": types.words, "owners": owners.words,
        "rows": {"k": kinds.column, "s": namespaces.column, "n": names, "t": titles, "y": types.column, "o": owners.column},
    })
}

fn pages(portal: &Portal<'_>) -> Vec<Value> {
    let mut pages = Vec::new();
    for extension in &portal.plugins.extensions {
        let Some(path) = portal.plugins.path_of(extension) else { continue };
        let page = portal.plugins.extensions.iter().find(|it| it.id == extension.attach_to.id);
        let title = match (&extension.kind, page) {
            (ExtensionKind::SubPage { .. }, Some(page)) => format!("{} · {}", extension.title, page.title),
            _ => extension.title.clone(),
        };
        pages.push(json!({"t": title, "p": folder(&path), "k": "Page"}));
    }
    for page in &portal.world.docs.pages {
        pages.push(json!({"t": page.title, "p": folder(&page.path), "k": "Page"}));
    }
    for site in portal.world.docs.sites.values() {
        let base = World::docs_href(&site.entity);
        for page in &site.pages {
            let title = match page.path.as_str() {
                "" => site.title.clone(),
                _ => format!("{} · {}", page.title, site.title),
            };
            pages.push(json!({"t": title, "p": format!("{}{}", base.trim_start_matches('/'), folder(&page.path)), "k": "Docs"}));
        }
    }
    pages
}
