//! The input of the widget `chart`: series of numbers, drawn at build.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::field;

/// A chart.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What kind of chart it is.
    pub form: ChartForm,
    /// What it shows, for those who do not see it.
    pub label: Option<CodeId>,
    /// An expression: rows, each of which is a series that the first of `series` describes.
    pub rows: Option<CodeId>,
    /// The series, in order.
    pub series: Vec<ChartSeries>,
}

/// One series of numbers.
#[derive(Clone, Debug)]
pub struct ChartSeries {
    /// A text; with rows an expression: its name.
    pub label: Option<CodeId>,
    /// An expression: a list of numbers, or of mappings with `x`, `at` or `date`, and `y` or `value`.
    pub points: CodeId,
    /// A text: the unit.
    pub unit: Option<CodeId>,
}

/// The kinds of charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartForm {
    /// A line a series.
    Line,
    /// A line a series, and the area below it.
    Area,
    /// Bars side by side.
    Bar,
    /// Bars on top of each other.
    StackedBar,
    /// Parts of a whole.
    Donut,
    /// A small line without axes.
    Sparkline,
}

const FORMS: &[(&str, ChartForm)] = &[
    ("line", ChartForm::Line),
    ("area", ChartForm::Area),
    ("bar", ChartForm::Bar),
    ("stacked-bar", ChartForm::StackedBar),
    ("donut", ChartForm::Donut),
    ("sparkline", ChartForm::Sparkline),
];

/// The most series of a chart.
pub const SERIES_MAX: usize = 12;

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Chart> {
    let form = node.choice("type", FORMS, reading).unwrap_or(ChartForm::Line);
    let label = node.text("label", reading);
    let rows = node.expression("rows", reading);
    let items = match rows {
        Some(_) => {
            let pointer = node.at("item");
            node.value("item").map(|it| vec![(it, pointer)]).unwrap_or_default()
        }
        None => node.list("series", reading),
    };
    let key = if rows.is_some() { "item" } else { "series" };
    if items.is_empty() && !node.has(key) {
        node.missing(key, reading);
    }
    if items.len() > SERIES_MAX {
        let message = format!("a chart has at most {SERIES_MAX} series");
        reading.error("plugin/bad-value", &node.at("series"), message);
    }
    let by_row = rows.is_some();
    let series = items
        .into_iter()
        .take(SERIES_MAX)
        .filter_map(|(item, pointer)| read_series(item, pointer, by_row, reading))
        .collect();
    Some(Chart { form, label, rows, series })
}

fn read_series(
    value: &serde_json::Value,
    pointer: String,
    by_row: bool,
    reading: &mut Reading<'_>,
) -> Option<ChartSeries> {
    let mut node = Node::new(value, pointer, reading)?;
    let label = match by_row {
        true => field::words(&mut node, "label", reading),
        false => node.text("label", reading),
    };
    let points = node.required_expression("points", reading);
    let unit = node.text("unit", reading);
    node.finish(reading);
    Some(ChartSeries { label, points: points?, unit })
}
