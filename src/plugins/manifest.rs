//! One `plugin.yaml` to a `Plugin` and its extensions.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

use super::asset::{self, Asset};
use super::configuration::configure;
use super::expression::{Code, CodeStage};
use super::extension::{self, Extension};
use super::extension_kind::IconFile;
use super::extension_point::{self, ExtensionPoint};
use super::kind_declaration::{self, KindDeclaration};
use super::manifest_bounds;
use super::node::Reading;
use super::param::{self, Param};
use super::permissions::{self, Granted, Permissions};
use super::plugin_files;
use super::shown_sources::ShownSources;
use super::source::{self, Source};
use super::translations::Translations;
use crate::diagnostics::{Diagnostic, Places, Report, Severity, Span, nearest};
use crate::sources::schema::{Schema, SchemaCodes};
use crate::sources::{Reader, Secret, yaml};

/// The JSON Schema of `plugin.yaml`, less the views, which are read node by node.
pub const PLUGIN_SCHEMA: &str = include_str!("plugin.schema.json");

const CODES: SchemaCodes = SchemaCodes {
    unknown_key: "plugin/unknown-key",
    unknown_key_severity: Severity::Error,
    not_yet: "plugin/not-supported",
    missing_key: "plugin/missing-key",
    bad_value: "plugin/bad-value",
};

/// A plugin, less its extensions.
#[derive(Clone, Debug, Default)]
pub struct Plugin {
    /// Its id, unique in a site.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// The operator's values over the defaults of the schema, less the secrets.
    pub config: Value,
    /// The secrets of the configuration, by JSON pointer.
    pub secrets: BTreeMap<String, Secret>,
    /// The texts that the operator wrote, less the secrets: an address among them is granted by that.
    pub written: Vec<String>,
    /// Values taken from entities.
    pub params: Vec<Param>,
    /// Where its data comes from.
    pub sources: Vec<Source>,
    /// What data must be: a name or file, and the schema.
    pub schemas: Vec<(String, Arc<Schema>)>,
    /// What it asks for.
    pub permissions: Permissions,
    /// What the operator gives it.
    pub granted: Granted,
    /// Places that modules may add to.
    pub extension_points: Vec<ExtensionPoint>,
    /// Whether one point a build is kept of the fields that its sources name.
    pub history: bool,
    /// The most requests of one build.
    pub requests_max: usize,
    /// Its texts in the language of the portal, for `t("key")` in expressions.
    pub words: BTreeMap<String, String>,
    /// Its pictures.
    pub assets: Vec<Asset>,
    /// Its templates by name, `templates/NAME.html`.
    pub templates: BTreeMap<String, String>,
    /// The file of the manifest.
    pub file: Arc<str>,
    /// Its icon: a file of its own, or the name of one of the portal's.
    pub icon: Option<IconFile>,
}

/// What a manifest is read with.
pub(super) struct Surroundings<'a> {
    /// The folder of the plugin, for the reader.
    pub(super) folder: String,
    pub(super) reader: &'a dyn Reader,
    pub(super) config: ConfigValues<'a>,
    pub(super) operator: Operator,
}

/// What the operator says of a plugin besides its configuration.
#[derive(Clone, Debug)]
pub struct Operator {
    /// What the plugin may use.
    pub granted: Granted,
    /// Whether points of its data are kept.
    pub history: bool,
    /// The most requests of one build.
    pub requests_max: usize,
}

impl Default for Operator {
    fn default() -> Self {
        Self { granted: Granted::default(), history: false, requests_max: REQUESTS_MAX }
    }
}

/// The most requests of one plugin in one build, unless the operator says otherwise.
const REQUESTS_MAX: usize = 20_000;

/// The operator's values for one plugin, where they stand, and the texts of all plugins.
#[derive(Clone, Debug)]
pub(super) struct ConfigValues<'a> {
    pub(super) values: &'a Map<String, Value>,
    pub(super) places: Option<&'a Places>,
    pub(super) texts: &'a Translations,
}

