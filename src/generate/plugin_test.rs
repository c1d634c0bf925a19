//! The tests of a plugin: its own fixtures in the place of entities and servers, and what it makes of them.

mod expectation;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::data::no_proxies;
use super::{SiteInput, catalog_settings};
use crate::catalog::{self, Catalog, StartLocation};
use crate::config::{LocationSetting, Site};
use crate::content::{DocSet, Highlighter};
use crate::diagnostics::{Diagnostic, Places, Report, Severity, Span};
use crate::facts::{self, Exchange, Facts, Outside, Replay};
use crate::model::OnError;
use crate::plugins::engine::{Engines, Program};
use crate::plugins::{self, CodeStage, Granted, Operator, PluginFolder, PluginSet, PluginSettings, Target};
use crate::portal::{self, Portal, PortalSettings, World};
use crate::sources::integration::Integrations;
use crate::sources::{OriginMap, Reader, Secret, join, parent, yaml};

use expectation::Expected;

/// The manifest of the plugin that is tested, in the folder of the reader.
const MANIFEST: &str = "plugin.yaml";

/// What one test gave.
#[derive(Clone, Debug, Default)]
pub struct TestOutcome {
    /// Its name.
    pub name: String,
    /// What is not as expected, each in a sentence; none when it passes.
    pub failures: Vec<String>,
    /// The file of the expected HTML, relative to the folder of the plugin, and the HTML that was drawn.
    pub html: Option<(String, String)>,
    /// How many requests were sent.
    pub requests: usize,
}

/// What the fixtures of a test gave.
pub(super) struct Run {
    pub(super) world: Arc<World>,
    pub(super) plugins: PluginSet,
    /// The index of the plugin, or of the one that the module extends.
    pub(super) own: Option<usize>,
    pub(super) replay: Replay,
    pub(super) report: Report,
    /// Fixtures that cannot be read.
    pub(super) mistakes: Vec<String>,
}

/// Runs the tests of the plugin in the folder of the input's reader, in their order.
pub fn test_plugin(input: &SiteInput, report: &mut Report) -> Vec<TestOutcome> {
    let text = match input.reader.read_text(MANIFEST) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("the manifest cannot be read: {error}");
            report.push(Diagnostic::error("plugin/unreadable", Span::file(MANIFEST), message));
            return Vec::new();
        }
    };
    let file: Arc<str> = Arc::from(MANIFEST);
    let document = match yaml::parse_one(&file, &text) {
        Ok(document) => document,
        Err(diagnostic) => {
            report.push(*diagnostic);
            return Vec::new();
        }
    };
    let manifest = document.json();
    // Without tests the manifest is still read, so that its mistakes are told.
    let nothing = Value::Object(Map::new());
    report.extend(run(input, &nothing).report.diagnostics().iter().filter(|it| is_static(it)).cloned());
    let tests = manifest.get("tests").and_then(Value::as_array).cloned().unwrap_or_default();
    tests.iter().map(|it| one(input, it)).collect()
}

/// Returns whether a problem is one of the manifest, whatever the data.
fn is_static(it: &Diagnostic) -> bool {
    const OF_DATA: &[&str] = &[
        "plugin/source-failed",
        "plugin/bad-data",
        "plugin/missing-config",
        "plugin/bad-annotation",
        "plugin/no-instance",
        "plugin/no-extended",
        "plugin/not-granted",
    ];
    it.code.starts_with("plugin/") && !OF_DATA.contains(&&*it.code)
}

fn one(input: &SiteInput, test: &Value) -> TestOutcome {
    let name = test.get("name").and_then(Value::as_str).unwrap_or("without a name").to_owned();
    let run = run(input, test);
    let mut outcome = TestOutcome { name, requests: run.replay.asked(), ..TestOutcome::default() };
    let nothing = Map::new();
    let expect = test.get("expect").and_then(Value::as_object).unwrap_or(&nothing);
    let expected = Expected { run: &run, input, failures: &mut outcome.failures };
    outcome.html = expected.check(expect);
    outcome
}

