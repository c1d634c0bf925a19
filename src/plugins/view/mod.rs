//! `View`: what a card, a tab or a page shows; a tree of widgets with typed inputs, one file a widget.

mod field;
mod state;
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
mod chart;
mod stat;
mod item_list;
mod timeline;
mod score;
mod iframe;
mod gauge;
mod radar;
mod list;

pub use badge::Badge;
pub use cell::{Cell, CellForm};
pub use chart::{Chart, ChartForm, ChartSeries, SERIES_MAX};
pub use code::CodeText;
pub use field::{Good, ItemBody};
pub use gauge::Gauge;
pub use graph::Graph;
pub use iframe::Iframe;
pub use item_list::ItemList;
pub use kv::{Kv, KvItem};
pub use link::{Link, LinkItem, LinkLook};
pub use list::List;
pub use markdown::Markdown;
pub use people::{Contact, People};
pub use radar::Radar;
pub use score::Score;
pub use stat::Stat;
pub use state::{Footer, FooterLink, FooterTarget, Missing, PreviewState, StateWords};
pub use status::Status;
pub use table::{Column, ColumnSort, Table};
pub(in crate::plugins) use table::{read_column, read_column_keys, read_columns};
pub use timeline::{Timeline, TimelineOrder};

use serde_json::Value;

use state::States;

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
    pub empty: Option<StateWords>,
    /// What to say when its data could not be read.
    pub error: Option<StateWords>,
    /// How to set it up, when an annotation is missing.
    pub missing: Option<Missing>,
    /// A state that is shown on purpose.
    pub preview: Option<PreviewState>,
    /// The line below it.
    pub footer: Option<Footer>,
    /// How many columns of a grid it takes: 1, 2, or 0 for all.
    pub span: u8,
}

impl View {
    /// Returns the ids of the extensions to which its footers lead, and those of the views in it.
    pub(super) fn footer_targets(&self) -> Vec<&Spanned<String>> {
        let link = self.footer.as_ref().and_then(|it| it.link.as_ref());
        let own = link.and_then(|it| match &it.to {
            FooterTarget::Extension(id) => Some(id),
            _ => None,
        });
        let inner = match &self.body {
            ViewBody::Stack(views) | ViewBody::Grid(views) => views.as_slice(),
            _ => &[],
        };
        own.into_iter().chain(inner.iter().flat_map(Self::footer_targets)).collect()
    }
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
    /// Series of numbers.
    Chart(Chart),
    /// One number.
    Stat(Stat),
    /// Items, or the lines of a log.
    ItemList(ItemList),
    /// Dated events.
    Timeline(Timeline),
    /// Grades.
    Score(Score),
    /// A page of another origin.
    Iframe(Iframe),
    /// One value against bands.
    Gauge(Gauge),
    /// Entries in quadrants and rings.
    Radar(Radar),
    /// A template of the plugin, by name.
    Template(Spanned<String>),
}

type ReadBody = fn(&mut Node<'_>, &mut Reading<'_>) -> Option<ViewBody>;

/// Every widget and what reads its input.
const WIDGETS: &[(&str, ReadBody)] = &[
    ("table", |node, reading| table::read(node, reading).map(ViewBody::Table)),
    ("kv", |node, reading| kv::read(node, reading).map(ViewBody::Kv)),
    ("link", |node, reading| link::read(node, reading).map(ViewBody::Link)),
    ("badge", |node, reading| badge::read(node, reading).map(ViewBody::Badge)),
    ("people", |node, reading| people::read(node, reading).map(ViewBody::People)),
    ("markdown", |node, reading| markdown::read(node, reading).map(ViewBody::Markdown)),
    ("code", |node, reading| code::read(node, reading).map(ViewBody::Code)),
    ("status", |node, reading| status::read(node, reading).map(ViewBody::Status)),
    ("graph", |node, reading| graph::read(node, reading).map(ViewBody::Graph)),
    ("chart", |node, reading| chart::read(node, reading).map(ViewBody::Chart)),
    ("stat", |node, reading| stat::read(node, reading).map(ViewBody::Stat)),
    ("list", |node, reading| item_list::read(node, reading).map(ViewBody::ItemList)),
    ("timeline", |node, reading| timeline::read(node, reading).map(ViewBody::Timeline)),
    ("score", |node, reading| score::read(node, reading).map(ViewBody::Score)),
    ("iframe", |node, reading| iframe::read(node, reading).map(ViewBody::Iframe)),
    ("gauge", |node, reading| gauge::read(node, reading).map(ViewBody::Gauge)),
    ("radar", |node, reading| radar::read(node, reading).map(ViewBody::Radar)),
];

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
    let States { empty, error, missing, preview, footer } = state::read(&mut node, reading);
    let span = read_span(&mut node, reading);
    let body = read_body(&mut node, reading);
    if body.is_none() && node.has("widget") {
        // The keys of a widget that cannot be read are nobody's.
        return None;
    }
    node.finish(reading);
    Some(View { body: body?, title, condition, empty, error, missing, preview, footer, span })
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
    if let Some((_, read)) = WIDGETS.iter().find(|(it, _)| *it == widget) {
        return read(node, reading);
    }
    let names = WIDGETS.iter().map(|(it, _)| *it);
    let message = match nearest(widget, names.clone()) {
        Some(near) => format!("there is no widget `{widget}`; did you mean `{near}`?"),
        None => format!("there is no widget `{widget}`; there are {}", names.collect::<Vec<_>>().join(", ")),
    };
    reading.error("plugin/unknown-widget", &widget_pointer, message);
    None
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

/// Reads the list of a `page` extension.
pub(super) fn read_list(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<List> {
    list::read(value, pointer, reading)
}
