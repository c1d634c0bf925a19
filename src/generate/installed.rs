//! The plugins of a site to a list of them, to an explanation of one, and to what the lock says of each.

use std::collections::BTreeSet;

use minijinja::Value as Data;
use serde::Serialize;
use serde_json::Value;

use super::plugin_loading::{load_plugins, pinned_plugins, unlocked_plugins};
use super::{Progress, SiteInput, catalog_settings, connect, data, discover, load_site};
use crate::catalog;
use crate::config::Site;
use crate::diagnostics::{Report, nearest};
use crate::facts::PlannedSource;
use crate::plugins::engine::{Engines, Program, Scope};
use crate::plugins::explain::{ExplainedExtension, Explanation, Granting, explain};
use crate::plugins::{Asked, CodeId, CodeStage, Package, PluginSet};
use crate::sources::remote::PluginPin;
use crate::sources::{OriginMap, yaml};

/// A plugin or a module of a site.
#[derive(Clone, Debug, Serialize)]
pub struct InstalledPlugin {
    /// Its id.
    pub id: String,
    /// Whether it is a module, which adds to a plugin.
    pub module: bool,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// Where it comes from, as the configuration names it.
    pub from: String,
    /// Whether it comes with the program.
    pub builtin: bool,
    /// Its extensions, with whether each is on.
    pub extensions: Vec<ExplainedExtension>,
    /// What its sources are going to ask, where that was wanted.
    pub requests: Option<Vec<PlannedSource>>,
}

/// What the lock says of a plugin, and what it would say next.
#[derive(Clone, Debug)]
pub struct LockChange {
    /// Its id.
    pub id: String,
    /// What the lock says; nothing of a plugin that is new.
    pub before: Option<PluginPin>,
    /// What it would say next.
    pub after: PluginPin,
    /// What the plugin asks for beyond what the lock says.
    pub wider: Vec<String>,
    /// What it no longer asks for.
    pub narrower: Vec<String>,
}

struct Quiet;

impl Progress for Quiet {
    fn stage(&self, _: &str, _: Option<usize>) {}
}

/// Returns the plugins of a site. `planned` counts what they are going to ask, for which the catalog is read. `None` when
/// the configuration cannot be used; the report says why.
pub fn installed_plugins(
    input: &SiteInput,
    planned: bool,
    report: &mut Report,
) -> Option<Vec<InstalledPlugin>> {
    let site = load_site(input, report)?;
    let addresses = connect(&site, input);
    let set = load_plugins(&site, &addresses, input, report);
    let requests = planned.then(|| plan(&site, &addresses, &set, input));
    let mut listed = Vec::new();
    for manifest in &set.manifests {
        let Ok(document) = yaml::parse_one(&manifest.file, &manifest.text) else { continue };
        let value = document.json();
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        let Some(id) = text("/metadata/id") else { continue };
        let module = text("/kind") == Some("Module");
        let of = if module { text("/extends/plugin") } else { Some(id) }.unwrap_or_default();
        listed.push(InstalledPlugin {
            id: id.to_owned(),
            module,
            version: text("/metadata/version").unwrap_or("0.0.0").to_owned(),
            title: text("/metadata/title").unwrap_or(id).to_owned(),
            from: manifest.from.clone(),
            builtin: manifest.builtin,
            extensions: crate::plugins::explain::extensions(&set, &value, of),
            requests: requests
                .as_ref()
                .map(|all| all.iter().filter(|it| !module && it.plugin == id).cloned().collect()),
        });
    }
    report.sort();
    Some(listed)
}

/// Counts what plugins are going to ask, for the catalog as it can be read.
fn plan(site: &Site, addresses: &OriginMap, set: &PluginSet, input: &SiteInput) -> Vec<PlannedSource> {
    // What is wrong with the catalog is told by `validate`.
    let mut unheard = Report::new();
    let mut settings = catalog_settings(site, set, Some(addresses), input);
    discover(site, input, &mut settings, &Quiet, &mut unheard);
    let catalog = catalog::load(&settings, &*input.reader, &mut unheard);
    data::plan(site, set, catalog.entities(), Some(addresses), input, &mut unheard)
}

