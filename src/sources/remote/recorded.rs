//! `RecordedTransport`: answers held in memory, for tests; no socket is opened.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Mutex, PoisonError};

use super::{FetchError, HeaderValue, Request, Response, Transport};

/// One recorded answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// A body with status 200; its digest is the etag, and a request that names it is answered with 304.
    Body(Vec<u8>),
    /// Another status, without body.
    Status(u16),
    /// No answer.
    Error(FetchError),
}

/// Answers from what was recorded; any other address is answered with 404.
#[derive(Debug, Default)]
pub struct RecordedTransport {
    answers: BTreeMap<String, Recorded>,
    asked: Mutex<Vec<String>>,
}

impl RecordedTransport {
    /// Returns a transport that gives these answers, by address.
    pub fn new(answers: impl IntoIterator<Item = (String, Recorded)>) -> Self {
        Self { answers: answers.into_iter().collect(), asked: Mutex::default() }
    }

    /// Returns the addresses that were asked, in the order of the questions.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Transport for RecordedTransport {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.url.clone());
        let answer = |status: u16, headers: BTreeMap<String, String>, body: Vec<u8>| Response {
            status,
            headers,
            url: request.url.clone(),
            body: Box::new(Cursor::new(body)),
        };
        match self.answers.get(&request.url).unwrap_or(&Recorded::Status(404)) {
            Recorded::Error(error) => Err(error.clone()),
            Recorded::Status(status) => Ok(answer(*status, BTreeMap::new(), Vec::new())),
            Recorded::Body(body) => {
                let etag = format!("\"{}\"", blake3::hash(body).to_hex());
                let known = request.headers.iter().any(|(name, value)| {
                    name == "if-none-match" && matches!(value, HeaderValue::Plain(it) if *it == etag)
                });
                let headers = BTreeMap::from([("etag".to_owned(), etag)]);
                Ok(if known { answer(304, headers, Vec::new()) } else { answer(200, headers, body.clone()) })
            }
        }
    }
}
