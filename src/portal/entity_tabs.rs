//! The tabs of an entity: which have something to show, and how they are grouped.

use maud::html;

use super::entity_cards;
use super::extension_view;
use super::page::TabLink;
use super::root_of;
use super::subject::Subject;
use super::widgets::{safe, shown};
use crate::diagnostics::Diagnostic;
use crate::model::SafeHtml;
use crate::plugins::{Body, EntityPage, Extension, ExtensionKind, View};

/// A tab that has something to show.
pub(super) struct Tab<'a> {
    pub(super) extension: &'a Extension,
    group: Option<&'a str>,
    /// The path below the root, with a slash at its end.
    pub(super) path: String,
    /// What it shows; `None` when another page stands for it.
    pub(super) body: Option<SafeHtml>,
}

/// Returns the tabs that have something to show.
pub(super) fn tabs<'a>(subject: &Subject<'a>, problems: &mut Vec<Diagnostic>) -> Vec<Tab<'a>> {
    let mut tabs: Vec<Tab<'a>> = Vec::new();
    for extension in subject.attached("page:catalog/entity", "contents") {
        let ExtensionKind::EntityContent { path, group, body } = &extension.kind else { continue };
        let path = format!("{}{path}/", subject.path);
        if let Some(first) = tabs.iter().find(|it| it.path == path) {
            problems.push(same_path(subject, extension, first.extension, &path));
            continue;
        }
        let root = root_of(&path);
        let group = group.as_deref();
        let tab = match body {
            Body::Link(code) => {
                let pen = subject.pen(&root, extension.plugin);
                let target = shown(&pen.canvas.program.evaluate(*code, &pen.scope, problems));
                let target = target.strip_prefix('/').filter(|it| !it.is_empty()).map(str::to_owned);
                target.map(|path| Tab { extension, group, path, body: None })
            }
            Body::View(view) => draw(subject, &root, extension, view, problems).map(|body| Tab {
                extension,
                group,
                path,
                body: Some(body),
            }),
            Body::List(_) | Body::Attached => None,
        };
        tabs.extend(tab);
    }
    tabs
}

/// Draws a tab with the cards that are attached to it; `None` when there is nothing to show.
fn draw(
    subject: &Subject<'_>,
    root: &str,
    extension: &Extension,
    view: &View,
    problems: &mut Vec<Diagnostic>,
) -> Option<SafeHtml> {
    let mut pen = subject.pen(root, extension.plugin);
    let drawn = extension_view::draw(&mut pen, extension, view);
    problems.append(&mut pen.problems);
    let cards = entity_cards::draw(subject, root, &extension.id, problems);
    let body = drawn.into_tab();
    if cards.is_empty() {
        return body;
    }
    Some(safe(html! { div.stack { @if let Some(body) = &body { (body) } (entity_cards::grid(&cards)) } }))
}

fn same_path(subject: &Subject<'_>, extension: &Extension, first: &Extension, path: &str) -> Diagnostic {
    let message = format!("two tabs of an entity have the path `{path}`").replace(&subject.path, "");
    Diagnostic::error("plugin/same-path", extension.path_span.clone(), message)
        .related(first.path_span.clone(), "the first one")
        .hint("change one with `app.extensions`")
}

/// Returns the tabs as links: the overview, then groups in their order; a group of one is that tab.
pub(super) fn links(subject: &Subject<'_>, tabs: &[Tab<'_>], current: Option<usize>) -> Vec<TabLink> {
    let page = &subject.portal.plugins.entity_page;
    let icon = |name: Option<&String>| name.filter(|_| page.icons).cloned().unwrap_or_default();
    let mut links = vec![TabLink {
        title: page.overview_title.clone(),
        href: subject.path.clone(),
        icon: icon(page.overview_icon.as_ref()),
        current: current.is_none(),
        items: Vec::new(),
    }];
    for (group, members) in grouped(page, tabs) {
        let mut items: Vec<TabLink> = members
            .into_iter()
            .filter_map(|index| {
                let tab = tabs.get(index)?;
                Some(TabLink {
                    title: tab.extension.title.clone(),
                    href: tab.path.clone(),
                    icon: icon(tab.extension.icon.as_ref()),
                    current: current == Some(index),
                    items: Vec::new(),
                })
            })
            .collect();
        if items.len() == 1 {
            links.append(&mut items);
            continue;
        }
        let known = page.groups.iter().find(|it| Some(it.id.as_str()) == group);
        links.push(TabLink {
            title: known.map_or(group.unwrap_or("More"), |it| &it.title).to_owned(),
            href: String::new(),
            icon: icon(known.and_then(|it| it.icon.as_ref())),
            current: items.iter().any(|it| it.current),
            items,
        });
    }
    links
}

/// Returns the tabs by group, in the order of the groups. Tabs without a group stand alone, and so do those of a group
/// that the operator's list leaves out.
fn grouped<'a>(page: &EntityPage, tabs: &[Tab<'a>]) -> Vec<(Option<&'a str>, Vec<usize>)> {
    let position = |group: Option<&str>| page.groups.iter().position(|it| Some(it.id.as_str()) == group);
    let rank = |index: &usize| {
        let group = tabs.get(*index).and_then(|it| it.group);
        position(group).unwrap_or(page.groups.len())
    };
    let mut order: Vec<usize> = (0..tabs.len()).collect();
    order.sort_by_key(rank);
    let mut groups: Vec<(Option<&str>, Vec<usize>)> = Vec::new();
    for index in order {
        let group = tabs.get(index).and_then(|it| it.group);
        let group = group.filter(|it| !page.closed || position(Some(it)).is_some());
        match groups.iter_mut().find(|(it, _)| it.is_some() && *it == group) {
            Some((_, members)) => members.push(index),
            None => groups.push((group, vec![index])),
        }
    }
    groups
}
