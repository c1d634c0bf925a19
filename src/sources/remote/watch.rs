//! `Watch`: who wants to know where the time of requests went, and `Stopwatch`, which measures one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use url::Url;

/// The longest address that is told, in characters.
const ADDRESS_MAX: usize = 300;

/// Is told of each request over HTTP once it is over.
pub trait Watch: Send + Sync {
    /// A request is over: its body is read, dropped, or there is none.
    fn exchanged(&self, exchange: Exchange);
}

/// One request with its redirects and all attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The host of the first address, with the port where that writes one.
    pub host: String,
    /// The first address, without its query, at most 300 characters of it.
    pub address: String,
    /// When it was wanted.
    pub began: Instant,
    /// How long of its time it waited for a place at the host, for the host's budget, or before another attempt.
    pub waited: Duration,
    /// How long it took, with the wait and the body.
    pub took: Duration,
    /// The bytes of the body that were read, after decompression.
    pub bytes: u64,
    /// The status of the answer; nothing where none came.
    pub status: Option<u16>,
}

/// Measures one request, and tells when it is dropped.
pub(super) struct Stopwatch {
    watch: Option<Arc<dyn Watch>>,
    exchange: Exchange,
}

impl Stopwatch {
    /// Begins for an address.
    pub(super) fn new(watch: Option<Arc<dyn Watch>>, url: &Url, host: String) -> Self {
        let mut bare = url.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        let exchange = Exchange {
            host,
            address: bare.as_str().chars().take(ADDRESS_MAX).collect(),
            began: Instant::now(),
            waited: Duration::ZERO,
            took: Duration::ZERO,
            bytes: 0,
            status: None,
        };
        Self { watch, exchange }
    }

    /// Adds what passed since a moment to the wait.
    pub(super) fn waited_since(&mut self, start: Instant) {
        self.exchange.waited = self.exchange.waited.saturating_add(start.elapsed());
    }

    /// Says what the answer is.
    pub(super) fn answered(&mut self, status: u16) {
        self.exchange.status = Some(status);
    }

    /// Adds bytes of the body.
    pub(super) fn read(&mut self, bytes: u64) {
        self.exchange.bytes = self.exchange.bytes.saturating_add(bytes);
    }
}

impl Drop for Stopwatch {
    fn drop(&mut self) {
        if let Some(watch) = &self.watch {
            self.exchange.took = self.exchange.began.elapsed();
            watch.exchanged(self.exchange.clone());
        }
    }
}
