//! Filters of durations: text to seconds, and seconds to text.

use jiff::{Span, SpanRelativeTo, Unit};
use minijinja::Error;
use minijinja::value::Value;

use super::FilterDescription;
use super::argument::{failed, number, text, value_of};

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "parse_duration",
        signature: "parse_duration",
        what: "The seconds of a duration such as `1h30m`, `2 days`, `PT5M` or `90`; a day has 24 hours, and months have no fixed length",
        example: r#""1h30m" | parse_duration"#,
        result: "5400",
        add: |it| it.add_filter("parse_duration", parse_duration),
    },
    FilterDescription {
        name: "duration",
        signature: "duration",
        what: "A number of seconds for people, in its two largest units",
        example: "3930 | duration",
        result: r#""1 h 5 min""#,
        add: |it| it.add_filter("duration", duration),
    },
];

/// Returns the seconds of a duration; a number is seconds already.
pub(super) fn seconds(value: &Value) -> Result<Option<f64>, Error> {
    if let Some(number) = number(value) {
        return Ok(Some(number));
    }
    let Some(text) = text(value)?.filter(|it| !it.trim().is_empty()) else { return Ok(None) };
    let short = || text.chars().take(60).collect::<String>();
    let span: Span = text.trim().parse().map_err(|_| failed(format!("`{}` is no duration", short())))?;
    span.total((Unit::Second, SpanRelativeTo::days_are_24_hours()))
        .map(Some)
        .map_err(|_| failed(format!("`{}` has no fixed length", short())))
}

fn parse_duration(value: &Value) -> Result<Value, Error> {
    Ok(seconds(value)?.map(value_of).unwrap_or_default())
}

fn duration(value: &Value) -> Result<Value, Error> {
    Ok(seconds(value)?.map(|it| Value::from(shown(it))).unwrap_or_default())
}

/// The units from the largest, in milliseconds.
const UNITS: [(&str, u64); 4] = [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)];

fn shown(seconds: f64) -> String {
    // Seconds alone have what is behind the point; beside minutes nobody asks for it.
    let all = (seconds.abs() * 1_000.0).round() as u64;
    let sign = if seconds < 0.0 && all > 0 { "-" } else { "" };
    if (1..1_000).contains(&all) {
        return format!("{sign}{all} ms");
    }
    let first = UNITS.iter().position(|(_, length)| all >= *length).unwrap_or(UNITS.len() - 1);
    let mut parts = Vec::new();
    let mut rest = all;
    for (unit, length) in UNITS.iter().skip(first).take(2) {
        let count = rest / length;
        rest %= length;
        if count > 0 || parts.is_empty() {
            parts.push(format!("{count} {unit}"));
        }
    }
    format!("{sign}{}", parts.join(" "))
}
