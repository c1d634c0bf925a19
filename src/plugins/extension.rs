//! `Extension`: one thing that a plugin adds to the portal, of one of the kinds of `ExtensionKind`.

use serde_json::Value;

use super::attachment::{self, AttachTo};
use super::expression::{CodeForm, CodeId};
use super::extension_kind::{Body, CardSlot, DocsPlace, ExtensionKind, IconFile, Width};
use super::node::{Node, Reading};
use super::shown_sources::ShownSources;
use super::theme;
use super::view::{self, View, read_column_keys};
use crate::diagnostics::{Diagnostic, Span, nearest};
use crate::model::Filter;

/// The order of what says none.
const ORDER_DEFAULT: i64 = 100;

/// The keys of an extension that the schema knows, whatever its kind.
const KEYS: &[&str] = &[
    "title",
    "label",
    "description",
    "icon",
    "filter",
    "type",
    "path",
    "order",
    "nav",
    "group",
    "href",
    "link",
    "view",
    "list",
    "page",
    "value",
    "as",
    "optional",
    "width",
    "location",
    "tokens",
    "icons",
    "ref",
    "messages",
];

/// One thing that a plugin adds.
#[derive(Clone, Debug)]
pub struct Extension {
    /// `kind:plugin[/name]`, as in Backstage.
    pub id: String,
    /// The index of the plugin.
    pub plugin: usize,
    /// Its title.
    pub title: String,
    /// The name of its icon.
    pub icon: Option<String>,
    /// The place among its like: smaller comes first.
    pub order: i64,
    /// What it is for, mostly entities; all if there is none.
    pub filter: Option<Filter>,
    /// Whether it is on.
    pub enabled: bool,
    /// An expression over the configuration and the site: off unless it holds.
    pub condition: Option<CodeId>,
    /// What it is attached to.
    pub attach_to: AttachTo,
    /// What it is.
    pub kind: ExtensionKind,
    /// The sources whose data it shows.
    pub data: ShownSources,
    /// Where its name is written; where it is declared if it has none.
    pub span: Span,
    /// Where its path is written, by the plugin or by the operator.
    pub path_span: Span,
}

impl Extension {
    /// Returns whether it is for an entity, of which plugins tell what `fact` gives.
    pub fn is_for(&self, entity: &crate::model::Entity, fact: &crate::model::FactOf<'_>) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.matches_with(entity, fact))
    }
}

/// Reads one item of `extensions`, whose keys the schema has already checked.
pub(super) fn read(
    value: &Value,
    pointer: &str,
    plugin: &str,
    reading: &mut Reading<'_>,
) -> Option<Extension> {
    let mut node = Node::new(value, pointer, reading)?;
    // A kind that there is none of is the schema's to report.
    let kind_name = node.literal("kind", reading).filter(|it| attachment::is_kind(it))?;
    let name = node.literal("name", reading).unwrap_or_default();
    let id = id_of(kind_name, plugin, name);
    let title = read_title(&mut node, kind_name, name, reading);
    let kind = read_kind(&mut node, kind_name, plugin, reading);
    let has_filter = attachment::takes_filter(kind_name);
    // Without its filter an extension would be for everything, so a bad filter takes the extension with it.
    let filter = if has_filter { node.filter("filter", reading) } else { None };
    let bad_filter = has_filter && filter.is_none() && node.has("filter");
    let attach_to = match node.value("attachTo") {
        Some(value) => attachment::read(value, &node.at("attachTo"), reading),
        None => Some(attachment::default_of(kind_name, plugin, reading.document.span(pointer))),
    };
    let attach_to = match node.has("page") && kind_name == "sub-page" {
        true => node.literal("page", reading).map(|page| AttachTo {
            id: page.to_owned(),
            input: "pages".to_owned(),
            span: reading.document.span(&node.at("page")),
            input_span: reading.document.span(&node.at("page")),
            written: true,
        }),
        false => attach_to,
    };
    let extension = Extension {
        id,
        plugin: reading.plugin,
        title,
        icon: node.literal("icon", reading).map(str::to_owned),
        filter,
        order: node.value("order").and_then(Value::as_i64).unwrap_or(ORDER_DEFAULT),
        enabled: !node.flag("disabled", reading).unwrap_or(false),
        condition: node.has("if").then(|| node.expression("if", reading)).flatten(),
        attach_to: attach_to?,
        kind: kind?,
        data: ShownSources::default(),
        span: reading.document.span(&node.at("name")),
        path_span: reading.document.span(&node.at("path")),
    };
    report_foreign_keys(&node, kind_name, reading);
    (!bad_filter).then_some(extension)
}

