//! An entity as a MiniJinja value: its own fields, and what the portal knows of it.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Value};

use super::world::World;
use crate::diagnostics::Span;
use crate::model::Entity;
use crate::plugins::engine::field;

/// An entity in an expression. Besides `apiVersion`, `kind`, `metadata`, `spec` and `relations` it has `ref`, `title`,
/// `name`, `namespace`, `type`, `href`, `icon`, `file`, `viewUrl`, `editUrl` and `sourceUrl`.
#[derive(Debug)]
pub(super) struct EntityObject {
    pub(super) entity: Arc<Entity>,
    pub(super) world: Arc<World>,
}

const KEYS: &[&str] = &["apiVersion", "kind", "metadata", "spec", "relations"];

/// Returns an entity as a value.
pub(super) fn value(entity: &Arc<Entity>, world: &Arc<World>) -> Value {
    Value::from_object(EntityObject { entity: Arc::clone(entity), world: Arc::clone(world) })
}

/// Returns the entity behind a value, if it is one.
pub(super) fn entity_of(value: &Value) -> Option<Arc<Entity>> {
    value.downcast_object_ref::<EntityObject>().map(|it| Arc::clone(&it.entity))
}

impl Object for EntityObject {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let entity = &self.entity;
        let text = |it: &str| Some(Value::from(it));
        match key {
            "metadata" | "spec" | "apiVersion" | "kind" => field(entity, key),
            "relations" => Some(relations(entity)),
            "ref" => text(entity.reference.as_str()),
            "title" => text(entity.title()),
            "name" => text(entity.name()),
            "namespace" => text(entity.reference.namespace()),
            "type" => text(entity.text(&["spec", "type"])?),
            "href" => Some(Value::from(World::href(entity))),
            "icon" => text(self.world.icon(entity)),
            "file" => text(&Span::file(Arc::clone(&entity.place.location)).shown()),
            "viewUrl" => World::view_url(entity).map(Value::from),
            "editUrl" => World::edit_url(entity).map(Value::from),
            "sourceUrl" => World::source_url(entity).map(Value::from),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(KEYS)
    }

    fn custom_cmp(self: &Arc<Self>, other: &minijinja::value::DynObject) -> Option<std::cmp::Ordering> {
        Some(self.entity.reference.cmp(&other.downcast_ref::<Self>()?.entity.reference))
    }
}

fn relations(entity: &Entity) -> Value {
    entity
        .relations
        .iter()
        .map(|it| {
            Value::from_pairs([
                ("type", Value::from(&*it.name)),
                ("targetRef", Value::from(it.target.as_str())),
            ])
        })
        .collect()
}
