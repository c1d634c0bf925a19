//! `Fetcher`: an address to its content, once a build, through the cache and the lock.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use globset::GlobMatcher;

use super::{Cache, CacheEntry, FetchError, HeaderValue, Lock, Pin, PluginPin, Request, Response, Transport};

/// How often a body that breaks off is asked for again.
const ATTEMPTS_MAX: u32 = 3;

/// The headers that lead to the next page of a list.
const PAGING: &[&str] = &["link", "x-next-page", "x-ms-continuationtoken", "x-total-count"];

/// What a build may do to read from elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Mode {
    /// No socket is opened: what the cache does not hold is missing.
    pub offline: bool,
    /// Nothing but what the lock names is read.
    pub locked: bool,
    /// What the cache holds is not asked for again: it was read a moment ago.
    pub settled: bool,
    /// The most requests of a run, if it is bounded.
    pub requests_max: Option<u64>,
    /// Addresses that are read anew, without asking whether they have changed.
    pub refresh: Option<Refresh>,
}

/// Which addresses are read anew.
#[derive(Clone, Debug)]
pub enum Refresh {
    /// All of them.
    All,
    /// Those that match.
    Matching(GlobMatcher),
}

impl Refresh {
    pub(super) fn takes(&self, address: &str) -> bool {
        match self {
            Self::All => true,
            Self::Matching(glob) => glob.is_match(address),
        }
    }
}

/// Content that is older than it should be, because its host failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The day on which it was last known to be right, as `2026-01-31`.
    pub since: String,
    /// Why it could not be read today.
    pub reason: FetchError,
}

/// A content in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its digest.
    pub digest: String,
    /// What failed, if this is the last good content.
    pub stale: Option<Stale>,
    /// The headers that lead to the next page of a list, names in lower case.
    pub headers: BTreeMap<String, String>,
}

/// Turns the body of a small answer into the content that was asked for.
pub type Decode = fn(Vec<u8>) -> Result<Vec<u8>, FetchError>;

/// What is asked for.
pub struct Ask {
    /// The address under which people know it, which the lock names.
    pub name: String,
    /// The request.
    pub request: Request,
    /// What turns the answer into the content; none keeps it as it comes, however large.
    pub decode: Option<Decode>,
    /// Whether a page of HTML is a wrong answer, such as one to log in.
    pub html_is_wrong: bool,
}

/// How much was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Contents that the build needed.
    pub wanted: u64,
    /// Requests for them, and for tokens; retries and redirects are the transport's to count.
    pub asked: u64,
    /// Answers that nothing had changed.
    pub unchanged: u64,
    /// Bytes of new contents.
    pub bytes: u64,
}

type Slot = Arc<OnceLock<Result<Fetched, FetchError>>>;

/// Reads contents.
pub struct Fetcher {
    transport: Arc<dyn Transport>,
    cache: Cache,
    mode: Mode,
    /// The day of the build, as `2026-01-31`.
    now: String,
    /// The moment of the build, in seconds since 1970.
    now_s: i64,
    before: Lock,
    after: Mutex<Lock>,
    known: Mutex<BTreeMap<String, Slot>>,
    wanted: AtomicU64,
    asked: Arc<AtomicU64>,
    unchanged: AtomicU64,
    bytes: AtomicU64,
}

impl Fetcher {
    /// Returns a fetcher for one build at the time `now`, a day or a moment as `2026-01-31T12:00:00Z`.
    pub fn new(transport: Arc<dyn Transport>, cache: Cache, mode: Mode, lock: Lock, now: &str) -> Self {
        Self {
            transport,
            cache,
            mode,
            now: now.get(..10).unwrap_or(now).to_owned(),
            now_s: seconds(now),
            before: lock,
            after: Mutex::default(),
            known: Mutex::default(),
            wanted: AtomicU64::new(0),
            asked: Arc::default(),
            unchanged: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        }
    }

    /// Returns the cache.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Returns what the build may do.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// Returns what sends requests.
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    /// Returns what the lock named before the build.
    pub fn locked(&self, name: &str) -> Option<&Pin> {
        self.before.pin(name)
    }

    /// Says what an address had in this build.
    pub fn pin(&self, name: &str, pin: Pin) {
        self.after.lock().unwrap_or_else(PoisonError::into_inner).set(name, pin);
    }

    /// Returns what the lock said of plugins before the build.
    pub fn locked_plugins(&self) -> &BTreeMap<String, PluginPin> {
        self.before.plugins()
    }

