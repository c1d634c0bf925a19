//! Filters of rows: what one field says, groups, and order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use minijinja::value::{Rest, Value};
use minijinja::{Error, State};

use super::FilterDescription;
use super::argument::{failed, field, field_or_row, is_nothing, items, text};
use super::order_key::OrderKey;

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "pick",
        signature: "pick(key, value, field)",
        what: "The field of the first row whose key has that value; the row itself without a field",
        example: r#"[{"metric": "bugs", "value": 3}] | pick("metric", "bugs", "value")"#,
        result: "3",
        add: |it| it.add_filter("pick", pick),
    },
    FilterDescription {
        name: "index_by",
        signature: "index_by(attribute)",
        what: "The rows as a mapping by the value of an attribute; of several the last one counts",
        example: r#"([{"id": "a", "n": 1}] | index_by("id")).a.n"#,
        result: "1",
        add: |it| it.add_filter("index_by", index_by),
    },
    FilterDescription {
        name: "to_map",
        signature: "to_map(key, value)",
        what: "One attribute of the rows as the keys of a mapping, and another as its values",
        example: r#"[{"k": "a", "v": 1}, {"k": "b", "v": 2}] | to_map("k", "v")"#,
        result: r#"{"a": 1, "b": 2}"#,
        add: |it| it.add_filter("to_map", to_map),
    },
    FilterDescription {
        name: "group_rows",
        signature: "group_rows(attribute)",
        what: "The rows in groups by an attribute, in the order in which they come first",
        example: r#"[{"s": "b"}, {"s": "a"}, {"s": "b"}] | group_rows("s") | map(attribute="key") | list"#,
        result: r#"["b", "a"]"#,
        add: |it| it.add_filter("group_rows", group_rows),
    },
    FilterDescription {
        name: "count_by",
        signature: "count_by(attribute)",
        what: "How many rows have each value of an attribute, the most first; without an attribute the values themselves are counted",
        example: r#"["x", "y", "y"] | count_by"#,
        result: r#"[{"key": "y", "count": 2}, {"key": "x", "count": 1}]"#,
        add: |it| it.add_filter("count_by", count_by),
    },
    FilterDescription {
        name: "sort_by",
        signature: "sort_by(attribute, …)",
        what: "The rows sorted by attributes, of which one with `-` before it counts downwards; nothing comes last, and case does not matter",
        example: r#"[{"a": 1, "b": "x"}, {"a": 2, "b": "x"}] | sort_by("b", "-a") | map(attribute="a") | list"#,
        result: "[2, 1]",
        add: |it| it.add_filter("sort_by", sort_by),
    },
];

fn pick(
    state: &State<'_, '_>,
    rows: &Value,
    key: &str,
    value: &Value,
    of: Option<&str>,
) -> Result<Value, Error> {
    let wanted = OrderKey::of(value);
    let found = items(state, rows)?.into_iter().find(|row| OrderKey::of(&field(row, key)) == wanted);
    Ok(found.map(|row| field_or_row(row, of)).unwrap_or_default())
}

fn index_by(state: &State<'_, '_>, rows: &Value, attribute: &str) -> Result<Value, Error> {
    let pairs = items(state, rows)?.into_iter().map(|row| (field(&row, attribute), row));
    mapping(pairs)
}

fn to_map(state: &State<'_, '_>, rows: &Value, key: &str, value: &str) -> Result<Value, Error> {
    let pairs = items(state, rows)?.into_iter().map(|row| (field(&row, key), field(&row, value)));
    mapping(pairs)
}

/// Keys are texts, as in JSON; rows without a key are left out.
fn mapping(pairs: impl Iterator<Item = (Value, Value)>) -> Result<Value, Error> {
    let mut entries = Vec::new();
    for (key, value) in pairs {
        entries.extend(text(&key)?.map(|key| (key.into_owned(), value)));
    }
    Ok(Value::from_pairs(entries))
}

/// Groups in the order in which they come first.
#[derive(Default)]
pub(super) struct Groups {
    places: BTreeMap<OrderKey, usize>,
    groups: Vec<(Value, Vec<Value>)>,
}

impl Groups {
    /// Adds a row to the group of a key.
    pub(super) fn add(&mut self, key: Value, row: Value) {
        let next = self.groups.len();
        let place = *self.places.entry(OrderKey::of(&key)).or_insert(next);
        match self.groups.get_mut(place) {
            Some((_, rows)) => rows.push(row),
            None => self.groups.push((key, vec![row])),
        }
    }

    /// Returns the groups with their keys.
    pub(super) fn into_groups(self) -> Vec<(Value, Vec<Value>)> {
        self.groups
    }
}

/// Returns groups as `[{key, count, rows}]`.
pub(super) fn group_list(groups: Vec<(Value, Vec<Value>)>) -> Value {
    let row = |(key, rows): (Value, Vec<Value>)| {
        Value::from_pairs([("key", key), ("count", Value::from(rows.len())), ("rows", Value::from(rows))])
    };
    groups.into_iter().map(row).collect()
}

fn groups(state: &State<'_, '_>, rows: &Value, attribute: Option<&str>) -> Result<Groups, Error> {
    let rows = items(state, rows)?;
    // Looking up keys.
    state.consume_fuel(rows.len() as u64 * 4)?;
    let mut groups = Groups::default();
    for row in rows {
        groups.add(field_or_row(row.clone(), attribute), row);
    }
    Ok(groups)
}

fn group_rows(state: &State<'_, '_>, rows: &Value, attribute: &str) -> Result<Value, Error> {
    Ok(group_list(groups(state, rows, Some(attribute))?.into_groups()))
}

fn count_by(state: &State<'_, '_>, rows: &Value, attribute: Option<&str>) -> Result<Value, Error> {
    let mut groups = groups(state, rows, attribute)?.into_groups();
    groups.sort_by_cached_key(|(key, rows)| (Reverse(rows.len()), OrderKey::of(key)));
    let row = |(key, rows): (Value, Vec<Value>)| {
        Value::from_pairs([("key", key), ("count", Value::from(rows.len()))])
    };
    Ok(groups.into_iter().map(row).collect())
}

/// A part of the key of a row: whether there is nothing, and the value in one of two directions.
type Part = (bool, Option<OrderKey>, Option<Reverse<OrderKey>>);

fn sort_by(state: &State<'_, '_>, rows: &Value, attributes: Rest<String>) -> Result<Value, Error> {
    if attributes.is_empty() {
        return Err(failed("`sort_by` needs an attribute"));
    }
    let mut rows = items(state, rows)?;
    let steps = rows.len().checked_ilog2().unwrap_or_default() as u64 + 1;
    state.consume_fuel(rows.len() as u64 * steps * attributes.len() as u64)?;
    rows.sort_by_cached_key(|row| {
        let part = |attribute: &String| -> Part {
            let (path, down) = match attribute.strip_prefix('-') {
                Some(path) => (path, true),
                None => (attribute.as_str(), false),
            };
            let value = field(row, path);
            let key = Some(OrderKey::of(&value).folded());
            match down {
                true => (is_nothing(&value), None, key.map(Reverse)),
                false => (is_nothing(&value), key, None),
            }
        };
        attributes.iter().map(part).collect::<Vec<Part>>()
    });
    Ok(Value::from(rows))
}
