//! `HttpSettings`: the bounds of reading over HTTP.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::{Access, Watch};

/// How requests are sent. It has no `Debug`, since the environment may hold passwords.
#[derive(Clone)]
pub struct HttpSettings {
    /// Which addresses may be read.
    pub access: Access,
    /// How long each phase may take.
    pub timeouts: HttpTimeouts,
    /// The most requests that a host gets at once; at least 1.
    pub concurrency_per_host: usize,
    /// How often a request is sent at most, the first time included.
    pub attempts_max: usize,
    /// The wait before the second attempt; each further one is twice as long, and up to the same again is added by
    /// chance. At most 30 seconds.
    pub backoff: Duration,
    /// The longest that one request waits in total because the host's budget is spent or the host has a bad moment.
    pub waiting_max: Duration,
    /// `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in both cases, `SSL_CERT_FILE`, `SSL_CERT_DIR` and
    /// `NODE_EXTRA_CA_CERTS`; other variables do nothing.
    pub environment: BTreeMap<String, String>,
    /// Where hosts are, for those that are not to be looked up by name. The guard of private addresses holds here too.
    pub known_addresses: BTreeMap<String, SocketAddr>,
    /// Who is told of each request.
    pub watch: Option<Arc<dyn Watch>>,
}

/// How long each phase of a request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpTimeouts {
    /// Looking up the name, and then again the connection with its encryption.
    pub connect: Duration,
    /// From the request to the head of the answer.
    pub first_byte: Duration,
    /// Each read and each write.
    pub read: Duration,
    /// One attempt with its body, and all attempts without bodies.
    pub whole: Duration,
}

impl HttpSettings {
    /// Returns the settings that fit most machines.
    pub fn new(access: Access, environment: BTreeMap<String, String>) -> Self {
        Self {
            access,
            timeouts: HttpTimeouts::default(),
            concurrency_per_host: 8,
            attempts_max: 4,
            backoff: Duration::from_millis(500),
            waiting_max: Duration::from_secs(60),
            environment,
            known_addresses: BTreeMap::new(),
            watch: None,
        }
    }
}

impl Default for HttpTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            read: Duration::from_secs(30),
            whole: Duration::from_secs(600),
        }
    }
}