    /// Says what the plugins of this build are.
    pub fn pin_plugins(&self, plugins: &BTreeMap<String, PluginPin>) {
        let mut after = self.after.lock().unwrap_or_else(PoisonError::into_inner);
        plugins.iter().for_each(|(id, pin)| after.set_plugin(id, pin.clone()));
    }

    /// Returns the lock of this build.
    pub fn lock(&self) -> Lock {
        self.after.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the day of the build, as `2026-01-31`.
    pub fn now(&self) -> &str {
        &self.now
    }

    /// Returns the moment of the build, in seconds since 1970.
    pub fn now_s(&self) -> i64 {
        self.now_s
    }

    /// Returns what counts requests, for those that others send.
    pub(super) fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.asked)
    }

    /// Takes one request from the budget of the run.
    ///
    /// # Errors
    /// When it is spent.
    pub(super) fn spend(&self) -> Result<(), FetchError> {
        match self.mode.requests_max.filter(|most| self.asked.load(Ordering::Relaxed) >= *most) {
            Some(most) => {
                Err(FetchError::BudgetSpent(format!("for this run, which may send {most} (--requests-max)")))
            }
            None => Ok(()),
        }
    }

    /// Counts a tree that git has read, with the bytes that came; none when nothing has changed.
    pub(super) fn count_tree(&self, bytes: u64) {
        self.wanted.fetch_add(1, Ordering::Relaxed);
        self.unchanged.fetch_add(u64::from(bytes == 0), Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Returns how much was asked so far.
    pub fn count(&self) -> Count {
        let of = |it: &AtomicU64| it.load(Ordering::Relaxed);
        Count {
            wanted: of(&self.wanted),
            asked: self.requests(),
            unchanged: of(&self.unchanged),
            bytes: of(&self.bytes),
        }
    }

    fn requests(&self) -> u64 {
        self.asked.load(Ordering::Relaxed) + self.transport.own_requests()
    }

    /// Returns the content that was asked for; whoever asks second waits for the first.
    ///
    /// # Errors
    /// When it cannot be read and the cache holds no last good content.
    pub fn fetch(&self, ask: &Ask) -> Result<Fetched, FetchError> {
        let slot = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(ask.name.clone()).or_default())
        };
        slot.get_or_init(|| {
            self.wanted.fetch_add(1, Ordering::Relaxed);
            self.once(ask)
        })
        .clone()
    }

    fn once(&self, ask: &Ask) -> Result<Fetched, FetchError> {
        let headers = || self.cache.entry(&ask.name).map(|it| it.headers).unwrap_or_default();
        let fresh = |digest: String| Ok(Fetched { digest, stale: None, headers: headers() });
        let pin = self.before.pin(&ask.name);
        if self.mode.locked {
            let pin = pin.ok_or_else(|| FetchError::NotLocked("the lock does not name it".to_owned()))?;
            let digest = pin.digest.clone().unwrap_or_default();
            if !self.cache.has(&digest) {
                let (found, _) = self.ask(ask, None)?;
                if found != digest {
                    let reason = "its content is not the one that the lock names".to_owned();
                    return Err(FetchError::NotLocked(reason));
                }
            }
            self.cache.touch(&digest);
            self.pin(&ask.name, pin.clone());
            return fresh(digest);
        }
        let entry = self.cache.entry(&ask.name).filter(|it| self.cache.has(&it.digest));
        if let Some(entry) = entry.as_ref().filter(|_| self.mode.settled) {
            let (digest, etag) = (Some(entry.digest.clone()), entry.etag.clone());
            self.pin(&ask.name, Pin { digest, etag, commit: None });
            return fresh(entry.digest.clone());
        }
        let anew = self.mode.refresh.as_ref().is_some_and(|it| it.takes(&ask.name));
        let asked = match self.mode.offline {
            true => Err(FetchError::Offline),
            false => self.ask(ask, entry.as_ref().filter(|_| !anew)),
        };
        match (asked, entry) {
            (Ok((digest, etag)), _) => {
                self.pin(&ask.name, Pin { digest: Some(digest.clone()), etag, commit: None });
                fresh(digest)
            }
            // Off the network, what the cache holds is what there is.
            (Err(FetchError::Offline), Some(entry)) => {
                self.pin(
                    &ask.name,
                    Pin { digest: Some(entry.digest.clone()), etag: entry.etag, commit: None },
                );
                fresh(entry.digest)
            }
            (Err(reason), Some(entry)) if !reason.is_missing() && !reason.is_refused() => {
                if let Some(pin) = pin {
                    self.pin(&ask.name, pin.clone());
                }
                let stale = Some(Stale { since: entry.read, reason });
                Ok(Fetched { digest: entry.digest, stale, headers: entry.headers })
            }
            (Err(reason), _) => {
                // A bad day of a host does not unpin what it had.
                if let Some(pin) = pin.filter(|_| !reason.is_missing()) {
                    self.pin(&ask.name, pin.clone());
                }
                Err(reason)
            }
        }
    }

    /// Asks the host, and keeps what it answers. Returns the digest and the tag of the content.
    pub(super) fn ask(
        &self,
        ask: &Ask,
        entry: Option<&CacheEntry>,
    ) -> Result<(String, Option<String>), FetchError> {
        if self.mode.offline {
            return Err(FetchError::Offline);
        }
        let mut request = ask.request.clone();
        for (name, value) in [
            ("if-none-match", entry.and_then(|it| it.etag.clone())),
            ("if-modified-since", entry.and_then(|it| it.last_modified.clone())),
        ] {
            if let Some(value) = value {
                request = request.header(name, HeaderValue::Plain(value));
            }
        }
        let mut attempt = 1;
        loop {
            self.spend()?;
            let response = self.transport.send(&request);
            // What may not be asked was not asked.
            if !response.as_ref().is_err_and(FetchError::is_refused) {
                self.asked.fetch_add(1, Ordering::Relaxed);
            }
            let response = response?;
            if let (304, Some(entry)) = (response.status, entry) {
                self.unchanged.fetch_add(1, Ordering::Relaxed);
                let entry = CacheEntry { read: self.now.clone(), at: Some(self.now_s), ..entry.clone() };
                self.cache.touch(&entry.digest);
                // What is known already stays known, even where the day cannot be noted.
                let _ = self.cache.keep_entry(&ask.name, &entry);
                return Ok((entry.digest, entry.etag));
            }
            match self.keep(ask, response) {
                Err(FetchError::Truncated) if attempt < ATTEMPTS_MAX => attempt += 1,
                other => return other,
            }
        }
    }

    fn keep(&self, ask: &Ask, response: Response) -> Result<(String, Option<String>), FetchError> {
        if response.status != 200 {
            return Err(FetchError::Status(response.status));
        }
        let is_html = response.header("content-type").is_some_and(|it| it.starts_with("text/html"));
        if is_html && ask.html_is_wrong {
            return Err(FetchError::WrongAnswer("it is a page of HTML, perhaps one to log in".to_owned()));
        }
        let header = |name: &str| response.header(name).map(str::to_owned);
        let (etag, last_modified) = (header("etag"), header("last-modified"));
        let of_paging = |name: &&str| Some(((*name).to_owned(), response.header(name)?.to_owned()));
        let paging = PAGING.iter().filter_map(of_paging).collect();
        let (digest, bytes) = match ask.decode {
            Some(decode) => {
                let content = decode(response.bytes()?)?;
                (self.cache.keep(&content).map_err(|error| not_kept(&error))?, content.len() as u64)
            }
            None => {
                let mut body = response.body;
                self.cache.keep_stream(&mut *body).map_err(|error| match error.get_ref() {
                    Some(inner) if inner.is::<FetchError>() => FetchError::from_io(error),
                    _ => not_kept(&error),
                })?
            }
        };
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let entry = CacheEntry {
            // The address of a plugin's request may hold a secret; its name does not.
            address: if ask.request.for_plugin.is_some() {
                ask.name.clone()
            } else {
                ask.request.url.clone()
            },
            digest: digest.clone(),
            bytes,
            etag: etag.clone(),
            last_modified,
            headers: paging,
            read: self.now.clone(),
            at: Some(self.now_s),
            status: None,
        };
        self.cache.keep_entry(&ask.name, &entry).map_err(|error| not_kept(&error))?;
        Ok((digest, etag))
    }
}

fn not_kept(error: &io::Error) -> FetchError {
    FetchError::Unreachable(format!("the cache cannot be written to: {}", error.kind()))
}

fn seconds(now: &str) -> i64 {
    let moment = now.parse::<jiff::Timestamp>();
    let moment = moment.or_else(|_| format!("{now}T00:00:00Z").parse::<jiff::Timestamp>());
    moment.map_or(0, jiff::Timestamp::as_second)
}
