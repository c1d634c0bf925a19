//! The status and the headers of an answer to what the host says about its budget of requests.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// What an answer says about the budget of its host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Budget {
    /// Whether the host refused because of it.
    pub(super) refused: bool,
    /// How long to ask nothing more.
    pub(super) pause: Option<Pause>,
    /// How many requests are left.
    pub(super) remaining: Option<u64>,
}

/// How long a host wants to be left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    /// From the moment of the answer.
    pub(super) length: Duration,
    /// The same for people: "until …".
    pub(super) until: String,
}

/// The longest pause that is believed.
const PAUSE_MAX: Duration = Duration::from_secs(31 * 24 * 60 * 60);

/// The pause when the host names a moment but not its own time; the window of the largest host.
const WINDOW: Duration = Duration::from_secs(60 * 60);

/// Numbers above this are seconds since 1970, those below are seconds from now.
const EPOCH_MIN: u64 = 1_000_000_000;

const REMAINING: &[&str] = &["x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining"];
const RESET: &[&str] = &["x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"];
/// How long Bitbucket Data Center takes to fill its bucket again.
const INTERVAL: &[&str] = &["x-ratelimit-interval-seconds"];

impl Budget {
    /// Reads what GitHub, GitLab, Azure DevOps, Bitbucket and whoever sends `Retry-After` (RFC 9110, 10.2.3) say.
    ///
    /// Moments are compared with the host's own `Date`, so that no clock of this machine matters.
    pub(super) fn read(status: u16, headers: &BTreeMap<String, String>) -> Self {
        let date = headers.get("date").and_then(|it| moment(it));
        let remaining = number(headers, REMAINING);
        let retry_after = headers.get("retry-after").and_then(|it| retry_after(it, date));
        let refused = match status {
            429 => true,
            // A plain 403 says that somebody may not read, which waiting does not change.
            403 => retry_after.is_some() || remaining == Some(0),
            503 => retry_after.is_some(),
            _ => false,
        };
        let reset = || match remaining {
            Some(0) => reset(headers, date),
            _ => None,
        };
        let interval = || match (status, number(headers, INTERVAL)) {
            (429, Some(seconds)) => Some(Pause::of(Duration::from_secs(seconds), date)),
            _ => None,
        };
        Self { refused, pause: retry_after.or_else(reset).or_else(interval), remaining }
    }
}

impl Pause {
    fn of(length: Duration, date: Option<Timestamp>) -> Self {
        let length = length.min(PAUSE_MAX);
        let end = date.and_then(|it| it.checked_add(SignedDuration::try_from(length).ok()?).ok());
        let until = end.map_or_else(|| format!("for another {} s", length.as_secs()), in_words);
        Self { length, until }
    }

    /// Returns the pause up to a moment.
    fn up_to(end: Timestamp, date: Option<Timestamp>) -> Self {
        let length =
            date.map_or(WINDOW, |date| Duration::try_from(end.duration_since(date)).unwrap_or_default());
        Self { length: length.min(PAUSE_MAX), until: in_words(end) }
    }
}

fn in_words(end: Timestamp) -> String {
    format!("until {}", end.strftime("%Y-%m-%d %H:%M:%S UTC"))
}

fn number(headers: &BTreeMap<String, String>, names: &[&str]) -> Option<u64> {
    names.iter().find_map(|name| {
        let value = headers.get(*name)?;
        // A proxy may add its own; the first is that of the host.
        value.split(',').next()?.trim().parse().ok()
    })
}

fn retry_after(value: &str, date: Option<Timestamp>) -> Option<Pause> {
    if let Ok(seconds) = value.trim().parse::<u64>() {
        return Some(Pause::of(Duration::from_secs(seconds), date));
    }
    moment(value).map(|end| Pause::up_to(end, date))
}

fn reset(headers: &BTreeMap<String, String>, date: Option<Timestamp>) -> Option<Pause> {
    let value = number(headers, RESET)?;
    if value < EPOCH_MIN {
        return Some(Pause::of(Duration::from_secs(value), date));
    }
    let end = Timestamp::from_second(i64::try_from(value).ok()?).ok()?;
    Some(Pause::up_to(end, date))
}

/// Reads a date of HTTP.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::Budget;

    const DATE: (&str, &str) = ("date", "Tue, 24 Nov 2026 05:00:00 GMT");

    /// Checks whether a status with headers refuses, how many seconds to wait, and the words for it.
    #[track_caller]
    fn check(status: u16, headers: &[(&str, &str)], wanted: (bool, Option<(u64, &str)>)) {
        let map = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let budget = Budget::read(status, &map);
        let pause = budget.pause.as_ref().map(|it| (it.length.as_secs(), it.until.as_str()));
        assert_eq!((budget.refused, pause), wanted, "{status} {headers:?}");
    }

    #[test]
    fn waits_as_long_as_the_host_says() {
        let five_past = "until 2026-11-24 05:05:00 UTC";
        check(429, &[("retry-after", "300"), DATE], (true, Some((300, five_past))));
        check(429, &[("retry-after", "300")], (true, Some((300, "for another 300 s"))));
        check(429, &[("retry-after", "Tue, 24 Nov 2026 05:05:00 GMT"), DATE], (true, Some((300, five_past))));
        check(
            429,
            &[("retry-after", "Tue, 24 Nov 2026 04:00:00 GMT"), DATE],
            (true, Some((0, "until 2026-11-24 04:00:00 UTC"))),
        );
        check(503, &[("retry-after", "300"), DATE], (true, Some((300, five_past))));
        check(200, &[("retry-after", "300"), DATE], (false, Some((300, five_past))));
        check(429, &[("retry-after", "99999999999999999999")], (true, None));
        check(
            429,
            &[("retry-after", "18446744073709551615")],
            (true, Some((2_678_400, "for another 2678400 s"))),
        );
        check(429, &[("retry-after", "soon")], (true, None));
        check(503, &[], (false, None));
        check(403, &[], (false, None));
    }

    #[test]
    fn reads_the_headers_of_each_host() {
        let five_past = "until 2026-11-24 05:05:00 UTC";
        // GitHub.
        let github = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795496700"), DATE];
        check(403, &github, (true, Some((300, five_past))));
        check(200, &github, (false, Some((300, five_past))));
        check(403, &github[..2], (true, Some((3600, five_past))));
        check(
            403,
            &[("x-ratelimit-remaining", "17"), ("x-ratelimit-reset", "1795496700"), DATE],
            (false, None),
        );
        check(
            403,
            &[("x-ratelimit-remaining", "17"), ("retry-after", "60"), DATE],
            (true, Some((60, "until 2026-11-24 05:01:00 UTC"))),
        );
        // GitLab, and the draft of the IETF, which counts from now.
        check(
            429,
            &[("ratelimit-remaining", "0"), ("ratelimit-reset", "1795496700"), DATE],
            (true, Some((300, five_past))),
        );
        check(
            429,
            &[("ratelimit-remaining", "0"), ("ratelimit-reset", "300"), DATE],
            (true, Some((300, five_past))),
        );
        // Azure DevOps asks to slow down with an answer that is good.
        check(
            200,
            &[("x-ratelimit-remaining", "0"), ("retry-after", "5"), DATE],
            (false, Some((5, "until 2026-11-24 05:00:05 UTC"))),
        );
        // Bitbucket Data Center.
        check(
            429,
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-interval-seconds", "300"), DATE],
            (true, Some((300, five_past))),
        );
    }
}
