//! The input of the widget `badge`: chips in a row.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

/// Chips. Inside an item, `row` is the row.
#[derive(Clone, Debug)]
pub struct Badge {
    /// An expression: the rows.
    pub rows: CodeId,
    /// An expression: the text of a chip; the row itself by default.
    pub label: Option<CodeId>,
    /// An expression: `neutral`, `ok`, `warn`, `error` or `info`.
    pub tone: Option<CodeId>,
    /// An expression: where it leads.
    pub href: Option<CodeId>,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Badge> {
    let rows = node.required_expression("rows", reading);
    let (mut label, mut tone, mut href) = (None, None, None);
    let pointer = node.at("item");
    if let Some(mut item) = node.value("item").and_then(|it| Node::new(it, pointer, reading)) {
        label = item.expression("label", reading);
        tone = item.expression("tone", reading);
        href = item.expression("href", reading);
        item.finish(&[], reading);
    }
    Some(Badge { rows: rows?, label, tone, href })
}
