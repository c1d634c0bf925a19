//! The functions and filters that expressions of plugins may call, besides MiniJinja's own.
//!
//! Each pays fuel for what it walks over, so that an expression is bounded in time and memory.

use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind, State};

use super::data_functions;
use super::entity_object::{self, entity_of};
use super::evaluate::Engines;
use super::path_function;
use super::world::World;
use crate::model::{Entity, EntityRef, Filter, Relation};
use crate::plugins::PluginSet;

/// How many nodes a neighbourhood may have.
const NODES_MAX: usize = 60;

/// Returns the environments of all plugins, each with the functions over the catalog and the data of that plugin.
pub fn engines(plugins: &PluginSet, world: &Arc<World>) -> Engines {
    let places = path_function::places(plugins);
    Engines::new(plugins, &|environment, plugin| {
        data_functions::add(environment, plugins, world, plugin);
        path_function::add(environment, &places);
        add(environment, world, plugin);
    })
}

/// Adds the functions to the environment of a plugin.
fn add(environment: &mut Environment<'_>, world: &Arc<World>, plugin: usize) {
    let shared = Arc::clone(world);
    environment.add_function("entities", move |state: &State<'_, '_>, kwargs: Kwargs| {
        entities(&shared, state, &kwargs)
    });
    let shared = Arc::clone(world);
    environment.add_function("related", move |state: &State<'_, '_>, relation: &str, kwargs: Kwargs| {
        related(&shared, plugin, state, relation, &kwargs)
    });
    let shared = Arc::clone(world);
    environment.add_function("lookup", move |reference: &str| lookup(&shared, reference));
    let shared = Arc::clone(world);
    environment.add_function("kinds", move |state: &State<'_, '_>| kinds(&shared, state));
    let shared = Arc::clone(world);
    environment.add_function("docs", move |entity: Value| docs(&shared, &entity));
    let shared = Arc::clone(world);
    environment.add_function("neighbours", move |state: &State<'_, '_>, kwargs: Kwargs| {
        neighbours(&shared, state, &kwargs)
    });
    let shared = Arc::clone(world);
    environment.add_function("graph", move |state: &State<'_, '_>, rows: Value, kwargs: Kwargs| {
        graph(&shared, state, &rows, &kwargs)
    });
    let shared = Arc::clone(world);
    environment.add_filter("matching", move |state: &State<'_, '_>, rows: Value, filter: Value| {
        matching(&shared, state, rows, filter)
    });
}

/// `entities(kind="group", filter={...})`: the entities of the catalog, sorted by reference.
fn entities(world: &Arc<World>, state: &State<'_, '_>, kwargs: &Kwargs) -> Result<Value, Error> {
    let kind: Option<String> = kwargs.get("kind")?;
    let filter = filter_argument(kwargs)?;
    kwargs.assert_all_used()?;
    let all = match &kind {
        Some(kind) => world.catalog.of_kind(&kind.to_lowercase()),
        None => world.catalog.entities(),
    };
    state.consume_fuel(all.len() as u64)?;
    let found = all.iter().filter(|it| filter.as_ref().is_none_or(|filter| world.satisfies(it, filter)));
    Ok(found.map(|it| entity_object::value(it, world)).collect())
}

/// `related("ownerOf", kind="component", entity=other)`: the entities at the other end of a relation that are in the
/// catalog, sorted by reference. With `source="measures"`, the data that they have there, each with its `entity`.
fn related(
    world: &Arc<World>,
    plugin: usize,
    state: &State<'_, '_>,
    relation: &str,
    kwargs: &Kwargs,
) -> Result<Value, Error> {
    let kind: Option<String> = kwargs.get("kind")?;
    let of: Option<Value> = kwargs.get("entity")?;
    let source: Option<String> = kwargs.get("source")?;
    let filter = filter_argument(kwargs)?;
    kwargs.assert_all_used()?;
    let Some(entity) = of.or_else(|| state.lookup("entity")).as_ref().and_then(entity_of) else {
        return Ok(Value::from(Vec::<Value>::new()));
    };
    let targets = entity.targets(relation).filter(|it| kind.as_deref().is_none_or(|kind| it.kind() == kind));
    let mut found = Vec::new();
    for target in targets {
        state.consume_fuel(1)?;
        let target = world.catalog.get(target);
        found.extend(
            target
                .filter(|it| filter.as_ref().is_none_or(|filter| world.satisfies(it, filter)))
                .map(|it| entity_object::value(it, world)),
        );
    }
    match source {
        Some(source) => data_functions::with_data(world, plugin, state, &source, found),
        None => Ok(Value::from(found)),
    }
}

