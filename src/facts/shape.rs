//! Bodies to data: rows, mapped, sorted, reduced, and checked against the schema.

use std::cmp::Ordering;

use minijinja::Value;
use serde_json::Value as Json;

use super::question::Question;
use crate::diagnostics::{Severity, Span};
use crate::plugins::engine::Scope;
use crate::plugins::source::{Shape, Sort};
use crate::sources::schema::{Schema, SchemaCodes};

/// The most rows of one key.
const ROWS_MAX: usize = 50_000;

/// Data that was made.
pub(super) struct Made {
    /// Undefined where it is not what the schema says.
    pub(super) data: Value,
    pub(super) is_empty: bool,
    /// Rows that were left out.
    pub(super) bad_rows: usize,
    /// What is wrong with the first of them, or with the whole.
    pub(super) bad: Option<String>,
}

const CODES: SchemaCodes = SchemaCodes {
    unknown_key: "plugin/bad-data",
    unknown_key_severity: Severity::Warning,
    not_yet: "plugin/bad-data",
    missing_key: "plugin/bad-data",
    bad_value: "plugin/bad-data",
};

/// Makes the data of one key. `rows` are its own where the answer was parted among several.
pub(super) fn make(
    question: &mut Question<'_>,
    bodies: &[Value],
    rows: Option<Vec<Value>>,
    scope: &Scope<'_>,
) -> Made {
    let shape = &question.source.shape;
    let had_rows = rows.is_some();
    let (data, row_count) = shaped(question, shape, bodies, rows, scope);
    let nothing = data.is_undefined() || data.is_none() || (is_list(&data) && data.len() == Some(0));
    let is_empty =
        nothing || (row_count == Some(0) && (had_rows || !shape.reduce.is_empty() && shape.rows.is_some()));
    let mut made = Made { data, is_empty, bad_rows: 0, bad: None };
    let schema = question.source.schema.and_then(|it| question.plugin.schemas.get(it));
    if let Some((_, schema)) = schema.filter(|_| !made.is_empty) {
        check(&mut made, schema);
    }
    for (name, inner) in &shape.derive {
        if made.data.is_undefined() {
            break;
        }
        let (derived, _) = shaped(question, inner, bodies, None, scope);
        made.data = with_field(&made.data, name, derived);
    }
    made
}

fn is_list(value: &Value) -> bool {
    matches!(value.kind(), minijinja::value::ValueKind::Seq | minijinja::value::ValueKind::Iterable)
}

/// Returns the data, and how many rows it was made of.
fn shaped(
    question: &mut Question<'_>,
    shape: &Shape,
    bodies: &[Value],
    rows: Option<Vec<Value>>,
    scope: &Scope<'_>,
) -> (Value, Option<usize>) {
    let first = bodies.first().cloned().unwrap_or_default();
    let with_body = scope.with(vec![("body".into(), first.clone())]);
    let rows = rows.or_else(|| rows_of(question, shape, bodies, scope));
    let Some(rows) = rows else {
        if !shape.map.is_empty() {
            return (fields(question, &shape.map, &with_body.with_row(first)), None);
        }
        if !shape.reduce.is_empty() {
            return (fields(question, &shape.reduce, &with_body), None);
        }
        // The pages of a plain list are one list.
        if bodies.len() > 1 && bodies.iter().all(is_list) {
            let all = bodies.iter().flat_map(|it| it.try_iter().into_iter().flatten());
            return (all.take(ROWS_MAX).collect(), None);
        }
        return (first, None);
    };
    let mut mapped = Vec::with_capacity(rows.len());
    for row in rows {
        let scope = with_body.with_row(row.clone());
        if let Some(keep) = shape.keep
            && !question.evaluate(keep, &scope).is_true()
        {
            continue;
        }
        mapped.push(if shape.map.is_empty() { row } else { fields(question, &shape.map, &scope) });
    }
    if let Some(sort) = &shape.sort {
        sort_rows(&mut mapped, sort);
    }
    mapped.truncate(shape.limit.unwrap_or(ROWS_MAX));
    let count = Some(mapped.len());
    if shape.reduce.is_empty() {
        return (Value::from(mapped), count);
    }
    let scope = with_body.with(vec![("rows".into(), Value::from(mapped))]);
    (fields(question, &shape.reduce, &scope), count)
}

