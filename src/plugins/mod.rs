//! Plugin folders to a `PluginSet`: the extensions of all plugins, with the operator's settings applied.

mod expression;
mod translations;
mod node;
pub mod view;
mod colour;
mod theme;
mod extension_kind;
mod attachment;
mod extension;
mod kind_declaration;
mod manifest;
mod icon;
mod entity_page;
mod extension_override;
mod plugin_set;
#[cfg(test)]
mod extension_tests;

pub use attachment::AttachTo;
pub use entity_page::{EntityPage, TabGroup};
pub use expression::{Code, CodeForm, CodeId};
pub use extension::Extension;
pub use extension_kind::{Body, CardSlot, DocsPlace, ExtensionKind, IconFile, Width};
pub use extension_override::ExtensionOverride;
pub use icon::Icons;
pub use kind_declaration::{KindDeclaration, RelationDeclaration};
pub use manifest::{PLUGIN_SCHEMA, Plugin};
pub use plugin_set::{PluginFolder, PluginSet, PluginSettings, load};
pub use theme::Token;
pub use translations::{Found, Translations};
pub use view::View;
