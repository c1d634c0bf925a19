//! Plugin folders to a `PluginSet`: the extensions of all plugins, with the operator's settings applied.

mod expression;
mod node;
pub mod filters;
pub mod view;
mod extension;
mod kind_declaration;
mod manifest;
mod plugin_set;

pub use expression::{Code, CodeForm, CodeId};
pub use extension::{Body, CardSlot, Extension, ExtensionKind};
pub use kind_declaration::{KindDeclaration, RelationDeclaration};
pub use manifest::{PLUGIN_SCHEMA, Plugin};
pub use plugin_set::{ExtensionOverride, PluginFolder, PluginSet, PluginSettings, load};
pub use view::View;
