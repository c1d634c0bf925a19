//! Filters of regular expressions, in time that grows with the text alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use minijinja::value::Value;
use minijinja::{Error, State};
use regex::{Regex, RegexBuilder};

use super::FilterDescription;
use super::argument::{failed, text};

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "regex_match",
        signature: "regex_match(pattern)",
        what: "Whether the expression is found anywhere in a text; `^` and `$` bind it to its ends",
        example: r#""v1.2.3" | regex_match("^v[0-9]")"#,
        result: "true",
        add: |it| it.add_filter("regex_match", regex_match),
    },
    FilterDescription {
        name: "regex_find",
        signature: "regex_find(pattern, group)",
        what: "The first match, or a group of it by its number or name; nothing if there is none",
        example: r##""build #42 of main" | regex_find("#(?P<n>[0-9]+)", "n")"##,
        result: r#""42""#,
        add: |it| it.add_filter("regex_find", regex_find),
    },
    FilterDescription {
        name: "regex_replace",
        signature: "regex_replace(pattern, with)",
        what: "A text with every match replaced; `$1` and `${name}` are groups",
        example: r#""a-b-c" | regex_replace("-(\\w)", "_${1}x")"#,
        result: r#""a_bx_cx""#,
        add: |it| it.add_filter("regex_replace", regex_replace),
    },
];

/// How long an expression may be, in bytes.
const PATTERN_MAX: usize = 1_000;

/// How large a compiled expression may be, in bytes.
const SIZE_MAX: usize = 1 << 20;

/// How much fuel it costs to compile an expression, once an evaluation.
const FUEL_OF_PATTERN: u64 = 10_000;

/// How many compiled expressions are kept.
const KEPT_MAX: usize = 256;

/// Expressions that are compiled already; plugins have few, and use them for each row.
static COMPILED: LazyLock<Mutex<BTreeMap<String, Regex>>> = LazyLock::new(Mutex::default);

/// The expressions that an evaluation has paid for. What is compiled already costs the same, so that what an evaluation
/// may do does not depend on others.
#[derive(Default)]
struct Paid(BTreeSet<String>);

fn compiled(state: &mut State<'_, '_>, pattern: &str, text: &str) -> Result<Regex, Error> {
    if pattern.len() > PATTERN_MAX {
        return Err(failed(format!("a regular expression has at most {PATTERN_MAX} bytes")));
    }
    let is_new = state.get_or_insert_extension(Paid::default()).0.insert(pattern.to_owned());
    state.consume_fuel(if is_new { FUEL_OF_PATTERN } else { 1 })?;
    // A search takes time that grows with the product of both.
    state.consume_fuel((text.len() / 16 + 1) as u64 * (pattern.len() / 16 + 1) as u64)?;
    let mut kept = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = kept.get(pattern) {
        return Ok(regex.clone());
    }
    let built =
        RegexBuilder::new(pattern).size_limit(SIZE_MAX).dfa_size_limit(SIZE_MAX).nest_limit(50).build();
    let regex = built.map_err(|error| {
        // The message draws the place over several lines; its last one says what is wrong.
        let whole = error.to_string();
        let last = whole.lines().last().unwrap_or_default();
        failed(format!("`{pattern}` is no regular expression: {}", last.trim_start_matches("error: ")))
    })?;
    if kept.len() >= KEPT_MAX {
        kept.clear();
    }
    kept.insert(pattern.to_owned(), regex.clone());
    Ok(regex)
}

fn regex_match(state: &mut State<'_, '_>, value: &Value, pattern: &str) -> Result<Value, Error> {
    let Some(text) = text(value)? else { return Ok(Value::from(false)) };
    Ok(Value::from(compiled(state, pattern, &text)?.is_match(&text)))
}

fn regex_find(
    state: &mut State<'_, '_>,
    value: &Value,
    pattern: &str,
    group: Option<&Value>,
) -> Result<Value, Error> {
    let Some(text) = text(value)? else { return Ok(Value::UNDEFINED) };
    let regex = compiled(state, pattern, &text)?;
    let Some(captures) = regex.captures(&text) else { return Ok(Value::UNDEFINED) };
    let found = match group {
        None => captures.get(0),
        Some(group) => match (group.as_str(), group.as_usize()) {
            (Some(name), _) if regex.capture_names().flatten().all(|it| it != name) => {
                return Err(failed(format!("`{pattern}` has no group `{name}`")));
            }
            (Some(name), _) => captures.name(name),
            (None, Some(number)) => captures.get(number),
            (None, None) => return Err(failed("a group is a number or a name")),
        },
    };
    Ok(found.map(|it| Value::from(it.as_str())).unwrap_or_default())
}

fn regex_replace(
    state: &mut State<'_, '_>,
    value: &Value,
    pattern: &str,
    with: &str,
) -> Result<Value, Error> {
    let Some(text) = text(value)? else { return Ok(Value::UNDEFINED) };
    let regex = compiled(state, pattern, &text)?;
    let mut replaced = String::new();
    let mut from = 0;
    for captures in regex.captures_iter(&text) {
        let Some(whole) = captures.get(0) else { continue };
        let before = replaced.len();
        replaced.push_str(text.get(from..whole.start()).unwrap_or_default());
        captures.expand(with, &mut replaced);
        from = whole.end();
        // A group can be written many times.
        state.consume_fuel((replaced.len() - before) as u64 / 64 + 4)?;
    }
    replaced.push_str(text.get(from..).unwrap_or_default());
    Ok(Value::from(replaced))
}
