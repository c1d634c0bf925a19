//! Which keys each source has, and how many requests that takes: known before the first one is sent.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value;
use rayon::prelude::*;
use serde::Serialize;

use super::allowance::Allowance;
use super::entity_value;
use super::outside::Outside;
use super::params::{self, Resolved};
use super::problems;
use crate::diagnostics::Diagnostic;
use crate::model::{Entity, EntityRef};
use crate::plugins::engine::{Meter, Program, Scope};
use crate::plugins::source::{Fetch, KeyScope, Select};
use crate::plugins::{Plugin, PluginSet, Source};

/// The most entities whose malformed annotation is reported, for one plugin.
const MALFORMED_MAX: usize = 20;

/// One key of a source.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) parts: Vec<String>,
    /// The variables of its expressions: `params`, `entity`, and the instance.
    pub(super) variables: Vec<(Cow<'static, str>, Value)>,
    pub(super) entities: Vec<EntityRef>,
    /// The first entity that has it, for paths that are relative to its descriptor.
    pub(super) first: Option<Arc<Entity>>,
}

/// What one source is going to ask: keys, and which of them go together.
#[derive(Clone, Debug)]
pub(super) struct SourcePlan {
    pub(super) plugin: usize,
    pub(super) source: usize,
    pub(super) keys: Vec<Key>,
    /// The keys of each question, by index.
    pub(super) questions: Vec<Vec<usize>>,
}

/// What one source is going to ask, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedSource {
    /// The id of the plugin.
    pub plugin: String,
    /// The name of the source.
    pub source: String,
    /// Its kind.
    pub kind: String,
    /// Entities that it is asked for.
    pub entities: usize,
    /// Different keys among them.
    pub keys: usize,
    /// The least number of requests.
    pub requests_min: usize,
    /// The largest number, with all pages.
    pub requests_max: usize,
}

/// Returns what all sources are going to ask, for people.
pub fn plan(
    plugins: &PluginSet,
    program: &Program<'_>,
    entities: &[Arc<Entity>],
    outside: Outside<'_>,
) -> (Vec<PlannedSource>, Vec<Diagnostic>) {
    let (plans, diagnostics) = all(plugins, program, entities, outside);
    (plans.iter().filter_map(|it| shown(it, plugins)).collect(), diagnostics)
}

fn shown(plan: &SourcePlan, plugins: &PluginSet) -> Option<PlannedSource> {
    let plugin = plugins.plugins.get(plan.plugin)?;
    let source = plugin.sources.get(plan.source)?;
    let (least, most) = requests(plan, source);
    Some(PlannedSource {
        plugin: plugin.id.clone(),
        source: source.name.clone(),
        kind: source.fetch.kind().to_owned(),
        entities: plan.keys.iter().map(|it| it.entities.len()).sum(),
        keys: plan.keys.len(),
        requests_min: least,
        requests_max: most,
    })
}

/// Returns the least and the largest number of requests.
fn requests(plan: &SourcePlan, source: &Source) -> (usize, usize) {
    let questions = plan.questions.len();
    match &source.fetch {
        Fetch::Call(call) => {
            let pages = call.pagination.as_ref().map_or(1, |it| it.pages_max);
            (questions, questions.saturating_mul(pages))
        }
        _ => (0, 0),
    }
}

/// Plans all sources of all plugins, in their order. A plugin that would ask too much asks nothing.
pub(super) fn all(
    plugins: &PluginSet,
    program: &Program<'_>,
    entities: &[Arc<Entity>],
    outside: Outside<'_>,
) -> (Vec<SourcePlan>, Vec<Diagnostic>) {
    let (mut plans, mut diagnostics) = (Vec::new(), Vec::new());
    for (index, plugin) in plugins.plugins.iter().enumerate() {
        if plugin.sources.is_empty() {
            continue;
        }
        let resolved: Vec<Resolved> =
            entities.par_iter().map(|it| params::resolve(&plugin.params, it)).collect();
        diagnostics.extend(malformed(plugin, entities, &resolved));
        let mut of_plugin = Vec::new();
        for (number, source) in plugin.sources.iter().enumerate() {
            let base = vec![
                (Cow::Borrowed("config"), program.config(index)),
                (Cow::Borrowed("site"), Value::from(minijinja::value::Serde(outside.site))),
            ];
            let meter = Allowance::new().meter;
            let planner = Planner { plugin: index, number, source, program, base, meter };
            let (plan, problems) = planner.plan(entities, &resolved);
            of_plugin.push(plan);
            diagnostics.extend(problems);
        }
        let total: usize =
            of_plugin.iter().filter_map(|it| Some(requests(it, plugin.sources.get(it.source)?).0)).sum();
        if total > plugin.requests_max {
            diagnostics.push(problems::too_many_requests(plugin, total));
            of_plugin.iter_mut().for_each(|it| it.questions.clear());
        }
        plans.extend(of_plugin);
    }
    (plans, diagnostics)
}

fn malformed(plugin: &Plugin, entities: &[Arc<Entity>], resolved: &[Resolved]) -> Vec<Diagnostic> {
    let found = entities.iter().zip(resolved).flat_map(|(entity, it)| {
        it.malformed.iter().map(move |malformed| problems::malformed(plugin, entity, malformed))
    });
    found.take(MALFORMED_MAX).collect()
}

struct Planner<'a> {
    plugin: usize,
    number: usize,
    source: &'a Source,
    program: &'a Program<'a>,
    base: Vec<(Cow<'static, str>, Value)>,
    meter: Arc<Meter>,
}

