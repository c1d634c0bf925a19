//! `Canvas`: how widgets write links and icons on a page of a given depth.

use std::sync::Arc;

use maud::{Markup, html};
use minijinja::Value;

use super::entity_object::entity_of;
use super::evaluate::Program;
use super::world::World;
use crate::model::{Entity, EntityRef};
use crate::plugins::PluginSet;

/// Where a page stands, and what its widgets draw on.
#[derive(Clone, Copy)]
pub(super) struct Canvas<'a> {
    /// The way to the root of the portal, `./` or `../../`.
    pub(super) root: &'a str,
    /// The path of the icon sprite below the root.
    pub(super) icons: &'a str,
    pub(super) world: &'a Arc<World>,
    pub(super) program: &'a Program<'a>,
    pub(super) plugins: &'a PluginSet,
}

impl Canvas<'_> {
    /// Draws an icon by name. An unknown name shows nothing.
    pub(super) fn icon(&self, name: &str) -> Markup {
        let name: String = name.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '-').collect();
        html! { svg.icon aria-hidden="true" { use href={ (self.root) (self.icons) "#" (name) } {} } }
    }

    /// Returns an address as it stands on this page: `/x/` is below the root of the portal; other addresses keep their
    /// scheme if it is a harmless one. Anything else is no address.
    pub(super) fn address(&self, href: &str) -> Option<String> {
        let href = href.trim();
        if let Some(below) = href.strip_prefix('/') {
            return (!below.starts_with('/')).then(|| format!("{}{below}", self.root));
        }
        if href.starts_with('#') {
            return Some(href.to_owned());
        }
        let url = url::Url::parse(href).ok()?;
        matches!(url.scheme(), "http" | "https" | "mailto" | "tel").then(|| href.to_owned())
    }

    /// Draws a link to an entity, with its icon.
    pub(super) fn entity_link(&self, entity: &Entity) -> Markup {
        let href = World::href(entity);
        html! {
            a.entity-link href={ (self.root) (href.trim_start_matches('/')) } title=(entity.reference.as_str()) {
                (self.icon(self.world.icon(entity))) (entity.title())
            }
        }
    }

    /// Draws what a value means as an entity: an entity, a reference, or a list of those.
    pub(super) fn entity(&self, value: &Value) -> Markup {
        if let Some(entity) = entity_of(value) {
            return self.entity_link(&entity);
        }
        if let Some(text) = value.as_str() {
            return self.reference(text);
        }
        let items = value.try_iter().map(Iterator::collect::<Vec<_>>).unwrap_or_default();
        html! { @for (index, item) in items.iter().enumerate() { @if index > 0 { ", " } (self.entity(item)) } }
    }

    /// Draws a reference: a link, or a mark where it leads nowhere.
    pub(super) fn reference(&self, text: &str) -> Markup {
        let parsed = EntityRef::parse_full(text).ok();
        match parsed.as_ref().and_then(|it| self.world.catalog.get(it)) {
            Some(entity) => self.entity_link(entity),
            None => {
                let shown = parsed.map_or_else(|| text.to_owned(), |it| it.short(None));
                html! {
                    span.unresolved title={ (text) " is not in the catalog" } {
                        (self.icon("warning")) (shown) span.visually-hidden { " (not in the catalog)" }
                    }
                }
            }
        }
    }
}
