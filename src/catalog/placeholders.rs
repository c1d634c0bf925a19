//! Placeholders: a mapping with the one key `$text`, `$json` or `$yaml` is replaced by a file's content.
//!
//! The replaced content is not scanned again (Backstage, `PlaceholderProcessor`).

use std::sync::Arc;

use serde_json::Value;

use super::finding::{Finding, Stage, pointer_key};
use super::targets::{Base, Target};
use crate::sources::{Reader, yaml};

/// How deep an entity may be nested.
const DEPTH_MAX: usize = 100;

/// Replaces all placeholders below `value`, which stands at `pointer`.
pub(super) fn replace(value: &mut Value, pointer: &str, base: &Base<'_>, reader: &dyn Reader, findings: &mut Vec<Finding>) {
    if pointer.matches('/').count() > DEPTH_MAX {
        return;
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                if may_hold_placeholder(item) {
                    replace(item, &format!("{pointer}/{index}"), base, reader, findings);
                }
            }
        }
        Value::Object(object) => {
            let single = object.iter().next().filter(|_| object.len() == 1).filter(|(key, _)| key.starts_with('$'));
            if let Some((key, argument)) = single {
                let pointer = format!("{pointer}/{key}");
                match resolve(key, argument, &pointer, base, reader) {
                    Some(Ok(content)) => *value = content,
                    Some(Err(finding)) => findings.push(*finding),
                    None => {}
                }
                return;
            }
            if object.keys().any(|key| key.starts_with('$')) {
                return;
            }
            for (key, item) in object.iter_mut() {
                if may_hold_placeholder(item) {
                    replace(item, &format!("{pointer}/{}", pointer_key(key)), base, reader, findings);
                }
            }
        }
        _ => {}
    }
}

fn may_hold_placeholder(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

type Resolved = Result<Value, Box<Finding>>;

/// Returns what stands in the placeholder's stead; `None` when the key names no resolver.
fn resolve(key: &str, argument: &Value, pointer: &str, base: &Base<'_>, reader: &dyn Reader) -> Option<Resolved> {
    let fail = |code, message: String| Box::new(Finding::new(Stage::PreProcess, code, pointer, message));
    if matches!(key, "$openapi" | "$asyncapi") {
        return Some(Err(Box::new(
            fail("placeholder/not-supported", format!("`{key}` is not supported yet"))
                .hint("use `$text` with a file that holds the whole definition"),
        )));
    }
    if !matches!(key, "$text" | "$json" | "$yaml") {
        return None;
    }
    let Some(target) = argument.as_str() else {
        return Some(Err(fail("placeholder/wrong-type", format!("`{key}` takes the path or URL of a file"))));
    };
    let path = match base.resolve(target, true) {
        Target::Path(path) => path,
        Target::Elsewhere(address) => {
            let finding = fail("placeholder/url-not-read", format!("`{address}` is not read yet"))
                .reason("this version reads local files and, with --origin, the repository that the folder is a copy of");
            return Some(Err(Box::new(finding.hint("copy the file beside this one and name it by a relative path"))));
        }
        Target::Malformed(reason) => return Some(Err(fail("placeholder/bad-target", reason))),
    };
    let text = match reader.read_text(&path) {
        Ok(text) => text,
        Err(error) => return Some(Err(fail("placeholder/unreadable", format!("`{target}` cannot be read: {error}")))),
    };
    let bad = |what: &str, reason: String| fail("placeholder/does-not-parse", format!("`{target}` is not {what}: {reason}"));
    Some(match key {
        "$text" => Ok(Value::String(text)),
        "$json" => serde_json::from_str(&text).map_err(|error| bad("JSON", error.to_string())),
        _ => match yaml::parse_one(&Arc::from(path), &text) {
            Ok(document) => Ok(document.json()),
            Err(diagnostic) => Err(bad("one YAML document", format!("{} ({})", diagnostic.message, diagnostic.span))),
        },
    })
}
