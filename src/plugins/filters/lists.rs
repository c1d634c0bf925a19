//! Filters of lists and mappings: parts of them, and what is in them.

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, State};

use super::FilterDescription;
use super::argument::{failed, field_or_row, is_nothing, items};

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "take",
        signature: "take(n)",
        what: "The first items of a list",
        example: "[1, 2, 3] | take(2)",
        result: "[1, 2]",
        add: |it| it.add_filter("take", take),
    },
    FilterDescription {
        name: "skip",
        signature: "skip(n)",
        what: "A list without its first items",
        example: "[1, 2, 3] | skip(2)",
        result: "[3]",
        add: |it| it.add_filter("skip", skip),
    },
    FilterDescription {
        name: "flatten",
        signature: "flatten(depth=1)",
        what: "The items of the lists in a list",
        example: "[[1, 2], 3, [[4]]] | flatten",
        result: "[1, 2, 3, [4]]",
        add: |it| it.add_filter("flatten", flatten),
    },
    FilterDescription {
        name: "position",
        signature: "position(value, attribute)",
        what: "The place of the first item with that value, from 0; nothing if there is none",
        example: r#"[{"id": "adopt"}, {"id": "trial"}] | position("trial", "id")"#,
        result: "1",
        add: |it| it.add_filter("position", position),
    },
    FilterDescription {
        name: "compact",
        signature: "compact",
        what: "A list without what is nothing",
        example: "[1, none, 0, missing] | compact",
        result: "[1, 0]",
        add: |it| it.add_filter("compact", compact),
    },
    FilterDescription {
        name: "keys",
        signature: "keys",
        what: "The keys of a mapping",
        example: r#"{"a": 1, "b": 2} | keys"#,
        result: r#"["a", "b"]"#,
        add: |it| it.add_filter("keys", keys),
    },
    FilterDescription {
        name: "values",
        signature: "values",
        what: "The values of a mapping",
        example: r#"{"a": 1, "b": 2} | values"#,
        result: "[1, 2]",
        add: |it| it.add_filter("values", values),
    },
];

/// How deep lists in lists are flattened.
const DEPTH_MAX: usize = 16;

fn take(state: &State<'_, '_>, list: &Value, count: usize) -> Result<Value, Error> {
    let mut items = items(state, list)?;
    items.truncate(count);
    Ok(Value::from(items))
}

fn skip(state: &State<'_, '_>, list: &Value, count: usize) -> Result<Value, Error> {
    Ok(items(state, list)?.into_iter().skip(count).collect())
}

fn flatten(state: &State<'_, '_>, list: &Value, depth: Option<usize>) -> Result<Value, Error> {
    let mut all = items(state, list)?;
    for _ in 0..depth.unwrap_or(1).min(DEPTH_MAX) {
        let mut flat = Vec::with_capacity(all.len());
        for item in all {
            match item.kind() {
                ValueKind::Seq | ValueKind::Iterable => flat.extend(items(state, &item)?),
                _ => flat.push(item),
            }
        }
        all = flat;
    }
    Ok(Value::from(all))
}

fn position(
    state: &State<'_, '_>,
    list: &Value,
    value: &Value,
    attribute: Option<&str>,
) -> Result<Value, Error> {
    let found = items(state, list)?.into_iter().position(|it| field_or_row(it, attribute) == *value);
    Ok(found.map(Value::from).unwrap_or_default())
}

fn compact(state: &State<'_, '_>, list: &Value) -> Result<Value, Error> {
    Ok(items(state, list)?.into_iter().filter(|it| !is_nothing(it)).collect())
}

fn keys(state: &State<'_, '_>, mapping: &Value) -> Result<Value, Error> {
    check_mapping(mapping)?;
    Ok(Value::from(items(state, mapping)?))
}

fn values(state: &State<'_, '_>, mapping: &Value) -> Result<Value, Error> {
    check_mapping(mapping)?;
    let keys = items(state, mapping)?;
    Ok(keys.iter().map(|key| mapping.get_item(key).unwrap_or_default()).collect())
}

fn check_mapping(value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::Map | ValueKind::Undefined | ValueKind::None => Ok(()),
        kind => Err(failed(format!("a {kind} is no mapping"))),
    }
}
