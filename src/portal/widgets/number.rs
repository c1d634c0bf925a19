//! Numbers and lengths of time to words.

use minijinja::Value;
use minijinja::value::ValueKind;

/// Returns a value as a number, if it is one or a text that is one.
pub(super) fn of(value: &Value) -> Option<f64> {
    let number = match value.kind() {
        ValueKind::Number => f64::try_from(value.clone()).ok(),
        ValueKind::String => value.as_str().and_then(|it| it.trim().parse().ok()),
        _ => None,
    };
    number.filter(|it| it.is_finite())
}

/// Returns a number for people: thousands parted by commas, at most two decimals.
pub(super) fn words(number: f64) -> String {
    if number.abs() >= 1e15 {
        return format!("{number:e}");
    }
    let decimals = match number.abs() {
        it if it > 0.0 && it < 0.01 => 4,
        it if it < 1000.0 => 2,
        _ => 1,
    };
    let text = format!("{:.decimals$}", number.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let rest = rest.trim_end_matches('0');
    let whole = whole.parse::<usize>().map_or_else(|_| whole.to_owned(), super::grouped);
    let sign = if number < 0.0 && text.chars().any(|it| ('1'..='9').contains(&it)) { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// Returns a short form for axes: 1.2k, 3M.
pub(super) fn short(number: f64) -> String {
    const STEPS: &[(f64, &str)] = &[(1e9, "G"), (1e6, "M"), (1e4, "k")];
    match STEPS.iter().find(|(size, _)| number.abs() >= *size) {
        Some((1e4, _)) => format!("{}k", words(number / 1e3)),
        Some((size, unit)) => format!("{}{unit}", words(number / size)),
        None => words(number),
    }
}

/// Returns a number with its unit; `%` and other signs stand close.
pub(super) fn with_unit(number: &str, unit: &str) -> String {
    match unit {
        "" => number.to_owned(),
        "%" | "°" | "k" => format!("{number}{unit}"),
        _ => format!("{number} {unit}"),
    }
}

/// Returns a length of time in its two largest units.
pub(super) fn duration(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "-" } else { "" };
    let length = seconds.abs();
    if length < 1.0 && length > 0.0 {
        return format!("{sign}{} ms", words((length * 1000.0).round()));
    }
    if length < 10.0 {
        return format!("{sign}{} s", words((length * 10.0).round() / 10.0));
    }
    const UNITS: &[(u64, &str)] = &[(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let whole = length.round() as u64;
    let at = UNITS.iter().position(|(size, _)| whole >= *size).unwrap_or(UNITS.len() - 1);
    let mut left = whole;
    let mut parts = Vec::new();
    for (size, unit) in UNITS.iter().skip(at).take(2) {
        let count = left / size;
        left %= size;
        if count > 0 {
            parts.push(format!("{} {unit}", super::grouped(usize::try_from(count).unwrap_or(usize::MAX))));
        }
    }
    format!("{sign}{}", parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_grouped() {
        let cases = [
            (0.0, "0"),
            (-0.001, "-0.001"),
            (83.456, "83.46"),
            (1234.5, "1,234.5"),
            (-1_000_000.0, "-1,000,000"),
            (-0.0, "0"),
        ];
        for (number, expected) in cases {
            assert_eq!(words(number), expected);
        }
        assert_eq!(short(12_500.0), "12.5k");
        assert_eq!(short(3_000_000.0), "3M");
        assert_eq!(short(9_999.0), "9,999");
        assert_eq!(with_unit("72", "%"), "72%");
        assert_eq!(with_unit("72", "ms"), "72 ms");
    }

    #[test]
    fn durations_have_two_units() {
        let cases = [
            (0.0, "0 s"),
            (0.35, "350 ms"),
            (4.25, "4.3 s"),
            (65.0, "1 min 5 s"),
            (3600.0, "1 h"),
            (200_000.0, "2 d 7 h"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(duration(seconds), expected);
        }
    }
}
