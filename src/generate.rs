//! The whole run on one screen: read, compose, render, publish.

mod survey;
mod compare;
mod guarded;
mod fetch;
mod data;
mod accessibility;
mod plugin_test;
mod recording;
mod plugin_loading;
mod installed;
mod candidate;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use self::guarded::Guarded;
use self::plugin_loading::{load_plugins, unlocked_plugins};
use crate::catalog::{self, CatalogSettings, DeclaredKind, DeclaredRelation, Listing, StartLocation};
use crate::config::{self, LocationSetting, Site};
use crate::content::{self, Highlighter};
use crate::diagnostics::{Diagnostic, Levels, Report, Span};
use crate::discovery::{self, DiscoverySettings};
use crate::facts::Facts;
use crate::model::OnError;
use crate::plugins::{self, CodeStage, KindDeclaration, PluginSet, RelationDeclaration};
use crate::portal::{self, Output, Portal, PortalSettings, Program, World};
use crate::render::{self, LayoutSettings, Layouts, Publish};
use crate::sources::integration::Integrations;
use crate::sources::remote::CachedTransport;
use crate::sources::{Hosts, LeftOut, OriginMap, Reader, SecretFilter, split_remote};

pub use crate::catalog::FAILED;
pub use crate::difference::Difference;
pub use crate::plugins::Package;
pub use crate::plugins::comparison::{Comparison, compare_packages};
pub use crate::plugins::explain::Explanation;
pub use crate::render::Discard;
pub use candidate::{Needs, is_in_range, lint, lock_change_of, needs, package_at, package_in, problems_of};
pub use compare::{Base, Compared, compare};
pub use fetch::{FetchPlan, Shard, fetch, plan};
pub use installed::{
    InstalledPlugin, LockChange, explain_plugin, installed_plugins, lock_changes, package_of,
};
pub use plugin_test::{TestOutcome, extended_plugin, test_plugin};
pub use recording::{NotRecorded, Recording, record};
pub use survey::{Survey, survey};

/// Everything a run depends on.
#[derive(Clone)]
pub struct SiteInput {
    /// Reads the site.
    pub reader: Arc<dyn Reader>,
    /// Reads what comes with the program: `layouts/`, `plugins/` and `content/codes/`.
    pub builtin: Arc<dyn Reader>,
    /// The configuration files, the strongest last; none for a folder that is only a catalog.
    pub configs: Vec<String>,
    /// The name of the portal where no configuration gives one.
    pub name: String,
    /// The environment that `${VAR}` draws on.
    pub environment: BTreeMap<String, String>,
    /// What the site folder is a copy of.
    pub origin: Option<OriginMap>,
    /// The date of the input, shown on the home page.
    pub now: String,
    /// The moment of the input, in seconds since 1970.
    pub now_s: i64,
}

impl SiteInput {
    /// Returns the text of a file for an excerpt, its secrets as stars.
    pub fn excerpt(&self, path: &str) -> Option<Arc<str>> {
        let text = self.reader.read_text(path).ok()?;
        let masked = guarded::secrets(&*self.reader).mask(&text).into_owned();
        if !self.configs.iter().any(|it| it == path) {
            return Some(masked.into());
        }
        let lines: Vec<String> = masked.split('\n').map(guarded::mask_line).collect();
        Some(lines.join("\n").into())
    }
}

/// What a run made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// Entities in the catalog.
    pub entities: usize,
    /// Pages of the portal.
    pub pages: usize,
    /// Files of the portal, pages among them.
    pub files: usize,
}

/// Is told when a stage begins.
pub trait Progress: Sync {
    /// A stage begins; `count` is how many pieces of work it has, where that is known.
    fn stage(&self, name: &str, count: Option<usize>);

    /// One piece of the stage is done.
    fn done(&self) {}

    /// A provider of the discovery begins, or is over; several are under way at once.
    fn provider(&self, _name: &str, _over: bool) {}
}

