//! What stands above every page of an entity: its header, with what plugins add to it.

use maud::html;
use minijinja::Value;

use super::page::{Crumb, EntityHeader, MenuLink, Page, TabLink};
use super::subject::Subject;
use super::twin;
use super::widgets::{Drawn, safe};
use super::world::World;
use crate::content;
use crate::diagnostics::Diagnostic;
use crate::model::SafeHtml;
use crate::plugins::ExtensionKind;

/// The page that headers and menus are attached to.
const PAGE: &str = "page:catalog/entity";

/// Returns a page with the header and the tabs of an entity.
pub(super) fn frame(
    subject: &Subject<'_>,
    kind: &'static str,
    path: &str,
    tabs: &[TabLink],
    problems: &mut Vec<Diagnostic>,
) -> Page {
    let Subject { portal, entity, .. } = subject;
    let mut page = portal.page(kind, path, entity.title(), &summary(entity.description()));
    let kind_path = format!("catalog/{}/", entity.reference.kind());
    page.page.breadcrumbs = vec![
        Crumb { title: "Catalog".to_owned(), href: Some("catalog/".to_owned()) },
        Crumb { title: portal.world.plural(entity.kind()), href: Some(kind_path) },
        Crumb { title: entity.title().to_owned(), href: None },
    ];
    let mut header = header(subject, &page.root);
    header.items = items(subject, &page.root, problems);
    header.menu = menu(subject, &page.root, problems);
    page.entity = Some(header);
    page.tabs = tabs.to_vec();
    page
}

fn header(subject: &Subject<'_>, root: &str) -> EntityHeader {
    let Subject { portal, entity, .. } = subject;
    let pen = portal.pen(root, 0, Value::UNDEFINED, "");
    let owners: Vec<_> = entity.targets("ownedBy").collect();
    let owners = html! { @for (index, owner) in owners.iter().enumerate() { @if index > 0 { ", " } (pen.canvas.reference(owner.as_str())) } };
    let text = |path: &[&str]| entity.text(path).unwrap_or_default().to_owned();
    EntityHeader {
        kind: entity.kind().to_owned(),
        kind_icon: portal.world.icon(entity).to_owned(),
        entity_type: text(&["spec", "type"]),
        name: entity.name().to_owned(),
        reference: entity.reference.to_string(),
        title: entity.title().to_owned(),
        namespace: entity.reference.namespace().to_owned(),
        lifecycle: text(&["spec", "lifecycle"]),
        owners: safe(owners),
        description_text: summary(entity.description()),
        source_url: link(&pen.canvas, World::source_url(entity)),
        edit_url: link(&pen.canvas, World::edit_url(entity)),
        json: if portal.settings.api { twin::path(&entity.reference) } else { String::new() },
        items: Vec::new(),
        menu: Vec::new(),
    }
}

fn items(subject: &Subject<'_>, root: &str, problems: &mut Vec<Diagnostic>) -> Vec<SafeHtml> {
    let mut items = Vec::new();
    for extension in subject.attached(PAGE, "headers") {
        let ExtensionKind::EntityHeader { view } = &extension.kind else { continue };
        let mut pen = subject.pen(root, extension.plugin);
        // A header has no room to say what is not there.
        if let Drawn::Content(html) = pen.draw(view) {
            items.push(html);
        }
        problems.append(&mut pen.problems);
    }
    items
}

fn menu(subject: &Subject<'_>, root: &str, problems: &mut Vec<Diagnostic>) -> Vec<MenuLink> {
    let mut links = Vec::new();
    for extension in subject.attached(PAGE, "contextMenuItems") {
        if let ExtensionKind::EntityContextMenuItem { href } = &extension.kind {
            links.extend(subject.link(root, extension, *href, problems));
        }
    }
    links
}

/// Returns an address that a page may link to, or nothing.
fn link(canvas: &super::canvas::Canvas<'_>, address: Option<String>) -> String {
    address.filter(|it| !it.starts_with(['/', '#'])).and_then(|it| canvas.address(&it)).unwrap_or_default()
}

/// Returns the first paragraph of a description as plain text, at most some 200 characters of it.
fn summary(description: &str) -> String {
    const CHARS_MAX: usize = 200;
    let paragraph = description.trim().split("\n\n").next().unwrap_or_default();
    let plain = content::plain_text(paragraph);
    if plain.chars().count() <= CHARS_MAX {
        return plain;
    }
    let cut: String = plain.chars().take(CHARS_MAX).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut).trim_end_matches([',', '.', ';', ':']))
}
