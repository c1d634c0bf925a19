//! All plugins of a site: the built-in ones, those in its folder, and those it names, with its settings applied.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::expression::Code;
use super::extension::{CardSlot, Extension, ExtensionKind, clean_path};
use super::kind_declaration::KindDeclaration;
use super::manifest::{self, ConfigValues, Operator, Plugin, Surroundings};
use super::module;
use crate::diagnostics::{Diagnostic, Places, Report, Span, nearest};
use crate::model::{Filter, FilterError};
use crate::sources::{ReadError, Reader, Secret, join, parent, split_remote};

/// A plugin that the site names.
#[derive(Clone, Debug)]
pub struct PluginFolder {
    /// The folder, relative to the site, or `builtin:ID`.
    pub source: String,
    /// The operator's values.
    pub config: Map<String, Value>,
    /// Where it is named.
    pub span: Span,
    /// Where its configuration and what is in it stand.
    pub config_places: Places,
    /// What the operator says besides.
    pub operator: Operator,
}

/// What `plugins::load` needs to know of the site.
#[derive(Clone, Debug, Default)]
pub struct PluginSettings {
    /// The plugins that the site names, in order.
    pub named: Vec<PluginFolder>,
    /// Settings of single extensions, in order.
    pub extensions: Vec<ExtensionOverride>,
}

/// What the operator says of one extension.
#[derive(Clone, Debug)]
pub struct ExtensionOverride {
    /// The id, `kind:plugin[/name]`.
    pub id: String,
    /// On, off, or not said.
    pub enabled: Option<bool>,
    /// Values over the extension's own.
    pub config: Map<String, Value>,
    /// Where the values stand.
    pub places: Places,
    /// Where it is said.
    pub span: Span,
}

/// All plugins and their extensions.
#[derive(Debug, Default)]
pub struct PluginSet {
    /// The plugins, in order.
    pub plugins: Vec<Plugin>,
    /// The extensions that are on, in order.
    pub extensions: Vec<Extension>,
    /// The kinds of entities that they declare, in order.
    pub kinds: Vec<KindDeclaration>,
    /// Every expression and text of all plugins.
    pub codes: Vec<Code>,
    /// Where modules override values of extensions.
    pub(super) overridden: module::Overridden,
}

/// Where the manifests of a folder `plugins/` are.
const MANIFESTS: &str = "plugins/*/plugin.yaml";

struct Source<'a> {
    /// The manifest, as diagnostics name it.
    file: Arc<str>,
    /// The folder of the plugin.
    folder: String,
    text: String,
    reader: &'a dyn Reader,
    builtin: bool,
    config: Map<String, Value>,
    config_places: Option<Places>,
    operator: Operator,
}

impl Source<'_> {
    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            folder: self.folder.clone(),
            reader: self.reader,
            config: ConfigValues { values: &self.config, places: self.config_places.as_ref() },
            operator: self.operator.clone(),
        }
    }
}

impl PluginSet {
    /// Returns the texts of all plugins that must be seen nowhere.
    pub fn secrets(&self) -> Vec<Secret> {
        let of = |it: &Plugin| {
            let granted = it.granted.secrets.values().flatten().cloned();
            it.secrets.values().cloned().chain(granted).collect::<Vec<_>>()
        };
        self.plugins.iter().flat_map(of).collect()
    }

    /// Returns the index of a plugin.
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.plugins.iter().position(|it| it.id == id)
    }
}

