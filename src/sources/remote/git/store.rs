//! `GitStore`: branches, tags and commits of others, each fetched once, in a cache of bare repositories.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use git2::{
    AutotagOption, Direction, ErrorCode, FetchOptions, Oid, RemoteCallbacks, Repository,
    RepositoryInitOptions,
};

use super::address::Address;
use super::connection::{Connection, Opened, Way, lock};
use crate::sources::remote::{FetchError, HeaderValue, Transport};

/// How many commits are fetched at least when a branch has moved, so that it shows whether it was forced.
const MOVED_DEPTH: u32 = 50;

/// The whole history, as libgit2 writes it.
const WHOLE: i32 = i32::MAX;

/// A repository and the headers of its requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitRemote {
    /// Its address: `https`, `http`, `ssh`, `user@host:path` or `file`.
    pub url: String,
    /// Headers, names in lower case, such as `authorization`. They are for HTTP alone.
    pub headers: Vec<(String, HeaderValue)>,
}

/// What is read of a repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GitReference {
    /// The default branch.
    Head,
    /// A branch, such as `main`.
    Branch(String),
    /// A tag, such as `v1.0`.
    Tag(String),
    /// A commit, as 40 hexadecimal digits.
    Commit(String),
    /// A branch, or else a tag, or else a commit, as in addresses of files, which do not say which it is.
    Named(String),
}

impl std::fmt::Display for GitReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Head => f.write_str("default branch"),
            Self::Branch(name) => write!(f, "branch `{name}`"),
            Self::Tag(name) => write!(f, "tag `{name}`"),
            Self::Commit(id) => write!(f, "commit `{id}`"),
            Self::Named(name) => write!(f, "branch, tag or commit `{name}`"),
        }
    }
}

/// A commit that is in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitCommit {
    /// Its hash, in hexadecimal digits.
    pub id: String,
    /// The bare repository that holds it, for `GitTreeReader::of_commit`.
    pub repository: PathBuf,
    /// The time of the commit, in seconds since 1970.
    pub time: i64,
    /// Whether the branch no longer leads to the commit of the last fetch, as far as its last 50 commits show.
    pub forced: bool,
    /// How many bytes of objects were downloaded; 0 when the cache had it.
    pub received: u64,
}

/// The bounds of one fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GitLimits {
    /// The most bytes of an answer.
    pub bytes: u64,
    /// The most objects.
    pub objects: usize,
    /// The most time.
    pub time: Duration,
}

impl Default for GitLimits {
    fn default() -> Self {
        Self { bytes: 2 * 1024 * 1024 * 1024, objects: 2_000_000, time: Duration::from_secs(600) }
    }
}

/// Says whether a host and its port may be asked over `ssh`.
pub type SshAllowed = dyn Fn(&str, u16) -> Result<(), FetchError> + Send + Sync;

/// How repositories are reached.
pub struct GitSettings {
    /// What sends requests, and judges their addresses.
    pub transport: Arc<dyn Transport>,
    /// The program for `ssh`, usually `ssh`.
    pub ssh: PathBuf,
    /// Judges the host and port of a repository over `ssh`, which no transport sees.
    pub ssh_allowed: Box<SshAllowed>,
    /// Whether `file://` may be read: it is any repository of the machine.
    pub local_allowed: bool,
    /// The bounds of a fetch.
    pub limits: GitLimits,
}

type Asked = (String, GitReference, u32);
type Answer = Arc<OnceLock<Result<GitCommit, FetchError>>>;

/// The cache: one bare repository for each address.
///
/// Threads and processes may share a folder: a lock beside each repository lets one fetch at a time.
pub struct GitStore {
    folder: PathBuf,
    settings: GitSettings,
    /// What was asked in this process, so that a build sees one state of each branch.
    answers: Mutex<BTreeMap<Asked, Answer>>,
}

