//! JSON text to a value.

use serde_json::Value;

use super::FormatError;

/// Parses exactly one value.
pub(super) fn parse(text: &str) -> Result<Value, FormatError> {
    serde_json::from_str(text).map_err(|error| {
        let whole = error.to_string();
        // The place is told apart from the message.
        let message = whole.split(" at line ").next().unwrap_or_default();
        FormatError::new(format!("this is not JSON: {message}")).at(error.line(), error.column().max(1))
    })
}
