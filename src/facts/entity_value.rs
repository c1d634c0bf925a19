//! An entity as sources know it: its own fields, and what follows from them.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Value};

use crate::model::Entity;
use crate::plugins::engine::field;

/// An entity in the expressions of a source: `apiVersion`, `kind`, `metadata`, `spec`, `relations`, and `ref`, `name`,
/// `namespace`, `title`, `type`.
#[derive(Debug)]
struct EntityValue(Arc<Entity>);

const KEYS: &[&str] = &["apiVersion", "kind", "metadata", "spec", "relations"];

/// Returns an entity as a value.
pub(super) fn value(entity: &Arc<Entity>) -> Value {
    Value::from_object(EntityValue(Arc::clone(entity)))
}

impl Object for EntityValue {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let entity = &self.0;
        match key {
            "metadata" | "spec" | "apiVersion" | "kind" => field(entity, key),
            "ref" => Some(Value::from(entity.reference.as_str())),
            "name" => Some(Value::from(entity.name())),
            "namespace" => Some(Value::from(entity.reference.namespace())),
            "title" => Some(Value::from(entity.title())),
            "type" => entity.text(&["spec", "type"]).map(Value::from),
            "relations" => Some(relations(entity)),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(KEYS)
    }
}

fn relations(entity: &Entity) -> Value {
    let pair = |name: &str, target: &str| Value::from_pairs([("type", name), ("targetRef", target)]);
    entity.relations.iter().map(|it| pair(&it.name, it.target.as_str())).collect()
}
