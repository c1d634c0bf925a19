//! Filters that make one number of many. What is no number is left out; numbers may be written as texts.

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, State};

use super::FilterDescription;
use super::argument::{failed, field_or_row, hundredths, items, number, value_of};

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "sum_of",
        signature: "sum_of(attribute)",
        what: "The sum of an attribute, or of the numbers themselves",
        example: r#"[{"n": 2}, {"n": "3.5"}, {"n": none}] | sum_of("n")"#,
        result: "5.5",
        add: |it| it.add_filter("sum_of", sum_of),
    },
    FilterDescription {
        name: "mean",
        signature: "mean(attribute)",
        what: "The arithmetic mean; nothing where there is no number",
        example: "[1, 2, 6] | mean",
        result: "3",
        add: |it| it.add_filter("mean", mean),
    },
    FilterDescription {
        name: "median",
        signature: "median(attribute)",
        what: "The number in the middle, or the mean of the two in the middle",
        example: "[9, 1, 2, 4] | median",
        result: "3",
        add: |it| it.add_filter("median", median),
    },
    FilterDescription {
        name: "percentile",
        signature: "percentile(p, attribute)",
        what: "The number that `p` of a hundred are not above, interpolated between its neighbours",
        example: "[10, 20, 30, 40, 50] | percentile(90)",
        result: "46",
        add: |it| it.add_filter("percentile", percentile),
    },
    FilterDescription {
        name: "percent_of",
        signature: "percent_of(total)",
        what: "A part of a hundred, with at most two decimals; nothing of a total of 0",
        example: "3 | percent_of(8)",
        result: "37.5",
        add: |it| it.add_filter("percent_of", percent_of),
    },
];

fn numbers(state: &State<'_, '_>, rows: &Value, attribute: Option<&str>) -> Result<Vec<f64>, Error> {
    let rows = items(state, rows)?;
    Ok(rows.into_iter().filter_map(|row| number(&field_or_row(row, attribute))).collect())
}

fn sum_of(state: &State<'_, '_>, rows: &Value, attribute: Option<&str>) -> Result<Value, Error> {
    Ok(value_of(clean(numbers(state, rows, attribute)?.iter().sum())))
}

fn mean(state: &State<'_, '_>, rows: &Value, attribute: Option<&str>) -> Result<Value, Error> {
    let numbers = numbers(state, rows, attribute)?;
    if numbers.is_empty() {
        return Ok(Value::UNDEFINED);
    }
    Ok(value_of(clean(numbers.iter().sum::<f64>() / numbers.len() as f64)))
}

/// Without the noise of binary fractions, so that `0.1` and `0.2` are `0.3`.
fn clean(number: f64) -> f64 {
    let cleaned = (number * 1e9).round() / 1e9;
    if cleaned.is_finite() { cleaned } else { number }
}

fn median(state: &State<'_, '_>, rows: &Value, attribute: Option<&str>) -> Result<Value, Error> {
    percentile(state, rows, 50.0, attribute)
}

fn percentile(
    state: &State<'_, '_>,
    rows: &Value,
    part: f64,
    attribute: Option<&str>,
) -> Result<Value, Error> {
    if !(0.0..=100.0).contains(&part) {
        return Err(failed("a percentile is between 0 and 100"));
    }
    let mut numbers = numbers(state, rows, attribute)?;
    state.consume_fuel(numbers.len() as u64 * 2)?;
    numbers.sort_by(f64::total_cmp);
    let Some(last) = numbers.len().checked_sub(1) else { return Ok(Value::UNDEFINED) };
    let place = part / 100.0 * last as f64;
    let at = |index: f64| numbers.get(index as usize).copied().unwrap_or_default();
    let (below, above) = (at(place.floor()), at(place.ceil()));
    Ok(value_of(clean(below + (above - below) * place.fract())))
}

fn percent_of(value: &Value, total: &Value) -> Result<Value, Error> {
    let numeric = |it: &Value| match (number(it), it.kind()) {
        (Some(number), _) => Ok(Some(number)),
        (None, ValueKind::Undefined | ValueKind::None) => Ok(None),
        (None, kind) => Err(failed(format!("a {kind} is no number"))),
    };
    match (numeric(value)?, numeric(total)?) {
        (Some(part), Some(total)) if total != 0.0 => Ok(hundredths(part / total * 100.0)),
        _ => Ok(Value::UNDEFINED),
    }
}
