//! All plugins of a site: the built-in ones, those in its folder, and those it names, with its settings applied.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::attachment;
use super::entity_page::EntityPage;
use super::expression::{self, Code, CodeForm, CodeId, CodeStage};
use super::extension::{self, Extension};
use super::extension_kind::{Body, ExtensionKind};
use super::extension_override::{self, ExtensionOverride};
use super::icon::{Home, Icons};
use super::kind_declaration::KindDeclaration;
use super::manifest::{self, ConfigValues, Operator, Plugin, Surroundings};
use super::module;
use super::pinning::{Candidate, PluginLock};
use super::theme;
use super::translations::{Speaker, Translations};
use super::view::View;
use super::{manifest_bounds, own_file};
use crate::diagnostics::{Diagnostic, Places, Report, Span, Spanned, nearest};
use crate::sources::remote::PluginPin;
use crate::sources::{ReadError, Reader, Secret, join, parent, split_remote, yaml};

/// A plugin that the site names.
#[derive(Clone, Debug)]
pub struct PluginFolder {
    /// The folder, relative to the site, or `builtin:ID`.
    pub source: String,
    /// The same as the site names it: a path, an address, or `builtin:ID`.
    pub written: String,
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
    /// The language of the portal.
    pub language: String,
    /// What `site` is in the conditions of extensions.
    pub site: Map<String, Value>,
    /// What the lock says, where there is one to keep.
    pub lock: Option<PluginLock>,
}

/// A manifest that was read.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Its file.
    pub file: Arc<str>,
    /// The folder of the plugin.
    pub folder: String,
    /// Its text.
    pub text: String,
    /// Where it comes from, as the configuration names it.
    pub from: String,
    /// Whether it comes with the program.
    pub builtin: bool,
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
    /// What the operator says of the page of entities.
    pub entity_page: EntityPage,
    /// The icons that plugins bring.
    pub icons: Icons,
    /// The style sheet of the themes; empty if there is none.
    pub theme: String,
    /// The manifests of plugins and then of modules, in order.
    pub manifests: Vec<Manifest>,
    /// What the lock says of them from now on, by id.
    pub pins: BTreeMap<String, PluginPin>,
}

