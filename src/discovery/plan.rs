//! `Plan`: what `discover` is going to ask, before it asks.

use serde::Serialize;

use super::settings::DiscoverySettings;

/// The providers that ask a host, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// One line each.
    pub providers: Vec<PlannedProvider>,
}

/// What one provider is going to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedProvider {
    /// Its kind and its id, as in `github:acme`.
    pub name: String,
    /// The address, as people see it, of what is looked through.
    pub address: String,
    /// The least number of requests.
    pub requests_min: usize,
    /// The most requests; with more to ask the provider stops and tells.
    pub requests_max: usize,
}

impl Plan {
    /// Returns the least and the most number of requests of all providers together.
    pub fn requests(&self) -> (usize, usize) {
        let sum = |of: fn(&PlannedProvider) -> usize| self.providers.iter().map(of).sum();
        (sum(|it| it.requests_min), sum(|it| it.requests_max))
    }
}

/// Returns what is going to be asked. Nothing is sent.
pub fn plan(settings: &DiscoverySettings) -> Plan {
    let providers = settings.providers.iter().map(|it| PlannedProvider {
        name: it.name.clone(),
        address: it.source.address(),
        requests_min: it.source.requests_min().min(it.requests_max),
        requests_max: it.requests_max,
    });
    Plan { providers: providers.collect() }
}