/// Returns the rows of all pages; nothing where the data is no list of rows. An answer that is a list has its items as
/// rows, unless nothing is made of them.
fn rows_of(
    question: &mut Question<'_>,
    shape: &Shape,
    bodies: &[Value],
    scope: &Scope<'_>,
) -> Option<Vec<Value>> {
    let Some(code) = shape.rows else {
        let is_wanted = shape.makes_rows() && !bodies.is_empty() && bodies.iter().all(is_list);
        let items = bodies.iter().flat_map(|it| it.try_iter().into_iter().flatten());
        return is_wanted.then(|| items.take(ROWS_MAX).collect());
    };
    let mut rows = Vec::new();
    for body in bodies {
        let found = question.evaluate(code, &scope.with(vec![("body".into(), body.clone())]));
        rows.extend(found.try_iter().into_iter().flatten().take(ROWS_MAX.saturating_sub(rows.len())));
    }
    Some(rows)
}

fn fields(
    question: &mut Question<'_>,
    codes: &[(String, crate::plugins::CodeId)],
    scope: &Scope<'_>,
) -> Value {
    let field = |(name, code): &(String, crate::plugins::CodeId)| {
        let value = question.evaluate(*code, scope);
        // What is not there is null, so that a schema can say whether that is right.
        (name.clone(), if value.is_undefined() { Value::from(()) } else { value })
    };
    Value::from_pairs(codes.iter().map(field).collect::<Vec<_>>())
}

fn sort_rows(rows: &mut [Value], sort: &Sort) {
    let key = |row: &Value| row.get_attr(&sort.by).unwrap_or_default();
    let is_nothing = |it: &Value| it.is_undefined() || it.is_none();
    rows.sort_by(|one, other| {
        let (one, other) = (key(one), key(other));
        match (is_nothing(&one), is_nothing(&other)) {
            (true, true) => Ordering::Equal,
            // What has no value comes last, whatever the order.
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) if sort.descending => other.cmp(&one),
            (false, false) => one.cmp(&other),
        }
    });
}

/// Leaves out rows, or all, that are not what the schema says.
fn check(made: &mut Made, schema: &Schema) {
    let wrong = |value: &Value| -> Option<String> {
        let json: Json = serde_json::to_value(value).ok()?;
        let problems = schema.check(&json, CODES, &|_, _| Span::file(""));
        problems.first().map(|it| it.message.clone())
    };
    if !is_list(&made.data) {
        made.bad = wrong(&made.data);
        if made.bad.is_some() {
            made.data = Value::UNDEFINED;
        }
        return;
    }
    // A schema of a list is about the list, any other about each row.
    if schema.is_of_lists() {
        made.bad = wrong(&made.data);
        if made.bad.is_some() {
            made.data = Value::UNDEFINED;
        }
        return;
    }
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for row in made.data.try_iter().into_iter().flatten() {
        match wrong(&row) {
            None => good.push(row),
            Some(what) => bad.push(what),
        }
    }
    made.bad_rows = bad.len();
    made.bad = bad.into_iter().next();
    // When no row is right, the whole is wrong: an empty list would say that there is nothing.
    made.data = if good.is_empty() { Value::UNDEFINED } else { Value::from(good) };
}

fn with_field(object: &Value, name: &str, value: Value) -> Value {
    let keys = object.try_iter().into_iter().flatten();
    let mut pairs: Vec<(Value, Value)> =
        keys.filter_map(|key| Some((key.clone(), object.get_item(&key).ok()?))).collect();
    if !matches!(object.kind(), minijinja::value::ValueKind::Map) {
        pairs = vec![(Value::from("body"), object.clone())];
    }
    pairs.push((Value::from(name), value));
    Value::from_pairs(pairs)
}
