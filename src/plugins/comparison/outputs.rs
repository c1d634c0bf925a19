//! What modules, facts, columns and catalogs read of a plugin, compared.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Both, Changes, Weight, schema};
use crate::plugins::Package;

/// Compares sources: their fields, facts and points are read by modules and columns.
pub(super) fn sources(both: Both<'_>, changes: &mut Changes) {
    const PART: &str = "sources";
    let both = both.at("/sources");
    let (old, new) = both.keys();
    changes.names(PART, "the source", (&old, &new));
    for name in old.difference(&new) {
        facts(both.old.get(name).unwrap_or(&Value::Null), &Value::Null, changes);
    }
    for name in new.difference(&old) {
        facts(&Value::Null, both.new.get(name).unwrap_or(&Value::Null), changes);
    }
    for (name, source) in both.changed() {
        let before = changes.0.len();
        let (old_fields, new_fields) = (fields(source.old), fields(source.new));
        let named =
            |it: &BTreeSet<String>| it.iter().map(|it| format!("{name}.{it}")).collect::<BTreeSet<_>>();
        changes.names(PART, "the field", (&named(&old_fields), &named(&new_fields)));
        facts(source.old, source.new, changes);
        let points = |it: &Value| {
            let fields = it.pointer("/history/fields").and_then(Value::as_array).into_iter().flatten();
            fields.filter_map(Value::as_str).map(|it| format!("{name}.{it}")).collect::<BTreeSet<_>>()
        };
        changes.names(PART, "the history of", (&points(source.old), &points(source.new)));
        for key in ["kind", "scope", "key"] {
            if source.at(&format!("/{key}")).differs() {
                // Modules that are `like` this source ask in the same way.
                changes.add(Weight::Feature, PART, format!("`{key}` of the source `{name}` is another"));
            }
        }
        if changes.0.len() == before {
            changes.add(Weight::Fix, PART, format!("the source `{name}` works in another way"));
        }
    }
}

fn facts(old: &Value, new: &Value, changes: &mut Changes) {
    let both = Both { old, new }.at("/facts");
    let (old, new) = both.keys();
    changes.names("facts", "the fact", (&old, &new));
}

/// Returns the fields that a source makes.
fn fields(source: &Value) -> BTreeSet<String> {
    let keys = |it: &Value, key: &str| {
        let map = it.get(key).and_then(Value::as_object).into_iter().flatten();
        map.map(|(key, _)| key.clone()).collect::<Vec<_>>()
    };
    let mut fields: BTreeSet<String> =
        keys(source, "map").into_iter().chain(keys(source, "reduce")).collect();
    for (list, inner) in source.get("derive").and_then(Value::as_object).into_iter().flatten() {
        fields.insert(list.clone());
        let inner = keys(inner, "map").into_iter().chain(keys(inner, "reduce"));
        fields.extend(inner.map(|it| format!("{list}.{it}")));
    }
    fields
}

/// Compares the schemas of data, those of the manifest and those in files.
pub(super) fn schemas(old: &Package, new: &Package, changes: &mut Changes) {
    let (old, new) = (all(old), all(new));
    let both = Both { old: &old, new: &new };
    for (name, both) in both.changed() {
        schema::output(
            both,
            "schemas",
            name.trim_start_matches("schemas/").trim_end_matches(".json"),
            changes,
        );
    }
}

fn all(package: &Package) -> Value {
    let mut all = package.manifest.get("schemas").and_then(Value::as_object).cloned().unwrap_or_default();
    for (path, bytes) in package.files.iter().filter(|(path, _)| path.starts_with("schemas/")) {
        all.extend(serde_json::from_slice(bytes).ok().map(|it| (path.clone(), it)));
    }
    Value::Object(all)
}

/// Compares the places that modules add to.
pub(super) fn points(both: Both<'_>, changes: &mut Changes) {
    const PART: &str = "extensionPoints";
    let both = both.at("/extensionPoints");
    let (old, new) = both.keys();
    changes.names(PART, "the extension point", (&old, &new));
    for (name, _) in both.changed() {
        changes.add(Weight::Breaking, PART, format!("the extension point `{name}` leads elsewhere"));
    }
}

/// Compares the kinds of entities.
pub(super) fn kinds(both: Both<'_>, changes: &mut Changes) {
    const PART: &str = "kinds";
    let (old, new) = (by_kind(both.old), by_kind(both.new));
    let both = Both { old: &old, new: &new };
    let (before, after) = both.keys();
    changes.names(PART, "the kind", (&before, &after));
    for (name, kind) in both.changed() {
        let at = changes.0.len();
        let versions = |it: &Value| match it.get("apiVersion") {
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            one => one.and_then(Value::as_str).map(str::to_owned).into_iter().collect::<BTreeSet<_>>(),
        };
        changes.names(PART, "the version", (&versions(kind.old), &versions(kind.new)));
        schema::input(kind.at("/schema"), PART, name, changes);
        if kind.at("/relations").differs() {
            changes.add(Weight::Breaking, PART, format!("the relations of the kind `{name}` are others"));
        }
        if changes.0.len() == at {
            changes.add(Weight::Fix, PART, format!("the kind `{name}` is shown in another way"));
        }
    }
}

fn by_kind(manifest: &Value) -> Value {
    let kinds = manifest.get("kinds").and_then(Value::as_array).into_iter().flatten();
    let named = kinds.filter_map(|it| Some((it.get("kind")?.as_str()?.to_owned(), it.clone())));
    Value::Object(named.collect())
}
