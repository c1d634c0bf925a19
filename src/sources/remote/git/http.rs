//! Git's smart protocol as requests of a `Transport`: one for the references, one for each step of the negotiation.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};

use git2::Error;
use git2::transport::{Service, SmartSubtransport};

use super::connection::{Connection, Stream, Way, lock};
use crate::sources::remote::{FetchError, HeaderValue, Request, Response};

/// The most bytes of the list of references.
const REFERENCES_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The most bytes of one step of the negotiation, which we write ourselves.
const ASKED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What comes after the repository in the address of its references.
const REFERENCES: &str = "/info/refs?service=git-upload-pack";

/// The requests of one fetch.
pub(super) struct HttpTransport {
    connection: Arc<Connection>,
    /// Where the repository is after redirects, once the references were read.
    moved: Arc<Mutex<Option<String>>>,
}

impl HttpTransport {
    pub(super) fn new(connection: Arc<Connection>) -> Self {
        Self { connection, moved: Arc::default() }
    }
}

impl SmartSubtransport for HttpTransport {
    fn action(&self, _url: &str, action: Service) -> Result<Stream, Error> {
        let references = match action {
            Service::UploadPackLs => true,
            Service::UploadPack => false,
            // Nothing is ever sent to a repository.
            Service::ReceivePackLs | Service::ReceivePack => {
                return Err(Error::from_str("repositories are only read"));
            }
        };
        Ok(Box::new(Exchange {
            connection: Arc::clone(&self.connection),
            moved: Arc::clone(&self.moved),
            references,
            asked: Vec::new(),
            answer: None,
        }))
    }

    fn close(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// One request, sent when its answer is first read.
struct Exchange {
    connection: Arc<Connection>,
    moved: Arc<Mutex<Option<String>>>,
    references: bool,
    asked: Vec<u8>,
    answer: Option<Box<dyn Read + Send>>,
}

impl Exchange {
    fn send(&mut self) -> Result<Box<dyn Read + Send>, FetchError> {
        let Way::Http { transport, base, headers } = &self.connection.way else {
            return Err(FetchError::WrongAnswer("the connection is none over HTTP".to_owned()));
        };
        self.connection.check_time()?;
        let at = lock(&self.moved).clone().unwrap_or_else(|| base.clone());
        let (mut request, kind) = if self.references {
            let request = Request::get(format!("{base}{REFERENCES}"));
            (request.up_to(REFERENCES_BYTES_MAX), "application/x-git-upload-pack-advertisement")
        } else {
            let url = format!("{at}/git-upload-pack");
            let asked = std::mem::take(&mut self.asked);
            let request = Request::post(url, "application/x-git-upload-pack-request", asked);
            (request.up_to(self.connection.bytes_max), "application/x-git-upload-pack-result")
        };
        request = request.header("accept", HeaderValue::Plain(kind.to_owned()));
        let same = self.references || same_origin(base, &at);
        for (name, value) in headers {
            // A secret does not follow a redirect to another host.
            if same || matches!(value, HeaderValue::Plain(_)) {
                request = request.header(name, value.clone());
            }
        }
        let response = transport.send(&request)?;
        self.check(response, kind)
    }

    fn check(&self, response: Response, kind: &str) -> Result<Box<dyn Read + Send>, FetchError> {
        if response.status != 200 {
            return Err(FetchError::Status(response.status));
        }
        let is_kind = response
            .header("content-type")
            .is_some_and(|it| it.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(kind));
        if !is_kind {
            return Err(FetchError::WrongAnswer("the address is no git repository".to_owned()));
        }
        if self.references {
            let moved = response.url.strip_suffix(REFERENCES).map(str::to_owned);
            *lock(&self.moved) = moved;
        }
        Ok(response.body)
    }
}

fn same_origin(one: &str, other: &str) -> bool {
    let origin = |it: &str| url::Url::parse(it).ok().map(|it| it.origin());
    origin(one).is_some_and(|it| Some(it) == origin(other))
}

impl Read for Exchange {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.answer.is_none() {
            let answer = self.send().map_err(|error| self.connection.fail_io(error))?;
            self.answer = Some(answer);
        }
        self.connection.check_time().map_err(|error| self.connection.fail_io(error))?;
        let Some(answer) = &mut self.answer else { return Ok(0) };
        answer.read(into).map_err(|error| self.connection.fail_io(FetchError::from_io(error)))
    }
}

impl Write for Exchange {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        if self.asked.len() + from.len() > ASKED_BYTES_MAX {
            return Err(self.connection.fail_io(FetchError::TooLarge(ASKED_BYTES_MAX as u64)));
        }
        self.asked.extend_from_slice(from);
        Ok(from.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