/// Returns the id in a manifest and its place, if it can be told.
pub(super) fn id_of(text: &str, file: &Arc<str>) -> Option<(String, Span)> {
    let document = yaml::parse_one(file, text).ok()?;
    let id = document.json().pointer("/metadata/id")?.as_str()?.to_owned();
    Some((id, document.span("/metadata/id")))
}

/// Returns whether a manifest is left out unless the site names it.
pub(super) fn is_optional(text: &str, file: &Arc<str>) -> bool {
    // Few manifests hold the word, and the others need not be parsed twice.
    text.contains("optional")
        && yaml::parse_one(file, text)
            .is_ok_and(|it| it.json().pointer("/metadata/optional") == Some(&Value::Bool(true)))
}

/// Reads a manifest. Every mistake is reported; a manifest with a mistake in one extension loses only that one.
pub(super) fn read(
    file: &Arc<str>,
    text: &str,
    index: usize,
    around: &Surroundings<'_>,
    codes: &mut Vec<Code>,
    report: &mut Report,
) -> Option<(Plugin, Vec<Extension>, Vec<KindDeclaration>)> {
    let document = checked(file, text, report)?;
    let value = document.json();
    let text_of = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    // An id of another form is reported already; caches and paths are made of ids.
    let is_id = |it: &&str| it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
    let id = text_of("/metadata/id").filter(is_id)?.to_owned();
    if text_of("/kind") != Some("Plugin") {
        return None;
    }
    fits_portal(&value, &document, report)?;
    report_foreign(&value, &document, report);
    let mut plugin = Plugin {
        title: text_of("/metadata/title").unwrap_or(&id).to_owned(),
        version: text_of("/metadata/version").unwrap_or("0.0.0").to_owned(),
        words: around.config.texts.shown(&id),
        templates: plugin_files::templates(&around.folder, around.reader, report),
        schemas: plugin_files::schemas(&around.folder, around.reader, report),
        granted: around.operator.granted.clone(),
        history: around.operator.history,
        requests_max: around.operator.requests_max,
        file: Arc::clone(file),
        icon: text_of("/metadata/icon").map(|it| icon_of(it, document.span("/metadata/icon"))),
        id,
        ..Plugin::default()
    };
    configure(&mut plugin, &value, &document, &around.config, report);
    let mut problems = Vec::new();
    let own_id = plugin.id.clone();
    let mut reading = Reading {
        document: &document,
        plugin: index,
        id: &own_id,
        texts: around.config.texts,
        stage: CodeStage::Facts,
        codes,
        problems: &mut problems,
    };
    data(&mut plugin, &value, &mut reading);
    if let Some(assets) = value.get("assets") {
        plugin.assets = asset::read(&plugin.id, assets, &around.folder, around.reader, &mut reading);
    }
    reading.stage = CodeStage::View;
    let mut extensions = Vec::new();
    for (index, item) in items(&value, "extensions") {
        let first = reading.codes.len();
        let read = extension::read(item, &format!("/extensions/{index}"), &plugin.id, &mut reading);
        let written = reading.codes.get(first..).unwrap_or_default();
        extensions.extend(read.map(|it| Extension { data: ShownSources::of(written), ..it }));
    }
    let mut kinds = Vec::new();
    for (index, item) in items(&value, "kinds") {
        kinds.extend(kind_declaration::read(item, &format!("/kinds/{index}"), &mut reading));
    }
    report.extend(problems);
    report_duplicates(&extensions, report);
    Some((plugin, extensions, kinds))
}

