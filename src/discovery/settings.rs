//! The value of `catalog.providers` to `DiscoverySettings`: Backstage's keys, in both of its forms.

use std::sync::Arc;

use serde_json::Value;

use super::client::{Client, Failure};
use super::file_people::FileSource;
use super::found::Found;
use super::keys::{Keys, Reading, below, dotted};
use super::{
    azure, bitbucket_cloud, bitbucket_server, gitea, github, github_org, gitlab, ldif_org, scim_org,
};
use crate::diagnostics::{Diagnostic, Places, Span, nearest};
use crate::sources::integration::Integrations;

/// The requests that a provider may send, unless it says otherwise (`requestsMax`).
const REQUESTS_MAX: usize = 1_000;

/// The most that `requestsMax` may be.
const REQUESTS_LIMIT: usize = 1_000_000;

/// How many providers are asked at a time.
const THREADS_MAX: usize = 8;

/// What is discovered from where.
#[derive(Clone, Debug)]
pub struct DiscoverySettings {
    /// How many providers are asked at a time; the result does not depend on it.
    pub threads_max: usize,
    pub(super) providers: Vec<Provider>,
    pub(super) files: Vec<FileProvider>,
}

/// One provider that asks a host.
#[derive(Clone, Debug)]
pub(super) struct Provider {
    /// Its kind and its id, as in `github:acme`.
    pub(super) name: String,
    /// Where it is written.
    pub(super) span: Span,
    pub(super) requests_max: usize,
    pub(super) codeowners: bool,
    pub(super) source: Arc<dyn Source>,
}

/// One provider that reads files.
#[derive(Clone, Debug)]
pub(super) struct FileProvider {
    pub(super) span: Span,
    /// Paths and globs, as a `Reader` takes them.
    pub(super) files: Vec<String>,
    pub(super) source: Arc<dyn FileSource>,
}

/// A host that can be asked.
pub(super) trait Source: std::fmt::Debug + Send + Sync {
    /// Returns the address, as people see it, of what is looked through; credentials are found by it.
    fn address(&self) -> String;

    /// Returns the least number of requests.
    fn requests_min(&self) -> usize {
        1
    }

    /// Asks, and adds to what is found as it goes.
    fn discover(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure>;
}

/// What reads the block of one provider.
#[derive(Clone, Copy)]
enum Reads {
    Host(fn(&Keys<'_>, &Integrations) -> Option<Arc<dyn Source>>),
    Files(fn(&Keys<'_>) -> Arc<dyn FileSource>),
}

/// Every provider, by its key.
const KINDS: &[(&str, Reads)] = &[
    ("azureDevOps", Reads::Host(azure::read)),
    ("bitbucketCloud", Reads::Host(bitbucket_cloud::read)),
    ("bitbucketServer", Reads::Host(bitbucket_server::read)),
    ("gitea", Reads::Host(gitea::read)),
    ("github", Reads::Host(github::read)),
    ("githubOrg", Reads::Host(github_org::read)),
    ("gitlab", Reads::Host(gitlab::read)),
    ("ldifOrg", Reads::Files(ldif_org::read)),
    ("scimOrg", Reads::Files(scim_org::read)),
];

impl Default for DiscoverySettings {
    fn default() -> Self {
        Self { threads_max: THREADS_MAX, providers: Vec::new(), files: Vec::new() }
    }
}

impl DiscoverySettings {
    /// Reads the value of `catalog.providers`; `places` are those of that value.
    ///
    /// A provider that cannot be used is left out, and a diagnostic says why.
    pub fn read(value: &Value, integrations: &Integrations, places: &Places) -> (Self, Vec<Diagnostic>) {
        let reading = Reading::new(places);
        let mut settings = Self::default();
        for (kind, block) in value.as_object().into_iter().flatten() {
            let pointer = below("", kind);
            match KINDS.iter().find(|(it, _)| it == kind) {
                Some((kind, reads)) => {
                    for (id, pointer, block) in blocks(kind, block, &pointer, &reading) {
                        let Some(block) = block.as_object() else {
                            let message = format!("`{}` is not a mapping", dotted(&pointer));
                            reading.refuse(&pointer, message, None);
                            continue;
                        };
                        let keys = Keys::new(block, pointer.clone(), &reading);
                        let span = reading.place(&pointer, true);
                        settings.add(format!("{kind}:{id}"), span, *reads, keys, integrations);
                    }
                }
                None => reading.warn(unknown(kind, reading.place(&pointer, true))),
            }
        }
        settings.providers.sort_by(|one, other| one.name.cmp(&other.name));
        (settings, reading.into_diagnostics())
    }

    fn add(&mut self, name: String, span: Span, reads: Reads, keys: Keys<'_>, integrations: &Integrations) {
        let reading = keys.reading();
        let errors = reading.errors();
        keys.ignore("schedule");
        match reads {
            Reads::Host(read) => {
                let requests_max = keys.number("requestsMax", REQUESTS_MAX, REQUESTS_LIMIT);
                let codeowners = keys.flag("codeowners", false);
                // Of a block that was not read to its end nobody knows which keys are unknown.
                let Some(source) = read(&keys, integrations) else { return };
                if reading.errors() == errors {
                    self.providers.push(Provider { name, span, requests_max, codeowners, source });
                }
            }
            Reads::Files(read) => {
                keys.required_texts("file");
                let files = keys.texts("file");
                let source = read(&keys);
                if reading.errors() == errors {
                    self.files.push(FileProvider { span, files, source });
                }
            }
        }
        keys.finish();
    }

    /// Returns whether nothing is to be discovered.
    pub fn is_empty(&self) -> bool {
        self.providers.is_empty() && self.files.is_empty()
    }
}

/// Returns the blocks of a kind with their ids: one provider, whose id is `default`, a mapping from ids to providers,
/// or, for `githubOrg`, a list of providers that hold their ids.
fn blocks<'a>(
    kind: &str,
    value: &'a Value,
    pointer: &str,
    reading: &Reading<'_>,
) -> Vec<(String, String, &'a Value)> {
    let id = |it: &Value| it.get("id").and_then(Value::as_str).map(str::to_owned);
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) if kind == "githubOrg" => items
            .iter()
            .enumerate()
            .map(|(index, it)| (id(it).unwrap_or(index.to_string()), format!("{pointer}/{index}"), it))
            .collect(),
        // No provider has mappings alone, and a mapping from ids has nothing else.
        Value::Object(object) if !object.is_empty() && object.values().all(Value::is_object) => {
            object.iter().map(|(id, it)| (id.clone(), below(pointer, id), it)).collect()
        }
        Value::Object(object) if object.is_empty() => Vec::new(),
        Value::Object(_) => vec![(id(value).unwrap_or("default".to_owned()), pointer.to_owned(), value)],
        _ => {
            reading.refuse(pointer, format!("`{}` is not a mapping", dotted(pointer)), None);
            Vec::new()
        }
    }
}

fn unknown(kind: &str, place: Span) -> Diagnostic {
    let known = KINDS.iter().map(|(name, _)| *name);
    let near = nearest(kind, known.clone());
    let message = format!("the provider `{kind}` is not read");
    let diagnostic = Diagnostic::warning("discovery/unknown-provider", place, message);
    let names: Vec<String> = known.map(|it| format!("`{it}`")).collect();
    diagnostic.reason(format!("the providers are {}", names.join(", "))).nearest(near)
}
