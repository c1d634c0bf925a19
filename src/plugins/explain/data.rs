//! The sources of a plugin to the fields of their data, and to where each of them is shown.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{asked, server};
use crate::plugins::extension::id_of;
use crate::plugins::shown_fields::{Context, ShownFields};
use crate::plugins::source::{Batch, Fetch, KeyScope, Shape};
use crate::plugins::{Plugin, PluginSet, Source};
use crate::sources::yaml;

/// The name under which rows for the search are told of, in the place of an extension.
const SEARCH: &str = "search";

/// A source of data.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedSource {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// How often it is asked: `once`, `per-key` or `per-entity`.
    pub scope: String,
    /// The most keys of one request, where several go together.
    pub batch: Option<usize>,
    /// How often it is asked, in words.
    pub asked: String,
    /// The server or files that it asks, as the manifest names them.
    pub server: String,
    /// The params that it needs.
    pub params: Vec<String>,
    /// How long an answer holds, in seconds.
    pub ttl_s: u64,
    /// The fields of its data. A list derived from it stands before the names of its fields.
    pub fields: Vec<ExplainedField>,
    /// The facts that columns, filters and other plugins read.
    pub facts: Vec<String>,
    /// The fields of which points are kept, if the operator lets it.
    pub history: Vec<ExplainedField>,
}

/// A field of data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedField {
    /// Its name; `*` is all that the answer holds.
    pub name: String,
    /// The extensions that show it, and `search`; none if it reaches no page.
    pub shown_by: Vec<String>,
}

/// A manifest, read again as a value.
pub(super) struct Read {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) value: Value,
}

/// Returns the extensions that a manifest declares for a plugin, with their ids.
pub(super) fn extensions<'a>(manifest: &'a Value, plugin: &str) -> Vec<(String, &'a Value)> {
    let items = manifest.get("extensions").and_then(Value::as_array).into_iter().flatten();
    let named = items.filter_map(|it| {
        let kind = it.get("kind").and_then(Value::as_str)?;
        let name = it.get("name").and_then(Value::as_str).unwrap_or_default();
        Some((id_of(kind, plugin, name), it))
    });
    named.collect()
}

/// Returns the manifest of a plugin, and then those of the modules that extend it.
pub(super) fn manifests(set: &PluginSet, plugin: &Plugin) -> Vec<Read> {
    let mut found = Vec::new();
    for manifest in &set.manifests {
        let Ok(document) = yaml::parse_one(&manifest.file, &manifest.text) else { continue };
        let value = document.json();
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let Some(id) = text("/metadata/id") else { continue };
        let of = if text("/kind").as_deref() == Some("Module") {
            text("/extends/plugin")
        } else {
            Some(id.clone())
        };
        if of.as_deref() == Some(plugin.id.as_str()) {
            found.push(Read { id, from: manifest.from.clone(), value });
        }
    }
    found.sort_by_key(|it| it.id != plugin.id);
    found
}

/// Explains the sources of a plugin.
pub(super) fn sources(set: &PluginSet, plugin: &Plugin, manifests: &[Read]) -> Vec<ExplainedSource> {
    let derived: BTreeMap<String, BTreeSet<String>> = plugin
        .sources
        .iter()
        .map(|it| (it.name.clone(), it.shape.derive.iter().map(|(name, _)| name.clone()).collect()))
        .collect();
    let shown = shown(plugin, manifests, Context { derived: &derived, templates: &plugin.templates });
    plugin.sources.iter().map(|it| source(set, it, &shown)).collect()
}

fn shown(plugin: &Plugin, manifests: &[Read], context: Context<'_>) -> ShownFields {
    let mut shown = ShownFields::default();
    let points: BTreeMap<&str, &str> =
        plugin.extension_points.iter().map(|it| (it.name.as_str(), it.target.as_str())).collect();
    for manifest in manifests {
        for (id, item) in extensions(&manifest.value, &plugin.id) {
            shown.add(&id, item, context);
        }
        let entries = |key: &str| manifest.value.get(key).and_then(Value::as_object).into_iter().flatten();
        for (point, parts) in entries("contribute") {
            let target = points.get(point.as_str()).copied().unwrap_or(point);
            shown.add(target, parts, context);
        }
        entries("override").for_each(|(id, values)| shown.add(id, values, context));
        for (name, item) in entries("sources") {
            if let Some(index) = item.get("index") {
                shown.add_rows(SEARCH, name, index, context);
            }
        }
    }
    shown
}

fn source(set: &PluginSet, it: &Source, shown: &ShownFields) -> ExplainedSource {
    let names = names(it, shown);
    let field = |name: String| {
        let looked_up = if name == "*" { "" } else { &name };
        ExplainedField { shown_by: shown.of(&it.name, looked_up).into_iter().collect(), name }
    };
    let history = it.history.as_ref().map(|(fields, _)| fields.clone()).unwrap_or_default();
    let point =
        |name: String| ExplainedField { shown_by: shown.of_history(&name).into_iter().collect(), name };
    let scope = match it.scope {
        KeyScope::Once => "once",
        KeyScope::PerKey => "per-key",
        KeyScope::PerEntity => "per-entity",
    };
    ExplainedSource {
        name: it.name.clone(),
        kind: it.fetch.kind().to_owned(),
        scope: scope.to_owned(),
        batch: it.batch.as_ref().map(|Batch { size, .. }| *size),
        asked: asked(it),
        server: match &it.fetch {
            Fetch::File(file) => format!("`{}`", super::code_of(set, file.url)),
            Fetch::Tree(tree) => format!("`{}/{}`", super::code_of(set, tree.url), tree.glob),
            Fetch::Git(git) => format!("the history of `{}`", super::code_of(set, git.url)),
            Fetch::Catalog(_) | Fetch::Embed => "the catalog".to_owned(),
            Fetch::Call(_) | Fetch::Sql(_) => server(set, it),
        },
        params: it.params.iter().cloned().collect(),
        ttl_s: it.policy.ttl_s,
        fields: names.into_iter().map(field).collect(),
        facts: it.facts.iter().map(|(name, _)| name.clone()).collect(),
        history: history.into_iter().map(point).collect(),
    }
}

/// Returns the names of the fields that the shape makes; where it takes the answer as it is, those that are shown.
fn names(source: &Source, shown: &ShownFields) -> Vec<String> {
    let of = |shape: &Shape| {
        let fields = shape.map.iter().chain(&shape.reduce);
        fields.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let mut names = of(&source.shape);
    for (list, shape) in &source.shape.derive {
        match of(shape) {
            fields if fields.is_empty() => names.push(list.clone()),
            fields => names.extend(fields.into_iter().map(|it| format!("{list}.{it}"))),
        }
    }
    if source.shape.map.is_empty() && source.shape.reduce.is_empty() {
        let as_it_is = shown.fields(&source.name).into_iter();
        names.extend(as_it_is.map(|it| if it.is_empty() { "*" } else { it }.to_owned()));
        names.sort_unstable();
        names.dedup();
    }
    names
}
