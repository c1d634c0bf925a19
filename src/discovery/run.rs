//! `discover`: all providers at once, each within its budget, joined in the order of their names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::{Client, Failure};
use super::found::Found;
use super::parallel::in_parallel;
use super::people;
use super::settings::{DiscoverySettings, Provider};
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::sources::remote::{FetchError, HeaderValue, Transport};

/// Gives the headers that a request carries for an address, as people see it, such as `https://github.com/acme`.
pub type Credentials<'a> = dyn Fn(&str) -> Vec<(String, HeaderValue)> + Sync + 'a;

/// Is told when a provider begins, and with `true` when it is over; from several threads.
pub type Told<'a> = dyn Fn(&str, bool) + Sync + 'a;

/// What was discovered; plain data, so that it can be kept for a build without a network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discovered {
    /// Files, sorted by target; a target is there once.
    pub locations: Vec<DiscoveredLocation>,
    /// Users and groups, sorted by reference.
    pub entities: Vec<Value>,
    /// How many requests were sent.
    pub requests: usize,
}

/// One file, or a pattern of files, that may hold descriptors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscoveredLocation {
    /// The address as people see it; it may hold a glob.
    pub target: String,
    /// Whether it is no mistake when nothing is there.
    pub optional: bool,
    /// The provider that found it, as in `github:acme`.
    pub provider: String,
    /// Where the provider is written.
    pub span: Span,
    /// Whether an owner that is missing is taken from the file `CODEOWNERS` of its repository.
    pub codeowners: bool,
}

struct Outcome {
    found: Found,
    failure: Option<Failure>,
    requests: usize,
}

/// Asks every provider. What was found before a provider failed is kept, and the report tells of the failure.
///
/// A target that two providers find is that of the first by name; it is optional only if it is for both.
pub fn discover(
    settings: &DiscoverySettings,
    transport: &dyn Transport,
    credentials: &Credentials<'_>,
    told: &Told<'_>,
    report: &mut Report,
) -> Discovered {
    let asked = |it: &Provider| {
        told(&it.name, false);
        let outcome = ask(it, transport, credentials);
        told(&it.name, true);
        outcome
    };
    let outcomes = in_parallel(&settings.providers, settings.threads_max, asked);
    let mut discovered = Discovered::default();
    let mut locations: BTreeMap<String, DiscoveredLocation> = BTreeMap::new();
    let mut entities = BTreeMap::new();
    for (provider, outcome) in settings.providers.iter().zip(outcomes) {
        discovered.requests += outcome.requests;
        report.extend(problems(provider, &outcome));
        for (target, optional) in outcome.found.locations {
            let new = DiscoveredLocation {
                target: target.clone(),
                optional,
                provider: provider.name.clone(),
                span: provider.span.clone(),
                codeowners: provider.codeowners,
            };
            let kept = locations.entry(target).or_insert(new);
            kept.optional &= optional;
            kept.codeowners |= provider.codeowners;
        }
        for entity in outcome.found.entities.into_values() {
            people::join_into(&mut entities, entity);
        }
    }
    people::add_children(&mut entities);
    discovered.locations = locations.into_values().collect();
    discovered.entities = entities.into_values().collect();
    discovered
}

fn ask(provider: &Provider, transport: &dyn Transport, credentials: &Credentials<'_>) -> Outcome {
    let headers = credentials(&provider.source.address());
    let client = Client::new(transport, headers, provider.requests_max);
    let mut found = Found::default();
    let failure = provider.source.discover(&client, &mut found).err();
    Outcome { found, failure, requests: client.sent() }
}

fn problems(provider: &Provider, outcome: &Outcome) -> Vec<Diagnostic> {
    let Provider { name, span, .. } = provider;
    let mut failures: Vec<&Failure> = outcome.found.complaints.iter().collect();
    failures.extend(&outcome.failure);
    // One rate limit ends many requests in the same words.
    let mut told: Vec<&Failure> = Vec::new();
    for failure in failures {
        if !told.contains(&failure) {
            told.push(failure);
        }
    }
    let kept = kept(&outcome.found);
    let diagnostic = |failure: &&Failure| match failure {
        Failure::Spent(budget) => {
            let message = format!("the provider `{name}` stopped after {}", counted(*budget, "request"));
            Diagnostic::error("discovery/budget-spent", span.clone(), message)
                .reason(kept.clone())
                .hint("narrow its filters, or give it a larger `requestsMax`")
        }
        failure => {
            let message = format!("the provider `{name}` could not ask for everything: {failure}");
            let diagnostic =
                Diagnostic::error("discovery/failed", span.clone(), message).reason(kept.clone());
            match failure {
                Failure::Fetch(FetchError::Status(401 | 403 | 404)) => diagnostic
                    .hint("see that the host's entry under `integrations` has a token that may read this"),
                _ => diagnostic,
            }
        }
    };
    told.iter().map(diagnostic).collect()
}

/// Says what a provider that failed had found.
fn kept(found: &Found) -> String {
    let parts = [(found.locations.len(), "file"), (found.entities.len(), "user or group")];
    let parts: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what)).collect();
    match parts.is_empty() {
        true => "it had found nothing before".to_owned(),
        false => format!("what it had found is kept: {}", parts.join(" and ")),
    }
}

fn counted(count: usize, what: &str) -> String {
    match (count, what) {
        (1, what) => format!("1 {what}"),
        (count, "user or group") => format!("{count} users and groups"),
        (count, what) => format!("{count} {what}s"),
    }
}