fn filter_argument(kwargs: &Kwargs) -> Result<Option<Filter>, Error> {
    let filter: Option<Value> = kwargs.get("filter")?;
    filter.as_ref().map(predicate).transpose()
}

fn predicate(value: &Value) -> Result<Filter, Error> {
    let fail = |message: String| Error::new(ErrorKind::InvalidOperation, message);
    let json = serde_json::to_value(value).map_err(|error| fail(error.to_string()))?;
    Filter::from_json(&json).map_err(|error| fail(error.message))
}

/// `lookup("group:platform")`: the entity of a reference, or nothing.
fn lookup(world: &Arc<World>, reference: &str) -> Value {
    let reference = EntityRef::parse_full(reference).ok();
    let entity = reference.and_then(|it| world.catalog.get(&it));
    entity.map(|it| entity_object::value(it, world)).unwrap_or_default()
}

/// `kinds()`: the kinds that have entities: `kind`, `title` (the plural), `count`, `icon`, `href`.
fn kinds(world: &Arc<World>, state: &State<'_, '_>) -> Result<Value, Error> {
    let kinds = world.catalog.kinds();
    state.consume_fuel(kinds.len() as u64)?;
    let rows = kinds.into_iter().map(|(kind, written)| {
        Value::from_pairs([
            ("kind", Value::from(kind)),
            ("title", Value::from(world.plural(written))),
            ("count", Value::from(world.catalog.of_kind(kind).len())),
            ("icon", Value::from(world.kind_icon(kind))),
            ("href", Value::from(format!("/catalog/{kind}/"))),
        ])
    });
    Ok(rows.collect())
}

/// `docs(entity)`: the documentation that an entity shows: `title`, `href`, `pages` (how many); or nothing.
fn docs(world: &Arc<World>, entity: &Value) -> Value {
    let entity = entity_of(entity);
    let Some(site) = entity.as_ref().and_then(|it| world.docs_of(it)) else { return Value::default() };
    Value::from_pairs([
        ("title", Value::from(site.title.as_str())),
        ("href", Value::from(World::docs_href(&site.entity))),
        ("pages", Value::from(site.pages.len())),
    ])
}

/// `rows | matching({...})`: the entities, or mappings, of a list that satisfy a predicate.
fn matching(world: &World, state: &State<'_, '_>, rows: Value, filter: Value) -> Result<Value, Error> {
    let filter = predicate(&filter)?;
    let mut found = Vec::new();
    for row in rows.try_iter()? {
        state.consume_fuel(1)?;
        let holds = match entity_of(&row) {
            Some(entity) => world.satisfies(&entity, &filter),
            None => serde_json::to_value(&row).is_ok_and(|row| filter.matches_value(&row)),
        };
        if holds {
            found.push(row);
        }
    }
    Ok(Value::from(found))
}

/// `neighbours(depth=1, relations=[...], limit=20)`: the entity and what it is related to, as a graph. Pairs of opposite
/// relations are one edge, drawn in the direction of the one that comes first in the model (`ownedBy`, `partOf` …).
fn neighbours(world: &Arc<World>, state: &State<'_, '_>, kwargs: &Kwargs) -> Result<Value, Error> {
    let depth: Option<usize> = kwargs.get("depth")?;
    let relations: Option<Vec<String>> = kwargs.get("relations")?;
    let limit: Option<usize> = kwargs.get("limit")?;
    let limit = limit.unwrap_or(NODES_MAX).min(NODES_MAX);
    kwargs.assert_all_used()?;
    let Some(root) = state.lookup("entity").as_ref().and_then(entity_of) else { return Ok(Value::default()) };
    let mut seen: BTreeSet<EntityRef> = BTreeSet::from([root.reference.clone()]);
    let mut order = vec![Arc::clone(&root)];
    let mut frontier = vec![Arc::clone(&root)];
    let mut cut = 0_usize;
    for _ in 0..depth.unwrap_or(1).min(4) {
        let mut next = Vec::new();
        for entity in &frontier {
            state.consume_fuel(entity.relations.len() as u64 + 1)?;
            for relation in &entity.relations {
                let wanted = relations.as_ref().is_none_or(|it| it.iter().any(|it| **it == *relation.name));
                let target = world.catalog.get(&relation.target).filter(|_| wanted);
                let Some(target) = target.filter(|it| !seen.contains(&it.reference)) else { continue };
                if order.len() >= limit {
                    cut += 1;
                    continue;
                }
                seen.insert(target.reference.clone());
                order.push(Arc::clone(target));
                next.push(Arc::clone(target));
            }
        }
        frontier = next;
    }
    Ok(graph_value(world, &order, Some(&root), relations.as_deref(), cut))
}

