//! The configuration of a plugin as a value, in which a secret can be passed on and never be read.

use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value};
use serde_json::Value as Json;

use crate::plugins::Plugin;
use crate::sources::Secret;

/// What stands where a secret would be printed.
const PRINTED: &str = "[secret]";

/// A secret in an expression. It is no text: nothing can be cut from it, compared with it or written with it.
#[derive(Debug)]
struct SecretValue(Secret);

impl Object for SecretValue {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(PRINTED)
    }
}

/// Wraps a secret.
pub(super) fn wrap(secret: &Secret) -> Value {
    Value::from_object(SecretValue(secret.clone()))
}

/// Returns the secret behind a value, if it is one: for the header that carries it.
pub fn secret_of(value: &Value) -> Option<Secret> {
    value.downcast_object_ref::<SecretValue>().map(|it| it.0.clone())
}

/// Returns the configuration of a plugin, with its secrets in their places.
pub(super) fn config(plugin: &Plugin) -> Value {
    if plugin.secrets.is_empty() {
        return Value::from(minijinja::value::Serde(&plugin.config));
    }
    build(&plugin.config, "", plugin)
}

fn build(json: &Json, pointer: &str, plugin: &Plugin) -> Value {
    if let Some(secret) = plugin.secrets.get(pointer) {
        return wrap(secret);
    }
    match json {
        Json::Object(object) => {
            let item = |(key, value): (&String, &Json)| {
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                (key.clone(), build(value, &pointer, plugin))
            };
            Value::from_pairs(object.iter().map(item))
        }
        Json::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, it)| build(it, &format!("{pointer}/{index}"), plugin))
            .collect(),
        plain => Value::from(minijinja::value::Serde(plain)),
    }
}

/// Returns the secrets that a plugin asks for and was granted, by the name of their variable.
pub fn secrets_variable(plugin: &Plugin) -> Value {
    let asked = plugin.permissions.secrets.iter();
    let granted = asked.filter_map(|name| Some((name.clone(), plugin.granted.secrets.get(name)?.as_ref()?)));
    Value::from_pairs(granted.map(|(name, secret)| (name, wrap(secret))))
}
