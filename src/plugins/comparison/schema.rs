//! JSON Schemas, compared: of values that operators write, and of data that others read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Both, Changes, Weight};

/// How deep schemas are looked into.
const DEPTH_MAX: usize = 16;

/// Compares what operators may write: what was right should stay right.
pub(super) fn input(both: Both<'_>, part: &'static str, at: &str, changes: &mut Changes) {
    if !both.differs() || at.matches(['.', '*']).count() > DEPTH_MAX {
        return;
    }
    if both.new.is_null() {
        changes.add(Weight::Breaking, part, "nothing can be configured any more");
        return;
    }
    properties(both, part, at, changes, true);
    let shown = shown(at);
    let (old, new) = (words(both.old, "required"), words(both.new, "required"));
    for key in new.difference(&old) {
        let has_default = both.new.pointer(&format!("/properties/{key}/default")).is_some();
        if !has_default {
            changes.add(Weight::Breaking, part, format!("`{}` is required", join(at, key)));
        }
    }
    for key in old.difference(&new).filter(|it| both.new.pointer(&format!("/properties/{it}")).is_some()) {
        changes.add(Weight::Feature, part, format!("`{}` is no longer required", join(at, key)));
    }
    for key in ["type", "enum"] {
        narrowed(both, key, part, &shown, changes);
    }
    for (key, is_upper) in [
        ("minimum", false),
        ("exclusiveMinimum", false),
        ("minLength", false),
        ("minItems", false),
        ("maximum", true),
        ("exclusiveMaximum", true),
        ("maxLength", true),
        ("maxItems", true),
    ] {
        bound(both, key, is_upper, part, &shown, changes);
    }
    for key in ["pattern", "format", "const", "additionalProperties", "x-visibility"] {
        let it = both.at(&format!("/{key}"));
        if it.differs() {
            let is_free = |it: &Value| it.is_null() || *it == Value::Bool(true);
            let weight = if is_free(it.new) { Weight::Feature } else { Weight::Breaking };
            changes.add(weight, part, format!("`{key}` of {shown} is another"));
        }
    }
    if both.at("/default").differs() {
        changes.add(Weight::Feature, part, format!("the default of {shown} is another"));
    }
    input(both.at("/items"), part, &join(at, "*"), changes);
}

/// Compares data that modules, facts and templates read: what was there should stay there.
pub(super) fn output(both: Both<'_>, part: &'static str, at: &str, changes: &mut Changes) {
    if !both.differs() || at.matches(['.', '*']).count() > DEPTH_MAX || both.new.is_null() {
        return;
    }
    properties(both, part, at, changes, false);
    let (old, new) = (words(both.old, "required"), words(both.new, "required"));
    for key in old.difference(&new).filter(|it| both.new.pointer(&format!("/properties/{it}")).is_some()) {
        changes.add(Weight::Breaking, part, format!("`{}` may be missing", join(at, key)));
    }
    for key in ["type", "enum"] {
        let (old, new) = (values(both.old, key), values(both.new, key));
        let added: Vec<String> = new.difference(&old).cloned().collect();
        if !old.is_empty() && (!added.is_empty() || new.is_empty()) {
            let what = if added.is_empty() { "anything".to_owned() } else { added.join(", ") };
            changes.add(Weight::Breaking, part, format!("{} may be {what}", shown(at)));
        }
    }
    output(both.at("/items"), part, &join(at, "*"), changes);
}

fn properties(both: Both<'_>, part: &'static str, at: &str, changes: &mut Changes, is_input: bool) {
    let inner = both.at("/properties");
    let (old, new) = inner.keys();
    let named = |keys: &BTreeSet<String>| keys.iter().map(|it| join(at, it)).collect::<BTreeSet<_>>();
    changes.names(part, "the value", (&named(&old), &named(&new)));
    for (key, both) in inner.changed() {
        match is_input {
            true => input(both, part, &join(at, key), changes),
            false => output(both, part, &join(at, key), changes),
        }
    }
}

/// Tells of types or values that are no longer taken, or are taken now.
fn narrowed(both: Both<'_>, key: &str, part: &'static str, shown: &str, changes: &mut Changes) {
    let (old, new) = (values(both.old, key), values(both.new, key));
    // Without the key anything is taken.
    match (old.is_empty(), new.is_empty()) {
        (true, true) => {}
        (true, false) => changes.add(Weight::Breaking, part, format!("{shown} has a `{key}` now")),
        (false, true) => changes.add(Weight::Feature, part, format!("{shown} has no `{key}` any more")),
        (false, false) => {
            let is_number = |it: &str| new.contains("\"number\"") && it == "\"integer\"";
            let gone: Vec<&str> =
                old.difference(&new).map(String::as_str).filter(|it| !is_number(it)).collect();
            if !gone.is_empty() {
                changes.add(Weight::Breaking, part, format!("{shown} no longer takes {}", gone.join(", ")));
            }
            let added: Vec<&str> = new.difference(&old).map(String::as_str).collect();
            if !added.is_empty() {
                changes.add(Weight::Feature, part, format!("{shown} takes {}", added.join(", ")));
            }
        }
    }
}

fn bound(both: Both<'_>, key: &str, is_upper: bool, part: &'static str, shown: &str, changes: &mut Changes) {
    let number = |it: &Value| it.get(key).and_then(Value::as_f64);
    let narrower = match (number(both.old), number(both.new)) {
        (old, new) if old == new => return,
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => (new < old) == is_upper,
    };
    let (weight, verb) = if narrower { (Weight::Breaking, "narrower") } else { (Weight::Feature, "wider") };
    changes.add(weight, part, format!("`{key}` of {shown} is {verb}"));
}

fn words(schema: &Value, key: &str) -> BTreeSet<String> {
    let items = schema.get(key).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns one value, or each of a list, as JSON.
fn values(schema: &Value, key: &str) -> BTreeSet<String> {
    match schema.get(key) {
        None => BTreeSet::new(),
        Some(Value::Array(items)) => items.iter().map(ToString::to_string).collect(),
        Some(one) => BTreeSet::from([one.to_string()]),
    }
}

fn join(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

fn shown(at: &str) -> String {
    if at.is_empty() { "the whole".to_owned() } else { format!("`{at}`") }
}
