//! The widget `link`.

use maud::{Markup, html};

use super::{Pen, shown};
use crate::plugins::view::{Link, LinkItem, LinkLook};

use super::super::evaluate::Scope;

struct DrawnLink {
    label: String,
    address: String,
    icon: String,
    meta: String,
    external: bool,
}

/// Draws links; `None` when none has an address.
pub(super) fn draw(pen: &mut Pen<'_>, link: &Link) -> Option<Markup> {
    let mut links = Vec::new();
    match link.rows {
        Some(id) => {
            let item = link.items.first()?;
            for row in pen.rows(id).into_iter().take(link.limit) {
                let scope = pen.scope.with_row(row);
                links.extend(draw_item(pen, item, &scope));
            }
        }
        None => {
            let scope = pen.scope.clone();
            for item in &link.items {
                links.extend(draw_item(pen, item, &scope));
            }
        }
    }
    if links.is_empty() {
        return None;
    }
    let look = match link.look {
        LinkLook::List => "list",
        LinkLook::Buttons => "buttons",
        LinkLook::Tiles => "tiles",
    };
    let canvas = &pen.canvas;
    Some(html! {
        ul.links data-look=(look) {
            @for link in &links {
                li {
                    a.link href=(link.address) rel=[link.external.then_some("noopener")] {
                        (canvas.icon(&link.icon))
                        span.link-text { (link.label) }
                        @if !link.meta.is_empty() { span.link-meta { (link.meta) } }
                    }
                }
            }
        }
    })
}

fn draw_item(pen: &mut Pen<'_>, item: &LinkItem, scope: &Scope<'_>) -> Option<DrawnLink> {
    let href = shown(&pen.evaluate_row(item.href, scope));
    let address = pen.canvas.address(&href)?;
    let label = shown(&pen.evaluate_row(item.label, scope));
    let icon = item.icon.map(|it| shown(&pen.evaluate_row(it, scope))).filter(|it| !it.is_empty());
    let meta = item.meta.map(|it| super::table::count(&pen.evaluate_row(it, scope))).unwrap_or_default();
    Some(DrawnLink {
        label: if label.is_empty() { href.clone() } else { label },
        address,
        icon: icon.map_or_else(|| "globe".to_owned(), |it| icon_of(pen, &it)),
        meta,
        external: !href.starts_with(['/', '#']),
    })
}

/// Returns the name that an icon has in the sprite: one of the plugin, or one of the portal's.
pub(super) fn icon_of(pen: &Pen<'_>, name: &str) -> String {
    pen.canvas.program.icon(pen.plugin, name).unwrap_or_else(|| known_icon(name).to_owned())
}

/// Returns a name that the sprite has: Backstage's `kind:component` is `component`, an unknown name the globe.
fn known_icon(name: &str) -> &str {
    const KNOWN: &[&str] = &[
        "home",
        "catalog",
        "component",
        "service",
        "website",
        "library",
        "api",
        "resource",
        "database",
        "queue",
        "system",
        "domain",
        "group",
        "user",
        "location",
        "template",
        "docs",
        "graph",
        "radar",
        "search",
        "settings",
        "external",
        "edit",
        "source",
        "check",
        "warning",
        "error",
        "info",
        "help",
        "chat",
        "email",
        "dashboard",
        "github",
        "alert",
        "star",
        "tag",
        "globe",
        "clock",
        "code",
        "web",
        "bell",
        "file",
        "puzzle",
        "techdocs",
        "scaffolder",
        "cicd",
    ];
    let name = name.strip_prefix("kind:").unwrap_or(name);
    KNOWN.iter().find(|it| **it == name).copied().unwrap_or("globe")
}
