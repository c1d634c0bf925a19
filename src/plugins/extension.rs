//! `Extension`: one card, tab, page or navigation item of a plugin.

use serde_json::Value;

use super::expression::{CodeForm, CodeId};
use super::node::{Node, Reading};
use super::view::{self, List, View};
use crate::diagnostics::Span;
use crate::model::Filter;

/// The order of what says none.
const ORDER_DEFAULT: i64 = 100;

/// The column of the overview that a card stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardSlot {
    /// The narrow column on the right.
    Info,
    /// The wide column on the left.
    Content,
}

/// What fills a page or a tab.
#[derive(Clone, Debug)]
pub enum Body {
    /// Widgets.
    View(Box<View>),
    /// A list of entities.
    List(Box<List>),
    /// Another page stands for it: an expression that gives its path, or nothing to leave the tab out.
    Link(CodeId),
}

/// What kind of extension it is.
#[derive(Clone, Debug)]
pub enum ExtensionKind {
    /// A page of the portal.
    Page {
        /// The path below the root, without slashes at the ends; empty for the home page.
        path: String,
        /// Whether it stands in the navigation.
        nav: bool,
        /// What it is for.
        description: String,
        /// What fills it.
        body: Body,
    },
    /// A card on the overview of an entity.
    EntityCard {
        /// Where it stands.
        slot: CardSlot,
        /// What it shows.
        view: View,
    },
    /// A tab of an entity.
    EntityContent {
        /// The path below the entity's page.
        path: String,
        /// The group of tabs it belongs to.
        group: Option<String>,
        /// What fills it.
        body: Body,
    },
    /// An item of the navigation.
    NavItem {
        /// The path below the root.
        href: String,
    },
}

/// One card, tab, page or navigation item.
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
    /// The place in the navigation or among cards: smaller comes first.
    pub order: i64,
    /// Which entities it is for; all if there is none.
    pub filter: Option<Filter>,
    /// Whether it is on.
    pub enabled: bool,
    /// What it is.
    pub kind: ExtensionKind,
    /// The sources whose data it shows.
    pub data: std::collections::BTreeSet<String>,
    /// Where its name is written; where it is declared if it has none.
    pub span: Span,
    /// Where its path is written, by the plugin or by the operator.
    pub path_span: Span,
}

/// Reads one item of `extensions`, whose keys the schema has already checked.
pub(super) fn read(
    value: &Value,
    pointer: &str,
    plugin: &str,
    reading: &mut Reading<'_>,
) -> Option<Extension> {
    let mut node = Node::new(value, pointer, reading)?;
    let kind_name = node.literal("kind", reading)?;
    let name = node.literal("name", reading).unwrap_or_default();
    let id = if name.is_empty() {
        format!("{kind_name}:{plugin}")
    } else {
        format!("{kind_name}:{plugin}/{name}")
    };
    let title = match node.literal("title", reading) {
        Some(title) => title.to_owned(),
        None => {
            node.missing("title", reading);
            name.to_owned()
        }
    };
    let kind = match kind_name {
        "page" => read_page(&mut node, reading),
        "entity-card" => read_card(&mut node, reading),
        "entity-content" => read_content(&mut node, reading),
        _ => read_nav_item(&mut node, reading),
    };
    // Without its filter an extension would be for every entity, so a bad filter takes the extension with it.
    let filter = node.filter("filter", reading);
    if filter.is_none() && node.has("filter") {
        return None;
    }
    Some(Extension {
        id,
        plugin: reading.plugin,
        title,
        icon: node.literal("icon", reading).map(str::to_owned),
        filter,
        order: node.value("order").and_then(Value::as_i64).unwrap_or(ORDER_DEFAULT),
        enabled: !node.flag("disabled", reading).unwrap_or(false),
        kind: kind?,
        data: std::collections::BTreeSet::new(),
        span: reading.document.span(&node.at("name")),
        path_span: reading.document.span(&node.at("path")),
    })
}

fn read_page(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ExtensionKind> {
    let path = path(node, "path", true, reading);
    let nav = node.flag("nav", reading).unwrap_or(true);
    let description = node.literal("description", reading).unwrap_or_default().to_owned();
    let body = read_body(node, &["view", "list"], reading);
    Some(ExtensionKind::Page { path: path?, nav, description, body: body? })
}

fn read_card(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ExtensionKind> {
    let slot = match node.literal("type", reading) {
        Some("info") => CardSlot::Info,
        _ => CardSlot::Content,
    };
    match read_body(node, &["view"], reading)? {
        Body::View(view) => Some(ExtensionKind::EntityCard { slot, view: *view }),
        _ => None,
    }
}

fn read_content(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ExtensionKind> {
    let path = path(node, "path", false, reading);
    let group = node.literal("group", reading).map(str::to_owned);
    let body = read_body(node, &["view", "link"], reading);
    Some(ExtensionKind::EntityContent { path: path?, group, body: body? })
}

fn read_nav_item(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ExtensionKind> {
    Some(ExtensionKind::NavItem { href: path(node, "href", true, reading)? })
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
