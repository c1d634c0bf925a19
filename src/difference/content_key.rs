//! The content of an entity, less its name, to a key that equals that of the same content elsewhere.

use serde_json::{Map, Value};

use crate::catalog::FORMER_NAMES;
use crate::model::Entity;

/// Returns the key of what an entity says, without some fields of `metadata` and without its former names.
pub(super) fn content_key(entity: &Entity, without: &[&str]) -> String {
    let mut value = entity.value.clone();
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.entry("namespace").or_insert_with(|| Value::from("default"));
        without.iter().for_each(|key| {
            metadata.shift_remove(*key);
        });
        let annotations = metadata.get_mut("annotations").and_then(Value::as_object_mut);
        let empty = annotations.is_some_and(|it| it.shift_remove(FORMER_NAMES).is_some() && it.is_empty());
        if empty {
            metadata.shift_remove("annotations");
        }
    }
    let text = sorted(value).to_string();
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// Returns a value whose mappings are in the order of their keys.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<(String, Value)> = object.into_iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(entries.into_iter().map(|(key, value)| (key, sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        plain => plain,
    }
}
