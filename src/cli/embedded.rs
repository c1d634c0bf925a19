//! What comes with the program: layouts, plugins, and the pages of diagnostic codes.

use std::collections::BTreeMap;

use crate::sources::MemoryReader;

#[derive(rust_embed::RustEmbed)]
#[folder = "layouts/"]
#[prefix = "layouts/"]
struct EmbeddedLayouts;

#[derive(rust_embed::RustEmbed)]
#[folder = "plugins/"]
#[prefix = "plugins/"]
#[exclude = "*/fixtures/*"]
struct EmbeddedPlugins;

#[derive(rust_embed::RustEmbed)]
#[folder = "content/codes/"]
#[include = "*/*.md"]
struct EmbeddedCodes;

/// Returns the pages of diagnostic codes by code.
pub(super) fn codes() -> BTreeMap<String, String> {
    let page = |path: std::borrow::Cow<'static, str>| {
        let text = String::from_utf8(EmbeddedCodes::get(&path)?.data.into_owned()).ok()?;
        Some((path.strip_suffix(".md")?.to_owned(), text))
    };
    EmbeddedCodes::iter().filter_map(page).collect()
}

/// Returns a reader of `layouts/`, `plugins/` and `content/codes/`.
pub(super) fn reader() -> MemoryReader {
    reader_with(Vec::new())
}

/// Returns the same reader with further files, which come in the place of those of the same path.
pub(super) fn reader_with(files: Vec<(String, Vec<u8>)>) -> MemoryReader {
    let layouts = EmbeddedLayouts::iter()
        .filter_map(|path| Some((path.to_string(), EmbeddedLayouts::get(&path)?.data.into_owned())));
    let plugins = EmbeddedPlugins::iter()
        .filter_map(|path| Some((path.to_string(), EmbeddedPlugins::get(&path)?.data.into_owned())));
    let codes =
        codes().into_iter().map(|(code, text)| (format!("content/codes/{code}.md"), text.into_bytes()));
    MemoryReader::new(layouts.chain(plugins).chain(codes).chain(files))
}
