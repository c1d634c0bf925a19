//! `Replay`: recorded requests and answers in the place of servers, for the tests of plugins.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use url::Url;

use super::outside::{AskDatabase, Asker};
use crate::sources::remote::{FetchError, Fresh, Method, Request};

/// One recorded exchange.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// `GET` or `POST`.
    pub method: String,
    /// The address; one that begins with `/` is at any server.
    pub url: String,
    /// What was asked with; anything, if it is not said.
    pub asked: Option<Value>,
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The content.
    pub content: Vec<u8>,
}

impl Exchange {
    /// Reads one exchange of a fixture: `request` with `method`, `url` and `body`, and `response` with `status`, `headers`
    /// and either `body` or `file`, which `read` gives.
    ///
    /// # Errors
    /// When it has another form; the text says which.
    pub fn read(value: &Value, read: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Result<Self, String> {
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        let url = text("/request/url").ok_or("`request.url` is missing")?.to_owned();
        let content = match (value.pointer("/response/body"), text("/response/file")) {
            (Some(Value::String(text)), _) => text.clone().into_bytes(),
            (Some(body), _) => body.to_string().into_bytes(),
            (None, Some(file)) => read(file)?,
            (None, None) => Vec::new(),
        };
        let headers = value.pointer("/response/headers").and_then(Value::as_object).into_iter().flatten();
        let headers =
            headers.filter_map(|(name, it)| Some((name.to_ascii_lowercase(), it.as_str()?.to_owned())));
        let status = value.pointer("/response/status").and_then(Value::as_u64).unwrap_or(200);
        Ok(Self {
            method: text("/request/method").unwrap_or("GET").to_ascii_uppercase(),
            url,
            asked: value.pointer("/request/body").cloned(),
            status: u16::try_from(status).map_err(|_| format!("`{status}` is no status"))?,
            headers: headers.collect(),
            content,
        })
    }

    fn answers(&self, method: &str, url: &str, body: &[u8]) -> bool {
        let same_body = match &self.asked {
            None => true,
            Some(asked) => serde_json::from_slice::<Value>(body).is_ok_and(|it| it == *asked),
        };
        self.method == method && same_body && same_address(&self.url, url)
    }
}

/// Returns whether two addresses mean the same: the order of the parameters does not matter.
fn same_address(recorded: &str, asked: &str) -> bool {
    let Ok(asked) = Url::parse(asked) else { return false };
    let recorded = if recorded.starts_with('/') { asked.join(recorded) } else { Url::parse(recorded) };
    let pairs = |it: &Url| {
        let mut pairs: Vec<(String, String)> = it.query_pairs().into_owned().collect();
        pairs.sort();
        pairs
    };
    recorded.is_ok_and(|it| {
        it.origin() == asked.origin() && it.path() == asked.path() && pairs(&it) == pairs(&asked)
    })
}

/// Answers from what was recorded.
#[derive(Debug, Default)]
pub struct Replay {
    exchanges: Vec<Exchange>,
    now_s: i64,
    asked: AtomicUsize,
    unknown: Mutex<Vec<String>>,
}

impl Replay {
    /// Returns what answers so at a moment, in seconds since 1970.
    pub fn new(exchanges: Vec<Exchange>, now_s: i64) -> Self {
        Self { exchanges, now_s, ..Self::default() }
    }

    fn answer(&self, exchange: &Exchange) -> Result<Fresh, FetchError> {
        match exchange.status {
            200..300 => Ok(Fresh {
                body: exchange.content.clone(),
                headers: exchange.headers.clone(),
                at: self.now_s,
                stale: None,
            }),
            status => Err(FetchError::Status(status)),
        }
    }

    /// Returns how many requests were sent.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Returns the requests that nothing was recorded for, sorted.
    pub fn unknown(&self) -> Vec<String> {
        let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        unknown.sort();
        unknown
    }
}

impl Asker for Replay {
    fn ask(&self, name: &str, request: Request, _: u64) -> Result<Fresh, FetchError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let method = if request.method == Method::Post { "POST" } else { "GET" };
        let url = public_address(name, &request);
        let found = self.exchanges.iter().find(|it| it.answers(method, url, &request.body));
        let Some(exchange) = found else {
            let told = format!("{method} {url}");
            self.unknown.lock().unwrap_or_else(PoisonError::into_inner).push(told);
            return Err(FetchError::Status(404));
        };
        self.answer(exchange)
    }

    /// A repository is recorded as the method `GIT`, with the plugin and source as its address.
    fn recorded(&self, name: &str) -> Option<Vec<u8>> {
        let found = self.exchanges.iter().find(|it| it.method == "GIT" && it.url == name);
        found.map(|it| it.content.clone())
    }

    /// A database is recorded as the method `SQL`, with the plugin and source as its address.
    fn query(&self, name: &str, _: u64, _: &AskDatabase<'_>) -> Result<Fresh, FetchError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let source = name.split(' ').nth(1).unwrap_or_default();
        let found = self.exchanges.iter().find(|it| it.method == "SQL" && it.url == source);
        match found {
            Some(exchange) => self.answer(exchange),
            None => {
                self.unknown.lock().unwrap_or_else(PoisonError::into_inner).push(format!("SQL {source}"));
                Err(FetchError::Status(404))
            }
        }
    }
}

/// Returns the address of a request without a secret in it: the name that the cache knows it by begins with that.
pub(super) fn public_address<'a>(name: &'a str, request: &'a Request) -> &'a str {
    name.split_once(" for plugin ").map_or(request.url.as_str(), |(address, _)| address)
}

/// Returns an exchange as a fixture has it, less everything that may be a secret.
pub fn fixture(request: &Request, status: u16, headers: &BTreeMap<String, String>, content: &[u8]) -> Value {
    const KEPT: &[&str] = &["content-type", "link", "x-next-page"];
    let headers: BTreeMap<&String, &String> =
        headers.iter().filter(|(name, _)| KEPT.contains(&name.as_str())).collect();
    let body = serde_json::from_slice::<Value>(content)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(content).into_owned()));
    let asked = serde_json::from_slice::<Value>(&request.body).unwrap_or_default();
    let mut asked_for =
        json!({"method": if request.method == Method::Post { "POST" } else { "GET" }, "url": request.url});
    if let (Some(map), false) = (asked_for.as_object_mut(), asked.is_null()) {
        map.insert("body".to_owned(), asked);
    }
    json!({"request": asked_for, "response": {"status": status, "headers": headers, "body": body}})
}

#[cfg(test)]
mod tests {
    use super::same_address;

    #[test]
    fn addresses_are_the_same_whatever_the_order_of_their_parameters() {
        let asked = "https://a.example/x?b=2&a=1";
        assert!(same_address("https://a.example/x?a=1&b=2", asked));
        assert!(same_address("/x?a=1&b=2", asked));
        assert!(!same_address("/x?a=1", asked));
        assert!(!same_address("https://b.example/x?a=1&b=2", asked));
    }
}
