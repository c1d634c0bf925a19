//! The layouts and plugins that come with the program.

use crate::sources::MemoryReader;

#[derive(rust_embed::RustEmbed)]
#[folder = "layouts/"]
#[prefix = "layouts/"]
struct EmbeddedLayouts;

#[derive(rust_embed::RustEmbed)]
#[folder = "plugins/"]
#[prefix = "plugins/"]
struct EmbeddedPlugins;

/// Returns a reader of `layouts/` and `plugins/`.
pub(super) fn reader() -> MemoryReader {
    let layouts = EmbeddedLayouts::iter()
        .filter_map(|path| Some((path.to_string(), EmbeddedLayouts::get(&path)?.data.into_owned())));
    let plugins = EmbeddedPlugins::iter()
        .filter_map(|path| Some((path.to_string(), EmbeddedPlugins::get(&path)?.data.into_owned())));
    MemoryReader::new(layouts.chain(plugins))
}
