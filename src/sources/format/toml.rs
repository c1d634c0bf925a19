//! TOML text to a value.

use serde_json::{Number, Value};
use toml::Value as Toml;

use super::FormatError;

/// How many bytes may be parsed; what they become needs many times as much.
const BYTES_MAX: usize = 4 << 20;

/// Parses a document. Dates and times become texts.
pub(super) fn parse(text: &str) -> Result<Value, FormatError> {
    if text.len() > BYTES_MAX {
        return Err(FormatError::new(format!("TOML may have at most {} MiB", BYTES_MAX >> 20)));
    }
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let failed = FormatError::new(format!("this is not TOML: {}", error.message()));
        match error.span() {
            Some(span) => failed.at_byte(text, span.start),
            None => failed,
        }
    })?;
    Ok(json(Toml::Table(table)))
}

/// The parser bounds the depth.
fn json(value: Toml) -> Value {
    match value {
        Toml::String(text) => Value::String(text),
        Toml::Integer(number) => Value::from(number),
        Toml::Float(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        Toml::Boolean(flag) => Value::Bool(flag),
        Toml::Datetime(time) => Value::String(time.to_string()),
        Toml::Array(items) => Value::Array(items.into_iter().map(json).collect()),
        Toml::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect())
        }
    }
}
