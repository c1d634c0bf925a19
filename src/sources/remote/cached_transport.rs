//! `CachedTransport`: answers of APIs through the cache and the lock, so that a discovery can be repeated.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use super::{Ask, FetchError, Method, RemoteReader, Request, Response, Transport};

/// Sends requests through the fetcher of a reader. An answer that is no success is not kept.
pub struct CachedTransport {
    reader: Arc<RemoteReader>,
}

impl CachedTransport {
    /// Returns a transport that asks through the fetcher of a reader.
    pub fn new(reader: Arc<RemoteReader>) -> Self {
        Self { reader }
    }
}

impl Transport for CachedTransport {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        let fetcher = self.reader.fetcher();
        let name = match request.method {
            Method::Get => request.url.clone(),
            // What is asked for stands in the body.
            // What only tells, or writes, is no content.
            Method::Head | Method::Put => return fetcher.transport().send(request),
            Method::Post => format!("{} POST {}", request.url, blake3::hash(&request.body).to_hex()),
        };
        let ask = Ask { name, request: request.clone(), decode: None, html_is_wrong: false };
        let answer = |status: u16, headers: BTreeMap<String, String>, body: Vec<u8>| Response {
            status,
            headers,
            url: request.url.clone(),
            body: Box::new(Cursor::new(body)),
        };
        match fetcher.fetch(&ask) {
            Ok(fetched) => {
                let lost = || FetchError::WrongAnswer("the cache lost it".to_owned());
                let body = fetcher.cache().content(&fetched.digest).ok_or_else(lost)?;
                Ok(answer(200, fetched.headers, body))
            }
            Err(FetchError::Status(status)) => Ok(answer(status, BTreeMap::new(), Vec::new())),
            Err(error) => Err(error),
        }
    }
}
