//! The functions of expressions over the data of plugins: of other entities, of all keys, and facts.

use std::sync::Arc;

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, State};

use super::entity_object::{self, entity_of};
use super::world::World;
use crate::facts::Answer;
use crate::model::EntityRef;
use crate::plugins::PluginSet;

/// Adds the functions to the environment of a plugin.
pub(super) fn add(environment: &mut Environment<'_>, plugins: &PluginSet, world: &Arc<World>, plugin: usize) {
    let shared = Arc::clone(world);
    environment.add_function("data_of", move |source: &str, entity: Value| {
        data_of(&shared, plugin, source, &entity)
    });
    let shared = Arc::clone(world);
    environment.add_function("every", move |state: &State<'_, '_>, source: &str| {
        every(&shared, plugin, state, source)
    });
    let shared = Arc::clone(world);
    environment.add_function("fact", move |state: &State<'_, '_>, name: &str, kwargs: Kwargs| {
        fact(&shared, state, name, &kwargs)
    });
    let assets: std::collections::BTreeMap<String, String> = plugins
        .plugins
        .get(plugin)
        .map(|it| it.assets.iter().map(|it| (it.path.clone(), format!("/{}", it.published))).collect())
        .unwrap_or_default();
    environment.add_function("asset", move |path: &str| {
        assets.get(path).cloned().map(Value::from).unwrap_or_default()
    });
    let shared = Arc::clone(world);
    environment.add_function("facts", move |entity: Value| facts(&shared, &entity));
}

/// `data_of("runs", entity)`: what a source of the plugin has for an entity.
fn data_of(world: &World, plugin: usize, source: &str, entity: &Value) -> Value {
    let reference = reference_of(entity);
    let answer = world.facts.answer(plugin, source, reference.as_ref());
    answer.map(|it| it.data.clone()).unwrap_or_default()
}

/// `every("runs")`: what a source of the plugin has, a row a key: `key`, `data`, `entities`.
fn every(world: &Arc<World>, plugin: usize, state: &State<'_, '_>, source: &str) -> Result<Value, Error> {
    let answers = world.facts.answers(plugin, source);
    state.consume_fuel(answers.len() as u64)?;
    let row = |it: &Answer| {
        let entities = it.entities.iter().filter_map(|it| world.catalog.get(it));
        Value::from_pairs([
            ("key", it.key.iter().cloned().collect::<Value>()),
            ("data", it.data.clone()),
            ("entities", entities.map(|it| entity_object::value(it, world)).collect()),
        ])
    };
    Ok(answers.iter().filter(|it| !it.data.is_undefined()).map(row).collect())
}

/// `fact("sonarqube.gate", entity=row)`: a value that a plugin tells of an entity.
fn fact(world: &World, state: &State<'_, '_>, name: &str, kwargs: &Kwargs) -> Result<Value, Error> {
    let entity: Option<Value> = kwargs.get("entity")?;
    kwargs.assert_all_used()?;
    let entity = entity.or_else(|| state.lookup("entity")).unwrap_or_default();
    let value = reference_of(&entity).and_then(|it| world.facts.value(&it, name).cloned());
    Ok(value.unwrap_or_default())
}

/// `facts(entity)`: all values that plugins tell of an entity, by name.
fn facts(world: &World, entity: &Value) -> Value {
    let values = reference_of(entity).and_then(|it| world.facts.values(&it).cloned());
    Value::from_pairs(values.unwrap_or_default())
}

/// Returns the rows of `related(…, source=…)`: the data of each entity that has some, with the entity beside it.
pub(super) fn with_data(
    world: &World,
    plugin: usize,
    state: &State<'_, '_>,
    source: &str,
    entities: Vec<Value>,
) -> Result<Value, Error> {
    let mut rows = Vec::new();
    for value in entities {
        let Some(entity) = entity_of(&value) else { continue };
        let Some(answer) = world.facts.answer(plugin, source, Some(&entity.reference)) else { continue };
        let mut row = vec![(Value::from("entity"), value)];
        for key in answer.data.try_iter().into_iter().flatten() {
            state.consume_fuel(1)?;
            row.extend(answer.data.get_item(&key).ok().map(|it| (key, it)));
        }
        rows.push(Value::from_pairs(row));
    }
    Ok(Value::from(rows))
}

fn reference_of(entity: &Value) -> Option<EntityRef> {
    match entity_of(entity) {
        Some(entity) => Some(entity.reference.clone()),
        None => EntityRef::parse_full(entity.as_str()?).ok(),
    }
}
