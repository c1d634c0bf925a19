//! `Transport`: a request to an answer. The one door to the network.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use super::HostState;
use crate::sources::Secret;

/// Sends requests.
///
/// An implementation checks every address, the first and those of redirects, against what the operator allows, follows
/// redirects, retries what is worth it, and keeps to the limits of each host. It never logs a header.
pub trait Transport: Send + Sync {
    /// Returns what the server finally answers, whatever the status; 304 is an answer too.
    ///
    /// # Errors
    /// When no answer comes, or the address may not be read.
    fn send(&self, request: &Request) -> Result<Response, FetchError>;

    /// Returns what happened at each host so far, in the order of their names; nothing where nobody counts.
    fn hosts(&self) -> Vec<HostState> {
        Vec::new()
    }

    /// Returns how many requests were sent that nobody asked for, such as those for tokens.
    fn own_requests(&self) -> u64 {
        0
    }

    /// Returns the secrets that came with answers, such as tokens.
    fn secrets(&self) -> Vec<Secret> {
        Vec::new()
    }
}

/// The methods that reading needs, and those that keep what was read in a store that machines share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    #[default]
    Get,
    /// Asks with a body, as GraphQL and git do; it changes nothing, so it may be sent again.
    Post,
    /// Asks for the headers alone.
    Head,
    /// Writes, so that the same request again changes nothing more.
    Put,
}

impl Method {
    /// Returns whether a request has a body.
    pub(super) fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put)
    }
}

/// The value of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderValue {
    /// May be seen by anyone.
    Plain(String),
    /// Goes to the host of the first address alone; a redirect to another host drops it.
    Secret(Secret),
    /// A token that must be asked for first, which [`super::GithubAppTransport`] does; without it nothing is sent.
    Issued(Grant),
}

/// In whose name a token is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The host of the integration.
    pub host: String,
    /// The owner of what is read; the empty text where the address names none.
    pub owner: String,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub method: Method,
    /// The absolute address, `https` or `http`.
    pub url: String,
    /// Headers; names in lower case.
    pub headers: Vec<(String, HeaderValue)>,
    /// The body of a [`Method::Post`] or a [`Method::Put`].
    pub body: Vec<u8>,
    /// The most bytes of an answer, after decompression.
    pub bytes_max: u64,
    /// Where a plugin asks: the origins that the operator granted it, to which a redirect may lead.
    pub for_plugin: Option<Arc<[url::Origin]>>,
}

/// The largest answer unless a request says otherwise, in bytes.
const ANSWER_BYTES_MAX: u64 = 32 * 1024 * 1024;

impl Request {
    /// Returns a request that reads an address.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: Method::Get,
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            bytes_max: ANSWER_BYTES_MAX,
            for_plugin: None,
        }
    }

    /// Returns a request that asks with a body.
    pub fn post(url: impl Into<String>, content_type: &str, body: Vec<u8>) -> Self {
        let request = Self { method: Method::Post, body, ..Self::get(url) };
        request.header("content-type", HeaderValue::Plain(content_type.to_owned()))
    }

    /// Returns the request with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: HeaderValue) -> Self {
        self.headers.push((name.to_owned(), value));
        self
    }

    /// Returns the request with another bound on the answer, in bytes.
    #[must_use]
    pub fn up_to(mut self, bytes_max: u64) -> Self {
        self.bytes_max = bytes_max;
        self
    }
}

/// One answer.
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case; of several with one name the values are joined with `, `.
    pub headers: BTreeMap<String, String>,
    /// The address that answered, after redirects.
    pub url: String,
    /// The body, decompressed. A failure while it is read is an [`std::io::Error`] that holds a [`FetchError`].
    pub body: Box<dyn Read + Send>,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Response {
    /// Returns a header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Reads the whole body.
    ///
    /// # Errors
    /// When it breaks off, stalls or is too large.
    pub fn bytes(mut self) -> Result<Vec<u8>, FetchError> {
        let mut bytes = Vec::new();
        self.body.read_to_end(&mut bytes).map_err(FetchError::from_io)?;
        Ok(bytes)
    }
}

/// Why nothing could be read from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The text is no address that can be asked.
    BadAddress(String),
    /// The operator allows no reading from this host, port or path.
    NotAllowed(String),
    /// The host's name leads to a private, link-local or loopback address, and is not granted by its exact name.
    Private(String),
    /// The name, the connection or the encryption failed.
    Unreachable(String),
    /// Nothing came in time; the text names the phase.
    TimedOut(String),
    /// More redirects than are followed.
    TooManyRedirects,
    /// The body ended before it was whole.
    Truncated,
    /// The body is larger than allowed, in bytes.
    TooLarge(u64),
    /// The host answered with this status.
    Status(u16),
    /// The host's budget of requests is spent; the text says until when.
    BudgetSpent(String),
    /// The answer is not what was asked for, such as a page to log in.
    WrongAnswer(String),
    /// The host gives no token to ask with.
    NoToken(String),
    /// `--offline`, and the cache has nothing.
    Offline,
    /// `--locked`, and the lock names nothing, or something else.
    NotLocked(String),
}

impl FetchError {
    /// Returns the error inside a failure of reading, or one that says the connection broke.
    pub fn from_io(error: std::io::Error) -> Self {
        let kind = error.kind();
        match error.into_inner().map(|it| it.downcast::<Self>()) {
            Some(Ok(own)) => *own,
            _ => match kind {
                std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => {
                    Self::TimedOut("the body".to_owned())
                }
                std::io::ErrorKind::UnexpectedEof => Self::Truncated,
                kind => Self::Unreachable(kind.to_string()),
            },
        }
    }

    /// Returns whether the address may not be asked, which no earlier answer makes good.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::NotAllowed(_) | Self::Private(_) | Self::BadAddress(_))
    }

    /// Returns whether there is simply nothing at the address.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Status(404 | 410))
    }
}

impl std::fmt::Display for FetchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BadAddress(reason) => write!(f, "the address cannot be read: {reason}"),
            Self::NotAllowed(host) => write!(f, "`{host}` is not among the hosts that may be read"),
            Self::Private(host) => {
                write!(
                    f,
                    "`{host}` leads to a private address, which is read only where it is granted by name"
                )
            }
            Self::Unreachable(reason) => write!(f, "the host cannot be reached: {reason}"),
            Self::TimedOut(phase) => write!(f, "the host took too long: {phase}"),
            Self::TooManyRedirects => f.write_str("the host redirects too often"),
            Self::Truncated => f.write_str("the answer broke off before it was whole"),
            Self::TooLarge(bytes) => write!(f, "the answer is larger than {} MiB", bytes / 1024 / 1024),
            Self::Status(401) => f.write_str("the host wants to know who asks (401)"),
            Self::Status(403) => f.write_str("the host does not let this token, or nobody, read it (403)"),
            Self::Status(404 | 410) => f.write_str("there is no such file"),
            Self::Status(429) => f.write_str("the host had too many requests (429)"),
            Self::Status(status) => write!(f, "the host answered with status {status}"),
            Self::BudgetSpent(until) => write!(f, "the host's budget of requests is spent {until}"),
            Self::WrongAnswer(reason) => write!(f, "the answer is not what was asked for: {reason}"),
            Self::NoToken(reason) => write!(f, "there is no token to ask with: {reason}"),
            Self::Offline => f.write_str("the network is off (--offline), and the cache does not hold it"),
            Self::NotLocked(reason) => write!(f, "the lock does not allow it (--locked): {reason}"),
        }
    }
}

impl std::error::Error for FetchError {}