/// `graph(entities, relations=["partOf"])`: entities and the relations among them, as a graph.
fn graph(world: &Arc<World>, state: &State<'_, '_>, rows: &Value, kwargs: &Kwargs) -> Result<Value, Error> {
    let relations: Option<Vec<String>> = kwargs.get("relations")?;
    kwargs.assert_all_used()?;
    let mut entities = Vec::new();
    let mut cut = 0_usize;
    for row in rows.try_iter()? {
        state.consume_fuel(1)?;
        match entity_of(&row) {
            Some(entity) if entities.len() < NODES_MAX => entities.push(entity),
            Some(_) => cut += 1,
            None => {}
        }
    }
    Ok(graph_value(world, &entities, None, relations.as_deref(), cut))
}

/// Which of two opposite relations gives an edge its direction.
const FORWARD: &[(&str, &str)] = &[
    ("ownedBy", "ownerOf"),
    ("partOf", "hasPart"),
    ("dependsOn", "dependencyOf"),
    ("providesApi", "apiProvidedBy"),
    ("consumesApi", "apiConsumedBy"),
    ("childOf", "parentOf"),
    ("memberOf", "hasMember"),
];

fn graph_value(
    world: &World,
    entities: &[Arc<Entity>],
    root: Option<&Arc<Entity>>,
    relations: Option<&[String]>,
    cut: usize,
) -> Value {
    let inside: BTreeSet<&EntityRef> = entities.iter().map(|it| &it.reference).collect();
    let wanted = |name: &str| relations.is_none_or(|it| it.iter().any(|it| it == name));
    let mut edges = BTreeSet::new();
    for entity in entities {
        // At a root, only its own edges are drawn, which those among its neighbours are not; and a neighbour, such as a
        // large group, may have very many.
        let drawn: Vec<&Relation> = match root {
            Some(root) if root.reference != entity.reference => {
                entity.relations_to(&root.reference).collect()
            }
            _ => entity.relations.iter().filter(|it| inside.contains(&it.target)).collect(),
        };
        for relation in drawn {
            let forward = FORWARD
                .iter()
                .copied()
                .find(|(out, back)| *out == &*relation.name || *back == &*relation.name)
                .or_else(|| world.catalog.kind_set().declared_pair(&relation.name));
            let (from, to, label) = match forward {
                Some((out, _)) if out == &*relation.name => (&entity.reference, &relation.target, out),
                Some((out, _)) => (&relation.target, &entity.reference, out),
                None => (&entity.reference, &relation.target, &*relation.name),
            };
            if wanted(label) || wanted(&relation.name) {
                edges.insert((from.as_str(), to.as_str(), label));
            }
        }
    }
    let node = |entity: &Arc<Entity>| {
        Value::from_pairs([
            ("id", Value::from(entity.reference.as_str())),
            ("label", Value::from(entity.title())),
            ("kind", Value::from(entity.reference.kind())),
            ("href", Value::from(World::href(entity))),
            ("root", Value::from(root.is_some_and(|root| root.reference == entity.reference))),
        ])
    };
    let edge = |(from, to, label): &(&str, &str, &str)| {
        Value::from_pairs([
            ("from", Value::from(*from)),
            ("to", Value::from(*to)),
            ("label", Value::from(*label)),
        ])
    };
    Value::from_pairs([
        ("nodes", entities.iter().map(node).collect::<Value>()),
        ("edges", edges.iter().map(edge).collect::<Value>()),
        ("more", Value::from(cut)),
    ])
}
