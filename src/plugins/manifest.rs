//! One `plugin.yaml` to a `Plugin` and its extensions.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::expression::Code;
use super::extension::{self, Extension};
use super::extension_kind::IconFile;
use super::kind_declaration::{self, KindDeclaration};
use super::node::Reading;
use super::translations::Translations;
use crate::diagnostics::{Diagnostic, Places, Report, Severity, Span};
use crate::sources::schema::{Schema, SchemaCodes};
use crate::sources::{Reader, yaml};

/// The JSON Schema of `plugin.yaml`, less the views, which are read node by node.
pub const PLUGIN_SCHEMA: &str = include_str!("plugin.schema.json");

const CODES: SchemaCodes = SchemaCodes {
    unknown_key: "plugin/unknown-key",
    unknown_key_severity: Severity::Error,
    not_yet: "plugin/not-supported",
    missing_key: "plugin/missing-key",
    bad_value: "plugin/bad-value",
};

const CONFIG_CODES: SchemaCodes = SchemaCodes {
    unknown_key: "plugin/unknown-config",
    unknown_key_severity: Severity::Error,
    not_yet: "plugin/not-supported",
    missing_key: "plugin/missing-config",
    bad_value: "plugin/bad-config",
};

/// The largest template of a plugin, in bytes.
const TEMPLATE_BYTES_MAX: usize = 256 * 1024;

/// A plugin, less its extensions.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// Its id, unique in a site.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// The operator's values over the defaults of the schema.
    pub config: Value,
    /// Its templates by name, `templates/NAME.html`.
    pub templates: BTreeMap<String, String>,
    /// The file of the manifest.
    pub file: Arc<str>,
    /// Its icon: a file of its own, or the name of one of the portal's.
    pub icon: Option<IconFile>,
}

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

/// Reads a manifest. Every mistake is reported; a manifest with a mistake in one extension loses only that one.
pub(super) fn read(
    file: &Arc<str>,
    text: &str,
    index: usize,
    config: &ConfigValues<'_>,
    templates: BTreeMap<String, String>,
    codes: &mut Vec<Code>,
    report: &mut Report,
) -> Option<(Plugin, Vec<Extension>, Vec<KindDeclaration>)> {
    let document = match yaml::parse_one(file, text) {
        Ok(document) => document,
        Err(diagnostic) => {
            report.push(*diagnostic);
            return None;
        }
    };
    let value = document.json();
    let schema = Schema::new(serde_json::from_str(PLUGIN_SCHEMA).ok()?).ok()?;
    let problems = schema.check(&value, CODES, &|pointer, key| {
        if key { document.key_span(pointer) } else { document.span(pointer) }
    });
    report.extend(problems);
    let text_of = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    let id = text_of("/metadata/id")?.to_owned();
    if text_of("/apiVersion") != Some("plugin/v1") || text_of("/kind") != Some("Plugin") {
        return None;
    }
    let plugin = Plugin {
        title: text_of("/metadata/title").unwrap_or(&id).to_owned(),
        version: text_of("/metadata/version").unwrap_or("0.0.0").to_owned(),
        config: configure(&id, &value, &document, config, report),
        templates,
        file: Arc::clone(file),
        icon: text_of("/metadata/icon").map(|it| icon_of(it, document.span("/metadata/icon"))),
        id,
    };
    let mut problems = Vec::new();
    let mut extensions = Vec::new();
    let (id, texts) = (plugin.id.as_str(), config.texts);
    let mut reading =
        Reading { document: &document, plugin: index, id, texts, codes, problems: &mut problems };
    for (index, item) in value.get("extensions").and_then(Value::as_array).into_iter().flatten().enumerate() {
        extensions.extend(extension::read(item, &format!("/extensions/{index}"), &plugin.id, &mut reading));
    }
    let mut kinds = Vec::new();
    for (index, item) in value.get("kinds").and_then(Value::as_array).into_iter().flatten().enumerate() {
        kinds.extend(kind_declaration::read(item, &format!("/kinds/{index}"), &mut reading));
    }
    report.extend(problems);
    report_duplicates(&extensions, report);
    Some((plugin, extensions, kinds))
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

/// Checks the operator's values against the plugin's schema and fills in its defaults.
fn configure(
    id: &str,
    manifest: &Value,
    document: &yaml::Document<'_>,
    config: &ConfigValues<'_>,
    report: &mut Report,
) -> Value {
    let mut values = Value::Object(config.values.clone());
    let place = |pointer: &str, key: bool| match config.places {
        Some(places) => places.of(pointer, key),
        None => document.span("/config"),
    };
    let Some(schema) = manifest.get("config") else {
        if !config.values.is_empty() {
            let message = format!("the plugin `{id}` takes no configuration");
            report.push(Diagnostic::error("plugin/unknown-config", place("", true), message));
        }
        return values;
    };
    fill_defaults(schema, &mut values);
    match Schema::new(schema.clone()) {
        Ok(schema) => report.extend(schema.check(&values, CONFIG_CODES, &place)),
        Err(error) => {
            let message = format!("`config` is not a JSON Schema: {}", error.message);
            let place = document.span(&format!("/config{}", error.pointer));
            report.push(Diagnostic::error("plugin/bad-schema", place, message));
        }
    }
    values
}

fn fill_defaults(schema: &Value, value: &mut Value) {
    let (Some(properties), Value::Object(object)) =
        (schema.get("properties").and_then(Value::as_object), value)
    else {
        return;
    };
    for (key, inner) in properties {
        match (object.get_mut(key), inner.get("default")) {
            (Some(existing), _) => fill_defaults(inner, existing),
            (None, Some(default)) => {
                object.insert(key.clone(), default.clone());
            }
            (None, None) => {}
        }
    }
}

/// Reads the templates of a plugin: `NAME.html` in `folder`.
pub(super) fn templates(folder: &str, reader: &dyn Reader, report: &mut Report) -> BTreeMap<String, String> {
    let mut templates = BTreeMap::new();
    for path in reader.search(&format!("{folder}/*.html")).unwrap_or_default() {
        let name = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".html").to_owned();
        match reader.read_text(&path) {
            Ok(text) if text.len() <= TEMPLATE_BYTES_MAX => {
                templates.insert(name, text);
            }
            Ok(_) => report.push(Diagnostic::error(
                "plugin/bad-template",
                Span::file(path),
                "the template is larger than 256 KiB",
            )),
            Err(error) => {
                let message = format!("the template cannot be read: {error}");
                report.push(Diagnostic::error("plugin/bad-template", Span::file(path), message));
            }
        }
    }
    templates
}