/// Returns the settings of a portal that is only looked at in parts.
pub(super) fn portal_settings() -> PortalSettings {
    let title = "Preview".to_owned();
    PortalSettings {
        title,
        base_path: "/".to_owned(),
        icons: "icons.svg".to_owned(),
        ..PortalSettings::default()
    }
}

/// Loads the plugin with the fixtures of a test.
pub(super) fn run(input: &SiteInput, test: &Value) -> Run {
    let mut report = Report::new();
    let plugins = load(input, test, &mut report);
    let own = own(input, &plugins);
    let catalog = catalog(input, test, &plugins);
    let (exchanges, problems) = exchanges(&*input.reader, test);
    let replay = Replay::new(exchanges, input.now_s);
    let addresses = OriginMap::default().with_integrations(Integrations::read(&Value::Null).0);
    let site = serde_json::json!({"title": "Preview", "organization": "", "description": ""});
    let facts = {
        let engines = Engines::new(&plugins, &|_, _| {});
        let program = Program::new(&plugins, &engines, CodeStage::Facts);
        let outside = Outside {
            reader: &*input.reader,
            asker: Some(&replay),
            addresses: &addresses,
            proxies: no_proxies(),
            environment: &input.environment,
            site: &site,
            now_s: input.now_s,
        };
        facts::gather(&plugins, &program, catalog.entities(), outside, &mut report)
    };
    let world = world(input, catalog, facts);
    Run { world, plugins, own, replay, report, mistakes: problems }
}

fn world(input: &SiteInput, catalog: Catalog, facts: Facts) -> Arc<World> {
    let (docs, reader) = (DocSet::default(), Arc::clone(&input.reader));
    Arc::new(World { catalog, docs, facts, origin: None, reader, highlighter: Highlighter::new() })
}

/// Returns the id of the plugin that the manifest of a module extends; nothing for that of a plugin.
pub fn extended_plugin(manifest: &str) -> Option<String> {
    let value = yaml::parse_one(&Arc::from(MANIFEST), manifest).ok()?.json();
    let is_module = value.get("kind").and_then(Value::as_str) == Some("Module");
    value.pointer("/extends/plugin").and_then(Value::as_str).filter(|_| is_module).map(str::to_owned)
}

fn extended(input: &SiteInput) -> Option<String> {
    extended_plugin(&input.reader.read_text(MANIFEST).ok()?)
}

/// Returns the index of the plugin that is tested.
fn own(input: &SiteInput, plugins: &PluginSet) -> Option<usize> {
    match extended(input) {
        Some(id) => plugins.index_of(&id),
        None => plugins.plugins.iter().position(|it| &*it.file == MANIFEST),
    }
}

/// Loads the plugin alone beside the built-in ones, granted all that it asks for; a module with what it extends, which
/// has the configuration then.
fn load(input: &SiteInput, test: &Value, report: &mut Report) -> PluginSet {
    let config = test.get("config").and_then(Value::as_object).cloned().unwrap_or_default();
    let value = Value::Object(config.clone());
    let span = Span::file(MANIFEST);
    let folder = |source: String, config: Map<String, Value>| PluginFolder {
        source,
        written: String::new(),
        config,
        config_places: Places::new(&value, span.clone(), &|_, _| Span::file(MANIFEST)),
        span: span.clone(),
        operator: Operator::default(),
    };
    let named = match extended(input) {
        Some(id) => vec![folder(format!("builtin:{id}"), config), folder(String::new(), Map::new())],
        None => vec![folder(String::new(), config)],
    };
    // What the plugin asks for is only known when it is read.
    let settings = |granted: &Granted| {
        let operator = Operator { granted: granted.clone(), history: true, ..Operator::default() };
        let granted = named.iter().map(|it| PluginFolder { operator: operator.clone(), ..it.clone() });
        PluginSettings { named: granted.collect(), language: "en".to_owned(), ..PluginSettings::default() }
    };
    let nothing = settings(&Granted::default());
    let asked = plugins::load(&nothing, &*input.reader, &*input.builtin, &mut Report::new());
    let granted = own(input, &asked).and_then(|it| asked.plugins.get(it)).map(everything).unwrap_or_default();
    plugins::load(&settings(&granted), &*input.reader, &*input.builtin, report)
}