impl PluginSet {
    /// Returns what is attached to an input of an extension, by its order, each with its index.
    pub fn attached<'a>(&'a self, id: &str, input: &str) -> Vec<(usize, &'a Extension)> {
        let all = self.extensions.iter().enumerate();
        let mut found: Vec<_> =
            all.filter(|(_, it)| it.attach_to.id == id && it.attach_to.input == input).collect();
        found.sort_by_key(|(_, it)| it.order);
        found
    }

    /// Returns the path of a page or of a tab of one, without slashes at its ends; `None` for what has no page.
    pub fn path_of(&self, extension: &Extension) -> Option<String> {
        match &extension.kind {
            ExtensionKind::Page { path, .. } => Some(path.clone()),
            ExtensionKind::SubPage { path, .. } => {
                let page = self.extensions.iter().find(|it| it.id == extension.attach_to.id)?;
                match &page.kind {
                    ExtensionKind::Page { path: base, .. } if base.is_empty() => Some(path.clone()),
                    ExtensionKind::Page { path: base, .. } => Some(format!("{base}/{path}")),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Where the manifests of a folder `plugins/` are.
const MANIFESTS: &str = "plugins/*/plugin.yaml";

struct Source<'a> {
    /// The manifest, as diagnostics name it.
    file: Arc<str>,
    /// The folder of the plugin.
    folder: String,
    text: String,
    /// Where it comes from, as the configuration names it.
    from: String,
    reader: &'a dyn Reader,
    builtin: bool,
    config: Map<String, Value>,
    config_places: Option<Places>,
    operator: Operator,
}

impl Source<'_> {
    fn surroundings<'b>(&'b self, texts: &'b Translations) -> Surroundings<'b> {
        Surroundings {
            folder: self.folder.clone(),
            reader: self.reader,
            config: ConfigValues { values: &self.config, places: self.config_places.as_ref(), texts },
            operator: self.operator.clone(),
        }
    }

    /// Returns whether the lock lets the plugin in, and notes what it says next. What comes with the program is not locked.
    fn is_let_in(
        &self,
        lock: Option<&PluginLock>,
        pins: &mut BTreeMap<String, PluginPin>,
        report: &mut Report,
    ) -> bool {
        let Some(lock) = lock.filter(|_| !self.builtin) else { return true };
        let candidate = Candidate {
            file: &self.file,
            text: &self.text,
            folder: &self.folder,
            from: &self.from,
            reader: self.reader,
        };
        let Some((id, let_in, pin)) = candidate.pin(lock, report) else { return true };
        pins.insert(id, pin);
        let_in
    }

    fn manifest(self) -> Manifest {
        Manifest {
            file: self.file,
            folder: self.folder,
            text: self.text,
            from: self.from,
            builtin: self.builtin,
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
    let mut sources: Vec<Source<'_>> = ordered.into_iter().map(|(_, source)| source).collect();
    let mut set = PluginSet::default();
    let known = settings.named.iter().map(|it| it.written.clone());
    let known = known.chain(sources.iter().map(|it| it.from.clone())).collect();
    sources.retain(|it| it.is_let_in(settings.lock.as_ref(), &mut set.pins, report));
    settings.lock.iter().for_each(|it| it.keep(&known, &mut set.pins));
    let texts = texts(&sources, settings, report);
    let mut homes = Vec::new();
    let (modules, plugins): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|it| module::is_module(&it.file, &it.text));
    for source in &plugins {
        let around = source.surroundings(&texts);
        let index = set.plugins.len();
        let read = manifest::read(&source.file, &source.text, index, &around, &mut set.codes, report);
        if let Some((plugin, extensions, kinds)) = read {
            set.plugins.push(plugin);
            set.extensions.extend(extensions);
            set.kinds.extend(kinds);
            homes.push(Home { folder: source.folder.clone(), reader: source.reader });
        }
    }
    for source in &modules {
        module::apply(&mut set, &source.file, &source.text, &source.surroundings(&texts), report);
    }
    extension_override::apply(&mut set, &settings.extensions, report);
    let mut problems = footers(&set);
    decide(&mut set, settings, &mut problems);
    attachment::settle(&mut set.extensions, &mut problems);
    take_out_bare_pages(&mut set, &mut problems);
    let own = builtin.read_text(theme::STYLE_SHEET).unwrap_or_default();
    set.theme = theme::style_sheet(&set.extensions, &own, &mut problems);
    report.extend(problems);
    set.icons = Icons::read(&set.plugins, &homes, &set.extensions, report);
    name_icons(&mut set);
    name_columns(&mut set);
    set.manifests = plugins.into_iter().chain(modules).map(Source::manifest).collect();
    set
}

/// Reports footers that lead to extensions which no plugin has. One that is turned off is no mistake: its link is left out.
fn footers(set: &PluginSet) -> Vec<Diagnostic> {
    let ids = || set.extensions.iter().map(|it| it.id.as_str());
    let targets = set.extensions.iter().filter_map(|it| it.kind.view()).flat_map(View::footer_targets);
    let unknown = targets.filter(|it| !ids().any(|id| id == it.value));
    let report = |it: &Spanned<String>| {
        let message = format!("there is no extension `{}` for the footer to lead to", it.value);
        Diagnostic::error("plugin/unknown-extension", it.span.clone(), message)
            .nearest(nearest(&it.value, ids()))
    };
    unknown.map(report).collect()
}

/// Reads the texts of all plugins, before the manifests in which they stand as `{t: key}`.
fn texts(sources: &[Source<'_>], settings: &PluginSettings, report: &mut Report) -> Translations {
    let mut texts = Translations::new(&settings.language);
    // A manifest that does not parse is reported when it is read.
    let parsed: Vec<_> = sources.iter().map(|it| yaml::parse_one(&it.file, &it.text).ok()).collect();
    let ids: Vec<Option<String>> = parsed
        .iter()
        .map(|it| Some(it.as_ref()?.json().pointer("/metadata/id")?.as_str()?.to_owned()))
        .collect();
    let speakers: Vec<Speaker<'_>> = sources
        .iter()
        .zip(&parsed)
        .zip(&ids)
        .filter_map(|((source, document), id)| {
            let (document, id) = (document.as_ref()?, id.as_deref()?);
            Some(Speaker { id, folder: &source.folder, reader: source.reader, document })
        })
        .collect();
    for speaker in &speakers {
        texts.add_plugin(speaker, report);
    }
    let known = speakers.iter().map(|it| it.id).collect();
    for speaker in &speakers {
        let is_on = |item: &Value| {
            let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
            let id = extension::id_of("translation", speaker.id, name);
            let off = item.get("disabled").and_then(Value::as_bool).unwrap_or(false);
            let said = settings.extensions.iter().rev().find(|it| it.id == id && it.enabled.is_some());
            said.and_then(|it| it.enabled).unwrap_or(!off)
        };
        texts.add_rewordings(speaker, &known, &is_on, report);
    }
    texts
}

/// Turns off what has a condition that does not hold.
fn decide(set: &mut PluginSet, settings: &PluginSettings, problems: &mut Vec<Diagnostic>) {
    for extension in set.extensions.iter_mut().filter(|it| it.enabled) {
        let code = extension.condition.and_then(|it| set.codes.get(it.index()));
        let Some((code, plugin)) = code.zip(set.plugins.get(extension.plugin)) else { continue };
        match expression::decide(code, &plugin.config, &settings.site) {
            Ok(holds) => extension.enabled = holds,
            Err(problem) => {
                problems.push(*problem);
                extension.enabled = false;
            }
        }
    }
}

/// A page without `view` and `list` is made of what is attached to it.
fn take_out_bare_pages(set: &mut PluginSet, problems: &mut Vec<Diagnostic>) {
    let is_bare = |it: &Extension| {
        matches!(it.kind, ExtensionKind::Page { body: Body::Attached, .. })
            && ["pages", "widgets"].iter().all(|input| set.attached(&it.id, input).is_empty())
    };
    let bare: Vec<bool> = set.extensions.iter().map(is_bare).collect();
    for (extension, _) in set.extensions.iter().zip(&bare).filter(|(_, bare)| **bare) {
        let place = extension.path_span.clone();
        let diagnostic = Diagnostic::error("plugin/missing-key", place, "`view` is missing");
        let hint = "add `view:` or `list:` to the page, or attach a `sub-page` or a `home-widget` to it";
        problems.push(diagnostic.hint(hint));
    }
    let mut bare = bare.into_iter();
    set.extensions.retain(|_| !bare.next().unwrap_or(false));
}

/// Gives extensions and kinds the names that their icons have in the sprite. What has none has that of its plugin.
fn name_icons(set: &mut PluginSet) {
    let PluginSet { plugins, extensions, kinds, icons, entity_page, .. } = set;
    let named = |plugin: usize, name: &str| {
        let id = plugins.get(plugin).map_or("", |it| it.id.as_str());
        icons.resolve(id, name).unwrap_or_else(|| name.to_owned())
    };
    for extension in extensions {
        let own = plugins.get(extension.plugin).and_then(|it| it.icon.as_ref()).map(|it| it.name.as_str());
        let is_page = matches!(extension.kind, ExtensionKind::Page { .. } | ExtensionKind::NavItem { .. });
        let name = extension.icon.as_deref().or(own.filter(|_| is_page));
        extension.icon = name.map(|it| named(extension.plugin, it));
    }
    for kind in kinds {
        kind.icon = kind.icon.as_deref().map(|it| named(kind.plugin, it));
    }
    for group in &mut entity_page.groups {
        group.icon = group.icon.as_deref().map(|it| named(usize::MAX, it));
    }
    entity_page.overview_icon = entity_page.overview_icon.as_deref().map(|it| named(usize::MAX, it));
}

/// Gives columns the titles of their extensions, which the operator may have changed.
fn name_columns(set: &mut PluginSet) {
    let PluginSet { extensions, codes, .. } = set;
    for extension in extensions {
        let ExtensionKind::CatalogColumn { column } = &mut extension.kind else { continue };
        let (source, span) = (extension.title.clone(), extension.span.clone());
        codes.push(Code {
            source,
            form: CodeForm::Literal,
            stage: CodeStage::View,
            plugin: extension.plugin,
            span,
        });
        column.title = CodeId::at(codes.len() - 1);
    }
}

/// How a manifest was come by.
#[derive(Clone, Copy)]
struct Named {
    builtin: bool,
    /// Whether the site names it, or it just stands in the folder.
    by_site: bool,
}

/// Adds a manifest; one of the site replaces a built-in one of the same id.
fn add<'a>(
    sources: &mut BTreeMap<String, (usize, Source<'a>)>,
    path: String,
    reader: &'a dyn Reader,
    Named { builtin, by_site }: Named,
    report: &mut Report,
) -> Option<String> {
    let shown =
        if builtin { format!("builtin:{}", path.trim_start_matches("plugins/")) } else { path.clone() };
    let text = match own_file::read_text(parent(&path), &path, manifest_bounds::BYTES_MAX, reader) {
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
    let clashes = |it: &&(usize, Source<'_>)| !it.1.builtin && !builtin && it.1.file != file;
    if let Some((_, first)) = sources.get(&id).filter(clashes) {
        let message = format!("there are two plugins with the id `{id}`");
        let first_place = manifest::id_of(&first.text, &first.file).map(|(_, it)| it);
        let first_place = first_place.unwrap_or_else(|| Span::file(Arc::clone(&first.file)));
        let diagnostic = Diagnostic::error("plugin/duplicate-id", place.clone(), message);
        let diagnostic = diagnostic.related(first_place, "the other one");
        let (kept, hint) = match by_site {
            true => ("the one that the site names is taken", "remove the other one"),
            false => ("the first one is taken", "give one of them another id, or remove it"),
        };
        report.push(diagnostic.reason(kept).hint(hint));
        if !by_site {
            return None;
        }
    }
    let next = sources.len();
    let order = sources.get(&id).map_or(next, |(order, _)| *order);
    let replaces = |(_, existing): &(usize, Source<'_>)| existing.builtin && existing.text != text;
    if sources.get(&id).is_some_and(replaces) {
        let message = format!("this plugin replaces the built-in one of the id `{id}`");
        report.push(Diagnostic::notice("plugin/replaces-builtin", place, message));
    }
    // The same text is the same plugin: the folder of the program itself is a site too.
    let builtin = builtin || sources.get(&id).is_some_and(|(_, it)| it.builtin && it.text == text);
    let folder = parent(&path).to_owned();
    let from = if builtin { format!("builtin:{id}") } else { folder.clone() };
    let (config, config_places, operator) = (Map::new(), None, Operator::default());
    let source = Source { file, folder, text, from, reader, builtin, config, config_places, operator };
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
        source.from.clone_from(&named.written);
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
