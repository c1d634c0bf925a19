//! The filter that groups rows by ranges of times or numbers.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};
use minijinja::value::{Kwargs, Value};
use minijinja::{Error, State};

use super::argument::{failed, field, items, number, value_of};
use super::order_key::OrderKey;
use super::rows::{Groups, group_list};
use super::{FilterDescription, times};

pub(super) const FILTERS: &[FilterDescription] = &[FilterDescription {
    name: "bucket",
    signature: "bucket(by, of, fill=false)",
    what: "The rows as `[{key, count, rows}]`, sorted, by the `hour`, `day`, `week`, `month` or `year` of an attribute, in UTC, or by ranges of numbers that are `by` wide; `fill` adds the empty ones between; both are named; a week is its Monday",
    example: r#"[{"t": "2024-04-03"}, {"t": "2024-04-01T09:00:00Z"}, {"t": "2024-04-09"}] | bucket("week", of="t") | map(attribute="key") | list"#,
    result: r#"["2024-04-01", "2024-04-08"]"#,
    add: |it| it.add_filter("bucket", bucket),
}];

/// How many empty ranges `fill` adds at most.
const FILL_MAX: usize = 2_000;

/// How wide a range is.
#[derive(Clone, Copy)]
enum Width {
    Hours,
    Days,
    Weeks,
    Months,
    Years,
    Number(f64),
}

impl Width {
    fn of(by: &Value) -> Result<Self, Error> {
        match (by.as_str(), number(by)) {
            (Some("hour"), _) => Ok(Self::Hours),
            (Some("day"), _) => Ok(Self::Days),
            (Some("week"), _) => Ok(Self::Weeks),
            (Some("month"), _) => Ok(Self::Months),
            (Some("year"), _) => Ok(Self::Years),
            (_, Some(width)) if width > 0.0 => Ok(Self::Number(width)),
            _ => Err(failed(
                "rows are put in buckets by `hour`, `day`, `week`, `month`, `year` or a number above 0",
            )),
        }
    }

    /// Returns the range that a value is in; nothing is in none.
    fn key(self, value: &Value) -> Result<Option<Value>, Error> {
        if let Self::Number(width) = self {
            return Ok(number(value).map(|it| value_of((it / width).floor() * width)));
        }
        Ok(times::time(value)?.and_then(|it| self.start(it)).map(Value::from))
    }

    /// Returns the name of the range that a time is in.
    fn start(self, time: Timestamp) -> Option<String> {
        let time = time.to_zoned(TimeZone::UTC).datetime();
        let date = time.date();
        let name = match self {
            Self::Hours => format!("{date}T{:02}:00:00Z", time.hour()),
            Self::Days | Self::Number(_) => date.to_string(),
            Self::Weeks => {
                let since_monday = i64::from(date.weekday().to_monday_zero_offset());
                date.checked_sub(since_monday.days()).ok()?.to_string()
            }
            Self::Months => format!("{:04}-{:02}", date.year(), date.month()),
            Self::Years => format!("{:04}", date.year()),
        };
        Some(name)
    }

    /// Returns the range after one.
    fn next(self, key: &Value) -> Option<Value> {
        if let Self::Number(width) = self {
            return number(key).map(|it| value_of(((it / width).round() + 1.0) * width));
        }
        let key = key.as_str()?;
        let step: Span = match self {
            Self::Hours => 1.hour(),
            Self::Days | Self::Number(_) => 1.day(),
            Self::Weeks => 1.week(),
            Self::Months => 1.month(),
            Self::Years => 1.year(),
        };
        let start = match self {
            Self::Hours => key.parse::<Timestamp>().ok()?,
            Self::Months => midnight(&format!("{key}-01"))?,
            Self::Years => midnight(&format!("{key}-01-01"))?,
            _ => midnight(key)?,
        };
        let next = start.to_zoned(TimeZone::UTC).checked_add(step).ok()?;
        self.start(next.timestamp()).map(Value::from)
    }
}

fn midnight(date: &str) -> Option<Timestamp> {
    let date: Date = date.parse().ok()?;
    date.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp())
}

fn bucket(state: &State<'_, '_>, rows: &Value, by: &Value, kwargs: Kwargs) -> Result<Value, Error> {
    let of: String = kwargs.get("of")?;
    let fill: Option<bool> = kwargs.get("fill")?;
    kwargs.assert_all_used()?;
    let width = Width::of(by)?;
    let mut groups = Groups::default();
    for row in items(state, rows)? {
        state.consume_fuel(8)?;
        if let Some(key) = width.key(&field(&row, &of))? {
            groups.add(key, row);
        }
    }
    let mut groups = groups.into_groups();
    groups.sort_by_cached_key(|(key, _)| OrderKey::of(key));
    if fill != Some(true) {
        return Ok(group_list(groups));
    }
    let mut filled: Vec<(Value, Vec<Value>)> = Vec::new();
    let mut added = 0;
    for (key, rows) in groups {
        let before = filled.last().and_then(|(last, _)| width.next(last));
        let mut next = before.filter(|it| OrderKey::of(it) < OrderKey::of(&key));
        while let Some(empty) = next {
            state.consume_fuel(8)?;
            added += 1;
            if added > FILL_MAX {
                return Err(failed(format!("`fill` would add more than {FILL_MAX} empty buckets")));
            }
            next = width.next(&empty).filter(|it| OrderKey::of(it) < OrderKey::of(&key));
            filled.push((empty, Vec::new()));
        }
        filled.push((key, rows));
    }
    Ok(group_list(filled))
}