/// Reports keys that only a module has.
fn report_foreign(value: &Value, document: &yaml::Document<'_>, report: &mut Report) {
    for key in ["extends", "contribute", "override"].into_iter().filter(|key| value.get(key).is_some()) {
        let place = document.key_span(&format!("/{key}"));
        let diagnostic =
            Diagnostic::error("plugin/unknown-key", place, format!("`{key}` is no key of a plugin"));
        report.push(diagnostic.hint("what adds to another plugin is a module: write `kind: Module`"));
    }
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (usize, &'a Value)> {
    value.get(key).and_then(Value::as_array).into_iter().flatten().enumerate()
}

/// Returns the schema of a manifest, less what is read node by node, so that a mistake there is told once.
fn outline() -> Option<&'static Schema> {
    static OUTLINE: OnceLock<Option<Schema>> = OnceLock::new();
    let make = || {
        let mut schema: Value = serde_json::from_str(PLUGIN_SCHEMA).ok()?;
        for part in ["permissions", "param", "source"] {
            *schema.pointer_mut(&format!("/$defs/{part}"))? = serde_json::json!({"type": "object"});
        }
        Schema::new(schema).ok()
    };
    OUTLINE.get_or_init(make).as_ref()
}

/// Parses a manifest and checks it against the schema. `None` when it is no YAML.
pub(super) fn checked(file: &Arc<str>, text: &str, report: &mut Report) -> Option<yaml::Document<'static>> {
    let document = match yaml::parse_one(file, text) {
        Ok(document) => document,
        Err(diagnostic) => {
            report.push(*diagnostic);
            return None;
        }
    };
    let schema = outline()?;
    let value = document.json();
    if let Err(problem) = manifest_bounds::check(&value, &document) {
        report.push(*problem);
        return None;
    }
    let problems = schema.check(&value, CODES, &|pointer, key| {
        if key { document.key_span(pointer) } else { document.span(pointer) }
    });
    report.extend(problems);
    (value.get("apiVersion").and_then(Value::as_str) == Some("plugin/v1")).then_some(document)
}

/// Checks that this version of the portal is one that the plugin works with. `None` when it is not.
pub(super) fn fits_portal(value: &Value, document: &yaml::Document<'_>, report: &mut Report) -> Option<()> {
    const POINTER: &str = "/requires/portal";
    let Some(written) = value.pointer(POINTER).and_then(Value::as_str) else { return Some(()) };
    let range = version_range(written, &document.span(POINTER), report)?;
    let own = semver::Version::parse(env!("CARGO_PKG_VERSION")).ok()?;
    if range.matches(&own) {
        return Some(());
    }
    let message = format!("the plugin works with Callboard {written}, and this is {own}");
    let diagnostic = Diagnostic::error("plugin/not-compatible", document.span(POINTER), message);
    report.push(diagnostic.hint("use another version of the plugin, or of Callboard"));
    None
}

/// Reads a range of versions, such as `>=1.2, <3`.
pub(super) fn version_range(written: &str, span: &Span, report: &mut Report) -> Option<semver::VersionReq> {
    semver::VersionReq::parse(written)
        .map_err(|error| {
            let message = format!("`{written}` is no range of versions: {error}");
            let diagnostic = Diagnostic::error("plugin/bad-value", span.clone(), message);
            report.push(diagnostic.hint("write it as in `>=0.1, <2`"));
        })
        .ok()
}

/// Reads what a manifest says of data: params, permissions, schemas, sources, extension points.
fn data(plugin: &mut Plugin, value: &Value, reading: &mut Reading<'_>) {
    if let Some(permissions) = value.get("permissions") {
        plugin.permissions = permissions::read(permissions, reading);
    }
    for (name, item, pointer) in entries(value, "params") {
        plugin.params.extend(param::read(name, item, &pointer, reading));
    }
    read_schemas(plugin, value, reading);
    read_sources(plugin, value, reading);
    for (name, item, pointer) in entries(value, "extensionPoints") {
        plugin.extension_points.extend(extension_point::read(name, item, &pointer, reading));
    }
}

