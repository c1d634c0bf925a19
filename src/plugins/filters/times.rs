//! Filters of times: seconds, ISO texts, and days between them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use minijinja::Error;
use minijinja::value::{Kwargs, Value};

use super::argument::{failed, number, text, value_of};
use super::{FilterDescription, durations};

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "epoch",
        signature: "epoch",
        what: "The seconds since 1970 of a time",
        example: r#""2024-04-01T10:00:30Z" | epoch"#,
        result: "1711965630",
        add: |it| it.add_filter("epoch", epoch),
    },
    FilterDescription {
        name: "iso",
        signature: "iso",
        what: "A time in ISO 8601, in UTC",
        example: "1711965630000 | iso",
        result: r#""2024-04-01T10:00:30Z""#,
        add: |it| it.add_filter("iso", iso),
    },
    FilterDescription {
        name: "date_add",
        signature: "date_add(duration, years, months, weeks, days, hours, minutes, seconds)",
        what: "A time so much later, or earlier with a minus; all arguments may be left out, and all but the first are named",
        example: r#""2024-01-31" | date_add("-1h", months=1)"#,
        result: r#""2024-02-28T23:00:00Z""#,
        add: |it| it.add_filter("date_add", date_add),
    },
    FilterDescription {
        name: "days_between",
        signature: "days_between(time)",
        what: "The whole days from a time to another, negative if that is earlier",
        example: r#""2024-04-01" | days_between("2024-04-30T12:00:00Z")"#,
        result: "29",
        add: |it| it.add_filter("days_between", days_between),
    },
];

/// Returns the time that a value is: a text in ISO 8601 or as in mails, or a number of seconds, or of milliseconds where
/// seconds would be thousands of years away. Without a zone it is in UTC.
pub(super) fn time(value: &Value) -> Result<Option<Timestamp>, Error> {
    if let Some(number) = number(value) {
        let seconds = if number.abs() > 1e11 { number / 1_000.0 } else { number };
        let milliseconds = (seconds * 1_000.0).round() as i64;
        return Timestamp::from_millisecond(milliseconds)
            .map(Some)
            .map_err(|_| failed(format!("{value} is too far away to be a time")));
    }
    let Some(text) = text(value)?.filter(|it| !it.trim().is_empty()) else { return Ok(None) };
    match parsed(text.trim()) {
        Some(time) => Ok(Some(time)),
        None => Err(failed(format!("`{}` is no time", text.chars().take(60).collect::<String>()))),
    }
}

fn parsed(text: &str) -> Option<Timestamp> {
    let in_utc = |it: DateTime| it.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp());
    let instant = text.parse::<Timestamp>().ok();
    let local = || text.parse::<DateTime>().ok().and_then(in_utc);
    let date = || text.parse::<Date>().ok().and_then(|it| in_utc(it.at(0, 0, 0, 0)));
    let mail = || jiff::fmt::rfc2822::parse(text).ok().map(|it| it.timestamp());
    instant.or_else(local).or_else(date).or_else(mail)
}

fn epoch(value: &Value) -> Result<Value, Error> {
    let time = time(value)?;
    Ok(time.map(|it| value_of(it.as_millisecond() as f64 / 1_000.0)).unwrap_or_default())
}

fn iso(value: &Value) -> Result<Value, Error> {
    Ok(time(value)?.map(|it| Value::from(it.to_string())).unwrap_or_default())
}

/// Sets a unit of a span.
type InUnit = fn(Span, i64) -> Result<Span, jiff::Error>;

/// The named arguments of `date_add`, the largest first, so that a day is counted in the month that is reached.
const UNITS: [(&str, InUnit); 7] = [
    ("years", Span::try_years),
    ("months", Span::try_months),
    ("weeks", Span::try_weeks),
    ("days", Span::try_days),
    ("hours", Span::try_hours),
    ("minutes", Span::try_minutes),
    ("seconds", Span::try_seconds),
];

fn date_add(value: &Value, duration: Option<&Value>, kwargs: Kwargs) -> Result<Value, Error> {
    let out_of_range = |_| failed("the result is too far away to be a time");
    let mut spans = Vec::new();
    for (name, in_unit) in UNITS {
        let count: Option<i64> = kwargs.get(name)?;
        spans.push(in_unit(Span::new(), count.unwrap_or_default()).map_err(out_of_range)?);
    }
    kwargs.assert_all_used()?;
    if let Some(seconds) = duration.map(durations::seconds).transpose()?.flatten() {
        let milliseconds = (seconds * 1_000.0).round() as i64;
        spans.push(Span::new().try_milliseconds(milliseconds).map_err(out_of_range)?);
    }
    let Some(time) = time(value)? else { return Ok(Value::UNDEFINED) };
    let mut moved = time.to_zoned(TimeZone::UTC);
    for span in spans {
        moved = moved.checked_add(span).map_err(out_of_range)?;
    }
    Ok(Value::from(moved.timestamp().to_string()))
}

fn days_between(value: &Value, other: &Value) -> Result<Value, Error> {
    let (Some(from), Some(to)) = (time(value)?, time(other)?) else { return Ok(Value::UNDEFINED) };
    Ok(Value::from((to.as_second() - from.as_second()) / 86_400))
}
