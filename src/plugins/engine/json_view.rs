//! JSON inside an entity as a MiniJinja value, without copying it.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};
use serde_json::Value as Json;

use crate::model::Entity;

/// One step into JSON.
#[derive(Clone, Debug)]
enum Step {
    Key(Arc<str>),
    Index(usize),
}

/// A list or mapping inside an entity. The entity is shared; only the path to the node is held, and walked at each look.
#[derive(Clone, Debug)]
struct JsonView {
    entity: Arc<Entity>,
    path: Vec<Step>,
}

/// Returns a top-level field of an entity, `metadata` or `spec`.
pub fn field(entity: &Arc<Entity>, key: &str) -> Option<Value> {
    let json = entity.value.get(key)?;
    Some(wrap(entity, json, || vec![Step::Key(Arc::from(key))]))
}

fn wrap(entity: &Arc<Entity>, json: &Json, path: impl FnOnce() -> Vec<Step>) -> Value {
    match json {
        Json::Object(_) | Json::Array(_) => {
            Value::from_object(JsonView { entity: Arc::clone(entity), path: path() })
        }
        plain => scalar(plain),
    }
}

fn scalar(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(flag) => Value::from(*flag),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Value::from(integer),
            (None, Some(float)) => Value::from(float),
            (None, None) => Value::from(()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(_) | Json::Object(_) => Value::from(minijinja::value::Serde(json)),
    }
}

impl JsonView {
    fn json(&self) -> Option<&Json> {
        self.path.iter().try_fold(&self.entity.value, |json, step| match step {
            Step::Key(key) => json.get(&**key),
            Step::Index(index) => json.get(*index),
        })
    }

    fn child(&self, json: &Json, step: Step) -> Value {
        wrap(&self.entity, json, || {
            let mut path = self.path.clone();
            path.push(step);
            path
        })
    }
}

impl Object for JsonView {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match self.json() {
            Some(Json::Array(_)) => ObjectRepr::Seq,
            _ => ObjectRepr::Map,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        if let Some(key) = key.as_str() {
            return self.get_value_by_str(key);
        }
        let index = key.as_usize()?;
        self.json()?.get(index).map(|json| self.child(json, Step::Index(index)))
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.json()?.as_object()?.get(key).map(|json| self.child(json, Step::Key(Arc::from(key))))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.json() {
            Some(Json::Array(items)) => Enumerator::Seq(items.len()),
            Some(Json::Object(map)) => {
                Enumerator::Values(map.keys().map(|key| Value::from(key.as_str())).collect())
            }
            _ => Enumerator::Empty,
        }
    }
}
