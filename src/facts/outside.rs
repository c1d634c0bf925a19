//! `Outside`: everything that sources draw on besides the catalog.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sources::remote::{FetchError, Fresh, Request};
use crate::sources::{OriginMap, Reader, Secret};

/// Asks a database; the error is in words.
pub type AskDatabase<'a> = dyn Fn() -> Result<Vec<u8>, String> + 'a;

/// Sends the requests of sources.
pub trait Asker: Sync {
    /// Returns the answer to a request. `name` is what the cache knows it by, and `ttl_s` how long an answer holds, in
    /// seconds.
    ///
    /// # Errors
    /// When no answer comes, or it is no success, and nothing good is known from before.
    fn ask(&self, name: &str, request: Request, ttl_s: u64) -> Result<Fresh, FetchError>;

    /// Returns what a database answers, which `ask` asks: through the same cache, known by `name`.
    ///
    /// # Errors
    /// When it does not answer, and nothing good is known from before.
    fn query(&self, name: &str, ttl_s: u64, ask: &AskDatabase<'_>) -> Result<Fresh, FetchError>;

    /// Returns what stands in for a repository, in tests of plugins: the answer of `PLUGIN/SOURCE`.
    fn recorded(&self, _name: &str) -> Option<Vec<u8>> {
        None
    }

    /// Is told what a repository answered, by `PLUGIN/SOURCE`.
    fn note(&self, _source: &str, _answer: &Value) {}

    /// Returns the points that were kept before, as lines of JSON; nothing where none are kept.
    fn history(&self, _name: &str) -> Option<Vec<u8>> {
        None
    }
}

/// A server that the operator names as a proxy of Backstage.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// The path under which plugins know it.
    pub path: String,
    /// Its address.
    pub target: String,
    /// Headers with their secrets.
    pub headers: Vec<(String, Secret)>,
}

/// Everything that sources draw on besides the catalog.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// Reads files.
    pub reader: &'a dyn Reader,
    /// Sends requests; nothing is asked without it.
    pub asker: Option<&'a dyn Asker>,
    /// What addresses mean, and which hosts have integrations.
    pub addresses: &'a OriginMap,
    /// The servers of `proxy.endpoints`.
    pub proxies: &'a [Proxy],
    /// The variables that say which certificates are trusted.
    pub environment: &'a BTreeMap<String, String>,
    /// `title`, `organization` and `description` of the site.
    pub site: &'a Value,
    /// The moment of the build, in seconds since 1970.
    pub now_s: i64,
}
