//! What a plugin asks for and reads of entities, compared.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Both, Changes, Weight};
use crate::plugins::Asked;

/// Compares permissions: whatever is new must be accepted before a build takes it.
pub(super) fn permissions(both: Both<'_>, changes: &mut Changes) {
    let (old, new) = (Asked::of(both.old), Asked::of(both.new));
    for item in new.beyond(&old) {
        changes.add(Weight::Breaking, "permissions", format!("it asks for {item}"));
    }
    for item in old.beyond(&new) {
        changes.add(Weight::Fix, "permissions", format!("it no longer asks for {item}"));
    }
}

/// Compares params: an entity that was set up should stay so.
pub(super) fn params(both: Both<'_>, changes: &mut Changes) {
    const PART: &str = "params";
    let both = both.at("/params");
    let (old, new) = both.keys();
    changes.names(PART, "the param", (&old, &new));
    for (name, param) in both.changed() {
        let (before, after) = (from(param.old), from(param.new));
        for key in before.difference(&after) {
            changes.add(Weight::Breaking, PART, format!("the param `{name}` no longer reads `{key}`"));
        }
        for key in after.difference(&before) {
            changes.add(Weight::Feature, PART, format!("the param `{name}` reads `{key}` too"));
        }
        let is_set = |it: &Value, key: &str| it.get(key).is_some_and(|it| *it != Value::Bool(false));
        for key in ["default", "optional"] {
            match (is_set(param.old, key), is_set(param.new, key)) {
                (true, false) => {
                    changes.add(
                        Weight::Breaking,
                        PART,
                        format!("the param `{name}` has no `{key}` any more"),
                    );
                }
                (false, true) => {
                    changes.add(Weight::Feature, PART, format!("the param `{name}` has a `{key}`"))
                }
                (true, true) if param.old.get(key) != param.new.get(key) => {
                    changes.add(
                        Weight::Feature,
                        PART,
                        format!("the `{key}` of the param `{name}` is another"),
                    );
                }
                _ => {}
            }
        }
        for key in ["pattern", "parse", "split"] {
            let at = param.at(&format!("/{key}"));
            // What took any value before takes fewer, and the reverse.
            let weight =
                if at.new.is_null() && key == "pattern" { Weight::Feature } else { Weight::Breaking };
            if at.differs() {
                changes.add(weight, PART, format!("the `{key}` of the param `{name}` is another"));
            }
        }
    }
}

fn from(param: &Value) -> BTreeSet<String> {
    match param.get("from") {
        Some(Value::String(one)) => BTreeSet::from([one.clone()]),
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => BTreeSet::new(),
    }
}
