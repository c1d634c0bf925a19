//! `Moment`: a time of a plugin's data, in words at build; the script of the portal turns it into "3 days ago".

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use maud::{Markup, html};
use minijinja::Value;

use super::{number, shown};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A point in time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment {
    /// Seconds since 1970.
    pub(super) seconds: i64,
    zoned: Zoned,
    /// Whether it is more than a date.
    has_time: bool,
}

impl Moment {
    /// Reads a time: a text in ISO 8601, or seconds or milliseconds since 1970.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value.as_str() {
            Some(text) => Self::of_text(text.trim()),
            None => {
                let number = number::of(value)?;
                // Seconds reach this in the year 5138, milliseconds did in 1973.
                let seconds = if number.abs() > 1e11 { number / 1000.0 } else { number };
                Self::of_seconds(seconds as i64)
            }
        }
    }

    fn of_text(text: &str) -> Option<Self> {
        let (zoned, has_time) = if let Ok(timestamp) = text.parse::<Timestamp>() {
            (timestamp.to_zoned(TimeZone::UTC), true)
        } else if let Some(date) = text.parse::<Date>().ok().filter(|_| text.len() <= 10) {
            (date.to_zoned(TimeZone::UTC).ok()?, false)
        } else {
            (text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?, true)
        };
        Some(Self { seconds: zoned.timestamp().as_second(), zoned, has_time })
    }

    /// Returns the moment of a number of seconds since 1970.
    pub(super) fn of_seconds(seconds: i64) -> Option<Self> {
        let zoned = Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::UTC);
        Some(Self { seconds, zoned, has_time: true })
    }

    /// Returns the date in words, `3 May 2026`.
    pub(super) fn day(&self) -> String {
        format!("{} {} {}", self.zoned.day(), self.month(), self.zoned.year())
    }

    /// Returns day and month, `3 May`.
    pub(super) fn short_day(&self) -> String {
        format!("{} {}", self.zoned.day(), self.month())
    }

    /// Returns month and year, `May 2026`.
    pub(super) fn month_and_year(&self) -> String {
        format!("{} {}", self.month(), self.zoned.year())
    }

    /// Returns hour and minute, `14:05`.
    pub(super) fn clock(&self) -> String {
        format!("{:02}:{:02}", self.zoned.hour(), self.zoned.minute())
    }

    fn month(&self) -> &'static str {
        usize::try_from(self.zoned.month() - 1)
            .ok()
            .and_then(|it| MONTHS.get(it))
            .copied()
            .unwrap_or_default()
    }

    /// Returns the whole in words.
    pub(super) fn words(&self) -> String {
        match self.has_time {
            true => format!("{}, {} UTC", self.day(), self.clock()),
            false => self.day(),
        }
    }

    /// Returns the date in ISO 8601.
    pub(super) fn iso_day(&self) -> String {
        self.zoned.date().to_string()
    }

    fn iso(&self) -> String {
        match self.has_time {
            true => self.zoned.timestamp().to_string(),
            false => self.iso_day(),
        }
    }

    /// Draws the time; browsers say how long ago it was. A date without a clock stays a date.
    pub(super) fn draw(&self) -> Markup {
        html! { time datetime=(self.iso()) data-relative[self.has_time] { (self.words()) } }
    }

    /// Draws the date as it is.
    pub(super) fn draw_day(&self) -> Markup {
        html! { time datetime=(self.iso_day()) { (self.day()) } }
    }

    /// Draws hour and minute.
    pub(super) fn draw_clock(&self) -> Markup {
        html! { @if self.has_time { time datetime=(self.iso()) { (self.clock()) } } }
    }

    /// Returns the year and the month from 1.
    pub(super) fn year_and_month(&self) -> (i16, i8) {
        (self.zoned.year(), self.zoned.month())
    }
}

/// Draws a value as a time; what is none is shown as it is.
pub(in crate::portal) fn draw(value: &Value) -> Markup {
    match Moment::of(value) {
        Some(moment) => moment.draw(),
        None => html! { (shown(value)) },
    }
}

/// Returns the seconds at which a month begins.
pub(super) fn month_begins(year: i16, month: i8) -> Option<i64> {
    let date = Date::new(year, month, 1).ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_in_many_forms() {
        let words = |value: Value| Moment::of(&value).map(|it| it.words());
        assert_eq!(words("2026-05-03T16:05:00+02:00".into()).as_deref(), Some("3 May 2026, 14:05 UTC"));
        assert_eq!(words("2026-05-03T14:05:00".into()).as_deref(), Some("3 May 2026, 14:05 UTC"));
        assert_eq!(words("2026-05-03".into()).as_deref(), Some("3 May 2026"));
        assert_eq!(words(1_777_817_100.into()).as_deref(), Some("3 May 2026, 14:05 UTC"));
        assert_eq!(words(1_777_817_100_000_i64.into()).as_deref(), Some("3 May 2026, 14:05 UTC"));
        for wrong in ["", "yesterday", "2026", "2026-13-01"] {
            assert_eq!(words(wrong.into()), None, "{wrong}");
        }
    }
}