impl Planner<'_> {
    fn plan(&self, entities: &[Arc<Entity>], resolved: &[Resolved]) -> (SourcePlan, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let keys = match self.source.is_shared() {
            true => self.key(None, &Resolved::default(), &mut diagnostics).into_iter().collect(),
            false => self.keys(entities, resolved, &mut diagnostics),
        };
        let mut questions = self.questions(&keys, &mut diagnostics);
        if self.meter.is_spent() {
            diagnostics = vec![problems::too_much_to_plan(self.source, self.meter.steps_max())];
            questions.clear();
        }
        let plan = SourcePlan { plugin: self.plugin, source: self.number, keys, questions };
        (plan, diagnostics)
    }

    /// Returns the keys of all entities that the source is for, sorted, each once.
    fn keys(
        &self,
        entities: &[Arc<Entity>],
        resolved: &[Resolved],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Key> {
        let wanted = |entity: &Entity, resolved: &Resolved| {
            self.source.params.iter().all(|it| resolved.values.contains_key(it))
                && self.source.filter.as_ref().is_none_or(|it| it.matches(entity))
        };
        let found: Vec<(Option<Key>, Vec<Diagnostic>)> = entities
            .par_iter()
            .zip(resolved)
            .filter(|(entity, resolved)| wanted(entity, resolved))
            .map(|(entity, resolved)| {
                let mut problems = Vec::new();
                (self.key(Some(entity), resolved, &mut problems), problems)
            })
            .collect();
        let mut keys: BTreeMap<Vec<String>, Key> = BTreeMap::new();
        for (key, problems) in found {
            diagnostics.extend(problems);
            let Some(key) = key else { continue };
            match keys.entry(key.parts.clone()) {
                std::collections::btree_map::Entry::Occupied(mut it) => {
                    it.get_mut().entities.extend(key.entities);
                }
                std::collections::btree_map::Entry::Vacant(it) => drop(it.insert(key)),
            }
        }
        keys.into_values().collect()
    }

    fn key(
        &self,
        entity: Option<&Arc<Entity>>,
        resolved: &Resolved,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Key> {
        let mut variables = vec![(Cow::Borrowed("params"), Value::from_pairs(resolved.values.clone()))];
        if let Some(entity) = entity {
            variables.push((Cow::Borrowed("entity"), entity_value::value(entity)));
        }
        variables.extend(self.base.iter().cloned());
        let subject = entity.map(|it| it.reference.as_str()).unwrap_or_default();
        if let Some(select) = &self.source.select {
            let scope = Scope::new(variables.clone(), subject).metered(&self.meter);
            let instance = self.select(select, &scope, diagnostics)?;
            variables.insert(0, (Cow::Owned(select.name.clone()), instance));
        }
        let scope = Scope::new(variables.clone(), subject).metered(&self.meter);
        let text = |id| text_of(&self.program.evaluate(id, &scope, diagnostics));
        let mut parts: Vec<String> = self.source.key.iter().copied().map(text).collect();
        if self.source.scope == KeyScope::PerEntity {
            parts.insert(0, subject.to_owned());
        }
        Some(Key {
            parts,
            variables,
            entities: entity.map(|it| it.reference.clone()).into_iter().collect(),
            first: entity.map(Arc::clone),
        })
    }

    fn select(&self, select: &Select, scope: &Scope<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Value> {
        let instances = self.program.evaluate(select.from, scope, diagnostics);
        let wanted: Vec<(&String, String)> = select
            .fields
            .iter()
            .map(|(field, id)| (field, text_of(&self.program.evaluate(*id, scope, diagnostics))))
            .collect();
        let fits = |instance: &Value| {
            wanted
                .iter()
                .all(|(field, value)| instance.get_attr(field).is_ok_and(|it| text_of(&it) == *value))
        };
        let found = instances.try_iter().ok()?.find(fits);
        if found.is_none() {
            diagnostics.push(problems::no_instance(self.source, &wanted, scope));
        }
        found
    }

    /// Returns which keys go into one question.
    fn questions(&self, keys: &[Key], diagnostics: &mut Vec<Diagnostic>) -> Vec<Vec<usize>> {
        if self.source.scope == KeyScope::Once {
            return self.of_instances(keys);
        }
        let Some(batch) = &self.source.batch else {
            return (0..keys.len()).map(|it| vec![it]).collect();
        };
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, key) in keys.iter().enumerate() {
            let scope = Scope::new(key.variables.clone(), "").metered(&self.meter);
            let group = batch.group.map(|id| text_of(&self.program.evaluate(id, &scope, diagnostics)));
            groups.entry(group.unwrap_or_default()).or_default().push(index);
        }
        let chunks = groups.values().flat_map(|it| it.chunks(batch.size.max(1)).map(<[usize]>::to_vec));
        chunks.collect()
    }

    /// What is asked once and parted among keys is one question to each instance.
    fn of_instances(&self, keys: &[Key]) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, key) in keys.iter().enumerate() {
            // The instance, if there are several, is the first variable of a key.
            let instance = key.variables.first().filter(|_| self.source.select.is_some());
            let name = instance.map(|(_, it)| it.to_string()).unwrap_or_default();
            groups.entry(name).or_default().push(index);
        }
        groups.into_values().collect()
    }
}

/// Returns a value as text; nothing is the empty text.
pub(super) fn text_of(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None if value.is_undefined() || value.is_none() => String::new(),
        None => value.to_string(),
    }
}
