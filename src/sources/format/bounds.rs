//! The bounds that hold for every parsed value: how deep it is, and how much.

use serde_json::Value;

use super::FormatError;

/// How deep lists and objects may be nested.
pub(super) const DEPTH_MAX: usize = 64;

/// How many lists, objects and other values there may be.
pub(super) const NODES_MAX: usize = 1_000_000;

/// Checks a value.
pub(super) fn check(value: &Value) -> Result<(), FormatError> {
    let mut nodes = 0;
    // The list is the stack of a walk that does not call itself.
    let mut waiting = vec![(value, 1_usize)];
    while let Some((value, depth)) = waiting.pop() {
        nodes += 1;
        if nodes > NODES_MAX {
            return Err(too_many());
        }
        let inside = depth + 1;
        match value {
            Value::Array(_) | Value::Object(_) if depth > DEPTH_MAX => return Err(too_deep()),
            Value::Array(items) => waiting.extend(items.iter().map(|it| (it, inside))),
            Value::Object(object) => waiting.extend(object.values().map(|it| (it, inside))),
            _ => {}
        }
    }
    Ok(())
}

/// Returns the error of what is nested too deeply.
pub(super) fn too_deep() -> FormatError {
    FormatError::new(format!("it is nested more than {DEPTH_MAX} levels deep"))
}

/// Returns the error of what is too much.
pub(super) fn too_many() -> FormatError {
    FormatError::new(format!("it holds more than {NODES_MAX} values"))
}
