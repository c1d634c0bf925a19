//! The params of an entity, as values and as a variable of expressions.

use std::collections::BTreeMap;

use minijinja::Value;

use crate::model::Entity;
use crate::plugins::{Param, Plugin, Unresolved};

/// What an entity gives for the params of a plugin.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolved {
    pub(super) values: BTreeMap<String, Value>,
    /// Annotations that have another form than the plugin takes: the key, its value, the param.
    pub(super) malformed: Vec<(String, String, String)>,
}

/// Resolves all params.
pub(super) fn resolve(params: &[Param], entity: &Entity) -> Resolved {
    let mut resolved = Resolved::default();
    for param in params {
        match param.resolve(entity) {
            Ok(values) => {
                for (name, value) in values {
                    resolved.values.insert(name, Value::from(minijinja::value::Serde(&value)));
                }
            }
            Err(Unresolved::Missing) => {}
            Err(Unresolved::Malformed(key, value)) => {
                resolved.malformed.push((key, value, param.name.clone()));
            }
        }
    }
    resolved
}

/// Returns the params of an entity as the variable `params`.
pub fn of_entity(plugin: &Plugin, entity: &Entity) -> Value {
    if plugin.params.is_empty() {
        return Value::UNDEFINED;
    }
    Value::from_pairs(resolve(&plugin.params, entity).values)
}