/// Makes the portal. `None` when the configuration cannot be used; the report says why.
///
/// # Errors
/// When a file cannot be published.
pub fn generate(
    input: &SiteInput,
    out: &dyn Publish,
    progress: &dyn Progress,
    report: &mut Report,
) -> io::Result<Option<Summary>> {
    let made = with_portal(input, Data::Gathered, progress, report, |portal, layouts, entities| {
        progress.stage("pages", Some(portal.len()));
        let of_variables = guarded::of_variables(&input.environment, portal.plugins());
        let secrets = [input.reader.secrets(), portal.plugins().secrets(), of_variables].concat();
        let out = Guarded::new(out, SecretFilter::new(&secrets));
        let mut rendered = render::each_page(portal, layouts, &out, &|| progress.done())?;
        rendered.diagnostics.extend(out.problem());
        keep_points(input, &portal.world().facts);
        io::Result::Ok((
            Summary { entities, pages: rendered.pages, files: rendered.files },
            rendered.diagnostics,
            secrets,
        ))
    });
    let Some((made, levels)) = made else {
        guarded::mask(report, &guarded::secrets(&*input.reader));
        return Ok(None);
    };
    let (summary, diagnostics, secrets) = made?;
    let is_safe = !diagnostics.iter().any(|it| it.code == "publish/secret");
    report.extend(diagnostics);
    guarded::mask(report, &SecretFilter::new(&secrets));
    levels.apply(report);
    report.sort();
    Ok(is_safe.then_some(summary))
}

/// Returns the data of every page as one JSON object a line, and the names of the other files, sorted: what layouts are
/// given, for tests that a change of layout must not touch.
pub fn page_data(input: &SiteInput, progress: &dyn Progress, report: &mut Report) -> Vec<String> {
    let composed = with_portal(input, Data::Gathered, progress, report, |portal, _, _| {
        let (mut lines, mut diagnostics) = (Vec::new(), Vec::new());
        for index in 0..portal.len() {
            diagnostics.extend(portal.compose(index, &mut |output| {
                lines.push(match output {
                    Output::Page(page) => serde_json::to_string(&page).unwrap_or_default(),
                    Output::File { path, .. } => path,
                });
            }));
        }
        (lines, diagnostics)
    });
    let ((mut lines, diagnostics), levels) = composed.unwrap_or_default();
    report.extend(diagnostics);
    levels.apply(report);
    report.sort();
    lines.sort();
    lines
}

/// Whether the data of plugins is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Data {
    /// It is asked for.
    Gathered,
    /// The catalog alone matters.
    LeftOut,
}

/// Keeps the points of a build for the next one, once the portal is made.
fn keep_points(input: &SiteInput, facts: &Facts) {
    let Some(remote) = input.reader.elsewhere() else { return };
    for (name, lines) in &facts.points {
        // A cache that cannot be written to costs a point of a trend, and no portal.
        let _ = remote.fetcher().cache().keep_points(name, lines);
    }
}

/// Loads everything, hands over the portal, and returns the outcome with how bad each code is. `None` when the configuration cannot be used.
fn with_portal<T>(
    input: &SiteInput,
    data: Data,
    progress: &dyn Progress,
    report: &mut Report,
    then: impl FnOnce(&Portal<'_>, &Layouts, usize) -> T,
) -> Option<(T, Levels)> {
    let reader = &*input.reader;
    progress.stage("configuration", None);
    let site = load_site(input, report)?;
    let addresses = connect(&site, input);
    // The other state of a comparison had another lock.
    let plugins = match data {
        Data::Gathered => load_plugins(&site, &addresses, input, report),
        Data::LeftOut => unlocked_plugins(&site, &addresses, input, report),
    };
    let layouts = load_layouts(&site, &addresses, &plugins, input, report)?;
    progress.stage("catalog", None);
    let origin = Some(addresses);
    let mut settings = catalog_settings(&site, &plugins, origin.as_ref(), input);
    discover(&site, input, &mut settings, progress, report);
    let catalog = catalog::load(&settings, reader, report);
    if report.diagnostics().iter().any(|it| it.code == FAILED) {
        report.sort();
        return None;
    }
    let levels = Levels { entities: catalog.levels(), ..site.levels.clone() };
    progress.stage("documents", Some(catalog.entities().len()));
    let entities = catalog.entities().iter().map(|it| &**it);
    let docs = content::load(Some(&site.content), entities, origin.as_ref(), reader, report);
    report.extend(input.reader.left_out().into_iter().map(left_out));
    let facts = match data {
        Data::Gathered => {
            data::gather(&site, &plugins, catalog.entities(), origin.as_ref(), input, progress, report)
        }
        Data::LeftOut => Facts::default(),
    };
    let reader = Arc::clone(&input.reader);
    let world = Arc::new(World { catalog, docs, facts, origin, reader, highlighter: Highlighter::new() });
    let engines = portal::engines(&plugins, &world);
    let program = Program::new(&plugins, &engines, CodeStage::View);
    let portal = Portal::new(portal_settings(&site, &layouts, input), &plugins, &program, &world, report);
    Some((then(&portal, &layouts, world.catalog.entities().len()), levels))
}

/// Tells the reader which hosts answer, and returns what every address means.
fn connect(site: &Site, input: &SiteInput) -> OriginMap {
    let addresses = input.origin.clone().unwrap_or_default().with_integrations(site.integrations.clone());
    let granted = granted(site);
    let hosts = Hosts { addresses: &addresses, reading: &site.reading, granted: &granted };
    match input.reader.connect(&hosts) {
        true => addresses.reading_elsewhere(),
        false => addresses,
    }
}

/// Returns the origins that the operator names for plugins: in grants, in their configuration, and as proxies.
fn granted(site: &Site) -> Vec<String> {
    fn addresses(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) if text.contains("://") => found.push(text.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|it| addresses(it, found)),
            serde_json::Value::Object(object) => object.values().for_each(|it| addresses(it, found)),
            _ => {}
        }
    }
    let mut found: Vec<String> = site.proxy.iter().map(|it| it.target.clone()).collect();
    for plugin in &site.plugins {
        found.extend(plugin.network.iter().cloned());
        plugin.config.values().for_each(|it| addresses(it, &mut found));
    }
    found
}

