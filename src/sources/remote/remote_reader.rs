//! `RemoteReader`: files, trees and patterns at other hosts, by their path.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Ask, Decode, FetchError, Fetcher, HeaderValue, Request, Stale};
use crate::sources::integration::{Integration, Provider};
use crate::sources::local::FILE_BYTES_MAX;
use crate::sources::{OriginMap, ReadError, Reader, git_address, split_remote};

/// Reads what lies elsewhere. A path is as [`crate::sources::remote_path`] makes it.
pub struct RemoteReader {
    fetcher: Fetcher,
    addresses: OriginMap,
    /// What could not be read today, and was read from the cache instead, by path.
    stale: Mutex<BTreeMap<String, Stale>>,
}

impl RemoteReader {
    /// Returns a reader that asks through a fetcher; `addresses` knows the hosts.
    pub fn new(fetcher: Fetcher, addresses: OriginMap) -> Self {
        Self { fetcher, addresses: addresses.reading_elsewhere(), stale: Mutex::default() }
    }

    /// Returns what asks.
    pub fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    /// Returns the content of one file.
    fn file(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let address = self.addresses.url_of(path).ok_or(ReadError::Outside)?;
        let host = self.addresses.integrations().by_url(&address);
        let url = match host.and_then(|it| it.file_fetch(&address)) {
            Some(Ok(url)) => url,
            Some(Err(error)) => return Err(ReadError::Fetch(FetchError::BadAddress(error.0))),
            None => address.clone(),
        };
        let mut request = Request::get(&url).up_to(FILE_BYTES_MAX);
        request.headers = self.addresses.integrations().headers(&url);
        if host.is_some_and(|it| it.provider == Provider::Github && !it.api_base_url.is_empty()) {
            request =
                request.header("accept", HeaderValue::Plain("application/vnd.github.raw+json".to_owned()));
        }
        let ask = Ask {
            html_is_wrong: !path.ends_with(".html"),
            decode: host.and_then(decode),
            name: address,
            request,
        };
        let fetched = self.fetcher.fetch(&ask).map_err(read_error)?;
        if let Some(stale) = fetched.stale {
            self.stale.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), stale);
        }
        let lost = || ReadError::Refused("the cache lost it".to_owned());
        self.fetcher.cache().content(&fetched.digest).ok_or_else(lost)
    }
}

fn read_error(error: FetchError) -> ReadError {
    if error.is_missing() { ReadError::NotFound } else { ReadError::Fetch(error) }
}

/// Returns how a host's answer becomes the file: some give it encoded.
fn decode(host: &Integration) -> Option<Decode> {
    match host.provider {
        Provider::Gitea => Some(from_json),
        Provider::Gerrit => Some(from_base64),
        _ => None,
    }
}

/// Gitea's API answers with `{"content": "…", "encoding": "base64"}`.
fn from_json(answer: Vec<u8>) -> Result<Vec<u8>, FetchError> {
    let wrong = || FetchError::WrongAnswer("there is no file in it".to_owned());
    let value: serde_json::Value = serde_json::from_slice(&answer).map_err(|_| wrong())?;
    let content = value.get("content").and_then(serde_json::Value::as_str).ok_or_else(wrong)?;
    from_base64(content.as_bytes().to_vec())
}

fn from_base64(answer: Vec<u8>) -> Result<Vec<u8>, FetchError> {
    let text: Vec<u8> = answer.into_iter().filter(|it| !it.is_ascii_whitespace()).collect();
    STANDARD.decode(text).map_err(|_| FetchError::WrongAnswer("it is not Base64".to_owned()))
}

impl Reader for RemoteReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let (root, below) = split_remote(path).ok_or(ReadError::NotFound)?;
        if below == ".." || below.starts_with("../") {
            return Err(ReadError::Outside);
        }
        if git_address::is_git(root) {
            return Err(ReadError::Refused("git repositories are not read yet".to_owned()));
        }
        self.file(path)
    }

    fn search(&self, _: &str) -> Result<Vec<String>, ReadError> {
        Err(ReadError::Refused("trees elsewhere are not read yet".to_owned()))
    }

    fn tree(&self, _: &str) -> Result<Vec<String>, ReadError> {
        Err(ReadError::Refused("trees elsewhere are not read yet".to_owned()))
    }

    fn stale(&self, path: &str) -> Option<Stale> {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }
}
