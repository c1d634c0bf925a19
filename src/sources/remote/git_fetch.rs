//! `GitFetch`: the root of a tree of git to a commit in the cache, by the rules of the fetcher: lock, modes, staleness.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::git::{GitCommit, GitLimits, GitReference, GitRemote, GitSettings, GitStore};
use super::{Access, CacheEntry, FetchError, Fetcher, Pin, Request, Response, Stale, Transport};
use crate::sources::git_address;
use crate::sources::integration::Integrations;

/// What git may do beyond asking hosts over HTTP, which the transport judges.
#[derive(Clone, Debug, Default)]
pub struct GitPolicy {
    /// Which hosts may be asked over `ssh`; none when it is not said.
    pub access: Option<Access>,
    /// Whether `git+file://` may be read: any repository of this machine.
    pub local: bool,
}

/// Counts the requests of git, which sends as many as it needs.
struct Counted {
    inner: Arc<dyn Transport>,
    asked: Arc<AtomicU64>,
}

impl Transport for Counted {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.inner.send(request)
    }
}

/// Fetches repositories.
pub(super) struct GitFetch {
    store: GitStore,
}

impl GitFetch {
    pub(super) fn new(fetcher: &Fetcher, policy: GitPolicy) -> Self {
        let access = policy.access;
        let settings = GitSettings {
            transport: Arc::new(Counted { inner: Arc::clone(fetcher.transport()), asked: fetcher.counter() }),
            ssh: PathBuf::from("ssh"),
            ssh_allowed: Box::new(move |host, port| allowed(access.as_ref(), host, port)),
            local_allowed: policy.local,
            limits: GitLimits::default(),
        };
        Self { store: GitStore::new(fetcher.cache().folder().join("git"), settings) }
    }

    /// Returns the commit of a root, and what failed if it is the last good one.
    pub(super) fn commit(
        &self,
        root: &str,
        fetcher: &Fetcher,
        hosts: &Integrations,
    ) -> Result<(GitCommit, Option<Stale>), FetchError> {
        let wrong = || FetchError::BadAddress("it names no repository".to_owned());
        let (url, reference) = git_address::remote(root).ok_or_else(wrong)?;
        let remote = GitRemote { headers: hosts.git_headers(&url), url };
        let mode = fetcher.mode();
        if mode.locked {
            let pinned = fetcher.locked(root).and_then(|it| it.commit.clone());
            let id = pinned.ok_or_else(|| FetchError::NotLocked("the lock does not name it".to_owned()))?;
            let commit = match (self.store.cached(&remote.url, &id), mode.offline) {
                (Some(commit), _) => commit,
                (None, true) => return Err(FetchError::Offline),
                (None, false) => self.ask(fetcher, &remote, &GitReference::Commit(id))?,
            };
            fetcher.pin(root, pin(&commit));
            return Ok((commit, None));
        }
        let entry = fetcher.cache().entry(root);
        let kept = || {
            let entry = entry.as_ref()?;
            Some((self.store.cached(&remote.url, &entry.digest)?, entry.read.clone()))
        };
        match kept().filter(|_| mode.offline || mode.settled) {
            Some((commit, _)) => {
                fetcher.pin(root, pin(&commit));
                return Ok((commit, None));
            }
            None if mode.offline => return Err(FetchError::Offline),
            None => {}
        }
        let reference = reference.map_or(GitReference::Head, GitReference::Named);
        match self.ask(fetcher, &remote, &reference) {
            Ok(commit) => {
                let entry = CacheEntry {
                    address: root.to_owned(),
                    digest: commit.id.clone(),
                    read: fetcher.now().to_owned(),
                    ..CacheEntry::default()
                };
                // Without the entry the next build asks again, and that is all.
                let _ = fetcher.cache().keep_entry(root, &entry);
                fetcher.pin(root, pin(&commit));
                Ok((commit, None))
            }
            Err(reason) => {
                let refused = reason.is_missing() || reason.is_refused();
                if let Some(before) = fetcher.locked(root).filter(|_| !reason.is_missing()) {
                    fetcher.pin(root, before.clone());
                }
                let (commit, since) = kept().filter(|_| !refused).ok_or_else(|| reason.clone())?;
                Ok((commit, Some(Stale { since, reason })))
            }
        }
    }

    /// Returns the commit of a root with all that came before it, for questions about its history. Off the network, the
    /// commit is as deep as the cache has it.
    pub(super) fn whole(
        &self,
        root: &str,
        fetcher: &Fetcher,
        hosts: &Integrations,
    ) -> Result<GitCommit, FetchError> {
        let wrong = || FetchError::BadAddress("it names no repository".to_owned());
        let (url, reference) = git_address::remote(root).ok_or_else(wrong)?;
        let remote = GitRemote { headers: hosts.git_headers(&url), url };
        let (mode, key) = (fetcher.mode(), format!("{root} history"));
        if mode.offline || mode.locked || mode.settled {
            let entry = fetcher.cache().entry(&key).ok_or(FetchError::Offline)?;
            return self.store.cached(&remote.url, &entry.digest).ok_or(FetchError::Offline);
        }
        fetcher.spend()?;
        let reference = reference.map_or(GitReference::Head, GitReference::Named);
        let commit = self.store.fetch(&remote, &reference, Some(0))?;
        fetcher.count_tree(commit.received);
        let (digest, read) = (commit.id.clone(), fetcher.now().to_owned());
        let entry = CacheEntry { address: key.clone(), digest, read, ..CacheEntry::default() };
        // Without the entry the next build asks again, and that is all.
        let _ = fetcher.cache().keep_entry(&key, &entry);
        Ok(commit)
    }

    fn ask(
        &self,
        fetcher: &Fetcher,
        remote: &GitRemote,
        reference: &GitReference,
    ) -> Result<GitCommit, FetchError> {
        fetcher.spend()?;
        let commit = self.store.fetch(remote, reference, None)?;
        fetcher.count_tree(commit.received);
        Ok(commit)
    }
}

fn pin(commit: &GitCommit) -> Pin {
    Pin { commit: Some(commit.id.clone()), ..Pin::default() }
}

/// The rules are for addresses of the web; a host that may be read there may be read over `ssh`.
fn allowed(access: Option<&Access>, host: &str, port: u16) -> Result<(), FetchError> {
    let port = if port == 22 { String::new() } else { format!(":{port}") };
    let url = url::Url::parse(&format!("https://{host}{port}/"));
    let url = url.map_err(|error| FetchError::BadAddress(error.to_string()))?;
    let refused = || FetchError::NotAllowed(host.to_owned());
    let access = access.ok_or_else(refused)?;
    access.check(&url)?;
    // The name is looked up by `ssh` itself, so that only an exact grant can vouch for a bare address.
    let is_address = !matches!(url.host(), Some(url::Host::Domain(_)));
    if is_address && !access.grants_private(&url) {
        Err(FetchError::Private(host.to_owned()))
    } else {
        Ok(())
    }
}
