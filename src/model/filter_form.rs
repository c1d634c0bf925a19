//! `filter_form`: the JSON form of Backstage's predicates, read into a `Filter`.

use serde_json::{Map, Value};

use super::filter::{Filter, FilterError, Test};
use crate::diagnostics::nearest;

/// How deep predicates may be nested; each level is a call.
const DEPTH_MAX: usize = 64;

/// The operators on the value at a path.
const OPERATORS: &[&str] = &["$exists", "$in", "$contains", "$hasPrefix"];

/// The operators on predicates.
const LOGIC: &[&str] = &["$all", "$any", "$not"];

/// Reads a predicate that stands at `pointer`.
pub(super) fn parse(value: &Value, pointer: &str) -> Result<Filter, FilterError> {
    let fail = |message: &str| Err(FilterError { pointer: pointer.to_owned(), message: message.to_owned() });
    if pointer.matches('/').count() > DEPTH_MAX {
        return fail("predicates are nested too deeply");
    }
    let object = match value {
        Value::Object(object) => object,
        Value::String(_) | Value::Number(_) | Value::Bool(_) => {
            return Ok(Filter::Itself(Test::Equals(value.clone())));
        }
        _ => return fail("a predicate is a mapping, such as `{kind: component}`"),
    };
    let operators = object.keys().filter(|key| key.starts_with('$')).count();
    if operators > 0 && object.len() > 1 {
        return fail("an operator such as `$all` must be the only key of its mapping");
    }
    match object.iter().next().filter(|_| operators == 1) {
        Some((key, inner)) => logic(key, inner, pointer),
        None => paths(object, pointer).map(Filter::All),
    }
}

fn logic(key: &str, inner: &Value, pointer: &str) -> Result<Filter, FilterError> {
    let list = || match inner {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| parse(item, &format!("{pointer}/{key}/{index}")))
            .collect::<Result<Vec<_>, _>>(),
        _ => Err(FilterError {
            pointer: format!("{pointer}/{key}"),
            message: format!("`{key}` takes a list of predicates"),
        }),
    };
    match key {
        "$all" => Ok(Filter::All(list()?)),
        "$any" => Ok(Filter::Any(list()?)),
        "$not" => Ok(Filter::Not(Box::new(parse(inner, &format!("{pointer}/$not"))?))),
        // Backstage knows operators on values behind a path alone.
        _ => Ok(Filter::Itself(Test::Never)),
    }
}

fn paths(object: &Map<String, Value>, pointer: &str) -> Result<Vec<Filter>, FilterError> {
    let one = |(path, test): (&String, &Value)| {
        let place = below(pointer, path);
        Ok(Filter::Path(path.clone(), path_test(test, &place)?))
    };
    object.iter().map(one).collect()
}

fn path_test(value: &Value, pointer: &str) -> Result<Test, FilterError> {
    match value {
        Value::Object(object) => match object.iter().next() {
            Some((key, inner)) if object.len() == 1 && key.starts_with('$') => operator(key, inner, pointer),
            _ => Err(FilterError {
                pointer: pointer.to_owned(),
                message: "expected one operator such as `{$exists: true}`, or a plain value".to_owned(),
            }),
        },
        Value::Array(_) => Err(FilterError {
            pointer: pointer.to_owned(),
            message: "a list needs an operator: `{$in: [...]}`".to_owned(),
        }),
        primitive => Ok(Test::Equals(primitive.clone())),
    }
}

fn operator(key: &str, inner: &Value, pointer: &str) -> Result<Test, FilterError> {
    let place = || format!("{pointer}/{key}");
    let fail = |message: &str| Err(FilterError { pointer: place(), message: message.to_owned() });
    match (key, inner) {
        ("$exists", Value::Bool(wanted)) => Ok(Test::Exists(*wanted)),
        ("$exists", _) => fail("`$exists` takes `true` or `false`"),
        ("$in", Value::Array(items)) if items.iter().all(|it| !it.is_array() && !it.is_object()) => {
            Ok(Test::In(items.clone()))
        }
        ("$in", _) => fail("`$in` takes a list of plain values"),
        ("$contains", inner) => Ok(Test::Contains(Box::new(parse(inner, &place())?))),
        ("$hasPrefix", Value::String(prefix)) => Ok(Test::HasPrefix(prefix.clone())),
        ("$hasPrefix", _) => fail("`$hasPrefix` takes a text"),
        _ => Ok(Test::Never),
    }
}

/// Gathers operators that never hold where they stand. Only predicates that `parse` takes are looked at.
pub(super) fn unknown_operators(value: &Value, pointer: &str, found: &mut Vec<FilterError>) {
    let Value::Object(object) = value else { return };
    for (key, inner) in object {
        let place = below(pointer, key);
        match (key.as_str(), inner) {
            ("$all" | "$any", Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    unknown_operators(item, &format!("{place}/{index}"), found);
                }
            }
            ("$not", inner) => unknown_operators(inner, &place, found),
            (key, _) if key.starts_with('$') => found.push(never(key, place, LOGIC)),
            (_, Value::Object(test)) => match test.iter().next() {
                Some((key, inner)) if key == "$contains" => {
                    unknown_operators(inner, &below(&place, key), found);
                }
                Some((key, _)) if key.starts_with('$') && !OPERATORS.contains(&key.as_str()) => {
                    found.push(never(key, below(&place, key), OPERATORS));
                }
                _ => {}
            },
            _ => {}
        }
    }
}

fn never(key: &str, pointer: String, known: &[&str]) -> FilterError {
    let message = if OPERATORS.contains(&key) {
        format!("`{key}` never holds here: it needs a path, as in `{{spec.type: {{{key}: …}}}}`")
    } else {
        let near = nearest(key, known.iter().copied()).map(|it| format!("; did you mean `{it}`?"));
        let rest = near.unwrap_or_else(|| format!("; there are {}", known.join(", ")));
        format!("`{key}` never holds: there is no such operator{rest}")
    };
    FilterError { pointer, message }
}

fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}
