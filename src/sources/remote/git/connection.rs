//! Connections by number: how libgit2, which knows transports by scheme for the whole process, finds that of one fetch.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use git2::transport::{SmartSubtransportStream, Transport as GitTransport};
use git2::{Error, ErrorClass, ErrorCode};

use super::address::SshAddress;
use super::http::HttpTransport;
use super::ssh::SshTransport;
use crate::sources::remote::{FetchError, HeaderValue, Transport};

/// The scheme under which a connection is known to libgit2; the rest of the address is its number.
const SCHEME: &str = "callboard-git";

/// The way that one fetch goes, its bounds, and what went wrong on it.
pub(super) struct Connection {
    pub(super) way: Way,
    /// The most bytes of an answer.
    pub(super) bytes_max: u64,
    /// When the fetch must be done.
    pub(super) deadline: Instant,
    /// The first failure. libgit2 hands on a text at most, and this says more.
    failure: Mutex<Option<FetchError>>,
}

/// How the server is reached.
pub(super) enum Way {
    /// Requests.
    Http {
        /// What sends them.
        transport: Arc<dyn Transport>,
        /// The address of the repository.
        base: String,
        /// The headers of each request.
        headers: Vec<(String, HeaderValue)>,
    },
    /// A program that speaks over its standard streams.
    Ssh {
        /// The program.
        program: PathBuf,
        /// Where to.
        address: SshAddress,
    },
}

impl Connection {
    pub(super) fn new(way: Way, bytes_max: u64, deadline: Instant) -> Self {
        Self { way, bytes_max, deadline, failure: Mutex::new(None) }
    }

    /// Notes a failure, and returns libgit2's own kind of error.
    pub(super) fn fail(&self, error: FetchError) -> Error {
        let message = error.to_string().replace('\0', " ");
        lock(&self.failure).get_or_insert(error);
        Error::new(ErrorCode::GenericError, ErrorClass::Net, message)
    }

    /// Notes a failure while a stream is read.
    pub(super) fn fail_io(&self, error: FetchError) -> std::io::Error {
        std::io::Error::other(self.fail(error).message().to_owned())
    }

    /// Returns an error when the time is over.
    pub(super) fn check_time(&self) -> Result<(), FetchError> {
        if Instant::now() < self.deadline {
            return Ok(());
        }
        Err(FetchError::TimedOut("the repository".to_owned()))
    }

    /// Returns the failure that was noted.
    pub(super) fn failure(&self) -> Option<FetchError> {
        lock(&self.failure).clone()
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing is left half-done under these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

static OPEN: Mutex<BTreeMap<u64, Arc<Connection>>> = Mutex::new(BTreeMap::new());

/// A connection that libgit2 can find, as long as this lives.
pub(super) struct Opened {
    number: u64,
    pub(super) connection: Arc<Connection>,
}

impl Opened {
    /// Makes a connection known.
    pub(super) fn new(connection: Connection) -> Result<Self, FetchError> {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        register()?;
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let connection = Arc::new(connection);
        lock(&OPEN).insert(number, Arc::clone(&connection));
        Ok(Self { number, connection })
    }

    /// Returns the address for libgit2.
    pub(super) fn url(&self) -> String {
        format!("{SCHEME}://{}", self.number)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        lock(&OPEN).remove(&self.number);
    }
}

/// Makes the scheme known to libgit2, once.
fn register() -> Result<(), FetchError> {
    static DONE: OnceLock<Result<(), String>> = OnceLock::new();
    let done = DONE.get_or_init(|| {
        #[expect(
            unsafe_code,
            reason = "no other transport is made meanwhile: every fetch of the program waits for this one call"
        )]
        // SAFETY: the call must not run beside another that makes transports. Only this module makes any, each after
        // this call is done, which the lock of `DONE` sees to.
        let registered = unsafe { git2::transport::register(SCHEME, make) };
        registered.map_err(|it| it.message().to_owned())
    });
    done.clone().map_err(FetchError::Unreachable)
}

fn make(remote: &git2::Remote<'_>) -> Result<GitTransport, Error> {
    let number =
        remote.url().ok().and_then(|it| it.strip_prefix(SCHEME)?.strip_prefix("://")?.parse::<u64>().ok());
    let connection = number.and_then(|it| lock(&OPEN).get(&it).cloned());
    let connection = connection.ok_or_else(|| Error::from_str("the connection is closed"))?;
    match connection.way {
        Way::Http { .. } => GitTransport::smart(remote, true, HttpTransport::new(connection)),
        Way::Ssh { .. } => GitTransport::smart(remote, false, SshTransport::new(connection)),
    }
}

/// One stream of either way.
pub(super) type Stream = Box<dyn SmartSubtransportStream>;
