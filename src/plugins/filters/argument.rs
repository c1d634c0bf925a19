//! Arguments of filters: lists, fields of rows, numbers and texts out of MiniJinja's values.

use std::borrow::Cow;

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind, State};

/// Returns the items of a list; those of nothing are none. Each costs fuel.
pub(super) fn items(state: &State<'_, '_>, list: &Value) -> Result<Vec<Value>, Error> {
    if is_nothing(list) {
        return Ok(Vec::new());
    }
    let mut items = Vec::new();
    for item in list.try_iter()?.checked() {
        state.consume_fuel(1)?;
        items.push(item?);
    }
    Ok(items)
}

/// Returns a field of a row by its key, or by a path of keys parted by dots. A field that is not there is nothing.
pub(super) fn field(row: &Value, path: &str) -> Value {
    let own = row.get_attr(path).unwrap_or_default();
    if !own.is_undefined() || !path.contains('.') {
        return own;
    }
    let step = |value: Value, key: &str| match key.parse::<usize>() {
        Ok(index) if value.kind() == ValueKind::Seq => value.get_item_by_index(index).unwrap_or_default(),
        _ => value.get_attr(key).unwrap_or_default(),
    };
    path.split('.').fold(row.clone(), step)
}

/// Returns a field of a row, and the row itself without a path.
pub(super) fn field_or_row(row: Value, path: Option<&str>) -> Value {
    match path {
        Some(path) => field(&row, path),
        None => row,
    }
}

/// Returns whether a value is null or undefined.
pub(super) fn is_nothing(value: &Value) -> bool {
    value.is_undefined() || value.is_none()
}

/// Returns a number, also one that is written as a text, as cells of CSV are. Infinity is none.
pub(super) fn number(value: &Value) -> Option<f64> {
    let number = match value.kind() {
        ValueKind::Number => f64::try_from(value.clone()).ok()?,
        ValueKind::String => value.as_str()?.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// Returns a number as a value: a whole one if it is, so that it is shown without a point.
pub(super) fn value_of(number: f64) -> Value {
    // Beyond this, whole numbers are no longer exact.
    match number.fract() == 0.0 && number.abs() < 9e15 {
        true => Value::from(number as i64),
        false => Value::from(number),
    }
}

/// Returns a number without what is behind two decimals.
pub(super) fn hundredths(number: f64) -> Value {
    value_of((number * 100.0).round() / 100.0)
}

/// Returns a text, also of a number or a flag; nothing is nothing.
pub(super) fn text(value: &Value) -> Result<Option<Cow<'_, str>>, Error> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Ok(None),
        ValueKind::String => Ok(value.as_str().map(Cow::Borrowed)),
        ValueKind::Number => Ok(Some(Cow::Owned(value.to_string()))),
        ValueKind::Bool => Ok(Some(Cow::Borrowed(if value.is_true() { "true" } else { "false" }))),
        kind => Err(failed(format!("a {kind} is no text"))),
    }
}

/// Returns the error of a filter.
pub(super) fn failed(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}
