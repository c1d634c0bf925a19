//! `Subject`: an entity whose pages are composed, and what extensions say of it.

use std::sync::Arc;

use minijinja::Value;

use super::page::MenuLink;
use super::widgets::{Pen, shown};
use super::world::World;
use super::{Portal, entity_object};
use crate::diagnostics::Diagnostic;
use crate::model::Entity;
use crate::plugins::{CodeId, Extension};

/// An entity whose pages are composed.
pub(super) struct Subject<'a> {
    pub(super) portal: &'a Portal<'a>,
    pub(super) entity: &'a Arc<Entity>,
    pub(super) value: Value,
    /// The path of its page below the root, with a slash at its end.
    pub(super) path: String,
}

impl<'a> Subject<'a> {
    pub(super) fn new(portal: &'a Portal<'a>, entity: &'a Arc<Entity>) -> Self {
        let path = World::href(entity).trim_start_matches('/').to_owned();
        Self { portal, entity, value: entity_object::value(entity, portal.world), path }
    }

    /// Returns a pen for a page of the entity at `root`, for the code of a plugin.
    pub(super) fn pen<'b>(&'b self, root: &'b str, plugin: usize) -> Pen<'b> {
        self.portal.pen(root, plugin, self.value.clone(), self.entity.reference.as_str())
    }

    /// Returns what is attached to an input and is for this entity.
    pub(super) fn attached(&self, id: &str, input: &str) -> Vec<&'a Extension> {
        let all = self.portal.plugins.attached(id, input).into_iter().map(|(_, it)| it);
        all.filter(|it| self.portal.world.is_for(it, self.entity)).collect()
    }

    /// Returns the link that an extension makes on a page at `root`; `None` where it has no address.
    pub(super) fn link(
        &self,
        root: &str,
        extension: &Extension,
        href: CodeId,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<MenuLink> {
        let pen = self.pen(root, extension.plugin);
        let written = shown(&pen.canvas.program.evaluate(href, &pen.scope, problems));
        Some(MenuLink {
            title: extension.title.clone(),
            href: pen.canvas.address(&written)?,
            icon: extension.icon.clone().unwrap_or_else(|| "link".to_owned()),
            external: !written.trim().starts_with(['/', '#']),
        })
    }
}
