//! Answers that hold for a while: what plugins fetch, through the cache and not through the lock.

use std::sync::atomic::Ordering;

use super::{Ask, CacheEntry, FetchError, Fetcher, Stale};

/// An answer, and how old it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// Its content.
    pub body: Vec<u8>,
    /// The headers that lead to the next page of a list, names in lower case.
    pub headers: std::collections::BTreeMap<String, String>,
    /// When the host last said that this is the content, in seconds since 1970.
    pub at: i64,
    /// What failed, if this is the last good content.
    pub stale: Option<Stale>,
}

impl Fetcher {
    /// Returns the content that was asked for: that of the cache while it is younger than `ttl_s` seconds, or where the
    /// mode asks nobody.
    ///
    /// The lock does not name what is fetched so: data of plugins changes with each build. With `--locked` it is taken
    /// from the cache, as with `--offline`.
    ///
    /// # Errors
    /// When it cannot be read and the cache holds no last good content.
    pub fn fetch_fresh(&self, ask: &Ask, ttl_s: u64) -> Result<Fresh, FetchError> {
        self.fresh(&ask.name, ttl_s, &|before| self.ask(ask, before).map(drop))
    }

    /// Returns what a database answers, which `ask` asks, by the same rules as [`Self::fetch_fresh`].
    ///
    /// # Errors
    /// When it does not answer and the cache holds no last good answer.
    pub fn query_fresh(
        &self,
        name: &str,
        ttl_s: u64,
        ask: &dyn Fn() -> Result<Vec<u8>, String>,
    ) -> Result<Fresh, FetchError> {
        self.fresh(name, ttl_s, &|_| {
            self.spend()?;
            self.counter().fetch_add(1, Ordering::Relaxed);
            let content = ask().map_err(FetchError::Unreachable)?;
            let not_kept = |error: std::io::Error| FetchError::Unreachable(error.kind().to_string());
            let digest = self.cache().keep(&content).map_err(not_kept)?;
            let (address, read, at) = (name.to_owned(), self.now().to_owned(), Some(self.now_s()));
            let bytes = content.len() as u64;
            let entry = CacheEntry { address, digest, bytes, read, at, ..CacheEntry::default() };
            self.cache().keep_entry(name, &entry).map_err(not_kept)
        })
    }

    /// Asks where the cache does not do. `ask` leaves an entry in the cache.
    fn fresh(
        &self,
        name: &str,
        ttl_s: u64,
        ask: &dyn Fn(Option<&CacheEntry>) -> Result<(), FetchError>,
    ) -> Result<Fresh, FetchError> {
        let entry = self.cache().entry(name).filter(|it| self.cache().has(&it.digest));
        let mode = self.mode();
        let anew = mode.refresh.as_ref().is_some_and(|it| it.takes(name));
        let is_young = |it: &CacheEntry| {
            let age_s = self.now_s().saturating_sub(it.at.unwrap_or(i64::MIN));
            u64::try_from(age_s).map_or(true, |it| it < ttl_s)
        };
        let asks_nobody = mode.offline || mode.locked || mode.settled;
        if let Some(entry) = entry.as_ref().filter(|it| asks_nobody || (!anew && is_young(it))) {
            return self.known(entry, None);
        }
        if mode.offline {
            return Err(FetchError::Offline);
        }
        if mode.locked {
            return Err(FetchError::NotLocked("the cache does not hold the data of plugins".to_owned()));
        }
        // What had no content has nothing to compare with.
        let before = entry.as_ref().filter(|it| !anew && it.status.is_none());
        match (ask(before), entry) {
            (Ok(()), _) => {
                let lost = || FetchError::WrongAnswer("the cache lost it".to_owned());
                let entry = self.cache().entry(name).ok_or_else(lost)?;
                self.known(&entry, None)
            }
            (Err(FetchError::Status(status @ (404 | 410))), _) => {
                self.note_missing(name, status);
                Err(FetchError::Status(status))
            }
            (Err(reason), Some(entry)) if !reason.is_missing() && !reason.is_refused() => {
                let stale = Stale { since: entry.read.clone(), reason };
                self.known(&entry, Some(stale))
            }
            (Err(reason), _) => Err(reason),
        }
    }

    /// Keeps that there is nothing, which is an answer like any other.
    fn note_missing(&self, name: &str, status: u16) {
        let Ok(digest) = self.cache().keep(&[]) else { return };
        let entry = CacheEntry {
            address: name.to_owned(),
            digest,
            read: self.now().to_owned(),
            at: Some(self.now_s()),
            status: Some(status),
            ..CacheEntry::default()
        };
        // Without the entry the next build asks again, and that is all.
        let _ = self.cache().keep_entry(name, &entry);
    }

    fn known(&self, entry: &CacheEntry, stale: Option<Stale>) -> Result<Fresh, FetchError> {
        if let Some(status) = entry.status {
            return Err(FetchError::Status(status));
        }
        let lost = || FetchError::WrongAnswer("the cache lost it".to_owned());
        let body = self.cache().content(&entry.digest).ok_or_else(lost)?;
        Ok(Fresh { body, headers: entry.headers.clone(), at: entry.at.unwrap_or_default(), stale })
    }
}
