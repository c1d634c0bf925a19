//! The input of the widget `timeline`: dated events, grouped by day.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::field::{self, ItemBody};

/// Events. Inside the item, `row` is the row.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// An expression: the rows.
    pub rows: CodeId,
    /// In which order they stand.
    pub order: TimelineOrder,
    /// An expression: when it was.
    pub time: CodeId,
    /// An expression: what happened.
    pub title: CodeId,
    /// An expression: who did it: an entity, a reference or a name.
    pub actor: Option<CodeId>,
    /// An expression: a few words.
    pub meta: Option<CodeId>,
    /// An expression: where it leads.
    pub href: Option<CodeId>,
    /// An expression: its state.
    pub status: Option<CodeId>,
    /// What there is to say.
    pub body: Option<ItemBody>,
    /// How many are shown.
    pub limit: usize,
    /// An expression: where the rest is.
    pub more: Option<CodeId>,
}

/// The order of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineOrder {
    /// The newest one first.
    Newest,
    /// The oldest one first.
    Oldest,
    /// As the rows are.
    AsIs,
}

const ORDERS: &[(&str, TimelineOrder)] =
    &[("newest", TimelineOrder::Newest), ("oldest", TimelineOrder::Oldest), ("as-is", TimelineOrder::AsIs)];

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Timeline> {
    let rows = node.required_expression("rows", reading);
    let order = node.choice("order", ORDERS, reading).unwrap_or(TimelineOrder::Newest);
    let limit = node.count("limit", reading).unwrap_or(super::table::ROWS_DEFAULT);
    let more = node.expression("more", reading);
    let mut item = field::required_item(node, reading)?;
    let time = item.required_expression("time", reading);
    let title = field::required_words(&mut item, "title", reading);
    let actor = item.expression("actor", reading);
    let meta = field::words(&mut item, "meta", reading);
    let href = item.expression("href", reading);
    let status = item.expression("status", reading);
    let body = field::body(&mut item, reading);
    item.finish(reading);
    Some(Timeline {
        rows: rows?,
        order,
        time: time?,
        title: title?,
        actor,
        meta,
        href,
        status,
        body,
        limit,
        more,
    })
}