/// Reads the schemas that stand in a manifest.
pub(super) fn read_schemas(plugin: &mut Plugin, value: &Value, reading: &mut Reading<'_>) {
    for (name, item, pointer) in entries(value, "schemas") {
        match Schema::new(item.clone()) {
            Ok(schema) => plugin.schemas.push((name.to_owned(), Arc::new(schema))),
            Err(error) => {
                let message = format!("`{name}` is not a JSON Schema: {}", error.message);
                reading.error("plugin/bad-schema", &format!("{pointer}{}", error.pointer), message);
            }
        }
    }
}

/// Reads the sources of a plugin, or those that a module adds to it.
pub(super) fn read_sources(plugin: &mut Plugin, value: &Value, reading: &mut Reading<'_>) {
    for (name, item, pointer) in entries(value, "sources") {
        if let Some(first) = plugin.sources.iter().find(|it| it.name == name) {
            let message = format!("there is a source `{name}` already");
            let place = reading.document.key_span(&pointer);
            let diagnostic = Diagnostic::error("plugin/duplicate-source", place, message);
            reading.problems.push(diagnostic.related(first.span.clone(), "the first one"));
            continue;
        }
        let like = item.get("like").and_then(Value::as_str);
        let base = like.and_then(|like| plugin.sources.iter().find(|it| it.name == like));
        if let (Some(like), None) = (like, base) {
            let near = nearest(like, plugin.sources.iter().map(|it| it.name.as_str()));
            let message = format!("there is no source `{like}` before this one");
            let place = reading.document.span(&format!("{pointer}/like"));
            reading.problems.push(Diagnostic::error("plugin/bad-value", place, message).nearest(near));
            continue;
        }
        let schema = |name: &str| plugin.schemas.iter().position(|(it, _)| it == name);
        let read = source::read(name, item, &pointer, base, &schema, reading);
        if let Some(mut read) = read {
            read.params.retain(|name| is_needed(name, &plugin.params));
            plugin.sources.push(read);
        }
    }
    report_params(plugin, reading);
}

/// Returns whether a source can only be asked with the param of this name.
fn is_needed(name: &str, params: &[Param]) -> bool {
    params.iter().all(|it| !it.names().contains(&name) || (it.default.is_none() && !it.optional))
}

fn report_params(plugin: &mut Plugin, reading: &mut Reading<'_>) {
    let known: Vec<&str> = plugin.params.iter().flat_map(Param::names).collect();
    for source in &plugin.sources {
        for name in source.params.iter().filter(|it| !known.contains(&it.as_str())) {
            let message =
                format!("the source `{}` uses `params.{name}`, and there is no such param", source.name);
            let diagnostic = Diagnostic::error("plugin/unknown-param", source.span.clone(), message);
            let near = nearest(name, known.iter().copied());
            if !reading.problems.iter().any(|it| it.message == diagnostic.message) {
                reading.problems.push(diagnostic.nearest(near));
            }
        }
    }
}

fn entries<'a>(value: &'a Value, key: &str) -> Vec<(&'a str, &'a Value, String)> {
    let map = value.get(key).and_then(Value::as_object).into_iter().flatten();
    map.map(|(name, item)| {
        (name.as_str(), item, format!("/{key}/{}", name.replace('~', "~0").replace('/', "~1")))
    })
    .collect()
}

/// Returns the icon of a plugin, which is a file of its own or the name of one of the portal's.
fn icon_of(written: &str, span: Span) -> IconFile {
    let file = written.rsplit('/').next().unwrap_or(written);
    let name = file.trim_end_matches(".svg").to_owned();
    IconFile { name, path: written.to_owned(), span }
}

fn report_duplicates(extensions: &[Extension], report: &mut Report) {
    let mut seen: BTreeMap<&str, &Span> = BTreeMap::new();
    for extension in extensions {
        if let Some(first) = seen.insert(&extension.id, &extension.span) {
            let message = format!("the extension `{}` is declared twice", extension.id);
            let diagnostic = Diagnostic::error("plugin/duplicate-extension", extension.span.clone(), message);
            report.push(
                diagnostic.related(first.clone(), "first declared here").hint("give one of them a `name`"),
            );
        }
    }
}
