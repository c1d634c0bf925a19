//! The built-in kinds, one file each: the fields that Backstage demands and the relations they make.

mod component;
mod api;
mod resource;
mod system;
mod domain;
mod group;
mod user;
mod location;
mod template;
mod ai_resource;

use crate::model::KindSpec;

/// All built-in kinds, in the order in which people list them.
pub const KINDS: &[KindSpec] = &[
    component::SPEC,
    api::SPEC,
    resource::SPEC,
    system::SPEC,
    domain::SPEC,
    group::SPEC,
    user::SPEC,
    location::SPEC,
    template::SPEC,
    ai_resource::SPEC,
];

/// Returns the rules of a kind; case matters, as it does to Backstage's validators.
pub fn kind_spec(kind: &str) -> Option<&'static KindSpec> {
    KINDS.iter().find(|it| it.kind == kind)
}