/// Adds what providers find to where the catalog begins.
fn discover(
    site: &Site,
    input: &SiteInput,
    settings: &mut CatalogSettings,
    progress: &dyn Progress,
    report: &mut Report,
) {
    let (providers, problems) =
        DiscoverySettings::read(&site.providers, &site.integrations, &site.provider_places);
    report.extend(problems);
    settings.provided = discovery::people_of_files(&providers, &*input.reader, report);
    if discovery::plan(&providers).providers.is_empty() {
        return;
    }
    let Some(remote) = input.reader.elsewhere() else { return };
    progress.stage("discovery", None);
    let credentials = |address: &str| site.integrations.headers(address);
    let told = |name: &str, over: bool| progress.provider(name, over);
    let found = discovery::discover(&providers, &CachedTransport::new(remote), &credentials, &told, report);
    settings.provided.extend(found.entities);
    settings.locations.extend(found.locations.into_iter().map(|it| StartLocation {
        target: it.target,
        span: it.span,
        required: !it.optional,
        on_error: OnError::default(),
        codeowners: it.codeowners,
        rules: Vec::new(),
    }));
}

fn left_out(it: LeftOut) -> Diagnostic {
    let message = format!("`{}` in the archive is not read: {}", it.name, it.reason);
    Diagnostic::notice("location/left-out", Span::file(it.root), message)
}

/// Judges single files as Backstage does, for `callboard entities`. `files` are paths or, with `sniff`, those among them
/// that hold an entity.
pub fn list_entities(files: &[String], sniff: bool, newer_model: bool, input: &SiteInput) -> Vec<Listing> {
    catalog::list(files, input.origin.as_ref(), newer_model, sniff, &*input.reader)
}

/// Returns the JSON Schema of `catalog-info.yaml`.
pub fn entity_schema() -> String {
    serde_json::to_string_pretty(&catalog::entity_schema()).unwrap_or_default()
}

/// Returns the JSON Schema of `site.yaml`.
pub fn site_schema() -> &'static str {
    config::SITE_SCHEMA
}

/// Returns the JSON Schema of `plugin.yaml`.
pub fn plugin_schema() -> &'static str {
    plugins::PLUGIN_SCHEMA
}

/// Returns the hosts that answer for addresses. `None` when the configuration cannot be used; the report says why.
pub fn integrations(input: &SiteInput, report: &mut Report) -> Option<Integrations> {
    if input.configs.is_empty() {
        return Some(Integrations::read(&serde_json::Value::Null).0);
    }
    Some(load_site(input, report)?.integrations)
}

