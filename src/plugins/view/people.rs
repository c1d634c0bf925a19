//! The input of the widget `people`: users and groups with avatar, name and a line below.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

/// People. A row is an entity, a reference, or a mapping with `name`, `meta` and `href`.
#[derive(Clone, Debug)]
pub struct People {
    /// An expression: the rows.
    pub rows: CodeId,
    /// An expression on `row`: the line below the name; the mail address by default.
    pub meta: Option<CodeId>,
    /// How many are shown.
    pub limit: usize,
    /// An expression: where the rest is.
    pub more: Option<CodeId>,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<People> {
    let rows = node.required_expression("rows", reading);
    let meta = node.expression("meta", reading);
    let limit = node.count("limit", reading).unwrap_or(super::table::ROWS_DEFAULT);
    let more = node.expression("more", reading);
    Some(People { rows: rows?, meta, limit, more })
}
