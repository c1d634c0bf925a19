//! Plugin folders to a `PluginSet`: the extensions of all plugins, with the operator's settings applied.

mod expression;
mod translations;
mod node;
pub mod filters;
pub mod view;
mod colour;
mod theme;
mod extension_kind;
mod attachment;
mod extension;
mod param;
mod permissions;
pub mod source;
mod extension_point;
mod kind_declaration;
mod frames;
mod manifest;
mod module;
mod icon;
mod entity_page;
mod extension_override;
mod plugin_set;
pub mod engine;
#[cfg(test)]
mod extension_tests;

pub use attachment::AttachTo;
pub use entity_page::{EntityPage, TabGroup};
pub use expression::{Code, CodeForm, CodeId, CodeStage};
pub use extension::Extension;
pub use extension_kind::{Body, CardSlot, DocsPlace, ExtensionKind, IconFile, Width};
pub use extension_override::ExtensionOverride;
pub use extension_point::ExtensionPoint;
pub use icon::Icons;
pub use kind_declaration::{KindDeclaration, RelationDeclaration};
pub use manifest::{Operator, PLUGIN_SCHEMA, Plugin};
pub use param::{Param, Part, Unresolved};
pub use permissions::{EndpointPermission, Granted, Permissions, Target};
pub use plugin_set::{PluginFolder, PluginSet, PluginSettings, load};
pub use source::Source;
pub use theme::Token;
pub use translations::{Found, Translations};
pub use view::View;