/// Returns the codes of all diagnostics: those that have a page.
fn codes(input: &SiteInput) -> Vec<String> {
    let pages = input.builtin.search("content/codes/*/*.md").unwrap_or_default();
    let code = |it: &String| Some(it.strip_prefix("content/codes/")?.strip_suffix(".md")?.to_owned());
    pages.iter().filter_map(code).collect()
}

/// A folder without configuration is a catalog: every `catalog-info` file below it.
fn load_site(input: &SiteInput, report: &mut Report) -> Option<Site> {
    if !input.configs.is_empty() {
        return config::load(&input.configs, &input.environment, &codes(input), &*input.reader, report);
    }
    let location = |target: &str| LocationSetting {
        target: target.to_owned(),
        required: false,
        on_error: OnError::default(),
        rules: Vec::new(),
        span: Span::file("."),
    };
    let locations = ["catalog-info.yaml", "**/catalog-info.yaml", "catalog-info.yml", "**/catalog-info.yml"];
    Some(Site { title: input.name.clone(), locations: locations.map(location).to_vec(), ..Site::default() })
}

fn catalog_settings(
    site: &Site,
    plugins: &PluginSet,
    origin: Option<&OriginMap>,
    input: &SiteInput,
) -> CatalogSettings {
    let start = |it: &LocationSetting| StartLocation {
        target: it.target.clone(),
        span: it.span.clone(),
        required: it.required,
        on_error: it.on_error,
        codeowners: false,
        rules: it.rules.clone(),
    };
    CatalogSettings {
        locations: site.locations.iter().map(start).collect(),
        overlays: site.overlays.iter().map(start).collect(),
        provided: Vec::new(),
        codes: codes(input),
        merge_keys: site.merge_keys,
        kinds: plugins.kinds.iter().map(declared_kind).collect(),
        origin: origin.cloned(),
        rules: site.rules.clone(),
        unknown_kinds: Some(site.unknown_kinds),
    }
}

fn declared_kind(it: &KindDeclaration) -> DeclaredKind {
    let relation = |it: &RelationDeclaration| DeclaredRelation {
        field: it.field.clone(),
        default_kind: it.default_kind.clone(),
        out: it.out.clone(),
        back: it.back.clone(),
        span: it.span.clone(),
    };
    DeclaredKind {
        kind: it.kind.clone(),
        plural: it.plural.clone(),
        icon: it.icon.clone().unwrap_or_else(|| "puzzle".to_owned()),
        api_versions: it.api_versions.clone(),
        schema: it.schema.clone(),
        relations: it.relations.iter().map(relation).collect(),
        span: it.span.clone(),
    }
}

/// Reads the layouts, which may be those of a repository elsewhere.
fn load_layouts(
    site: &Site,
    addresses: &OriginMap,
    plugins: &PluginSet,
    input: &SiteInput,
    report: &mut Report,
) -> Option<Layouts> {
    let folder = path_of(&site.layouts, addresses);
    if split_remote(&folder).is_some()
        && let Err(error) = input.reader.tree(&folder)
    {
        let message = format!("the layouts in `{}` cannot be read: {error}", site.layouts);
        report.push(Diagnostic::error("layout/unreadable", site.layouts_span.clone(), message));
        return None;
    }
    Layouts::load(&folder, &*input.reader, &*input.builtin, &layout_settings(site, plugins), report)
}

/// Returns the path of what the configuration names by a path or an address.
fn path_of(written: &str, addresses: &OriginMap) -> String {
    let elsewhere = written.contains("://").then(|| addresses.path_of(written)).flatten();
    elsewhere.unwrap_or_else(|| written.to_owned())
}

fn layout_settings(site: &Site, plugins: &PluginSet) -> LayoutSettings {
    LayoutSettings {
        lang: site.language.clone(),
        title: site.title.clone(),
        organization: site.organization.clone(),
        description: site.description.clone(),
        theme: plugins.theme.clone(),
        symbols: plugins.icons.symbols(),
    }
}

fn portal_settings(site: &Site, layouts: &Layouts, input: &SiteInput) -> PortalSettings {
    PortalSettings {
        title: site.title.clone(),
        organization: site.organization.clone(),
        description: site.description.clone(),
        base_path: site.base_path.clone(),
        api: site.api,
        icons: layouts.assets.path("icons.svg").to_owned(),
        generated: input.now.clone(),
        redirects: site.redirects.clone(),
    }
}