/// Reads all plugins. `builtin` holds the plugins that come with the program, in `plugins/`.
pub fn load(
    settings: &PluginSettings,
    reader: &dyn Reader,
    builtin: &dyn Reader,
    report: &mut Report,
) -> PluginSet {
    let mut sources: BTreeMap<String, (usize, Source<'_>)> = BTreeMap::new();
    for (reader, is_builtin) in [(builtin, true), (reader, false)] {
        for path in reader.search(MANIFESTS).unwrap_or_default() {
            add(&mut sources, path, reader, Named { builtin: is_builtin, by_site: false }, report);
        }
    }
    for named in &settings.named {
        name(&mut sources, named, reader, builtin, report);
    }
    let mut ordered: Vec<(usize, Source<'_>)> = sources.into_values().collect();
    ordered.sort_by_key(|(order, _)| *order);
    let mut set = PluginSet::default();
    let (modules, plugins): (Vec<_>, Vec<_>) =
        ordered.into_iter().map(|(_, it)| it).partition(|it| module::is_module(&it.file, &it.text));
    for source in &plugins {
        let around = source.surroundings();
        let index = set.plugins.len();
        let read = manifest::read(&source.file, &source.text, index, &around, &mut set.codes, report);
        if let Some((plugin, extensions, kinds)) = read {
            set.plugins.push(plugin);
            set.extensions.extend(extensions);
            set.kinds.extend(kinds);
        }
    }
    for source in &modules {
        module::apply(&mut set, &source.file, &source.text, &source.surroundings(), report);
    }
    apply(&mut set, settings, report);
    set.extensions.retain(|it| it.enabled);
    set
}

/// How a manifest was come by.
#[derive(Clone, Copy)]
struct Named {
    builtin: bool,
    /// Whether the site names it, or it just stands in the folder.
    by_site: bool,
}

/// Adds a manifest; one of the site replaces a built-in one of the same id. An optional one is added when it is named.
fn add<'a>(
    sources: &mut BTreeMap<String, (usize, Source<'a>)>,
    path: String,
    reader: &'a dyn Reader,
    Named { builtin, by_site }: Named,
    report: &mut Report,
) -> Option<String> {
    let shown =
        if builtin { format!("builtin:{}", path.trim_start_matches("plugins/")) } else { path.clone() };
    let text = match reader.read_text(&path) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("the manifest cannot be read: {error}");
            report.push(Diagnostic::error("plugin/unreadable", Span::file(shown), message));
            return None;
        }
    };
    let file: Arc<str> = Arc::from(shown.as_str());
    if !by_site && manifest::is_optional(&text, &file) {
        return None;
    }
    let (id, place) =
        manifest::id_of(&text, &file).unwrap_or_else(|| (path.clone(), Span::file(Arc::clone(&file))));
    let next = sources.len();
    let order = sources.get(&id).map_or(next, |(order, _)| *order);
    let replaces = |(_, existing): &(usize, Source<'_>)| existing.builtin && existing.text != text;
    if sources.get(&id).is_some_and(replaces) {
        let message = format!("this plugin replaces the built-in one of the id `{id}`");
        report.push(Diagnostic::notice("plugin/replaces-builtin", place, message));
    }
    let folder = parent(&path).to_owned();
    let (config, config_places, operator) = (Map::new(), None, Operator::default());
    let source = Source { file, folder, text, reader, builtin, config, config_places, operator };
    sources.insert(id.clone(), (order, source));
    Some(id)
}

/// Adds a plugin that the site names, with the operator's values.
fn name<'a>(
    sources: &mut BTreeMap<String, (usize, Source<'a>)>,
    named: &PluginFolder,
    reader: &'a dyn Reader,
    builtin: &'a dyn Reader,
    report: &mut Report,
) {
    let id = match named.source.strip_prefix("builtin:") {
        Some(id) => {
            let path = format!("plugins/{id}/plugin.yaml");
            add(sources, path, builtin, Named { builtin: true, by_site: true }, report)
        }
        None => {
            let path = join(&named.source, "plugin.yaml");
            if let Err(error) = manifest_in(&path, reader) {
                report.push(not_found(named, &error));
                return;
            }
            add(sources, path, reader, Named { builtin: false, by_site: true }, report)
        }
    };
    if let Some((_, source)) = id.and_then(|id| sources.get_mut(&id)) {
        source.config.clone_from(&named.config);
        source.config_places = Some(named.config_places.clone());
        source.operator = named.operator.clone();
    }
}

/// Says whether there is a manifest. Of a repository elsewhere the whole tree is read, with the plugin's other files.
fn manifest_in(path: &str, reader: &dyn Reader) -> Result<(), ReadError> {
    match split_remote(path) {
        Some(_) if reader.search(path)?.is_empty() => Err(ReadError::NotFound),
        Some(_) => Ok(()),
        None => reader.read(path).map(drop),
    }
}

fn not_found(named: &PluginFolder, error: &ReadError) -> Diagnostic {
    let place = named.span.clone();
    let folder = Span::file(named.source.as_str());
    match error {
        ReadError::Fetch(_) | ReadError::Refused(_) => {
            let message = format!("the plugin in `{folder}` cannot be read: {error}");
            Diagnostic::error("plugin/not-found", place, message)
        }
        _ => Diagnostic::error("plugin/not-found", place, format!("there is no plugin in `{folder}`"))
            .hint("`use` takes a folder that holds a `plugin.yaml`, or `builtin:ID`"),
    }
}

/// Applies `app.extensions`, in order. An extension that was off and is turned on goes last, as in Backstage.
fn apply(set: &mut PluginSet, settings: &PluginSettings, report: &mut Report) {
    for ExtensionOverride { id, enabled, config, places, span } in &settings.extensions {
        let Some(index) = set.extensions.iter().position(|it| it.id == *id) else {
            let near = nearest(id, set.extensions.iter().map(|it| it.id.as_str()));
            let message = format!("there is no extension `{id}`");
            report.push(Diagnostic::warning("config/unknown-extension", span.clone(), message).nearest(near));
            continue;
        };
        let mut extension = set.extensions.remove(index);
        let turned_on = *enabled == Some(true) && !extension.enabled;
        extension.enabled = enabled.unwrap_or(extension.enabled);
        for (key, value) in config {
            let pointer = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
            match configure(&mut extension, key, value) {
                Ok(()) if key == "path" => extension.path_span = places.of(&pointer, false),
                Ok(()) => {}
                Err(Refused { at_key, pointer: below, message }) => {
                    let place = places.of(&format!("{pointer}{below}"), at_key);
                    let message = format!("`{id}`: {message}");
                    report.push(Diagnostic::error("config/bad-extension", place, message));
                }
            }
        }
        let place = if turned_on { set.extensions.len() } else { index };
        set.extensions.insert(place, extension);
    }
}

/// Why a value of the operator, or of a module, is not taken.
pub(super) struct Refused {
    /// Whether the key, and not the value, is wrong.
    pub(super) at_key: bool,
    /// The JSON pointer from the value to what is wrong.
    pub(super) pointer: String,
    pub(super) message: String,
}

impl From<String> for Refused {
    fn from(message: String) -> Self {
        Self { at_key: false, pointer: String::new(), message }
    }
}

pub(super) fn configure(extension: &mut Extension, key: &str, value: &Value) -> Result<(), Refused> {
    let text = || value.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` takes a text"));
    match (key, &mut extension.kind) {
        ("title", _) => extension.title = text()?,
        ("order", _) => {
            extension.order = value.as_i64().ok_or_else(|| "`order` takes a whole number".to_owned())?
        }
        ("icon", _) => extension.icon = Some(text()?),
        ("filter", _) => {
            let refused =
                |it: FilterError| Refused { at_key: false, pointer: it.pointer, message: it.message };
            extension.filter = Some(Filter::from_json(value).map_err(refused)?);
        }
        ("path", ExtensionKind::Page { path, .. }) => *path = clean_path(&text()?, true)?,
        ("path", ExtensionKind::EntityContent { path, .. }) => *path = clean_path(&text()?, false)?,
        ("group", ExtensionKind::EntityContent { group, .. }) => {
            *group = if value == &Value::Bool(false) { None } else { Some(text()?) };
        }
        ("type", ExtensionKind::EntityCard { slot, .. }) => {
            *slot = match value.as_str() {
                Some("info") => CardSlot::Info,
                Some("content") => CardSlot::Content,
                _ => return Err("`type` takes `info` or `content`".to_owned().into()),
            };
        }
        ("nav", ExtensionKind::Page { nav, .. }) => {
            *nav = value.as_bool().ok_or_else(|| "`nav` takes `true` or `false`".to_owned())?;
        }
        _ => {
            let near = nearest(key, ["title", "icon", "order", "filter", "path", "group", "type", "nav"]);
            let near =
                near.filter(|it| *it != key).map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
            let message = format!("`{key}` cannot be configured here{near}");
            return Err(Refused { at_key: true, pointer: String::new(), message });
        }
    }
    Ok(())
}