/// Returns the id of an extension.
pub(super) fn id_of(kind: &str, plugin: &str, name: &str) -> String {
    if name.is_empty() { format!("{kind}:{plugin}") } else { format!("{kind}:{plugin}/{name}") }
}

/// Kinds that are seen by no title of theirs may go without one.
fn read_title(node: &mut Node<'_>, kind: &str, name: &str, reading: &mut Reading<'_>) -> String {
    let key = if kind == "entity-icon-link" && node.has("label") { "label" } else { "title" };
    let needed = !matches!(kind, "entity-header" | "addon" | "theme" | "icon-bundle" | "translation");
    match node.words(key, reading) {
        Some(title) => title,
        None => {
            if needed && !node.has(key) {
                node.missing("title", reading);
            }
            name.to_owned()
        }
    }
}

/// Reports keys of other kinds; those of no kind are the schema's to report.
fn report_foreign_keys(node: &Node<'_>, kind: &str, reading: &mut Reading<'_>) {
    let (foreign, known) = node.unasked();
    for key in foreign.into_iter().filter(|key| KEYS.contains(key)) {
        let place = reading.document.key_span(&node.at(key));
        let message = format!("`{key}` is no key of `{kind}`");
        let known: Vec<&str> = known.iter().copied().filter(|it| *it != "kind").collect();
        let diagnostic = Diagnostic::error("plugin/unknown-key", place, message);
        reading.problems.push(match nearest(key, known.iter().copied()) {
            Some(near) => diagnostic.nearest(Some(near)),
            None => diagnostic.hint(format!("known here: {}", known.join(", "))),
        });
    }
}

fn read_kind(
    node: &mut Node<'_>,
    kind: &str,
    plugin: &str,
    reading: &mut Reading<'_>,
) -> Option<ExtensionKind> {
    match kind {
        "page" => read_page(node, reading),
        "sub-page" => {
            let path = path(node, "path", false, reading);
            let view = read_view(node, reading);
            Some(ExtensionKind::SubPage { path: path?, view: view? })
        }
        "entity-card" => read_card(node, reading),
        "entity-content" => read_content(node, reading),
        "entity-header" => Some(ExtensionKind::EntityHeader { view: read_view(node, reading)? }),
        "entity-icon-link" => {
            Some(ExtensionKind::EntityIconLink { href: node.required_expression("href", reading)? })
        }
        "entity-context-menu-item" => {
            Some(ExtensionKind::EntityContextMenuItem { href: node.required_expression("href", reading)? })
        }
        "catalog-column" => {
            read_column_keys(node, true, reading).map(|column| ExtensionKind::CatalogColumn { column })
        }
        "catalog-filter" => {
            Some(ExtensionKind::CatalogFilter { value: node.required_expression("value", reading)? })
        }
        "search-result" => Some(ExtensionKind::SearchResult),
        "home-widget" => {
            let width = read_width(node, reading);
            Some(ExtensionKind::HomeWidget { width, view: read_view(node, reading)? })
        }
        "addon" => read_addon(node, reading),
        "theme" => theme::read(node, reading).map(|tokens| ExtensionKind::Theme { tokens }),
        "icon-bundle" => read_icons(node, reading),
        "translation" => {
            // What they say was taken before, since texts of all plugins are looked up while they are read.
            node.value("messages");
            let of = node.literal("ref", reading).unwrap_or(plugin).to_owned();
            Some(ExtensionKind::Translation { of })
        }
        _ => read_nav_item(node, reading),
    }
}

