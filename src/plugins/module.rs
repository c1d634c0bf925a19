//! A module: sources, parts of views and other values that are added to a plugin.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::expression::CodeStage;
use super::extension::{self, Extension};
use super::extension_override::{ExtensionOverride, configure_all};
use super::manifest::{self, Plugin, Surroundings};
use super::node::Reading;
use super::plugin_set::PluginSet;
use super::shown_sources::ShownSources;
use super::view::{self, View, ViewBody};
use super::{Body, ExtensionKind, permissions};
use crate::diagnostics::{Diagnostic, Places, Report, Span, nearest};
use crate::sources::yaml;

/// Returns whether a manifest is that of a module.
pub(super) fn is_module(file: &Arc<str>, text: &str) -> bool {
    let document = yaml::parse_one(file, text).ok();
    document.is_some_and(|it| it.json().get("kind").and_then(Value::as_str) == Some("Module"))
}

/// Adds a module to the plugin that it extends.
pub(super) fn apply(
    set: &mut PluginSet,
    file: &Arc<str>,
    text: &str,
    around: &Surroundings<'_>,
    report: &mut Report,
) {
    let Some(document) = manifest::checked(file, text, report) else { return };
    let value = document.json();
    if manifest::fits_portal(&value, &document, report).is_none() {
        return;
    }
    report_foreign(&value, &document, report);
    report_config(around, &document, report);
    let Some(index) = extended(set, &value, &document, report) else { return };
    // The texts of a module are its own.
    let own_id = value.pointer("/metadata/id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut codes = std::mem::take(&mut set.codes);
    let mut problems = Vec::new();
    let mut reading = Reading {
        document: &document,
        plugin: index,
        id: &own_id,
        texts: around.config.texts,
        stage: CodeStage::Facts,
        codes: &mut codes,
        problems: &mut problems,
    };
    if let Some(plugin) = set.plugins.get_mut(index) {
        for (key, text) in around.config.texts.shown(&own_id) {
            plugin.words.entry(key).or_insert(text);
        }
        add_data(plugin, &value, around, &mut reading);
    }
    reading.stage = CodeStage::View;
    add_extensions(set, index, &value, &mut reading);
    contribute(set, index, &value, &mut reading);
    override_extensions(set, &value, &mut reading);
    set.codes = codes;
    report.extend(problems);
}

/// What a module has not, since it uses what the plugin has.
const OF_PLUGINS: &[&str] = &["config", "params", "extensionPoints", "kinds"];

/// Reports keys that only a plugin has.
fn report_foreign(value: &Value, document: &yaml::Document<'_>, report: &mut Report) {
    for key in OF_PLUGINS.iter().filter(|key| value.get(**key).is_some()) {
        let place = document.key_span(&format!("/{key}"));
        let diagnostic =
            Diagnostic::error("plugin/unknown-key", place, format!("`{key}` is no key of a module"));
        report.push(diagnostic.hint("a module uses what the plugin has that it extends"));
    }
}

/// Reports values of the operator for a module, which nobody would look at.
fn report_config(around: &Surroundings<'_>, document: &yaml::Document<'_>, report: &mut Report) {
    if around.config.values.is_empty() {
        return;
    }
    let place = around.config.places.map_or_else(|| document.span(""), |it| it.of("", true));
    let diagnostic = Diagnostic::error("plugin/unknown-config", place, "a module takes no configuration");
    report.push(diagnostic.hint("write it beside `use` of the plugin that it extends"));
}

/// Returns the index of the plugin that a module extends. It must be there, in a version of the module's range.
fn extended(
    set: &PluginSet,
    value: &Value,
    document: &yaml::Document<'_>,
    report: &mut Report,
) -> Option<usize> {
    let id = value.pointer("/extends/plugin").and_then(Value::as_str)?;
    let Some(index) = set.index_of(id) else {
        let near = nearest(id, set.plugins.iter().map(|it| it.id.as_str()));
        let message = format!("the module extends the plugin `{id}`, which this site does not have");
        let diagnostic = Diagnostic::warning("plugin/no-extended", document.span("/extends/plugin"), message);
        report.push(match near {
            Some(near) => diagnostic.nearest(Some(near)),
            None => diagnostic.hint(format!("name the plugin `{id}` under `plugins:` too")),
        });
        return None;
    };
    let plugin = set.plugins.get(index)?;
    let Some(written) = value.pointer("/extends/version").and_then(Value::as_str) else { return Some(index) };
    let span = document.span("/extends/version");
    let range = manifest::version_range(written, &span, report)?;
    let fits = semver::Version::parse(&plugin.version).is_ok_and(|it| range.matches(&it));
    if fits {
        return Some(index);
    }
    let message = format!("the module extends `{id}` {written}, and the site has version {}", plugin.version);
    let place = Span::file(Arc::clone(&plugin.file));
    report.push(Diagnostic::error("plugin/not-compatible", span, message).related(place, "the plugin"));
    None
}

fn add_data(plugin: &mut Plugin, value: &Value, around: &Surroundings<'_>, reading: &mut Reading<'_>) {
    if let Some(asked) = value.get("permissions") {
        let asked = permissions::read(asked, reading);
        let own = &mut plugin.permissions;
        own.endpoints.extend(asked.endpoints);
        own.secrets.extend(asked.secrets);
        own.read.extend(asked.read);
        own.frames.extend(asked.frames);
    }
    let granted = around.operator.granted.clone();
    plugin.granted.network.extend(granted.network);
    plugin.granted.secrets.extend(granted.secrets);
    plugin.granted.read.extend(granted.read);
    manifest::read_schemas(plugin, value, reading);
    manifest::read_sources(plugin, value, reading);
}

fn add_extensions(set: &mut PluginSet, index: usize, value: &Value, reading: &mut Reading<'_>) {
    let Some(id) = set.plugins.get(index).map(|it| it.id.clone()) else { return };
    for (number, item) in value.get("extensions").and_then(Value::as_array).into_iter().flatten().enumerate()
    {
        let first = reading.codes.len();
        let Some(read) = extension::read(item, &format!("/extensions/{number}"), &id, reading) else {
            continue;
        };
        if let Some(existing) = set.extensions.iter().find(|it| it.id == read.id) {
            let message = format!("the extension `{}` is there already", read.id);
            let diagnostic = Diagnostic::error("plugin/duplicate-extension", read.span.clone(), message);
            let diagnostic = diagnostic.related(existing.span.clone(), "first declared here");
            reading
                .problems
                .push(diagnostic.hint("give this one another `name`, or change the first with `override`"));
            continue;
        }
        let data = data_of(reading, first);
        set.extensions.push(Extension { data, ..read });
    }
}

fn data_of(reading: &Reading<'_>, first: usize) -> ShownSources {
    ShownSources::of(reading.codes.get(first..).unwrap_or_default())
}

/// Adds to the places that the plugin offers.
fn contribute(set: &mut PluginSet, index: usize, value: &Value, reading: &mut Reading<'_>) {
    let points = set.plugins.get(index).map(|it| it.extension_points.clone()).unwrap_or_default();
    for (name, items) in value.get("contribute").and_then(Value::as_object).into_iter().flatten() {
        let pointer = format!("/contribute/{}", name.replace('~', "~0").replace('/', "~1"));
        let Some(point) = points.iter().find(|it| it.name == *name) else {
            let message = format!("the plugin has no extension point `{name}`");
            let near = nearest(name, points.iter().map(|it| it.name.as_str()));
            let place = reading.document.key_span(&pointer);
            reading
                .problems
                .push(Diagnostic::error("plugin/no-extension-point", place, message).nearest(near));
            continue;
        };
        let Some(extension) = set.extensions.iter_mut().find(|it| it.id == point.target) else { continue };
        let Some(view) = view_of(extension) else { continue };
        let first = reading.codes.len();
        for (number, item) in items.as_array().into_iter().flatten().enumerate() {
            let at = format!("{pointer}/{number}");
            if !add_part(view, point.field.trim_start_matches("view."), item, &at, reading) {
                let message = format!("`{}` of `{}` is no list that takes parts", point.field, point.target);
                let place = reading.document.span(&at);
                let diagnostic = Diagnostic::error("plugin/no-extension-point", place, message);
                reading.problems.push(diagnostic.related(point.span.clone(), "the extension point"));
            }
        }
        let data = data_of(reading, first);
        extension.data.extend(data);
    }
}

/// Adds a part to a list of a view: `grid`, or one further inside, such as `stack.0.grid`. Returns whether there is one.
fn add_part(view: &mut View, field: &str, item: &Value, at: &str, reading: &mut Reading<'_>) -> bool {
    match (field, &mut view.body) {
        ("stack", ViewBody::Stack(views)) | ("grid", ViewBody::Grid(views)) => {
            views.extend(view::read(item, at, reading));
            true
        }
        ("columns", ViewBody::Table(table)) => {
            table.columns.extend(view::read_column(item, at.to_owned(), reading));
            true
        }
        (field, ViewBody::Stack(views) | ViewBody::Grid(views)) => {
            let inner = field.split_once('.').and_then(|(_, rest)| rest.split_once('.'));
            let Some((index, rest)) = inner else { return false };
            let inner = index.parse().ok().and_then(|it: usize| views.get_mut(it));
            inner.is_some_and(|it| add_part(it, rest, item, at, reading))
        }
        _ => false,
    }
}

fn view_of(extension: &mut Extension) -> Option<&mut View> {
    match &mut extension.kind {
        ExtensionKind::EntityCard { view, .. } => Some(view),
        ExtensionKind::EntityContent { body: Body::View(view), .. }
        | ExtensionKind::Page { body: Body::View(view), .. } => Some(view),
        _ => None,
    }
}

/// Changes values of extensions, as `app.extensions` of the operator does, who has the last word.
fn override_extensions(set: &mut PluginSet, value: &Value, reading: &mut Reading<'_>) {
    for (id, values) in value.get("override").and_then(Value::as_object).into_iter().flatten() {
        let pointer = format!("/override/{}", id.replace('~', "~0").replace('/', "~1"));
        let span = reading.document.key_span(&pointer);
        let Some(at) = set.extensions.iter().position(|it| it.id == *id) else {
            let near = nearest(id, set.extensions.iter().map(|it| it.id.as_str()));
            let message = format!("there is no extension `{id}` to override");
            reading.problems.push(Diagnostic::error("plugin/no-extended", span, message).nearest(near));
            continue;
        };
        let Some(extension) = set.extensions.get_mut(at) else { continue };
        let mut config = Map::new();
        for (key, value) in values.as_object().into_iter().flatten() {
            let below = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
            let place = reading.document.key_span(&below);
            if let Some(first) = set.overridden.insert((id.clone(), key.clone()), place.clone()) {
                let message = format!("two modules override `{key}` of `{id}`; the later one counts");
                let diagnostic = Diagnostic::warning("plugin/override-conflict", place, message);
                reading.problems.push(diagnostic.related(first, "the first one"));
            }
            match (key.as_str(), value) {
                ("view", _) => override_view(extension, value, &below, reading),
                ("disabled", Value::Bool(off)) => extension.enabled = !off,
                (_, Value::Object(map)) if map.len() == 1 && map.contains_key("t") => {
                    let text = map.get("t").and_then(Value::as_str).unwrap_or_default();
                    let text = reading.translated(text, &format!("{below}/t"));
                    config.insert(key.clone(), Value::String(text));
                }
                _ => drop(config.insert(key.clone(), value.clone())),
            }
        }
        let config_value = Value::Object(config.clone());
        let places = Places::new(&config_value, span.clone(), &|at, key| {
            let at = format!("{pointer}{at}");
            if key { reading.document.key_span(&at) } else { reading.document.span(&at) }
        });
        let values =
            ExtensionOverride { id: id.clone(), enabled: None, attach_to: None, config, places, span };
        let mut report = Report::new();
        configure_all(extension, &values, &mut report);
        let problems = report.diagnostics().iter().cloned();
        reading.problems.extend(problems.map(|it| Diagnostic { code: "plugin/bad-value".into(), ..it }));
    }
}

fn override_view(extension: &mut Extension, value: &Value, pointer: &str, reading: &mut Reading<'_>) {
    let first = reading.codes.len();
    let read = view::read(value, pointer, reading);
    let data = data_of(reading, first);
    if let (Some(read), Some(view)) = (read, view_of(extension)) {
        *view = read;
        extension.data = data;
    }
}

/// Where modules override values of extensions: by the id and the key.
pub(super) type Overridden = BTreeMap<(String, String), Span>;

#[cfg(test)]
mod tests {
    use crate::diagnostics::Report;
    use crate::plugins::{PluginSettings, load};
    use crate::sources::MemoryReader;

    #[test]
    fn nothing_of_a_module_is_ignored_in_silence() {
        let plugin = "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: tides}\n";
        let module = "apiVersion: plugin/v1\nkind: Module\nmetadata: {id: moon}\nextends: {plugin: tides}\nparams: {port: {from: x/y}}\nconfig: {type: object}\n";
        let site =
            MemoryReader::new([("plugins/tides/plugin.yaml", plugin), ("plugins/moon/plugin.yaml", module)]);
        let mut report = Report::new();
        load(&PluginSettings::default(), &site, &MemoryReader::default(), &mut report);
        let told: Vec<&str> = report.diagnostics().iter().map(|it| it.message.as_str()).collect();
        assert_eq!(told, ["`config` is no key of a module", "`params` is no key of a module"]);
    }
}
