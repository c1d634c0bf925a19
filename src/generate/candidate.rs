//! A plugin that is about to be added, packed or compared: its files, what is wrong with them, and what it needs.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::installed::{LockChange, lock_change};
use super::plugin_loading::plugin_path;
use super::{SiteInput, connect, load_site};
use crate::config::NewPlugin;
use crate::diagnostics::{Diagnostic, Places, Report, Span};
use crate::plugins::lint::lint_package;
use crate::plugins::{self, Asked, Operator, Package, PluginFolder, PluginSettings};
use crate::sources::remote::PluginPin;
use crate::sources::{MemoryReader, Reader};

/// Problems of a manifest that only its operator, or another plugin of the site, can solve.
const OF_OTHERS: &[&str] =
    &["plugin/missing-config", "plugin/no-extended", "plugin/replaces-builtin", "plugin/unknown-extension"];

/// Reads the plugin that a site could name: a path as seen from the site folder, an address, or `builtin:ID`.
///
/// # Errors
/// When there is none, or it cannot be read. `Ok(None)` when the configuration cannot be used; the report says why.
pub fn package_at(
    input: &SiteInput,
    source: &str,
    report: &mut Report,
) -> Result<Option<Package>, Box<Diagnostic>> {
    let Some(site) = load_site(input, report) else { return Ok(None) };
    let addresses = connect(&site, input);
    match source.strip_prefix("builtin:") {
        Some(id) => Package::read(&format!("plugins/{id}"), &*input.builtin),
        None => Package::read(&plugin_path(source, &addresses), &*input.reader),
    }
    .map(Some)
}

/// Reads the plugin in a folder.
///
/// # Errors
/// When there is none, or it cannot be read.
pub fn package_in(folder: &str, reader: &dyn Reader) -> Result<Package, Box<Diagnostic>> {
    Package::read(folder, reader)
}

/// Returns what is wrong with a plugin beside the built-in ones, whatever the site.
pub fn problems_of(package: &Package, builtin: &dyn Reader) -> Report {
    let files = package.files.iter().map(|(path, bytes)| (path.clone(), bytes.clone()));
    let reader = MemoryReader::new(files);
    let span = Span::file("plugin.yaml");
    let folder = PluginFolder {
        source: String::new(),
        written: String::new(),
        config: Map::new(),
        config_places: Places::new(&Value::Null, span.clone(), &|_, _| Span::file("plugin.yaml")),
        span,
        operator: Operator::default(),
    };
    let settings =
        PluginSettings { named: vec![folder], language: "en".to_owned(), ..PluginSettings::default() };
    let mut report = Report::new();
    plugins::load(&settings, &reader, builtin, &mut report);
    // Those of built-in plugins are not its own.
    report.retain(|it| !it.span.file.starts_with("builtin:"));
    report.retain(|it| !OF_OTHERS.contains(&it.code.as_ref()));
    report.sort();
    report
}

/// Returns what would make a plugin better, and what is wrong with it.
pub fn lint(package: &Package, builtin: &dyn Reader) -> Report {
    let mut report = problems_of(package, builtin);
    // These were found in the files alone, which lie in a folder.
    let folder = crate::sources::parent(&package.file).to_owned();
    let moved = |span: &mut Span| span.file = crate::sources::join(&folder, &span.file).into();
    report.for_each_mut(|it| {
        moved(&mut it.span);
        it.related.iter_mut().for_each(|it| moved(&mut it.span));
    });
    report.extend(lint_package(package));
    report.sort();
    report
}

/// What a plugin that is about to be added needs.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// What it asks for, in words.
    pub asks: Vec<String>,
    /// What the operator would have to grant.
    pub grant: NewPlugin,
    /// The values of its configuration that have no default and must be there.
    pub config: Vec<String>,
    /// The plugin that it extends, and the range of its versions, for a module.
    pub extends: Option<(String, String)>,
}

/// Returns what a plugin needs when it is named as `source`.
pub fn needs(package: &Package, source: &str) -> Needs {
    let manifest = &package.manifest;
    let texts = |pointer: &str| {
        let items = manifest.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let endpoints =
        manifest.pointer("/permissions/endpoints").and_then(Value::as_array).into_iter().flatten();
    let origin = |it: &Value| {
        let address = it.get("baseUrl").and_then(Value::as_str)?;
        Some(url::Url::parse(address).ok()?.origin().ascii_serialization())
    };
    let mut network: Vec<String> = endpoints.filter_map(origin).collect();
    network.sort_unstable();
    network.dedup();
    // What an entity or the operator's own configuration names is granted by that.
    let read = texts("/permissions/read").into_iter();
    let read = read.filter(|it| !it.starts_with("entity:") && !it.contains("{{") && !it.contains("://"));
    let read = read.map(|it| it.trim_start_matches("site:").to_owned()).collect();
    let has_default = |key: &String| manifest.pointer(&format!("/config/properties/{key}/default")).is_some();
    Needs {
        asks: Asked::of(manifest).items().map(ToString::to_string).collect(),
        grant: NewPlugin { source: source.to_owned(), network, secrets: texts("/permissions/secrets"), read },
        config: texts("/config/required").into_iter().filter(|it| !has_default(it)).collect(),
        extends: package
            .text("/extends/plugin")
            .map(|id| (id.to_owned(), package.text("/extends/version").unwrap_or("*").to_owned())),
    }
}

/// Returns whether a version is of a range.
pub fn is_in_range(version: &str, range: &str) -> bool {
    let range = semver::VersionReq::parse(range);
    range.is_ok_and(|range| semver::Version::parse(version).is_ok_and(|it| range.matches(&it)))
}

/// Returns what the lock says of a plugin, and what it would say of the package.
pub fn lock_change_of(pins: &BTreeMap<String, PluginPin>, package: &Package, source: &str) -> LockChange {
    let mut after = PluginPin {
        source: source.to_owned(),
        version: package.version().to_owned(),
        digest: package.digest(),
        ..PluginPin::default()
    };
    Asked::of(&package.manifest).write(&mut after);
    lock_change(pins.get(package.id()).cloned(), package.id(), after)
}
