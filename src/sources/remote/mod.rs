//! What is read from elsewhere: requests, answers, and the rules that every one of them obeys.

mod transport;
mod cache;
mod link_header;
mod lock;
mod fetcher;
mod fresh;
mod remote_reader;
pub mod archive;
mod recorded;
mod remote_tree;
mod read_tree;
pub mod git;
mod git_fetch;
mod cached_transport;
mod bucket_tree;
mod object_store;
mod share;
mod shared_cache;

pub use cache::{Cache, CacheEntry};
pub use cached_transport::CachedTransport;
pub use fetcher::{Ask, Count, Decode, Fetched, Fetcher, Mode, Refresh, Stale};
pub use fresh::Fresh;
pub use link_header::next_link;
pub use lock::{EndpointPin, LOCK_FILE, Lock, Pin, PluginPin};
pub use object_store::with_buckets;
pub use recorded::{Recorded, RecordedTransport};
pub use remote_reader::RemoteReader;
pub use shared_cache::{Given, SharedCache};
mod host_rule;
mod access;
mod address_guard;
mod resolver;
mod proxy;
mod certificates;
mod rate_limit;
mod host_limit;
mod failure;
mod redirect;
mod body;
mod http_settings;
mod agents;
mod http;
mod watch;
mod github_app;
#[cfg(test)]
mod github_app_tests;
mod app_token;

pub use access::Access;
#[cfg(feature = "sql")]
pub(in crate::sources) use certificates::trusted_certificates;
pub use git_fetch::GitPolicy;
pub use github_app::GithubAppTransport;
pub use host_limit::HostState;
pub use http::HttpTransport;
pub use http_settings::{HttpSettings, HttpTimeouts};
pub use transport::{FetchError, Grant, HeaderValue, Method, Request, Response, Transport};
pub use watch::{Exchange, Watch};
