//! The input of the widget `gauge`: one value against bands.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::field::{self, Good};

/// One value against bands.
#[derive(Clone, Debug)]
pub struct Gauge {
    /// A text: what is measured.
    pub label: CodeId,
    /// An expression: the number.
    pub value: CodeId,
    /// A text: the unit.
    pub unit: Option<CodeId>,
    /// Where one band ends and the next begins, from small to large.
    pub bands: Vec<f64>,
    /// Which end is good; the upper one by default.
    pub good: Good,
    /// The lower end.
    pub min: f64,
    /// The upper end.
    pub max: f64,
    /// An expression: where it leads.
    pub href: Option<CodeId>,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Gauge> {
    let label = field::required_text(node, "label", reading);
    let value = node.required_expression("value", reading);
    let unit = node.text("unit", reading);
    let bands = field::numbers(node, "bands", reading);
    let good = field::good(node, reading).unwrap_or(Good::High);
    let min = field::number(node, "min", reading).unwrap_or(0.0);
    let max_pointer = node.at("max");
    let mut max = field::number(node, "max", reading).unwrap_or(100.0);
    if max <= min {
        reading.error("plugin/bad-value", &max_pointer, "`max` must be more than `min`".to_owned());
        max = min + 1.0;
    }
    let href = node.expression("href", reading);
    Some(Gauge { label: label?, value: value?, unit, bands, good, min, max, href })
}
