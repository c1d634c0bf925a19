//! `Recorder`: asks for real, and notes each exchange in the form of a fixture.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::outside::{AskDatabase, Asker};
use super::replay::{fixture, public_address};
use crate::sources::remote::{FetchError, Fresh, Request};

/// Asks through another, and notes what is asked and answered.
pub struct Recorder<'a> {
    inner: &'a dyn Asker,
    noted: Mutex<Vec<Value>>,
}

impl<'a> Recorder<'a> {
    /// Returns a recorder that has noted nothing.
    pub fn new(inner: &'a dyn Asker) -> Self {
        Self { inner, noted: Mutex::default() }
    }

    /// Returns the exchanges, sorted by their requests.
    pub fn exchanges(self) -> Vec<Value> {
        let mut noted = self.noted.into_inner().unwrap_or_else(PoisonError::into_inner);
        noted.sort_by_cached_key(|it| it.get("request").map(Value::to_string));
        noted.dedup();
        noted
    }

    fn add(&self, exchange: Value) {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
    }
}

impl Asker for Recorder<'_> {
    fn ask(&self, name: &str, request: Request, _: u64) -> Result<Fresh, FetchError> {
        // What the cache holds may be old: a recording is of today.
        let answer = self.inner.ask(name, request.clone(), 0);
        let told = Request { url: public_address(name, &request).to_owned(), ..request };
        match &answer {
            Ok(fresh) => self.add(fixture(&told, 200, &fresh.headers, &fresh.body)),
            Err(FetchError::Status(status)) => self.add(fixture(&told, *status, &Default::default(), &[])),
            Err(_) => {}
        }
        answer
    }

    fn query(&self, name: &str, _: u64, ask: &AskDatabase<'_>) -> Result<Fresh, FetchError> {
        let answer = self.inner.query(name, 0, ask);
        if let Ok(fresh) = &answer {
            let source = name.split(' ').nth(1).unwrap_or_default();
            let body = serde_json::from_slice::<Value>(&fresh.body).unwrap_or_default();
            self.add(json!({"request": {"method": "SQL", "url": source}, "response": {"body": body}}));
        }
        answer
    }

    fn note(&self, source: &str, answer: &Value) {
        self.add(json!({"request": {"method": "GIT", "url": source}, "response": {"body": answer}}));
    }

    fn history(&self, name: &str) -> Option<Vec<u8>> {
        self.inner.history(name)
    }
}