impl GitStore {
    /// Returns the cache in a folder, which is made when it is first needed.
    pub fn new(folder: PathBuf, settings: GitSettings) -> Self {
        Self { folder, settings, answers: Mutex::default() }
    }

    /// Brings a commit into the cache, once for each reference however often and from however many threads it is asked.
    /// When the server still has what the cache has, nothing is downloaded; a commit that is there needs no request.
    ///
    /// `depth` is the number of commits, 1 when it is not said; 0 is the whole history, with all tags.
    ///
    /// # Errors
    /// As [`FetchError`] says; a status of HTTP is kept.
    pub fn fetch(
        &self,
        remote: &GitRemote,
        reference: &GitReference,
        depth: Option<u32>,
    ) -> Result<GitCommit, FetchError> {
        let depth = depth.unwrap_or(1);
        let asked = (remote.url.clone(), reference.clone(), depth);
        let answer = Arc::clone(lock(&self.answers).entry(asked).or_default());
        answer.get_or_init(|| self.fetch_now(remote, reference, depth)).clone()
    }

    /// Returns a commit, by its whole hash, if the cache holds it. Nothing is asked.
    pub fn cached(&self, url: &str, id: &str) -> Option<GitCommit> {
        let path = self.folder.join(format!("{}.git", blake3::hash(url.as_bytes()).to_hex()));
        let repository = Repository::open_bare(&path).ok()?;
        let fetch = Fetch { repository: &repository, path: &path, depth: 1, limits: self.settings.limits };
        fetch.cached_commit(id)
    }

    fn fetch_now(
        &self,
        remote: &GitRemote,
        reference: &GitReference,
        depth: u32,
    ) -> Result<GitCommit, FetchError> {
        let address = self.allowed(&remote.url)?;
        check_name(reference)?;
        let name = blake3::hash(remote.url.as_bytes()).to_hex();
        let path = self.folder.join(format!("{name}.git"));
        fs::create_dir_all(&self.folder).map_err(|error| disk(&error))?;
        let guard = File::create(self.folder.join(format!("{name}.lock"))).map_err(|error| disk(&error))?;
        guard.lock().map_err(|error| disk(&error))?;
        let repository = opened(&path)?;
        let fetch = Fetch { repository: &repository, path: &path, depth, limits: self.settings.limits };
        if let GitReference::Commit(id) | GitReference::Named(id) = reference
            && let Some(commit) = fetch.cached_commit(id)
        {
            return Ok(commit);
        }
        let deadline = Instant::now() + self.settings.limits.time;
        let way = match address {
            Address::Local(url) => return fetch.run(&url, None, deadline, reference),
            Address::Http(base) => Way::Http {
                transport: Arc::clone(&self.settings.transport),
                base,
                headers: remote.headers.clone(),
            },
            Address::Ssh(address) => Way::Ssh { program: self.settings.ssh.clone(), address },
        };
        let open = Opened::new(Connection::new(way, self.settings.limits.bytes, deadline))?;
        fetch.run(&open.url(), Some(&open.connection), deadline, reference)
    }

    /// Returns the address when the operator allows it. The transport judges those over HTTP.
    fn allowed(&self, url: &str) -> Result<Address, FetchError> {
        let address = Address::read(url)?;
        match &address {
            Address::Local(_) if !self.settings.local_allowed => {
                Err(FetchError::NotAllowed("file://".to_owned()))
            }
            Address::Ssh(ssh) => {
                (self.settings.ssh_allowed)(&ssh.host, ssh.port.unwrap_or(22)).map(|()| address)
            }
            _ => Ok(address),
        }
    }
}

/// Opens the repository, or makes it; a broken one is made anew.
fn opened(path: &Path) -> Result<Repository, FetchError> {
    if let Ok(repository) = Repository::open_bare(path) {
        return Ok(repository);
    }
    if path.exists() {
        fs::remove_dir_all(path).map_err(|error| disk(&error))?;
    }
    let mut options = RepositoryInitOptions::new();
    options.bare(true).external_template(false).no_reinit(true);
    Repository::init_opts(path, &options)
        .map_err(|error| FetchError::Unreachable(format!("the cache of git: {}", error.message())))
}

