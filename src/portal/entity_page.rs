//! The pages of one entity: overview, tabs, documentation, and its JSON twin.

use std::sync::Arc;

use maud::html;
use minijinja::Value;

use super::page::{Card, Cards, Crumb, EntityHeader, FoldedCard, Notice, Output, Page, TabLink};
use super::widgets::{Drawn, safe, shown};
use super::world::World;
use super::{Portal, docs_page, entity_object, root_of, twin};
use crate::content;
use crate::diagnostics::Diagnostic;
use crate::model::{Entity, SafeHtml};
use crate::plugins::{Body, CardSlot, Extension, ExtensionKind};

/// The customary groups of tabs, in order (Backstage, `defaultEntityContentGroups`).
const GROUPS: &[(&str, &str)] = &[
    ("overview", "Overview"),
    ("documentation", "Documentation"),
    ("development", "Development"),
    ("deployment", "Deployment"),
    ("operation", "Operation"),
    ("observability", "Observability"),
];

/// How many missing entities a notice names.
const MISSING_MAX: usize = 12;

/// A tab that has something to show.
struct Tab<'a> {
    extension: &'a Extension,
    group: Option<&'a str>,
    /// The path below the root, with a slash at its end.
    path: String,
    /// What it shows; `None` when another page stands for it.
    body: Option<SafeHtml>,
}

/// Composes everything that belongs to one entity.
pub(super) fn compose(portal: &Portal<'_>, index: usize, emit: &mut dyn FnMut(Output)) -> Vec<Diagnostic> {
    let Some(entity) = portal.world.catalog.entities().get(index) else { return Vec::new() };
    let mut problems = Vec::new();
    let path = World::href(entity).trim_start_matches('/').to_owned();
    let value = entity_object::value(entity, portal.world);
    let tabs = tabs(portal, entity, &value, &path, &mut problems);
    emit(Output::Page(Box::new(overview(portal, entity, &value, &path, &tabs, &mut problems))));
    for (index, tab) in tabs.iter().enumerate() {
        let Some(body) = &tab.body else { continue };
        let mut page = frame(portal, "tab", entity, &tab.path, &tab_links(&path, &tabs, Some(index)));
        page.page.title = format!("{} · {}", tab.extension.title, entity.title());
        page.body = Some(body.clone());
        emit(Output::Page(Box::new(page)));
    }
    if let Some(site) = portal.world.docs.sites.get(&entity.reference) {
        let docs_path = World::docs_href(&entity.reference).trim_start_matches('/').to_owned();
        let current = tabs.iter().position(|it| it.body.is_none() && it.path == docs_path);
        let links = tab_links(&path, &tabs, current);
        problems.extend(docs_page::compose(portal, entity, site, &docs_path, &links, emit));
    }
    if portal.settings.api {
        emit(twin::compose(entity));
    }
    problems
}

/// Returns a page with the header and the tabs of an entity.
pub(super) fn frame(
    portal: &Portal<'_>,
    kind: &'static str,
    entity: &Arc<Entity>,
    path: &str,
    tabs: &[TabLink],
) -> Page {
    let mut page = portal.page(kind, path, entity.title(), &summary(entity.description()));
    let kind_path = format!("catalog/{}/", entity.reference.kind());
    page.page.breadcrumbs = vec![
        Crumb { title: "Catalog".to_owned(), href: Some("catalog/".to_owned()) },
        Crumb { title: portal.world.plural(entity.kind()), href: Some(kind_path) },
        Crumb { title: entity.title().to_owned(), href: None },
    ];
    page.entity = Some(header(portal, entity, &page.root));
    page.tabs = tabs.to_vec();
    page
}

fn header(portal: &Portal<'_>, entity: &Arc<Entity>, root: &str) -> EntityHeader {
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
    }
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

/// Returns the tabs that have something to show.
fn tabs<'a>(
    portal: &'a Portal<'_>,
    entity: &Arc<Entity>,
    value: &Value,
    base: &str,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Tab<'a>> {
    let mut tabs = Vec::new();
    for extension in &portal.plugins.extensions {
        let ExtensionKind::EntityContent { path, group, body } = &extension.kind else { continue };
        if extension.filter.as_ref().is_some_and(|filter| !filter.matches(entity)) {
            continue;
        }
        let path = format!("{base}{path}/");
        if let Some(first) = tabs.iter().find(|it: &&Tab<'_>| it.path == path) {
            let message = format!("two tabs of an entity have the path `{path}`");
            let diagnostic =
                Diagnostic::error("plugin/same-path", extension.path_span.clone(), message.replace(base, ""));
            problems.push(
                diagnostic
                    .related(first.extension.path_span.clone(), "the first one")
                    .hint("change one with `app.extensions`"),
            );
            continue;
        }
        let root = root_of(&path);
        let mut pen = portal.pen(&root, extension.plugin, value.clone(), entity.reference.as_str());
        let tab = match body {
            Body::Link(code) => {
                let target = shown(&pen.canvas.program.evaluate(*code, &pen.scope, &mut pen.problems));
                let target = target.strip_prefix('/').filter(|it| !it.is_empty()).map(str::to_owned);
                target.map(|path| Tab { extension, group: group.as_deref(), path, body: None })
            }
            Body::View(view) => match pen.draw(view) {
                Drawn::Content(body) => {
                    Some(Tab { extension, group: group.as_deref(), path, body: Some(body) })
                }
                _ => None,
            },
            Body::List(_) => None,
        };
        problems.append(&mut pen.problems);
        tabs.extend(tab);
    }
    tabs
}

