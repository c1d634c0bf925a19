//! Filters that write numbers for people.

use minijinja::Error;
use minijinja::value::{Kwargs, Value, ValueKind};

use super::FilterDescription;
use super::argument::{failed, number};

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "number",
        signature: "number(decimals, compact=false)",
        what: "A number with commas between thousands; without `decimals` it has at most two, and `compact` writes `12.3k`; both are named",
        example: "1234567.891 | number",
        result: r#""1,234,567.89""#,
        add: |it| it.add_filter("number", shown),
    },
    FilterDescription {
        name: "bytes",
        signature: "bytes(binary=false)",
        what: "A number of bytes with its unit; `binary` counts in 1,024",
        example: "1540000 | bytes",
        result: r#""1.5 MB""#,
        add: |it| it.add_filter("bytes", bytes),
    },
];

/// How many decimals there may be.
const DECIMALS_MAX: usize = 12;

fn numeric(value: &Value) -> Result<Option<f64>, Error> {
    match (number(value), value.kind()) {
        (Some(number), _) => Ok(Some(number)),
        (None, ValueKind::Undefined | ValueKind::None) => Ok(None),
        (None, kind) => Err(failed(format!("a {kind} is no number"))),
    }
}

fn shown(value: &Value, kwargs: Kwargs) -> Result<Value, Error> {
    let decimals: Option<usize> = kwargs.get("decimals")?;
    let compact: Option<bool> = kwargs.get("compact")?;
    kwargs.assert_all_used()?;
    let Some(number) = numeric(value)? else { return Ok(Value::UNDEFINED) };
    let decimals = decimals.map(|it| it.min(DECIMALS_MAX));
    if compact != Some(true) {
        return Ok(Value::from(grouped(number, decimals)));
    }
    let (scaled, unit) = scaled(number, 1_000.0, &["", "k", "M", "G", "T"]);
    Ok(Value::from(format!("{}{unit}", fixed(scaled, decimals, 1))))
}

fn bytes(value: &Value, kwargs: Kwargs) -> Result<Value, Error> {
    let binary: Option<bool> = kwargs.get("binary")?;
    kwargs.assert_all_used()?;
    let Some(number) = numeric(value)? else { return Ok(Value::UNDEFINED) };
    let (scaled, unit) = match binary {
        Some(true) => scaled(number, 1_024.0, &["B", "KiB", "MiB", "GiB", "TiB", "PiB"]),
        _ => scaled(number, 1_000.0, &["B", "kB", "MB", "GB", "TB", "PB"]),
    };
    Ok(Value::from(format!("{} {unit}", fixed(scaled, None, 1))))
}

/// Returns a number in the largest of some units in which it is shown as at least 1.
fn scaled(number: f64, step: f64, units: &[&'static str]) -> (f64, &'static str) {
    let mut scaled = number;
    let mut units = units.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    for larger in units {
        // What would be rounded up to the step has the next unit already.
        if scaled.abs() < step - 0.05 {
            break;
        }
        scaled /= step;
        unit = larger;
    }
    (scaled, unit)
}

/// Writes decimals: as many as asked for, else at most some, without zeros at the end.
fn fixed(number: f64, decimals: Option<usize>, decimals_max: usize) -> String {
    let text = format!("{number:.*}", decimals.unwrap_or(decimals_max));
    let text = match decimals {
        None if text.contains('.') => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        _ => text,
    };
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|it| matches!(it, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

fn grouped(number: f64, decimals: Option<usize>) -> String {
    let text = fixed(number, decimals, 2);
    let (sign, rest) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) =
        rest.split_once('.').map_or((rest, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut shown = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            shown.push(',');
        }
        shown.push(digit);
    }
    if let Some(fraction) = fraction {
        shown.push('.');
        shown.push_str(fraction);
    }
    shown
}
