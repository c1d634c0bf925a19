//! An MkDocs folder to a `DocSite`: pages at MkDocs's addresses, navigation, and the files beside them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::docs_reference::{ANNOTATION, annotation_span};
use super::file_tree::{FileTree, below};
use super::{DocPage, DocSite, navigation, page_title, problems};
use crate::diagnostics::Diagnostic;
use crate::model::Entity;
use crate::sources::{OriginMap, ReadError, Reader, join, split_remote, yaml};

/// The most files beside pages that one folder may publish.
const ASSETS_MAX: usize = 2_000;

/// The kinds of files that are published beside pages.
const ASSET_EXTENSIONS: [&str; 19] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "pdf", "json", "yaml", "yml", "txt", "csv",
    "drawio", "mp4", "webm", "zip", "puml",
];

/// What `mkdocs.yml` says; with the text of the file, in which navigation entries have their place.
struct Settings {
    file: Arc<str>,
    text: String,
    title: Option<String>,
    docs_dir: String,
}

/// Reads the documentation of an entity from the folder that its annotation names.
pub(super) fn load(
    entity: &Entity,
    folder: &str,
    origin: Option<&OriginMap>,
    reader: &dyn Reader,
) -> (Option<DocSite>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let site = read(entity, folder, origin, reader, &mut problems);
    (site, problems)
}

fn read(
    entity: &Entity,
    folder: &str,
    origin: Option<&OriginMap>,
    reader: &dyn Reader,
    problems: &mut Vec<Diagnostic>,
) -> Option<DocSite> {
    let place = || annotation_span(entity, ANNOTATION, reader);
    if split_remote(folder).is_some() {
        // The whole tree comes in one request, and what is found here is read from it.
        if let Err(error) = reader.search(&join(folder, "mkdocs.{yml,yaml}")) {
            problems.push(problems::reference_unreadable(place(), folder, &error));
            return None;
        }
    }
    let settings = settings(folder, reader, problems);
    if matches!(settings, Err(ReadError::Outside)) {
        problems.push(problems::reference_outside(place(), folder));
        return None;
    }
    let settings = settings.ok()?;
    let docs_dir = settings.as_ref().map_or("docs", |it| &it.docs_dir);
    let docs = join(folder, docs_dir);
    let parsed = settings.as_ref().and_then(|it| yaml::parse_one(&it.file, &it.text).ok());
    if !crate::sources::normalize(docs_dir).split('/').all(|it| it != "..") || docs_dir.starts_with('/') {
        let span = parsed.as_ref().map_or_else(place, |it| it.span("/docs_dir"));
        problems.push(problems::folder_outside(span));
        return None;
    }
    let files = match reader.tree(&docs) {
        Ok(files) => files,
        Err(ReadError::NotFound) => {
            problems.push(match &parsed {
                Some(document) => problems::no_docs_folder(document.span("/docs_dir"), &docs),
                None => problems::no_docs(place(), folder),
            });
            return None;
        }
        Err(error) => {
            problems.push(problems::unreadable(&docs, &error));
            return None;
        }
    };
    let (addresses, found) = addresses(&docs, &files);
    problems.extend(found);
    let assets = assets(&docs, &files, problems);
    let mut tree = FileTree::new(&docs, origin);
    addresses.iter().for_each(|(source, path)| tree.add_page(source, path));
    assets.iter().for_each(|source| tree.add_asset(source));
    let mut pages: Vec<DocPage> = addresses
        .into_iter()
        .map(|(source, path)| DocPage { title: title(&source, reader), source, path })
        .collect();
    let nav = match &parsed {
        Some(document) => navigation::read(document, &docs, &mut pages, problems),
        None => None,
    };
    let nav = nav.unwrap_or_else(|| navigation::of_folders(&docs, &pages));
    let title =
        settings.as_ref().and_then(|it| it.title.clone()).unwrap_or_else(|| entity.title().to_owned());
    let (pages, nav) = navigation::in_order(pages, nav);
    Some(DocSite { entity: entity.reference.clone(), title, folder: docs, pages, nav, assets, tree })
}

/// Reads `mkdocs.yml`; a folder without one has the settings that Backstage makes up for it.
fn settings(
    folder: &str,
    reader: &dyn Reader,
    problems: &mut Vec<Diagnostic>,
) -> Result<Option<Settings>, ReadError> {
    for name in ["mkdocs.yml", "mkdocs.yaml"] {
        let path = join(folder, name);
        let text = match reader.read_text(&path) {
            Ok(text) => text,
            Err(ReadError::NotFound) => continue,
            Err(ReadError::Outside) => return Err(ReadError::Outside),
            Err(error) => {
                problems.push(problems::unreadable(&path, &error));
                continue;
            }
        };
        let file: Arc<str> = path.into();
        let json = match yaml::parse_one(&file, &text) {
            Ok(document) => document.json(),
            Err(problem) => {
                problems.push(*problem);
                Value::Null
            }
        };
        let of_text =
            |key: &str| json.get(key).and_then(Value::as_str).map(str::trim).filter(|it| !it.is_empty());
        let title = of_text("site_name").map(str::to_owned);
        let docs_dir = of_text("docs_dir").unwrap_or("docs").to_owned();
        return Ok(Some(Settings { file, text, title, docs_dir }));
    }
    Ok(None)
}

fn title(source: &str, reader: &dyn Reader) -> String {
    // A page that cannot be read says so when it is rendered.
    let text = reader.read_text(source).ok();
    text.and_then(|it| page_title::of_text(&it)).unwrap_or_else(|| page_title::of_name(source))
}

/// Returns the Markdown files with their addresses, sorted by file; where two have one address, the first keeps it.
pub(super) fn addresses(folder: &str, files: &[String]) -> (Vec<(String, String)>, Vec<Diagnostic>) {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    let mut found = Vec::new();
    let mut problems = Vec::new();
    let mut pages: Vec<&String> = files.iter().filter(|it| extension(it) == "md").collect();
    // An index page wins over a README and over a page named as its folder.
    pages.sort_by_key(|it| (!file_name(it).eq_ignore_ascii_case("index.md"), *it));
    for source in pages {
        let address = address(below(folder, source));
        match taken.get(&address) {
            Some(other) if file_name(source).eq_ignore_ascii_case("readme.md") => {
                // MkDocs, too, leaves a README out beside an index page.
                let _ = other;
            }
            Some(other) => problems.push(problems::same_address(source, other, &address)),
            None => {
                taken.insert(address.clone(), source);
                found.push((source.clone(), address));
            }
        }
    }
    found.sort();
    (found, problems)
}

/// Returns the address of a page below its folder: `a/b.md` is `a/b`, `a/index.md` is `a`.
fn address(below: &str) -> String {
    let stem = below.rsplit_once('.').map_or(below, |(stem, _)| stem);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    match name {
        "index" | "README" | "readme" | "Readme" | "Index" => folder.to_owned(),
        _ => stem.to_owned(),
    }
}

/// Returns the files that are published beside the pages.
pub(super) fn assets(folder: &str, files: &[String], problems: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut found: Vec<String> =
        files.iter().filter(|it| ASSET_EXTENSIONS.contains(&extension(it).as_str())).cloned().collect();
    if found.len() > ASSETS_MAX {
        found.truncate(ASSETS_MAX);
        problems.push(problems::too_many_assets(folder, ASSETS_MAX));
    }
    found
}

fn extension(path: &str) -> String {
    file_name(path).rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
