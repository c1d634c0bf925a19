//! The input of the widget `score`: grades, or parts of a hundred in a ring, with the rule that gave them.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::field;

/// Scores. Inside the item, `row` is the row.
#[derive(Clone, Debug)]
pub struct Score {
    /// An expression: the rows.
    pub rows: CodeId,
    /// An expression: what is judged; `row.label` by default.
    pub label: Option<CodeId>,
    /// An expression: the score; `row.value` by default.
    pub value: Option<CodeId>,
    /// An expression: the rule that gave it; `row.rule` by default.
    pub rule: Option<CodeId>,
    /// An expression: where it leads; `row.href` by default.
    pub href: Option<CodeId>,
    /// Grades by value, the best one first; without them a score is a number from 0 to `max`.
    pub scale: Vec<(String, String)>,
    /// Where one band ends and the next begins.
    pub bands: Vec<f64>,
    /// The best number, 100 by default.
    pub max: f64,
    /// How many are shown.
    pub limit: usize,
}

/// The bands of what says none.
const BANDS_DEFAULT: [f64; 2] = [50.0, 80.0];

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Score> {
    let rows = node.required_expression("rows", reading);
    let scale = read_scale(node, reading);
    let max = field::number(node, "max", reading).filter(|it| *it > 0.0).unwrap_or(100.0);
    let bands = match node.has("bands") {
        true => field::numbers(node, "bands", reading),
        false => BANDS_DEFAULT.iter().map(|it| it / 100.0 * max).collect(),
    };
    let limit = node.count("limit", reading).unwrap_or(super::table::ROWS_DEFAULT);
    let (mut label, mut value, mut rule, mut href) = (None, None, None, None);
    if let Some(mut item) = field::item(node, reading) {
        label = field::words(&mut item, "label", reading);
        value = item.expression("value", reading);
        rule = field::words(&mut item, "rule", reading);
        href = item.expression("href", reading);
        item.finish(reading);
    }
    Some(Score { rows: rows?, label, value, rule, href, scale, bands, max, limit })
}

fn read_scale(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Vec<(String, String)> {
    let pointer = node.at("scale");
    match node.value("scale") {
        None => Vec::new(),
        Some(serde_json::Value::Object(map)) => map
            .iter()
            .map(|(value, grade)| {
                (value.clone(), grade.as_str().map_or_else(|| grade.to_string(), str::to_owned))
            })
            .collect(),
        Some(_) => {
            let message = "`scale` takes a mapping of values to grades".to_owned();
            reading.error("plugin/bad-value", &pointer, message);
            Vec::new()
        }
    }
}
