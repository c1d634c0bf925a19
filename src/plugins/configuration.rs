//! The operator's values for a plugin to its configuration: checked, with defaults, and without its secrets.

use std::collections::BTreeMap;

use serde_json::Value;

use super::manifest::{ConfigValues, Plugin};
use crate::diagnostics::{Diagnostic, Report, Severity};
use crate::sources::schema::{Schema, SchemaCodes};
use crate::sources::{Secret, yaml};

const CONFIG_CODES: SchemaCodes = SchemaCodes {
    unknown_key: "plugin/unknown-config",
    unknown_key_severity: Severity::Error,
    not_yet: "plugin/not-supported",
    missing_key: "plugin/missing-config",
    bad_value: "plugin/bad-config",
};

/// Checks the operator's values against the plugin's schema, fills in its defaults, and takes the secrets out.
pub(super) fn configure(
    plugin: &mut Plugin,
    manifest: &Value,
    document: &yaml::Document<'_>,
    config: &ConfigValues<'_>,
    report: &mut Report,
) {
    let mut values = Value::Object(config.values.clone());
    let place = |pointer: &str, key: bool| match config.places {
        Some(places) => places.of(pointer, key),
        None => document.span("/config"),
    };
    let Some(schema) = manifest.get("config") else {
        if !config.values.is_empty() {
            let message = format!("the plugin `{}` takes no configuration", plugin.id);
            report.push(Diagnostic::error("plugin/unknown-config", place("", true), message));
        }
        plugin.config = values;
        return;
    };
    let mut own = values.clone();
    take_secrets(schema, &mut own, "", &mut BTreeMap::new());
    texts(&own, &mut plugin.written);
    fill_defaults(schema, &mut values);
    match Schema::new(schema.clone()) {
        Ok(schema) => report.extend(schema.check(&values, CONFIG_CODES, &place)),
        Err(error) => {
            let message = format!("`config` is not a JSON Schema: {}", error.message);
            let place = document.span(&format!("/config{}", error.pointer));
            report.push(Diagnostic::error("plugin/bad-schema", place, message));
        }
    }
    take_secrets(schema, &mut values, "", &mut plugin.secrets);
    plugin.config = values;
}

/// Takes the values that the schema marks as secrets out of the configuration.
fn take_secrets(schema: &Value, value: &mut Value, pointer: &str, secrets: &mut BTreeMap<String, Secret>) {
    if schema.get("x-visibility").and_then(Value::as_str) == Some("secret") {
        if let Value::String(text) = value
            && !text.is_empty()
        {
            secrets.insert(pointer.to_owned(), Secret::new(text.as_str()));
        }
        *value = Value::Null;
        return;
    }
    match value {
        Value::Object(object) => {
            for (key, inner) in object.iter_mut() {
                let schema = schema.pointer("/properties").and_then(|it| it.get(key));
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                schema.into_iter().for_each(|it| take_secrets(it, inner, &pointer, secrets));
            }
        }
        Value::Array(items) => {
            let Some(schema) = schema.get("items") else { return };
            for (index, inner) in items.iter_mut().enumerate() {
                take_secrets(schema, inner, &format!("{pointer}/{index}"), secrets);
            }
        }
        _ => {}
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|it| texts(it, found)),
        Value::Object(object) => object.values().for_each(|it| texts(it, found)),
        _ => {}
    }
}

fn fill_defaults(schema: &Value, value: &mut Value) {
    let (Some(properties), Value::Object(object)) =
        (schema.get("properties").and_then(Value::as_object), value)
    else {
        return;
    };
    for (key, inner) in properties {
        match (object.get_mut(key), inner.get("default")) {
            (Some(existing), _) => fill_defaults(inner, existing),
            (None, Some(default)) => {
                object.insert(key.clone(), default.clone());
            }
            (None, None) => {}
        }
    }
}