fn everything(plugin: &plugins::Plugin) -> Granted {
    let address = |target: &Target| match target {
        Target::Address(address) => Some(address.clone()),
        _ => None,
    };
    let secret = |name: &String| (name.clone(), Some(Secret::new(format!("secret-of-{name}"))));
    Granted {
        network: plugin.permissions.endpoints.iter().filter_map(|it| address(&it.target)).collect(),
        secrets: plugin.permissions.secrets.iter().map(secret).collect(),
        read: vec!["**".to_owned()],
        span: None,
    }
}

/// Reads the entities of a test.
fn catalog(input: &SiteInput, test: &Value, plugins: &PluginSet) -> Catalog {
    let files = ["entity", "entities"].iter().filter_map(|key| test.get(*key).and_then(Value::as_str));
    let location = |file: &str| LocationSetting {
        target: file.to_owned(),
        required: true,
        on_error: OnError::default(),
        rules: Vec::new(),
        span: Span::file(MANIFEST),
    };
    let site = Site { locations: files.map(location).collect(), ..Site::default() };
    let mut settings = catalog_settings(&site, plugins, None, input);
    settings.locations =
        settings.locations.into_iter().map(|it| StartLocation { required: true, ..it }).collect();
    // A fixture is a part of a catalog: owners and the like need not be there.
    catalog::load(&settings, &*input.reader, &mut Report::new())
}

/// Reads the recorded exchanges of a test.
fn exchanges(reader: &dyn Reader, test: &Value) -> (Vec<Exchange>, Vec<String>) {
    let files: Vec<&str> = match test.get("replay") {
        Some(Value::String(file)) => vec![file],
        Some(Value::Array(files)) => files.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let (mut exchanges, mut problems) = (Vec::new(), Vec::new());
    for file in files {
        let text = reader.read_text(file).map_err(|error| error.to_string());
        let name: Arc<str> = Arc::from(file);
        let value = text.and_then(|it| {
            yaml::parse_one(&name, &it).map(|it| it.json()).map_err(|error| error.message.clone())
        });
        let items = match value {
            Ok(Value::Array(items)) => items,
            Ok(_) => {
                problems.push(format!("`{file}` is no list of exchanges"));
                continue;
            }
            Err(error) => {
                problems.push(format!("`{file}` cannot be read: {error}"));
                continue;
            }
        };
        let folder = parent(file);
        let beside = |path: &str| {
            reader.read(&join(folder, path)).map_err(|error| format!("`{path}` cannot be read: {error}"))
        };
        for item in &items {
            match Exchange::read(item, &beside) {
                Ok(exchange) => exchanges.push(exchange),
                Err(error) => problems.push(format!("`{file}`: {error}")),
            }
        }
    }
    (exchanges, problems)
}

/// Returns what the extensions of the plugin show for all entities of a run: by the id and the entity, the HTML.
pub(super) fn drawn(run: &Run) -> (BTreeMap<(String, String), String>, Vec<Diagnostic>) {
    let engines = portal::engines(&run.plugins, &run.world);
    let program = Program::new(&run.plugins, &engines, CodeStage::View);
    let mut report = Report::new();
    let portal = Portal::new(portal_settings(), &run.plugins, &program, &run.world, &mut report);
    let Some(own) = run.own else { return (BTreeMap::new(), Vec::new()) };
    let (parts, problems) = portal.previews(own);
    (parts.into_iter().map(|it| ((it.extension, it.entity), it.html.as_str().to_owned())).collect(), problems)
}

/// Returns whether a problem fails a test that does not expect it.
pub(super) fn fails(it: &Diagnostic) -> bool {
    it.severity == Severity::Error && it.code.starts_with("plugin/")
}
