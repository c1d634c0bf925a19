//! The input of the widget `status`: states with icon and word, never colour alone.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::field;

/// States. Inside the item, `row` is the row.
#[derive(Clone, Debug)]
pub struct Status {
    /// An expression: the rows.
    pub rows: CodeId,
    /// An expression: what has the state.
    pub label: CodeId,
    /// An expression: `ok`, `warn`, `error`, `running`, `unknown` or `skipped`.
    pub status: CodeId,
    /// An expression: a few words beside it.
    pub meta: Option<CodeId>,
    /// An expression: when it was.
    pub time: Option<CodeId>,
    /// An expression: where it leads.
    pub href: Option<CodeId>,
    /// How many are shown.
    pub limit: usize,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Status> {
    let rows = node.required_expression("rows", reading);
    let limit = node.count("limit", reading).unwrap_or(super::table::ROWS_DEFAULT);
    let mut item = field::required_item(node, reading)?;
    let label = field::required_words(&mut item, "label", reading);
    let status = item.required_expression("status", reading);
    let meta = field::words(&mut item, "meta", reading);
    let href = item.expression("href", reading);
    let time = item.expression("time", reading);
    item.finish(reading);
    Some(Status { rows: rows?, label: label?, status: status?, meta, time, href, limit })
}
