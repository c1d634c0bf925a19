//! The data of plugins, asked for through the cache of what reads elsewhere.

use std::sync::Arc;

use serde_json::json;

use super::{Progress, SiteInput};
use crate::config::{ProxyEndpoint, Site};
use crate::diagnostics::Report;
use crate::facts::{self, AskDatabase, Asker, Facts, Outside, PlannedSource, Proxy, Recorder};
use crate::model::Entity;
use crate::plugins::engine::{Engines, Program};
use crate::plugins::{CodeStage, PluginSet};
use crate::sources::OriginMap;
use crate::sources::remote::{Ask, FetchError, Fresh, RemoteReader, Request};

/// Asks through the fetcher of a reader.
struct Remote(Arc<RemoteReader>);

impl Asker for Remote {
    fn ask(&self, name: &str, request: Request, ttl_s: u64) -> Result<Fresh, FetchError> {
        let ask = Ask { name: name.to_owned(), request, decode: None, html_is_wrong: true };
        self.0.fetcher().fetch_fresh(&ask, ttl_s)
    }

    fn query(&self, name: &str, ttl_s: u64, ask: &AskDatabase<'_>) -> Result<Fresh, FetchError> {
        self.0.fetcher().query_fresh(name, ttl_s, ask)
    }

    fn history(&self, name: &str) -> Option<Vec<u8>> {
        self.0.fetcher().cache().points(name)
    }
}

/// Asks every source of every plugin.
pub(super) fn gather(
    site: &Site,
    plugins: &PluginSet,
    entities: &[Arc<Entity>],
    origin: Option<&OriginMap>,
    input: &SiteInput,
    progress: &dyn Progress,
    report: &mut Report,
) -> Facts {
    if plugins.plugins.iter().all(|it| it.sources.is_empty()) {
        return Facts::default();
    }
    progress.stage("plugins", None);
    with_outside(site, plugins, origin, input, |program, outside| {
        facts::gather(plugins, program, entities, outside, report)
    })
}

/// Returns what every source of every plugin is going to ask. Nothing is sent.
pub(super) fn plan(
    site: &Site,
    plugins: &PluginSet,
    entities: &[Arc<Entity>],
    origin: Option<&OriginMap>,
    input: &SiteInput,
    report: &mut Report,
) -> Vec<PlannedSource> {
    with_outside(site, plugins, origin, input, |program, outside| {
        let (planned, diagnostics) = facts::plan(plugins, program, entities, outside);
        report.extend(diagnostics);
        planned
    })
}

/// Returns no servers of the operator, for tests of plugins.
pub(super) fn no_proxies() -> &'static [Proxy] {
    &[]
}

/// Asks what sources ask through a recorder, and returns the exchanges. `None` when the site reads nothing from elsewhere.
pub(super) fn with_recorder(
    site: &Site,
    plugins: &PluginSet,
    origin: Option<&OriginMap>,
    input: &SiteInput,
    then: impl FnOnce(&Program<'_>, Outside<'_>),
) -> Option<Vec<serde_json::Value>> {
    let remote = Remote(input.reader.elsewhere()?);
    let recorder = Recorder::new(&remote);
    with_outside(site, plugins, origin, input, |program, outside| {
        then(program, Outside { asker: Some(&recorder), ..outside });
    });
    Some(recorder.exchanges())
}

fn with_outside<T>(
    site: &Site,
    plugins: &PluginSet,
    origin: Option<&OriginMap>,
    input: &SiteInput,
    then: impl FnOnce(&Program<'_>, Outside<'_>) -> T,
) -> T {
    let engines = Engines::new(plugins, &|_, _| {});
    let program = Program::new(plugins, &engines, CodeStage::Facts);
    let remote = input.reader.elsewhere().map(Remote);
    let proxy = |it: &ProxyEndpoint| Proxy {
        path: it.path.clone(),
        target: it.target.clone(),
        headers: it.headers.clone(),
    };
    let proxies: Vec<Proxy> = site.proxy.iter().map(proxy).collect();
    let addresses = origin.cloned().unwrap_or_default();
    let about =
        json!({"title": site.title, "organization": site.organization, "description": site.description});
    let outside = Outside {
        reader: &*input.reader,
        asker: remote.as_ref().map(|it| it as &dyn Asker),
        addresses: &addresses,
        proxies: &proxies,
        environment: &input.environment,
        site: &about,
        now_s: input.now_s,
    };
    then(&program, outside)
}
