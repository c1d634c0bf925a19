//! `filter_words`: the older form of Backstage's filters, `kind:component,api has:labels`, read into a `Filter`.

use serde_json::Value;

use super::filter::{Filter, FilterError, Test};
use crate::diagnostics::nearest;

const KEYS: &[&str] = &["kind", "type", "is", "has"];
const IS: &[&str] = &["orphan"];
const HAS: &[&str] = &["labels", "links"];

/// Reads a filter of words: all words must hold, and of the values of a word any. `not:` before a word turns it round.
pub(super) fn parse(text: &str) -> Result<Filter, FilterError> {
    text.split_whitespace().map(word).collect::<Result<Vec<_>, _>>().map(Filter::All)
}

fn word(word: &str) -> Result<Filter, FilterError> {
    let (negated, plain) = match word.strip_prefix("not:") {
        Some(rest) if rest.contains(':') => (true, rest),
        _ => (false, word),
    };
    let (key, values) =
        plain
            .split_once(':')
            .filter(|(key, values)| !key.is_empty() && !values.is_empty())
            .ok_or_else(|| fail(format!("`{word}` is no part of a filter: it has the form `key:value`")))?;
    let values: Vec<&str> = values.split(',').filter(|it| !it.is_empty()).collect();
    let filter = match key {
        "kind" => one_of("kind", &values),
        "type" => one_of("spec.type", &values),
        "is" => any("is", &values, IS, |_| "metadata.annotations.backstage.io/orphan".to_owned())?,
        "has" => any("has", &values, HAS, |it| format!("metadata.{it}"))?,
        _ => return Err(fail(unknown(&format!("`{key}` is no key of a filter"), key, KEYS))),
    };
    Ok(if negated { Filter::Not(Box::new(filter)) } else { filter })
}

fn one_of(path: &str, values: &[&str]) -> Filter {
    let values = values.iter().map(|it| Value::from(*it)).collect();
    Filter::Path(path.to_owned(), Test::In(values))
}

/// What asks for nothing holds, as in Backstage.
fn any(
    key: &str,
    values: &[&str],
    known: &[&str],
    path: impl Fn(&str) -> String,
) -> Result<Filter, FilterError> {
    let one = |value: &&str| {
        let lower = value.to_lowercase();
        match known.contains(&lower.as_str()) {
            true => Ok(Filter::Path(path(&lower), Test::Filled)),
            false => Err(fail(unknown(&format!("`{key}:{value}` says nothing"), value, known))),
        }
    };
    match values {
        [] => Ok(Filter::All(Vec::new())),
        values => values.iter().map(one).collect::<Result<Vec<_>, _>>().map(Filter::Any),
    }
}

fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    match (nearest(name, known.iter().copied()), known) {
        (Some(near), _) => format!("{what}; did you mean `{near}`?"),
        (None, [only]) => format!("{what}; there is `{only}`"),
        (None, _) => format!("{what}; there are {}", known.join(", ")),
    }
}

fn fail(message: String) -> FilterError {
    FilterError { pointer: String::new(), message }
}
