//! `callboard fetch`: reads all that a build reads from elsewhere, and renders nothing; or only says what it would ask.

use std::collections::BTreeMap;

use serde::Serialize;

use super::plugin_loading::load_plugins;
use super::{Progress, SiteInput, catalog_settings, connect, discover, load_site};
use crate::catalog::{self, StartLocation};
use crate::config::Site;
use crate::content;
use crate::diagnostics::Report;
use crate::discovery::{self, DiscoverySettings, PlannedProvider};
use crate::facts::PlannedSource;
use crate::sources::remote::Lock;
use crate::sources::{OriginMap, SecretFilter, is_glob, split_remote};

/// One of several parts of the work, each done by another job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub index: u32,
    /// How many there are.
    pub count: u32,
}

impl Shard {
    /// Returns whether a location is of this part. The same location is always of the same part.
    fn takes(self, location: &StartLocation) -> bool {
        let digest = blake3::hash(location.target.as_bytes());
        let number = digest.as_bytes().first_chunk().map_or(0, |it| u32::from_be_bytes(*it));
        number % self.count.max(1) == self.index.saturating_sub(1)
    }
}

/// Reads what the catalog and its documentation need. Returns how many entities there are, or nothing when the
/// configuration cannot be used; the report says why.
pub fn fetch(
    input: &SiteInput,
    shard: Option<Shard>,
    progress: &dyn Progress,
    report: &mut Report,
) -> Option<usize> {
    let reader = &*input.reader;
    progress.stage("configuration", None);
    let site = load_site(input, report)?;
    let addresses = connect(&site, input);
    let plugins = load_plugins(&site, &addresses, input, report);
    let mut settings = catalog_settings(&site, &plugins, Some(&addresses), input);
    discover(&site, input, &mut settings, progress, report);
    if let Some(shard) = shard {
        settings.locations.retain(|it| shard.takes(it));
    }
    progress.stage("catalog", Some(settings.locations.len()));
    let catalog = catalog::load(&settings, reader, report);
    progress.stage("documents", Some(catalog.entities().len()));
    let entities = catalog.entities().iter().map(|it| &**it);
    content::load(None, entities, Some(&addresses), reader, report);
    super::data::gather(&site, &plugins, catalog.entities(), Some(&addresses), input, progress, report);
    // A part of the catalog refers to the other parts, and a whole is judged by `validate`: what could not be read counts.
    report.retain(|it| {
        ["location/", "config/", "discovery/", "content/docs-unreadable", "plugin/"]
            .iter()
            .any(|at| it.code.starts_with(at))
    });
    let of_variables = super::guarded::of_variables(&input.environment, &plugins);
    let secrets = [reader.secrets(), plugins.secrets(), of_variables].concat();
    super::guarded::mask(report, &SecretFilter::new(&secrets));
    report.sort();
    Some(catalog.entities().len())
}

/// What a run is going to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FetchPlan {
    /// The providers that look for descriptors and people.
    pub providers: Vec<PlannedProvider>,
    /// Reads by host. With a lock, those of the last run; without one, those that the configuration names.
    pub hosts: BTreeMap<String, usize>,
    /// What each source of each plugin asks, as far as the catalog is known without a network.
    pub plugins: Vec<PlannedSource>,
    /// Whether the reads are those of a lock, and therefore all of them, if nothing has changed.
    pub locked: bool,
    /// The least number of requests.
    pub requests_min: usize,
}

/// Returns what a run is going to ask. Nothing is sent. `None` when the configuration cannot be used.
pub fn plan(input: &SiteInput, lock: &Lock, report: &mut Report) -> Option<FetchPlan> {
    let site = load_site(input, report)?;
    let (settings, problems) =
        DiscoverySettings::read(&site.providers, &site.integrations, &site.provider_places);
    report.extend(problems);
    report.sort();
    let providers = discovery::plan(&settings);
    let addresses = connect(&site, input);
    let plugins = planned(&site, &addresses, input, report);
    let named = site.locations.iter().filter_map(|it| {
        let path = addresses.path_of(&it.target)?;
        let (root, _) = split_remote(&path)?;
        // However many patterns lead into one tree, it is read once.
        Some(if is_glob(&path) { root.to_owned() } else { it.target.clone() })
    });
    let reads: std::collections::BTreeSet<String> = match lock.has_no_reads() {
        true => named.collect(),
        false => lock.addresses().map(str::to_owned).collect(),
    };
    let mut hosts: BTreeMap<String, usize> = BTreeMap::new();
    for address in &reads {
        let url = address.trim_start_matches("git+").split(' ').next().unwrap_or_default();
        let host = url::Url::parse(url).ok().and_then(|it| it.host_str().map(str::to_owned));
        *hosts.entry(host.unwrap_or_else(|| "files".to_owned())).or_default() += 1;
    }
    // With a lock the requests of providers are among its reads.
    let requests_min = if lock.has_no_reads() { reads.len() + providers.requests().0 } else { reads.len() };
    let requests_min = requests_min + plugins.iter().map(|it| it.requests_min).sum::<usize>();
    Some(FetchPlan {
        providers: providers.providers,
        hosts,
        plugins,
        locked: !lock.has_no_reads(),
        requests_min,
    })
}

/// Returns what plugins ask for the entities that are known. The caller reads without a network, so that what is not
/// known yet is no problem here.
fn planned(site: &Site, addresses: &OriginMap, input: &SiteInput, report: &mut Report) -> Vec<PlannedSource> {
    let reader = &*input.reader;
    let set = load_plugins(site, addresses, input, report);
    if set.plugins.iter().all(|it| it.sources.is_empty()) {
        return Vec::new();
    }
    let mut unknown = Report::new();
    let mut settings = catalog_settings(site, &set, Some(addresses), input);
    discover(site, input, &mut settings, &Quiet, &mut unknown);
    let catalog = catalog::load(&settings, reader, &mut unknown);
    super::data::plan(site, &set, catalog.entities(), Some(addresses), input, report)
}

struct Quiet;

impl Progress for Quiet {
    fn stage(&self, _: &str, _: Option<usize>) {}
}
