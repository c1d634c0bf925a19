//! Pages of plugins: a view or what is attached to the page, with its sub-pages as tabs; the home page among them.

use maud::html;
use minijinja::Value;

use super::extension_view;
use super::page::{Output, Page, TabLink};
use super::widgets::{draw_empty, safe};
use super::{Portal, folder};
use crate::content;
use crate::diagnostics::Diagnostic;
use crate::model::SafeHtml;
use crate::plugins::{Body, Extension, ExtensionKind, View, Width};

/// Composes a page of a plugin, or a tab of one.
pub(super) fn compose(portal: &Portal<'_>, index: usize, emit: &mut dyn FnMut(Output)) -> Vec<Diagnostic> {
    let Some(extension) = portal.plugins.extensions.get(index) else { return Vec::new() };
    let mut problems = Vec::new();
    let page = match &extension.kind {
        ExtensionKind::Page { .. } => page(portal, extension, &mut problems),
        ExtensionKind::SubPage { view, .. } => sub_page(portal, extension, view, &mut problems),
        _ => None,
    };
    if let Some(page) = page {
        emit(Output::Page(Box::new(page)));
    }
    problems
}

/// The home page begins with the content folder's own.
fn page(portal: &Portal<'_>, extension: &Extension, problems: &mut Vec<Diagnostic>) -> Option<Page> {
    let ExtensionKind::Page { path, description, body, .. } = &extension.kind else { return None };
    let is_home = path.is_empty();
    let title = if is_home { &portal.settings.title } else { &extension.title };
    let description = if is_home && !portal.settings.description.is_empty() {
        &portal.settings.description
    } else {
        description
    };
    let mut page = portal.page(if is_home { "home" } else { "plugin" }, &folder(path), title, description);
    let root = page.root.clone();
    let own = match body {
        Body::View(view) => draw(portal, &root, extension, view, problems),
        _ => None,
    };
    let widgets = widgets(portal, &root, extension, problems);
    let subs = portal.plugins.attached(&extension.id, "pages");
    let body = match (own, widgets) {
        (Some(own), Some(widgets)) => safe(html! { div.stack { (own) (widgets) } }),
        (Some(one), None) | (None, Some(one)) => one,
        // A page that has only sub-pages shows the first one.
        (None, None) => subs
            .first()
            .and_then(|(_, it)| match &it.kind {
                ExtensionKind::SubPage { view, .. } => draw(portal, &root, it, view, problems),
                _ => None,
            })
            .unwrap_or_else(|| safe(draw_empty("Nothing to show", None))),
    };
    page.tabs = tabs(portal, extension, None);
    page.body = Some(match portal.world.docs.home.as_ref().filter(|_| is_home) {
        Some(home) => {
            let (rendered, found) = content::render_page(
                &portal.world.docs,
                home,
                &*portal.world.reader,
                &portal.world.highlighter,
            );
            problems.extend(found);
            if let Some(heading) = rendered.title {
                page.page.heading = heading;
            }
            safe(html! { div.stack { div.prose { (rendered.html) } (body) } })
        }
        None => body,
    });
    Some(page)
}

fn sub_page(
    portal: &Portal<'_>,
    extension: &Extension,
    view: &View,
    problems: &mut Vec<Diagnostic>,
) -> Option<Page> {
    let parent = portal.plugins.extensions.iter().find(|it| it.id == extension.attach_to.id)?;
    let ExtensionKind::Page { description, .. } = &parent.kind else { return None };
    let path = folder(&portal.plugins.path_of(extension)?);
    let mut page = portal.page("plugin", &path, &parent.title, description);
    page.page.title = format!("{} · {}", extension.title, parent.title);
    let body = draw(portal, &page.root, extension, view, problems);
    page.body = Some(body.unwrap_or_else(|| safe(draw_empty("Nothing to show", None))));
    page.tabs = tabs(portal, parent, Some(&extension.id));
    Some(page)
}

/// Draws a view of an extension; `None` when it is left out.
fn draw(
    portal: &Portal<'_>,
    root: &str,
    extension: &Extension,
    view: &View,
    problems: &mut Vec<Diagnostic>,
) -> Option<SafeHtml> {
    let mut pen = portal.pen(root, extension.plugin, Value::UNDEFINED, "");
    let drawn = extension_view::draw(&mut pen, extension, view);
    problems.append(&mut pen.problems);
    drawn.into_page()
}

/// Draws the widgets that are attached to a page; `None` when there are none, or none shows anything.
fn widgets(
    portal: &Portal<'_>,
    root: &str,
    page: &Extension,
    problems: &mut Vec<Diagnostic>,
) -> Option<SafeHtml> {
    let mut parts: Vec<(&str, SafeHtml)> = Vec::new();
    for (_, extension) in portal.plugins.attached(&page.id, "widgets") {
        let ExtensionKind::HomeWidget { width, view } = &extension.kind else { continue };
        let Some(body) = draw(portal, root, extension, view, problems) else { continue };
        let span = match width {
            Width::One => "1",
            Width::Two => "2",
            Width::Full => "full",
        };
        parts.push((span, safe(html! { section.section { h2 { (extension.title) } (body) } })));
    }
    if parts.is_empty() {
        return None;
    }
    Some(safe(match parts.iter().all(|(span, _)| *span == "full") {
        true => html! { div.stack { @for (_, part) in &parts { (part) } } },
        false => {
            html! { div.grid { @for (span, part) in &parts { div.grid-cell data-span=(span) { (part) } } } }
        }
    }))
}

/// Returns the tabs of a page: its own, if it shows something itself, and its sub-pages. `current` is the id of the
/// sub-page that is shown, if one is.
fn tabs(portal: &Portal<'_>, page: &Extension, current: Option<&str>) -> Vec<TabLink> {
    let subs = portal.plugins.attached(&page.id, "pages");
    let (false, ExtensionKind::Page { path, body, .. }) = (subs.is_empty(), &page.kind) else {
        return Vec::new();
    };
    let shows_itself =
        !matches!(body, Body::Attached) || !portal.plugins.attached(&page.id, "widgets").is_empty();
    let icons = portal.plugins.entity_page.icons;
    let tab = |it: &Extension, href: String, current: bool| TabLink {
        title: it.title.clone(),
        href,
        icon: it.icon.clone().filter(|_| icons).unwrap_or_default(),
        current,
        items: Vec::new(),
    };
    let own = shows_itself.then(|| tab(page, folder(path), current.is_none()));
    let subs = subs.into_iter().enumerate().filter_map(|(index, (_, it))| {
        let stands_in = !shows_itself && index == 0 && current.is_none();
        Some(tab(it, folder(&portal.plugins.path_of(it)?), stands_in || current == Some(it.id.as_str())))
    });
    own.into_iter().chain(subs).collect()
}