/// Returns the tabs as links: the overview, then groups in their order; a group of one is that tab.
fn tab_links(base: &str, tabs: &[Tab<'_>], current: Option<usize>) -> Vec<TabLink> {
    let link = |index: usize, tab: &Tab<'_>| TabLink {
        title: tab.extension.title.clone(),
        href: tab.path.clone(),
        current: current == Some(index),
        items: Vec::new(),
    };
    let mut links = vec![TabLink {
        title: "Overview".to_owned(),
        href: base.to_owned(),
        current: current.is_none(),
        items: Vec::new(),
    }];
    let rank = |group: Option<&str>| {
        group.and_then(|it| GROUPS.iter().position(|(id, _)| *id == it)).unwrap_or(GROUPS.len())
    };
    let mut order: Vec<usize> = (0..tabs.len()).collect();
    order.sort_by_key(|index| rank(tabs.get(*index).and_then(|it| it.group)));
    let mut groups: Vec<(Option<&str>, Vec<TabLink>)> = Vec::new();
    for index in order {
        let Some(tab) = tabs.get(index) else { continue };
        match groups.iter_mut().find(|(group, _)| group.is_some() && *group == tab.group) {
            Some((_, items)) => items.push(link(index, tab)),
            None => groups.push((tab.group, vec![link(index, tab)])),
        }
    }
    for (group, mut items) in groups {
        if items.len() == 1 {
            links.append(&mut items);
            continue;
        }
        let title = group
            .and_then(|it| GROUPS.iter().find(|(id, _)| *id == it))
            .map_or(group.unwrap_or("More"), |(_, title)| title);
        let current = items.iter().any(|it| it.current);
        links.push(TabLink { title: title.to_owned(), href: String::new(), current, items });
    }
    links
}

fn overview(
    portal: &Portal<'_>,
    entity: &Arc<Entity>,
    value: &Value,
    path: &str,
    tabs: &[Tab<'_>],
    problems: &mut Vec<Diagnostic>,
) -> Page {
    let mut page = frame(portal, "entity", entity, path, &tab_links(path, tabs, None));
    page.notices = notices(portal, entity);
    let mut cards = Cards::default();
    let mut extensions: Vec<&Extension> = portal.plugins.extensions.iter().collect();
    extensions.sort_by_key(|it| it.order);
    for extension in extensions {
        let ExtensionKind::EntityCard { slot, view } = &extension.kind else { continue };
        if extension.filter.as_ref().is_some_and(|filter| !filter.matches(entity)) {
            continue;
        }
        let mut pen = portal.pen(&page.root, extension.plugin, value.clone(), entity.reference.as_str());
        match pen.draw(view) {
            Drawn::Content(body) => {
                let card = Card {
                    id: crate::model::slug(extension.id.trim_start_matches("entity-card:")),
                    title: extension.title.clone(),
                    body,
                    footer: SafeHtml::default(),
                };
                match slot {
                    CardSlot::Info => cards.info.push(card),
                    CardSlot::Content => cards.content.push(card),
                }
            }
            Drawn::Empty(body) => cards.folded.push(FoldedCard { title: extension.title.clone(), body }),
            Drawn::Nothing => {}
        }
        problems.append(&mut pen.problems);
    }
    page.cards = Some(cards);
    page
}

/// Returns what is told of a file that could not be read again.
pub(super) fn stale(portal: &Portal<'_>, file: &str) -> Option<Notice> {
    let stale = portal.world.reader.stale(file)?;
    let body = html! {
        p { "Its file could not be read again; it is shown as it was on " time datetime=(stale.since) { (stale.since) } "." }
        p { (stale.reason) }
    };
    Some(Notice { level: "warn", title: "Not up to date".to_owned(), body: safe(body) })
}

/// What must be known before the cards: what Backstage refuses, and relations that lead nowhere.
fn notices(portal: &Portal<'_>, entity: &Entity) -> Vec<Notice> {
    let mut notices = Vec::new();
    if !entity.errors.is_empty() {
        let body = html! { ul { @for error in &entity.errors { li { (error) } } } };
        notices.push(Notice {
            level: "error",
            title: "Backstage refuses this descriptor".to_owned(),
            body: safe(body),
        });
    }
    notices.extend(stale(portal, &entity.place.location));
    let missing: Vec<&str> = entity
        .relations
        .iter()
        .filter(|it| portal.world.catalog.get(&it.target).is_none())
        .map(|it| it.target.as_str())
        .collect();
    if !missing.is_empty() {
        let body = html! {
            p {
                "This entity has relations to entities that are not in the catalog: "
                @for (index, target) in missing.iter().take(MISSING_MAX).enumerate() { @if index > 0 { ", " } code { (target) } }
                @if missing.len() > MISSING_MAX { " and " (missing.len() - MISSING_MAX) " more" }
                "."
            }
        };
        notices.push(Notice {
            level: "warn",
            title: "Some relations lead nowhere".to_owned(),
            body: safe(body),
        });
    }
    notices
}
