//! `Client`: what one provider asks, counted against its budget, with answers as JSON.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use url::Url;

use super::found::Found;
use crate::sources::remote::{FetchError, HeaderValue, Request, Response, Transport, next_link};

/// The largest answer, in bytes. The largest known ones are trees of GitHub, of 7 MB.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The longest text of a host that is shown, in characters.
const SHOWN_MAX: usize = 200;

/// Why a provider stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No answer, or one with a status that is none of success.
    Fetch(FetchError),
    /// The answer has not the shape that it should have.
    Shape(String),
    /// The host says what is wrong, in its words.
    Host(String),
    /// The provider's own budget, in requests.
    Spent(usize),
    /// More was found than a provider may find.
    TooMany(usize),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fetch(FetchError::Status(404)) => f.write_str(
                "the host knows no such thing, or does not show it to this token, or to nobody (404)",
            ),
            Self::Fetch(error) => error.fmt(f),
            Self::Shape(what) => write!(f, "the answer is not what was asked for: {what}"),
            Self::Host(words) => write!(f, "the host says: {words}"),
            Self::TooMany(most) => write!(f, "it found more than {most} things"),
            Self::Spent(budget) => write!(f, "its budget of requests, {budget}, is spent"),
        }
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::Fetch(error)
    }
}

/// Asks on behalf of one provider.
pub(super) struct Client<'a> {
    transport: &'a dyn Transport,
    credentials: Vec<(String, HeaderValue)>,
    budget: usize,
    sent: AtomicUsize,
}

/// A page of an answer, and the address of the next.
pub(super) struct Page {
    pub(super) body: Value,
    /// It is looked at when the body is used, for a page with a bad next one is a page.
    pub(super) next: Result<Option<String>, Failure>,
}

impl<'a> Client<'a> {
    pub(super) fn new(
        transport: &'a dyn Transport,
        credentials: Vec<(String, HeaderValue)>,
        budget: usize,
    ) -> Self {
        Self { transport, credentials, budget, sent: AtomicUsize::new(0) }
    }

    /// Returns how many requests were sent.
    pub(super) fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// Returns how many requests the budget still allows.
    pub(super) fn left(&self) -> usize {
        self.budget.saturating_sub(self.sent())
    }

    /// Returns the answer, and its header `Link`.
    fn send(&self, request: Request) -> Result<(Value, Option<String>), Failure> {
        let reserved = self
            .sent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| (it < self.budget).then_some(it + 1));
        reserved.map_err(|_| self.spent())?;
        let json = HeaderValue::Plain("application/json".to_owned());
        let mut request = request.header("accept", json).up_to(ANSWER_BYTES_MAX);
        request.headers.extend(self.credentials.iter().cloned());
        let response = self.transport.send(&request)?;
        check_status(&response)?;
        let link = response.header("link").map(str::to_owned);
        let value = serde_json::from_slice(&response.bytes()?);
        Ok((value.map_err(|error| Failure::Shape(format!("it is no JSON: {error}")))?, link))
    }

    /// Returns the failure of a budget that is spent.
    pub(super) fn spent(&self) -> Failure {
        Failure::Spent(self.budget)
    }

    /// Reads JSON.
    pub(super) fn get(&self, url: &str) -> Result<Value, Failure> {
        Ok(self.send(Request::get(url))?.0)
    }

    /// Reads a page, and where the next one is by the header `Link` (RFC 8288).
    pub(super) fn page(&self, url: &str) -> Result<Page, Failure> {
        let (body, link) = self.send(Request::get(url))?;
        let next = link.as_deref().and_then(next_link).map(|it| same_host(url, it)).transpose();
        Ok(Page { body, next })
    }

    /// Asks with JSON.
    pub(super) fn post(&self, url: &str, body: &Value) -> Result<Value, Failure> {
        Ok(self.send(Request::post(url, "application/json", body.to_string().into_bytes()))?.0)
    }

    /// Asks GraphQL. Errors beside data are noted, and the data is used.
    pub(super) fn graphql(
        &self,
        url: &str,
        query: &str,
        variables: Value,
        found: &mut Found,
    ) -> Result<Value, Failure> {
        let mut answer = self.post(url, &json!({"query": query, "variables": variables}))?;
        let errors = answer.get("errors").and_then(Value::as_array).filter(|it| !it.is_empty());
        let failure = errors.map(|errors| {
            let limited =
                errors.iter().any(|it| it.get("type").and_then(Value::as_str) == Some("RATE_LIMITED"));
            let first =
                errors.first().and_then(|it| text(it, "/message")).unwrap_or("an error without words");
            match limited {
                true => Failure::Fetch(FetchError::BudgetSpent("for now".to_owned())),
                false => Failure::Host(shown(first)),
            }
        });
        // GitHub answers with `{"data": {"organization": null}}` where there is none.
        let data = answer.get_mut("data").map(Value::take).unwrap_or_default();
        let empty = data.as_object().is_none_or(|it| it.values().all(Value::is_null));
        match failure {
            Some(failure) if empty => Err(failure),
            Some(failure) => {
                found.complain(failure);
                Ok(data)
            }
            None if data.is_object() => Ok(data),
            None => Err(Failure::Shape("it has no `data`".to_owned())),
        }
    }
}

