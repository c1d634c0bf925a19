//! The input of the widget `stat`: one number with its unit, its change, and whether that is good.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::field::{self, Good};

/// One number.
#[derive(Clone, Debug)]
pub struct Stat {
    /// A text: what is counted.
    pub label: CodeId,
    /// An expression: the number; other values are shown as they are.
    pub value: CodeId,
    /// A text: the unit.
    pub unit: Option<CodeId>,
    /// An expression: earlier numbers, as the points of a chart.
    pub trend: Option<CodeId>,
    /// An expression: how much it changed; from the first to the last point of `trend` by default.
    pub delta: Option<CodeId>,
    /// Which direction is good.
    pub good: Option<Good>,
    /// An expression: where it leads.
    pub href: Option<CodeId>,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Stat> {
    let label = field::required_text(node, "label", reading);
    let value = node.required_expression("value", reading);
    let unit = node.text("unit", reading);
    let trend = node.expression("trend", reading);
    let delta = node.expression("delta", reading);
    let good = field::good(node, reading);
    let href = node.expression("href", reading);
    Some(Stat { label: label?, value: value?, unit, trend, delta, good, href })
}
