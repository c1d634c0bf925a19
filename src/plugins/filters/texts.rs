//! Filters of texts: parts of them.

use minijinja::Error;
use minijinja::value::Value;

use super::FilterDescription;
use super::argument::text;

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "trim_prefix",
        signature: "trim_prefix(text)",
        what: "A text without this beginning",
        example: r#""refs/heads/main" | trim_prefix("refs/heads/")"#,
        result: r#""main""#,
        add: |it| it.add_filter("trim_prefix", trim_prefix),
    },
    FilterDescription {
        name: "trim_suffix",
        signature: "trim_suffix(text)",
        what: "A text without this end",
        example: r#""repo.git" | trim_suffix(".git")"#,
        result: r#""repo""#,
        add: |it| it.add_filter("trim_suffix", trim_suffix),
    },
    FilterDescription {
        name: "truncate_words",
        signature: r#"truncate_words(n, end="…")"#,
        what: "The first words of a text, with `end` behind them if there are more",
        example: r#""one two  three" | truncate_words(2)"#,
        result: r#""one two…""#,
        add: |it| it.add_filter("truncate_words", truncate_words),
    },
];

fn trim_prefix(value: &Value, prefix: &str) -> Result<Value, Error> {
    let text = text(value)?;
    Ok(text.map(|it| Value::from(it.strip_prefix(prefix).unwrap_or(&it))).unwrap_or_default())
}

fn trim_suffix(value: &Value, suffix: &str) -> Result<Value, Error> {
    let text = text(value)?;
    Ok(text.map(|it| Value::from(it.strip_suffix(suffix).unwrap_or(&it))).unwrap_or_default())
}

fn truncate_words(value: &Value, count: usize, end: Option<&str>) -> Result<Value, Error> {
    let Some(text) = text(value)? else { return Ok(Value::UNDEFINED) };
    let mut words = text.split_whitespace();
    let mut short = words.by_ref().take(count).collect::<Vec<_>>().join(" ");
    if words.next().is_some() {
        short.push_str(end.unwrap_or("…"));
    }
    Ok(Value::from(short))
}
