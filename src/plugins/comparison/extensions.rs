//! The extensions of a plugin, and what a module adds to one, compared.

use serde_json::{Map, Value};

use super::{Both, Changes, Weight};
use crate::plugins::extension::id_of;

const PART: &str = "extensions";

/// Compares extensions: operators name their ids, and people know their addresses.
pub(super) fn extensions(both: Both<'_>, changes: &mut Changes) {
    let (old, new) = (by_id(both.old), by_id(both.new));
    let both = Both { old: &old, new: &new };
    let (before, after) = both.keys();
    changes.names(PART, "the extension", (&before, &after));
    for (id, extension) in both.changed() {
        let at = changes.0.len();
        let is_off = |it: &Value| it.get("disabled") == Some(&Value::Bool(true));
        match (is_off(extension.old), is_off(extension.new)) {
            (false, true) => {
                changes.add(Weight::Breaking, PART, format!("the extension `{id}` is off by default"))
            }
            (true, false) => {
                changes.add(Weight::Feature, PART, format!("the extension `{id}` is on by default"))
            }
            _ => {}
        }
        if extension.at("/path").differs() {
            changes.add(Weight::Breaking, PART, format!("the extension `{id}` has another address"));
        }
        for (key, what) in [
            ("attachTo", "stands elsewhere"),
            ("filter", "is for other entities"),
            ("if", "has another condition"),
        ] {
            if extension.at(&format!("/{key}")).differs() {
                changes.add(Weight::Feature, PART, format!("the extension `{id}` {what}"));
            }
        }
        if changes.0.len() == at {
            changes.add(Weight::Fix, PART, format!("the extension `{id}` looks another way"));
        }
    }
}

fn by_id(manifest: &Value) -> Value {
    let text = |pointer: &str| manifest.pointer(pointer).and_then(Value::as_str);
    let plugin = text("/extends/plugin").or_else(|| text("/metadata/id")).unwrap_or_default();
    let items = manifest.get("extensions").and_then(Value::as_array).into_iter().flatten();
    let named = items.filter_map(|it| {
        let name = it.get("name").and_then(Value::as_str).unwrap_or_default();
        Some((id_of(it.get("kind")?.as_str()?, plugin, name), it.clone()))
    });
    Value::Object(named.collect::<Map<_, _>>())
}

/// Compares what a module contributes and overrides.
pub(super) fn additions(both: Both<'_>, changes: &mut Changes) {
    for (part, what) in [
        ("contribute", "what it adds to the extension point"),
        ("override", "what it changes of the extension"),
    ] {
        let at = both.at(&format!("/{part}"));
        let (old, new) = at.keys();
        changes.names(PART, what, (&old, &new));
        for (name, _) in at.changed() {
            changes.add(Weight::Fix, PART, format!("{what} `{name}` is another"));
        }
    }
}
