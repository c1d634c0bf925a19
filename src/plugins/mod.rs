//! Plugin folders to a `PluginSet`: the extensions of all plugins, with the operator's settings applied.

mod expression;
mod node;
pub mod filters;
pub mod view;
mod extension;
mod param;
mod permissions;
pub mod source;
mod extension_point;
mod kind_declaration;
mod manifest;
mod module;
mod plugin_set;
pub mod engine;

pub use expression::{Code, CodeForm, CodeId, CodeStage};
pub use extension::{Body, CardSlot, Extension, ExtensionKind};
pub use kind_declaration::{KindDeclaration, RelationDeclaration};
pub use extension_point::ExtensionPoint;
pub use manifest::{Operator, PLUGIN_SCHEMA, Plugin};
pub use param::{Param, Part, Unresolved};
pub use permissions::{EndpointPermission, Granted, Permissions, Target};
pub use source::Source;
pub use plugin_set::{ExtensionOverride, PluginFolder, PluginSet, PluginSettings, load};
pub use view::View;
