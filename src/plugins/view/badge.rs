//! The input of the widget `badge`: chips in a row.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::field;

/// Chips. Inside an item, `row` is the row.
#[derive(Clone, Debug)]
pub struct Badge {
    /// An expression: the rows.
    pub rows: CodeId,
    /// An expression: the text of a chip; the row itself by default.
    pub label: Option<CodeId>,
    /// An expression: how many there are, which stands behind the text.
    pub count: Option<CodeId>,
    /// An expression: `neutral`, `ok`, `warn`, `error` or `info`, or a severity: `critical`, `high`, `medium`, `low`.
    pub tone: Option<CodeId>,
    /// An expression: where it leads.
    pub href: Option<CodeId>,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Badge> {
    let rows = node.required_expression("rows", reading);
    let (mut label, mut count, mut tone, mut href) = (None, None, None, None);
    if let Some(mut item) = field::item(node, reading) {
        label = field::words(&mut item, "label", reading);
        count = item.expression("count", reading);
        tone = item.expression("tone", reading);
        href = item.expression("href", reading);
        item.finish(reading);
    }
    Some(Badge { rows: rows?, label, count, tone, href })
}
