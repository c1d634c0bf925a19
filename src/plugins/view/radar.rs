//! The input of the widget `radar`: entries in quadrants and rings.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::field;

/// A radar. Inside the item, `row` is the row.
#[derive(Clone, Debug)]
pub struct Radar {
    /// A text: what it shows, for those who do not see it.
    pub label: Option<CodeId>,
    /// An expression: names, or mappings with `id` and `name`.
    pub quadrants: CodeId,
    /// An expression: the same, from the middle to the edge.
    pub rings: CodeId,
    /// An expression: the entries.
    pub rows: CodeId,
    /// An expression: what tells an entry from others, and gives it its place; the label by default.
    pub id: Option<CodeId>,
    /// An expression: the name of an entry.
    pub entry: CodeId,
    /// An expression: the id or the name of its quadrant.
    pub quadrant: CodeId,
    /// An expression: the id or the name of its ring.
    pub ring: CodeId,
    /// An expression: 1 or `in`, -1 or `out`, 2 or `new`; anything else did not move.
    pub moved: Option<CodeId>,
    /// A text: where it leads.
    pub href: Option<CodeId>,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Radar> {
    let label = node.text("label", reading);
    let quadrants = node.required_expression("quadrants", reading);
    let rings = node.required_expression("rings", reading);
    let rows = node.required_expression("rows", reading);
    let mut item = field::required_item(node, reading)?;
    let id = item.expression("id", reading);
    let entry = field::required_words(&mut item, "label", reading);
    let quadrant = item.required_expression("quadrant", reading);
    let ring = item.required_expression("ring", reading);
    let moved = item.expression("moved", reading);
    let href = item.text("href", reading);
    item.finish(reading);
    Some(Radar {
        label,
        quadrants: quadrants?,
        rings: rings?,
        rows: rows?,
        id,
        entry: entry?,
        quadrant: quadrant?,
        ring: ring?,
        moved,
        href,
    })
}
