//! The navigation of the portal: pages of plugins, navigation items, and pages of the content folder.

use super::folder;
use super::page::NavLink;
use super::world::World;
use crate::content::SitePage;
use crate::plugins::{Extension, ExtensionKind, PluginSet};

/// Returns the navigation, with no link marked as current.
pub(super) fn build(plugins: &PluginSet, world: &World) -> Vec<NavLink> {
    let mut links = Vec::new();
    let mut extensions: Vec<&Extension> = plugins.extensions.iter().collect();
    extensions.sort_by_key(|it| it.order);
    for extension in extensions {
        let href = match &extension.kind {
            ExtensionKind::Page { path, nav: true, .. } => path,
            ExtensionKind::NavItem { href } => href,
            _ => continue,
        };
        links.push(NavLink {
            title: extension.title.clone(),
            href: folder(href),
            icon: extension.icon.clone().unwrap_or_else(|| "puzzle".to_owned()),
            ..NavLink::default()
        });
    }
    let mut pages: Vec<&SitePage> = world.docs.pages.iter().filter(|it| it.nav.is_some()).collect();
    pages.sort_by_key(|it| it.nav.as_ref().map_or(0, |nav| nav.order));
    for page in pages {
        let Some(nav) = &page.nav else { continue };
        let link = NavLink {
            title: nav.title.clone(),
            href: folder(&page.path),
            icon: nav.icon.clone().unwrap_or_else(|| "docs".to_owned()),
            ..NavLink::default()
        };
        match &nav.group {
            None => links.push(link),
            Some(group) => match links.iter_mut().find(|it| it.title == *group) {
                Some(existing) => add_to_group(existing, link),
                None => links.push(NavLink {
                    title: group.clone(),
                    icon: link.icon.clone(),
                    items: vec![link],
                    ..NavLink::default()
                }),
            },
        }
    }
    links
}

/// A page whose title is that of a group becomes its first item.
fn add_to_group(group: &mut NavLink, link: NavLink) {
    if group.items.is_empty() {
        let own = NavLink { items: Vec::new(), ..group.clone() };
        group.items.push(own);
        group.href.clear();
    }
    group.items.push(link);
}

/// Returns the navigation with the nearest link above `path` marked as current.
pub(super) fn at(links: &[NavLink], path: &str) -> Vec<NavLink> {
    let nearest = links
        .iter()
        .flat_map(|it| std::iter::once(it).chain(&it.items))
        .filter(|it| it.items.is_empty() && is_above(&it.href, path))
        .map(|it| it.href.len())
        .max();
    let mark = |link: &NavLink| {
        link.items.is_empty() && is_above(&link.href, path) && Some(link.href.len()) == nearest
    };
    links
        .iter()
        .map(|link| {
            let items: Vec<NavLink> =
                link.items.iter().map(|it| NavLink { current: mark(it), ..it.clone() }).collect();
            let current = mark(link) || items.iter().any(|it| it.current);
            NavLink { current, items, ..link.clone() }
        })
        .collect()
}

fn is_above(href: &str, path: &str) -> bool {
    if href.is_empty() { path.is_empty() } else { path.starts_with(href) }
}