fn read_page(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ExtensionKind> {
    let path = path(node, "path", true, reading);
    let nav = node.flag("nav", reading).unwrap_or(true);
    let description = node.words("description", reading).unwrap_or_default();
    // A page may be made of what is attached to it, which is looked at when all plugins are read.
    let body = match ["view", "list"].iter().any(|it| node.has(it)) {
        true => read_body(node, &["view", "list"], reading),
        false => Some(Body::Attached),
    };
    Some(ExtensionKind::Page { path: path?, nav, description, body: body? })
}

fn read_card(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ExtensionKind> {
    let slot = node.literal("type", reading).and_then(CardSlot::of).unwrap_or(CardSlot::Content);
    Some(ExtensionKind::EntityCard { slot, view: read_view(node, reading)? })
}

fn read_content(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ExtensionKind> {
    let path = path(node, "path", false, reading);
    let group = match node.value("group") {
        None | Some(Value::Bool(false)) => None,
        _ => node.literal("group", reading).map(str::to_owned),
    };
    let body = read_body(node, &["view", "link"], reading);
    Some(ExtensionKind::EntityContent { path: path?, group, body: body? })
}

fn read_nav_item(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ExtensionKind> {
    Some(ExtensionKind::NavItem { href: path(node, "href", true, reading)? })
}

fn read_addon(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ExtensionKind> {
    let view = read_view(node, reading);
    let place = node.literal("location", reading).and_then(DocsPlace::of);
    if place.is_none() && !node.has("location") {
        node.missing("location", reading);
    }
    Some(ExtensionKind::Addon { place: place?, view: view? })
}

fn read_width(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Width {
    let width = node.value("width").map(Width::of);
    if width == Some(None) {
        reading.error("plugin/bad-value", &node.at("width"), "`width` takes 1, 2 or `full`".to_owned());
    }
    width.flatten().unwrap_or(Width::Full)
}

fn read_icons(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ExtensionKind> {
    let pointer = node.at("icons");
    let Some(value) = node.value("icons") else {
        node.missing("icons", reading);
        return None;
    };
    let icons = value.as_object().into_iter().flatten().filter_map(|(name, path)| {
        let span = reading.document.span(&format!("{pointer}/{name}"));
        Some(IconFile { name: name.clone(), path: path.as_str()?.to_owned(), span })
    });
    Some(ExtensionKind::IconBundle { icons: icons.collect() })
}

fn read_view(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Box<View>> {
    match read_body(node, &["view"], reading)? {
        Body::View(view) => Some(view),
        _ => None,
    }
}

fn read_body(node: &mut Node<'_>, allowed: &[&'static str], reading: &mut Reading<'_>) -> Option<Body> {
    let written: Vec<&&str> = allowed.iter().filter(|key| node.has(key)).collect();
    let key = match written.as_slice() {
        [key] => **key,
        [] => {
            node.missing(allowed.first().copied().unwrap_or("view"), reading);
            return None;
        }
        _ => {
            for key in allowed {
                node.value(key);
            }
            let message = format!("only one of {} may be written", allowed.join(", "));
            reading.error("plugin/bad-value", &node.pointer, message);
            return None;
        }
    };
    let pointer = node.at(key);
    match key {
        "view" => view::read(node.value("view")?, &pointer, reading).map(|it| Body::View(Box::new(it))),
        "list" => view::read_list(node.value("list")?, &pointer, reading).map(|it| Body::List(Box::new(it))),
        _ => {
            let source = node.literal("link", reading)?;
            Some(Body::Link(reading.code(source, CodeForm::Expression, &pointer)))
        }
    }
}

/// Returns a path without slashes at its ends.
fn path(
    node: &mut Node<'_>,
    key: &'static str,
    may_be_empty: bool,
    reading: &mut Reading<'_>,
) -> Option<String> {
    let pointer = node.at(key);
    let Some(written) = node.literal(key, reading) else {
        node.missing(key, reading);
        return None;
    };
    match clean_path(written, may_be_empty) {
        Ok(path) => Some(path),
        Err(message) => {
            reading.error("plugin/bad-path", &pointer, message);
            None
        }
    }
}

/// Checks a path that a plugin or an operator wrote: lower-case segments that are plain folder names.
pub(super) fn clean_path(written: &str, may_be_empty: bool) -> Result<String, String> {
    let path = written.trim_matches('/');
    let segment = |it: &str| {
        !it.is_empty() && it.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
    };
    if path.is_empty() && may_be_empty || path.split('/').all(segment) {
        return Ok(path.to_owned());
    }
    Err(format!("`{written}` is not a path: it has lower-case letters, digits and `-`, parted by `/`"))
}