fn disk(error: &std::io::Error) -> FetchError {
    FetchError::Unreachable(format!("the cache of git cannot be written: {}", error.kind()))
}

/// Refuses names that git has not.
fn check_name(reference: &GitReference) -> Result<(), FetchError> {
    let fits = match reference {
        GitReference::Head => true,
        GitReference::Branch(name) | GitReference::Tag(name) | GitReference::Named(name) => {
            git2::Reference::is_valid_name(&format!("refs/heads/{name}")) && !name.contains('*')
        }
        GitReference::Commit(id) => full_id(id).is_some(),
    };
    if fits { Ok(()) } else { Err(FetchError::BadAddress(format!("git has no {reference}"))) }
}

fn full_id(text: &str) -> Option<Oid> {
    (text.len() == 40).then(|| Oid::from_str(text).ok()).flatten()
}

/// One fetch into one repository.
struct Fetch<'a> {
    repository: &'a Repository,
    path: &'a Path,
    depth: u32,
    limits: GitLimits,
}

/// What the server has for a reference.
struct Offer {
    /// The full name of the reference, or the commit.
    source: String,
    id: Oid,
}

impl Fetch<'_> {
    /// Returns the name under which the cache keeps what it has of a reference, at each depth.
    fn kept_name(&self, source: &str) -> String {
        format!("refs/callboard/{}/{source}", self.depth)
    }

    fn commit(&self, id: Oid, forced: bool, received: u64) -> Option<GitCommit> {
        let commit = self.repository.find_object(id, None).ok()?.peel_to_commit().ok()?;
        // A commit without its tree is of no use.
        commit.tree().ok()?;
        Some(GitCommit {
            id: commit.id().to_string(),
            repository: self.path.to_path_buf(),
            time: commit.time().seconds(),
            forced,
            received,
        })
    }

    /// Returns a commit of the cache. Its tree is all there whatever the depth; more history is kept under its name.
    fn cached_commit(&self, text: &str) -> Option<GitCommit> {
        let id = full_id(text)?;
        if self.depth != 1 && self.repository.find_reference(&self.kept_name(&id.to_string())).is_err() {
            return None;
        }
        self.commit(id, false, 0)
    }

    fn run(
        &self,
        url: &str,
        connection: Option<&Connection>,
        deadline: Instant,
        reference: &GitReference,
    ) -> Result<GitCommit, FetchError> {
        let told = |error: git2::Error| {
            let noted = connection.and_then(Connection::failure);
            noted.unwrap_or_else(|| described(&error))
        };
        let mut remote = self.repository.remote_anonymous(url).map_err(told)?;
        let mut open = remote.connect_auth(Direction::Fetch, None, None).map_err(told)?;
        let offer = self.offer(open.list().map_err(told)?, open.default_branch().ok(), reference)?;
        let name = self.kept_name(&offer.source);
        let old = self.repository.find_reference(&name).ok().and_then(|it| it.target());
        if old == Some(offer.id)
            && let Some(commit) = self.commit(offer.id, false, 0)
        {
            return Ok(commit);
        }
        let depth = match (connection, self.depth, old) {
            // libgit2 copies from a folder without any depth.
            (None, _, _) => 0,
            (_, 0, _) => WHOLE,
            (_, depth, Some(_)) => depth.max(MOVED_DEPTH).try_into().unwrap_or(WHOLE),
            (_, depth, None) => depth.try_into().unwrap_or(WHOLE),
        };
        let mut specs = vec![format!("+{}:{name}", offer.source)];
        if self.depth == 0 {
            specs.push("+refs/tags/*:refs/tags/*".to_owned());
        }
        let refused = Mutex::new(None);
        let mut options = self.options(depth, deadline, &refused);
        let fetched = open.remote().fetch(&specs, Some(&mut options), None);
        drop(options);
        let received = open.remote().stats().received_bytes() as u64;
        drop(open);
        if let Err(error) = fetched {
            return Err(lock(&refused).take().unwrap_or_else(|| told(error)));
        }
        let forced = old.is_some_and(|old| self.is_forced(old, offer.id));
        // Some servers give an object that was not asked for; the reference is ours to set.
        self.repository.reference(&name, offer.id, true, "fetched").map_err(told)?;
        self.commit(offer.id, forced, received)
            .ok_or_else(|| FetchError::WrongAnswer(format!("the {reference} is no commit")))
    }

    fn options<'a>(
        &self,
        depth: i32,
        deadline: Instant,
        refused: &'a Mutex<Option<FetchError>>,
    ) -> FetchOptions<'a> {
        let limits = self.limits;
        let mut callbacks = RemoteCallbacks::new();
        callbacks.transfer_progress(move |progress| {
            let error = if progress.received_bytes() as u64 > limits.bytes {
                FetchError::TooLarge(limits.bytes)
            } else if progress.total_objects() > limits.objects {
                FetchError::WrongAnswer(format!("the repository has more than {} objects", limits.objects))
            } else if Instant::now() >= deadline {
                FetchError::TimedOut("the repository".to_owned())
            } else {
                return true;
            };
            lock(refused).get_or_insert(error);
            false
        });
        let mut options = FetchOptions::new();
        options
            .depth(depth)
            .download_tags(AutotagOption::None)
            .update_fetchhead(false)
            .remote_callbacks(callbacks);
        options
    }

    /// Returns what the server has of a reference.
    fn offer(
        &self,
        heads: &[git2::RemoteHead<'_>],
        default_branch: Option<git2::Buf>,
        reference: &GitReference,
    ) -> Result<Offer, FetchError> {
        let named = |name: &str| {
            let head = heads.iter().find(|it| it.name() == name)?;
            Some(Offer { source: name.to_owned(), id: head.oid() })
        };
        let by_id = |text: &str| {
            let id = full_id(text)?;
            // What a reference leads to is given by every server; any other commit only by some.
            let head = heads.iter().filter(|it| it.oid() == id);
            let source = head.map(git2::RemoteHead::name).find(|it| !it.ends_with("^{}"));
            Some(Offer { source: source.map_or_else(|| id.to_string(), str::to_owned), id })
        };
        let found = match reference {
            GitReference::Head => {
                let branch = default_branch.as_ref().and_then(|it| it.as_str().ok());
                branch.and_then(named).or_else(|| named("HEAD"))
            }
            GitReference::Branch(name) => named(&format!("refs/heads/{name}")),
            GitReference::Tag(name) => named(&format!("refs/tags/{name}")),
            GitReference::Commit(id) => by_id(id),
            GitReference::Named(name) => named(&format!("refs/heads/{name}"))
                .or_else(|| named(&format!("refs/tags/{name}")))
                .or_else(|| by_id(name)),
        };
        found.ok_or_else(|| match reference {
            GitReference::Head => FetchError::WrongAnswer("the repository is empty".to_owned()),
            _ => FetchError::WrongAnswer(format!("the repository has no {reference}")),
        })
    }

    /// Returns whether a commit is not among those that lead to another.
    fn is_forced(&self, old: Oid, new: Oid) -> bool {
        let commit = |id| self.repository.find_object(id, None).ok()?.peel_to_commit().ok();
        let (Some(old), Some(new)) = (commit(old), commit(new)) else { return true };
        let leads = self.repository.graph_descendant_of(new.id(), old.id()).unwrap_or(false);
        old.id() != new.id() && !leads
    }
}

fn described(error: &git2::Error) -> FetchError {
    match error.code() {
        ErrorCode::NotFound => FetchError::Status(404),
        _ => FetchError::WrongAnswer(format!("git: {}", error.message())),
    }
}
