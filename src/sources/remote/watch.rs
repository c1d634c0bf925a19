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

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::{Arc, Mutex};

    use serde_json::json;

    use super::{Exchange, Watch};
    use crate::sources::integration::Integrations;
    use crate::sources::remote::{Access, HttpSettings, HttpTransport, Request, Transport as _};

    #[derive(Default)]
    struct Heard(Mutex<Vec<Exchange>>);

    impl Watch for Heard {
        fn exchanged(&self, exchange: Exchange) {
            self.0.lock().unwrap().push(exchange);
        }
    }

    #[test]
    fn each_request_is_told_once_with_its_answer_and_without_its_query() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let server = std::thread::spawn(move || {
            for status in ["200 OK", "404 Not Found"] {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 4096]).unwrap();
                let answer =
                    format!("HTTP/1.1 {status}\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello");
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        let reading = json!({"allow": [{"host": host}]});
        let access = Access::read(&reading, &Integrations::default()).0;
        let heard = Arc::new(Heard::default());
        let watch = Some(Arc::clone(&heard) as Arc<dyn Watch>);
        let settings = HttpSettings { watch, ..HttpSettings::new(access, Default::default()) };
        let transport = HttpTransport::new(settings);
        let read = transport.send(&Request::get(format!("http://{host}/a?token=t"))).unwrap();
        assert_eq!(read.bytes().unwrap(), b"hello");
        drop(transport.send(&Request::get(format!("http://{host}/b"))).unwrap());
        assert!(transport.send(&Request::get("http://elsewhere.example/")).is_err());
        server.join().unwrap();
        let heard = heard.0.lock().unwrap();
        let told: Vec<_> = heard.iter().map(|it| (it.address.as_str(), it.bytes, it.status)).collect();
        let (one, other) = (format!("http://{host}/a"), format!("http://{host}/b"));
        assert_eq!(told, [(one.as_str(), 5, Some(200)), (other.as_str(), 0, Some(404))]);
        assert!(heard.iter().all(|it| it.host == host && it.waited <= it.took));
        let state = transport.hosts().pop().unwrap();
        assert_eq!((state.requests, state.active, state.paused), (2, 0, None));
    }
}
