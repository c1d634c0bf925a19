//! What is read from elsewhere: requests, answers, and the rules that every one of them obeys.

mod transport;
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

pub use access::Access;
pub use host_limit::HostState;
pub use http::HttpTransport;
pub use http_settings::{HttpSettings, HttpTimeouts};
pub use transport::{FetchError, HeaderValue, Method, Request, Response, Transport};