/// Refuses what is no success, with what the headers tell of the host's budget.
fn check_status(response: &Response) -> Result<(), Failure> {
    if (200..300).contains(&response.status) {
        return Ok(());
    }
    let number = |name: &str| response.header(name).and_then(|it| it.trim().parse::<i64>().ok());
    let first = |names: [&str; 2]| names.into_iter().find_map(number);
    let spent = first(["x-ratelimit-remaining", "ratelimit-remaining"]) == Some(0);
    let limited = response.status == 429
        || (response.status == 403 && (spent || response.header("retry-after").is_some()));
    if !limited {
        return Err(FetchError::Status(response.status).into());
    }
    let until = match (number("retry-after"), first(["x-ratelimit-reset", "ratelimit-reset"])) {
        (Some(seconds), _) => format!("for {seconds} seconds"),
        (None, Some(reset)) => match jiff::Timestamp::from_second(reset) {
            Ok(at) => format!("until {at}"),
            Err(_) => "for now".to_owned(),
        },
        (None, None) => "for now".to_owned(),
    };
    Err(FetchError::BudgetSpent(until).into())
}

/// Returns the address of the next page, if it is at the host that was asked: the credentials are for that one.
pub(super) fn same_host(asked: &str, next: &str) -> Result<String, Failure> {
    let origin = |it: &str| Url::parse(it).ok().map(|it| it.origin());
    match (origin(asked), origin(next)) {
        (Some(one), Some(other)) if one == other => Ok(next.to_owned()),
        _ => Err(Failure::Shape("its next page is at another host".to_owned())),
    }
}

/// Returns a text at a JSON pointer; the empty one is none.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str).filter(|it| !it.is_empty())
}

/// Returns a flag at a JSON pointer.
pub(super) fn flag(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_bool).unwrap_or(false)
}

/// Returns the list at a JSON pointer.
pub(super) fn list<'a>(value: &'a Value, pointer: &str) -> Result<&'a Vec<Value>, Failure> {
    value.pointer(pointer).and_then(Value::as_array).ok_or_else(|| {
        let name = pointer.trim_start_matches('/').replace('/', ".");
        Failure::Shape(match name.as_str() {
            "" => "it is no list".to_owned(),
            name => format!("`{name}` is no list"),
        })
    })
}

/// Returns the cursor of the next page of a GraphQL connection.
pub(super) fn cursor(connection: &Value) -> Option<String> {
    let more = flag(connection, "/pageInfo/hasNextPage");
    text(connection, "/pageInfo/endCursor").filter(|_| more).map(str::to_owned)
}

/// Returns the words of a host, cut and without control characters.
fn shown(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).take(SHOWN_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::{next_link, same_host};

    #[test]
    fn next_pages_are_at_the_same_host() {
        let header =
            "<https://a.example/x?page=1>; rel=\"first\", <https://a.example/x?page=3>; rel=\"next\"";
        assert_eq!(next_link(header), Some("https://a.example/x?page=3"));
        assert_eq!(next_link("<https://a.example/x>; rel=\"last\""), None);
        assert!(same_host("https://a.example/x", "https://a.example/x?page=3").is_ok());
        for next in ["https://b.example/x", "http://a.example/x", "https://a.example:8443/x", "/x"] {
            assert!(same_host("https://a.example/x", next).is_err(), "{next}");
        }
    }
}