/// Explains a plugin of a site.
///
/// # Errors
/// When the site has none of the id, with the nearest one. `Ok(None)` when the configuration cannot be used.
pub fn explain_plugin(
    input: &SiteInput,
    id: &str,
    report: &mut Report,
) -> Result<Option<Explanation>, Option<String>> {
    let Some(site) = load_site(input, report) else { return Ok(None) };
    let addresses = connect(&site, input);
    // A plugin that the lock keeps out is what people want explained.
    let set = unlocked_plugins(&site, &addresses, input, report);
    report.sort();
    let ids = set.plugins.iter().map(|it| it.id.as_str());
    let index = set.index_of(id).ok_or_else(|| nearest(id, ids).map(str::to_owned))?;
    let engines = Engines::new(&set, &|_, _| {});
    let program = Program::new(&set, &engines, CodeStage::Facts);
    let texts = |code: CodeId| {
        let scope = Scope::new(vec![("config".into(), program.config(index))], "");
        let value = program.evaluate(code, &scope, &mut Vec::new());
        let items: Vec<Data> = match value.as_str() {
            Some(_) => vec![value.clone()],
            None => value.try_iter().map(Iterator::collect).unwrap_or_default(),
        };
        items.iter().filter_map(|it| it.as_str()).filter(|it| !it.is_empty()).map(str::to_owned).collect()
    };
    let granting = Granting { proxies: site.proxy.iter().map(|it| it.path.clone()).collect(), texts: &texts };
    Ok(explain(&set, index, &granting))
}

/// Returns what the lock says of the plugins of a site, and what it would say next.
pub fn lock_changes(input: &SiteInput, report: &mut Report) -> Option<Vec<LockChange>> {
    let site = load_site(input, report)?;
    let addresses = connect(&site, input);
    let pins = pinned_plugins(&site, &addresses, input, report).pins;
    let remote = input.reader.elsewhere();
    let before = remote.map(|it| it.fetcher().locked_plugins().clone()).unwrap_or_default();
    report.sort();
    let known = pins.into_iter().map(|(id, after)| lock_change(before.get(&id).cloned(), &id, after));
    Some(known.collect())
}

/// Compares what the lock says of a plugin with what it would say next.
pub(super) fn lock_change(before: Option<PluginPin>, id: &str, after: PluginPin) -> LockChange {
    let asked = Asked::pinned(&after);
    let known = before.as_ref().map(Asked::pinned);
    let texts =
        |items: Vec<&crate::plugins::AskedItem>| items.iter().map(ToString::to_string).collect::<Vec<_>>();
    let wider = known.as_ref().map(|it| texts(asked.beyond(it))).unwrap_or_default();
    let narrower = known.as_ref().map(|it| texts(it.beyond(&asked))).unwrap_or_default();
    LockChange { id: id.to_owned(), before, after, wider, narrower }
}

/// Returns the files of a plugin of a site.
///
/// # Errors
/// When the site has none of the id. `Ok(None)` when it cannot be read; the report says why.
pub fn package_of(
    input: &SiteInput,
    id: &str,
    report: &mut Report,
) -> Result<Option<Package>, Option<String>> {
    let Some(site) = load_site(input, report) else { return Ok(None) };
    let addresses = connect(&site, input);
    let mut unheard = Report::new();
    let set = unlocked_plugins(&site, &addresses, input, &mut unheard);
    let mut ids = BTreeSet::new();
    for manifest in &set.manifests {
        let Ok(document) = yaml::parse_one(&manifest.file, &manifest.text) else { continue };
        let value = document.json();
        let Some(own) = value.pointer("/metadata/id").and_then(Value::as_str) else { continue };
        ids.insert(own.to_owned());
        if own == id {
            let reader = if manifest.builtin { &input.builtin } else { &input.reader };
            return match Package::read(&manifest.folder, &**reader) {
                Ok(package) => Ok(Some(package)),
                Err(diagnostic) => {
                    report.push(*diagnostic);
                    Ok(None)
                }
            };
        }
    }
    Err(nearest(id, ids.iter().map(String::as_str)).map(str::to_owned))
}
