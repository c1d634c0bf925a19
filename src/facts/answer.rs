//! `Facts`: the data of all plugins, by source and entity.

use std::collections::BTreeMap;

use minijinja::Value;

use crate::model::EntityRef;

/// How an answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// There is nothing.
    Empty,
    /// The entity is not set up there.
    Missing,
    /// It failed, and there is nothing to show; the text says what failed.
    Failed(String),
    /// It is older than it should be: since which day, and why.
    Stale(String, String),
}

/// What one key of a source has.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The key.
    pub key: Vec<String>,
    /// How it is.
    pub state: State,
    /// The data; undefined where there is none.
    pub data: Value,
    /// When it was known to be so, in seconds since 1970; `None` for what is read with the site.
    pub at: Option<i64>,
    /// The points that were kept: by field, a list of `{at, value}`.
    pub history: Value,
    /// The entities that have the key, in the order of the catalog.
    pub entities: Vec<EntityRef>,
}

/// What one source has.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceFacts {
    pub(super) name: String,
    /// Whether every entity and page sees the same.
    pub(super) once: bool,
    pub(super) answers: Vec<Answer>,
    pub(super) of_entity: BTreeMap<EntityRef, usize>,
}

/// A row for the search of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRow {
    /// The id of the plugin.
    pub plugin: String,
    /// The name of the search-result type; may be empty.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its text, as far as it is searched.
    pub text: String,
    /// Where it leads, below the root, with a slash at its start, or a whole address.
    pub href: String,
}

/// The data of all plugins.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub(super) plugins: Vec<Vec<SourceFacts>>,
    /// Values by entity and name.
    pub(super) values: BTreeMap<EntityRef, BTreeMap<String, Value>>,
    /// Rows for the search, in the order of the plugins.
    pub rows: Vec<SearchRow>,
    /// The points of this build, with those kept before: the name of the list, and its lines of JSON.
    pub points: Vec<(String, Vec<u8>)>,
    /// How many questions each source has: its plugin, its name, and the number.
    pub asked: Vec<(String, String, usize)>,
}

impl Facts {
    /// Returns what a source of a plugin has for an entity, or for a page where there is none.
    pub fn answer(&self, plugin: usize, source: &str, entity: Option<&EntityRef>) -> Option<&Answer> {
        let source = self.plugins.get(plugin)?.iter().find(|it| it.name == source)?;
        match entity {
            _ if source.once => source.answers.first(),
            Some(entity) => source.answers.get(*source.of_entity.get(entity)?),
            None => None,
        }
    }

    /// Returns everything that a source of a plugin has.
    pub fn answers(&self, plugin: usize, source: &str) -> &[Answer] {
        let sources = self.plugins.get(plugin).map(Vec::as_slice).unwrap_or_default();
        sources.iter().find(|it| it.name == source).map(|it| it.answers.as_slice()).unwrap_or_default()
    }

    /// Returns the data of a plugin as the variables `data` and `history`.
    pub fn variables(&self, plugin: usize, entity: Option<&EntityRef>) -> (Value, Value) {
        let Some(sources) = self.plugins.get(plugin).filter(|it| !it.is_empty()) else {
            return (Value::UNDEFINED, Value::UNDEFINED);
        };
        let answers =
            sources.iter().filter_map(|it| Some((it.name.clone(), self.answer(plugin, &it.name, entity)?)));
        let (mut data, mut history) = (BTreeMap::new(), BTreeMap::new());
        for (name, answer) in answers {
            data.insert(name, answer.data.clone());
            for (field, points) in pairs(&answer.history) {
                history.insert(field, points);
            }
        }
        (Value::from_pairs(data), Value::from_pairs(history))
    }

    /// Returns a fact of an entity.
    pub fn value(&self, entity: &EntityRef, name: &str) -> Option<&Value> {
        self.values.get(entity)?.get(name)
    }

    /// Returns all facts of an entity.
    pub fn values(&self, entity: &EntityRef) -> Option<&BTreeMap<String, Value>> {
        self.values.get(entity)
    }
}

fn pairs(map: &Value) -> Vec<(String, Value)> {
    let keys = map.try_iter().into_iter().flatten();
    keys.filter_map(|key| Some((key.as_str()?.to_owned(), map.get_item(&key).ok()?))).collect()
}
