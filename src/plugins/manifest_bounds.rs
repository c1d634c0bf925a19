//! The bounds of a manifest: how large it is, and how much any part of it holds.

use serde_json::Value;

use crate::diagnostics::Diagnostic;
use crate::sources::yaml::Document;

/// The largest manifest, in bytes.
pub(super) const BYTES_MAX: usize = 512 * 1024;

/// How many keys a mapping may have, and how many items a list.
const INSIDE_MAX: usize = 2_000;

/// How many values a manifest may hold, with what its aliases stand for.
const VALUES_MAX: usize = 100_000;

/// How deep values may be nested.
const DEPTH_MAX: usize = 100;

/// How many extensions a plugin may have, and how many sources.
const LISTS: &[(&str, usize)] = &[("extensions", 500), ("sources", 100), ("params", 100), ("kinds", 100)];

/// Checks that a manifest is of a size that a person would write.
pub(super) fn check(value: &Value, document: &Document<'_>) -> Result<(), Box<Diagnostic>> {
    let too_large = |pointer: &str, message: String| {
        Err(Box::new(Diagnostic::error("plugin/too-large", document.span(pointer), message)))
    };
    for (key, most) in LISTS {
        let len = value.get(*key).map_or(0, len);
        if len > *most {
            return too_large(&format!("/{key}"), format!("`{key}` holds {len} of at most {most}"));
        }
    }
    let mut values = 0;
    // The list is the stack of a walk that does not call itself.
    let mut waiting = vec![(value, 0)];
    while let Some((value, depth)) = waiting.pop() {
        values += 1;
        if len(value) > INSIDE_MAX {
            let message =
                format!("a part of the manifest holds {} of at most {INSIDE_MAX} values", len(value));
            return too_large("", message);
        }
        if values > VALUES_MAX || depth > DEPTH_MAX {
            let message = format!(
                "the manifest holds more than {VALUES_MAX} values, or is nested over {DEPTH_MAX} deep"
            );
            return too_large("", message);
        }
        match value {
            Value::Array(items) => waiting.extend(items.iter().map(|it| (it, depth + 1))),
            Value::Object(object) => waiting.extend(object.values().map(|it| (it, depth + 1))),
            _ => {}
        }
    }
    Ok(())
}

fn len(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(object) => object.len(),
        _ => 0,
    }
}
