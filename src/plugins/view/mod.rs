//! `View`: what a card, a tab or a page shows; a tree of widgets with typed inputs, one file a widget.

mod cell;
mod table;
mod kv;
mod link;
mod badge;
mod people;
mod markdown;
mod code;
mod status;
mod graph;
mod list;

pub use badge::Badge;
pub use cell::{Cell, CellForm};
pub use code::CodeText;
pub use graph::Graph;
pub use kv::{Kv, KvItem};
pub use link::{Link, LinkItem, LinkLook};
pub use list::List;
pub use markdown::Markdown;
pub use people::People;
pub use status::Status;
pub use table::{Column, Table};
pub(in crate::plugins) use table::{read_column_keys, read_columns};

use serde_json::Value;

use super::expression::CodeId;
use super::node::{Node, Reading};
use crate::diagnostics::{Spanned, nearest};

/// One node of a view.
#[derive(Clone, Debug)]
pub struct View {
    /// What it is.
    pub body: ViewBody,
    /// A heading over it.
    pub title: Option<CodeId>,
    /// Left out unless this is true.
    pub condition: Option<CodeId>,
    /// What to say when there is nothing to show.
    pub empty: Option<Empty>,
    /// How to set it up, when an annotation is missing.
    pub missing: Option<Missing>,
    /// How many columns of a grid it takes: 1, 2, or 0 for all.
    pub span: u8,
}

/// A widget, or an arrangement of views.
#[derive(Clone, Debug)]
pub enum ViewBody {
    /// One below the other.
    Stack(Vec<View>),
    /// Side by side where there is room.
    Grid(Vec<View>),
    /// Rows and columns.
    Table(Table),
    /// Terms and their values.
    Kv(Kv),
    /// Links with icons.
    Link(Link),
    /// Coloured chips.
    Badge(Badge),
    /// People and teams.
    People(People),
    /// Formatted text.
    Markdown(Markdown),
    /// Source text.
    Code(CodeText),
    /// States with icon and word.
    Status(Status),
    /// Nodes and edges.
    Graph(Graph),
    /// A template of the plugin, by name.
    Template(Spanned<String>),
}

/// The empty state.
#[derive(Clone, Debug)]
pub struct Empty {
    /// What there is none of.
    pub title: Option<CodeId>,
    /// How to add it; Markdown.
    pub body: Option<CodeId>,
}

/// The state "not set up".
#[derive(Clone, Debug)]
pub struct Missing {
    /// The annotation that switches it on.
    pub annotation: String,
    /// A value of the annotation.
    pub example: String,
}

const WIDGETS: &[&str] = &["table", "kv", "link", "badge", "people", "markdown", "code", "status", "graph"];
const WIDGETS_NOT_YET: &[&str] = &["chart", "stat", "list", "timeline", "score", "iframe", "gauge", "radar"];

/// How deep views may be nested.
const DEPTH_MAX: usize = 16;

/// Reads a view.
pub(super) fn read(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<View> {
    if pointer.matches("/stack/").count() + pointer.matches("/grid/").count() > DEPTH_MAX {
        reading.error("plugin/bad-value", pointer, format!("views are nested more than {DEPTH_MAX} deep"));
        return None;
    }
    let mut node = Node::new(value, pointer, reading)?;
    let title = node.text("title", reading);
    let condition = node.expression("if", reading);
    let empty = node.value("empty").and_then(|it| read_empty(it, &node.at("empty"), reading));
    let missing = node.value("missing").and_then(|it| read_missing(it, &node.at("missing"), reading));
    let span = read_span(&mut node, reading);
    let body = read_body(&mut node, reading);
    if body.is_none() && node.has("widget") {
        // The keys of a widget that cannot be read are nobody's.
        return None;
    }
    node.finish(&["error", "footer"], reading);
    Some(View { body: body?, title, condition, empty, missing, span })
}

fn read_body(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ViewBody> {
    for (key, arrange) in [("stack", ViewBody::Stack as fn(Vec<View>) -> ViewBody), ("grid", ViewBody::Grid)]
    {
        if node.has(key) {
            let children = node.list(key, reading);
            let views =
                children.into_iter().filter_map(|(child, pointer)| read(child, &pointer, reading)).collect();
            return Some(arrange(views));
        }
    }
    if node.has("template") {
        let span = reading.document.span(&node.at("template"));
        let name = node.literal("template", reading)?;
        return Some(ViewBody::Template(Spanned { value: name.to_owned(), span }));
    }
    let widget_pointer = node.at("widget");
    let Some(widget) = node.literal("widget", reading) else {
        node.missing("widget", reading);
        return None;
    };
    match widget {
        "table" => table::read(node, reading).map(ViewBody::Table),
        "kv" => kv::read(node, reading).map(ViewBody::Kv),
        "link" => link::read(node, reading).map(ViewBody::Link),
        "badge" => badge::read(node, reading).map(ViewBody::Badge),
        "people" => people::read(node, reading).map(ViewBody::People),
        "markdown" => markdown::read(node, reading).map(ViewBody::Markdown),
        "code" => code::read(node, reading).map(ViewBody::Code),
        "status" => status::read(node, reading).map(ViewBody::Status),
        "graph" => graph::read(node, reading).map(ViewBody::Graph),
        other => {
            let message = match WIDGETS_NOT_YET.contains(&other) {
                true => format!("the widget `{other}` is not supported yet"),
                false => match nearest(other, WIDGETS.iter().copied()) {
                    Some(near) => format!("there is no widget `{other}`; did you mean `{near}`?"),
                    None => format!("there is no widget `{other}`; there are {}", WIDGETS.join(", ")),
                },
            };
            let code = if WIDGETS_NOT_YET.contains(&other) {
                "plugin/not-supported"
            } else {
                "plugin/unknown-widget"
            };
            reading.error(code, &widget_pointer, message);
            None
        }
    }
}

fn read_span(node: &mut Node<'_>, reading: &mut Reading<'_>) -> u8 {
    match node.value("span") {
        None => 1,
        Some(Value::String(text)) if text == "full" => 0,
        Some(Value::Number(number)) if matches!(number.as_u64(), Some(1 | 2)) => {
            number.as_u64().map_or(1, |it| it as u8)
        }
        Some(_) => {
            reading.error("plugin/bad-value", &node.at("span"), "`span` takes 1, 2 or `full`".to_owned());
            1
        }
    }
}

fn read_empty(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<Empty> {
    let mut node = Node::new(value, pointer, reading)?;
    let empty = Empty { title: node.text("title", reading), body: node.text("body", reading) };
    node.finish(&[], reading);
    Some(empty)
}

fn read_missing(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<Missing> {
    let mut node = Node::new(value, pointer, reading)?;
    let annotation = node.literal("annotation", reading).map(str::to_owned);
    let example = node.literal("example", reading).unwrap_or("value").to_owned();
    if annotation.is_none() {
        node.missing("annotation", reading);
    }
    node.finish(&[], reading);
    Some(Missing { annotation: annotation?, example })
}

/// Reads the list of a `page` extension.
pub(super) fn read_list(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<List> {
    list::read(value, pointer, reading)
}
