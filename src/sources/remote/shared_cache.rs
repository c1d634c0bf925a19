//! `SharedCache`: what machines have read for each other: entries and contents in a bucket or a folder.
//!
//! The store has the form of the cache itself, `contents/ab/DIGEST` and `entries/ab/KEY.json`. It is not trusted with
//! contents, which are kept only if they have their digest; which digest an address had is what an entry says, and a
//! build that is to trust nobody there has a lock.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::share::Share;
use super::{Cache, CacheEntry, FetchError};
use crate::sources::parallel::in_waiting_threads;

/// The largest entry that is taken, in bytes.
const ENTRY_BYTES_MAX: u64 = 1024 * 1024;

/// Where machines share what they have read.
pub struct SharedCache {
    from: Option<Arc<dyn Share>>,
    to: Option<Arc<dyn Share>>,
    /// Whether both are one store.
    one: bool,
    /// Set once the store does not answer, so that a build does not wait for it a thousand times.
    silent: AtomicBool,
    problem: Mutex<Option<FetchError>>,
    missing: Mutex<BTreeSet<String>>,
    /// What the store has, as far as it is known, by the key of the entry.
    known: Mutex<BTreeMap<String, CacheEntry>>,
    /// What this run has learnt, by the key of the entry.
    kept: Mutex<BTreeMap<String, CacheEntry>>,
    taken: AtomicU64,
}

/// What was given to others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Entries that the store did not have so.
    pub entries: u64,
    /// Contents that it did not have.
    pub contents: u64,
}

impl std::fmt::Debug for SharedCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedCache").finish_non_exhaustive()
    }
}

impl SharedCache {
    /// Opens what is read from and what is written to, each of the form `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX`,
    /// `az://CONTAINER/PREFIX`, or a folder, which is made. The environment says who asks.
    ///
    /// # Errors
    /// When an address is none of these, or the folder cannot be made. No bucket is asked yet.
    #[cfg(feature = "object-store")]
    pub fn open(
        from: Option<&str>,
        to: Option<&str>,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, FetchError> {
        let open = |address: &str| -> Result<Arc<dyn Share>, FetchError> {
            Ok(Arc::new(super::object_store::ObjectShare::open(address, environment)?))
        };
        let one = from == to;
        Ok(Self::of(from.map(open).transpose()?, to.map(open).transpose()?, one))
    }

    /// Says that nothing is shared.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(feature = "object-store"))]
    pub fn open(
        _from: Option<&str>,
        _to: Option<&str>,
        _environment: &BTreeMap<String, String>,
    ) -> Result<Self, FetchError> {
        Err(FetchError::BadAddress(super::object_store::WITHOUT.to_owned()))
    }

    #[cfg_attr(not(feature = "object-store"), expect(dead_code, reason = "there is no store"))]
    fn of(from: Option<Arc<dyn Share>>, to: Option<Arc<dyn Share>>, one: bool) -> Self {
        Self {
            from,
            to,
            one,
            silent: AtomicBool::new(false),
            problem: Mutex::default(),
            missing: Mutex::default(),
            known: Mutex::default(),
            kept: Mutex::default(),
            taken: AtomicU64::new(0),
        }
    }

    /// Returns why something could not be taken, the first of the reasons.
    pub fn problem(&self) -> Option<FetchError> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how many contents were taken.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns the entry that others keep under a key.
    pub(super) fn entry(&self, key: &str) -> Option<CacheEntry> {
        let mut bytes = Vec::new();
        let body = self.get(&entry_name(key))?;
        if let Err(error) = body.take(ENTRY_BYTES_MAX + 1).read_to_end(&mut bytes) {
            self.failed(FetchError::from_io(error));
            return None;
        }
        let entry: CacheEntry = serde_json::from_slice(&bytes).ok()?;
        let is_day = entry.read.len() <= 10 && entry.read.bytes().all(|it| it.is_ascii_digit() || it == b'-');
        if bytes.len() as u64 > ENTRY_BYTES_MAX || content_name(&entry.digest).is_none() || !is_day {
            return None;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key.to_owned(), entry.clone());
        Some(entry)
    }

    /// Takes a content into a cache. Returns whether it is there now.
    pub(super) fn take(&self, cache: &Cache, digest: &str) -> bool {
        let body = content_name(digest).and_then(|it| self.get(&it));
        let Some(mut body) = body else { return false };
        match cache.keep_checked(&mut *body, digest) {
            Ok(true) => {
                self.taken.fetch_add(1, Ordering::Relaxed);
                true
            }
            Ok(false) => {
                let reason = "a content of the shared cache does not have its digest".to_owned();
                self.failed(FetchError::WrongAnswer(reason));
                false
            }
            Err(error) => {
                self.failed(FetchError::from_io(error));
                false
            }
        }
    }

    /// Notes what an address has, to be given to others.
    pub(super) fn note(&self, key: &str, entry: &CacheEntry) {
        if self.to.is_some() {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(key.to_owned(), entry.clone());
        }
    }

    /// Gives what this run has learnt to others: a content first, so that no entry names one that is not there.
    ///
    /// # Errors
    /// When the store does not take it all; what it took stays.
    pub(super) fn give(&self, cache: &Cache) -> Result<Given, FetchError> {
        let Some(to) = &self.to else { return Ok(Given::default()) };
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let kept = std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        let is_new = |(key, entry): &(String, CacheEntry)| !self.one || known.get(key) != Some(entry);
        let kept: Vec<(String, CacheEntry)> = kept.into_iter().filter(is_new).collect();
        let given = in_waiting_threads(&kept, |(key, entry)| give_one(&**to, cache, key, entry));
        let mut sum = Given::default();
        for one in given {
            let is_content = one?;
            sum.entries += 1;
            sum.contents += u64::from(is_content);
        }
        Ok(sum)
    }

    fn get(&self, name: &str) -> Option<Box<dyn Read + Send>> {
        let from = self.from.as_ref().filter(|_| !self.silent.load(Ordering::Relaxed))?;
        if self.missing.lock().unwrap_or_else(PoisonError::into_inner).contains(name) {
            return None;
        }
        match from.get(name) {
            Ok(Some(body)) => Some(body),
            Ok(None) => {
                self.missing.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
                None
            }
            Err(error) => {
                // Who may not list a bucket is told 403 of what is not there.
                self.silent.fetch_or(error != FetchError::Status(403), Ordering::Relaxed);
                self.failed(error);
                None
            }
        }
    }

    fn failed(&self, error: FetchError) {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

/// Gives one entry and its content. Returns whether the content was new there.
fn give_one(to: &dyn Share, cache: &Cache, key: &str, entry: &CacheEntry) -> Result<bool, FetchError> {
    let lost = || FetchError::WrongAnswer("the cache lost a content that is to be shared".to_owned());
    let name = content_name(&entry.digest).ok_or_else(lost)?;
    let is_new = !to.has(&name)?;
    if is_new {
        let file = cache.content_file(&entry.digest).and_then(|it| File::open(it).ok()).ok_or_else(lost)?;
        to.put(&name, &mut &file)?;
    }
    let text = serde_json::to_vec(entry).map_err(|_| lost())?;
    to.put(&entry_name(key), &mut text.as_slice())?;
    Ok(is_new)
}

fn entry_name(key: &str) -> String {
    let name = blake3::hash(key.as_bytes()).to_hex().to_string();
    format!("entries/{}/{name}.json", name.get(..2).unwrap_or_default())
}

fn content_name(digest: &str) -> Option<String> {
    let is_digest = digest.len() == 64 && digest.bytes().all(|it| it.is_ascii_hexdigit());
    Some(format!("contents/{}/{digest}", digest.get(..2).filter(|_| is_digest)?))
}

#[cfg(all(test, feature = "object-store"))]
mod tests {
    use std::sync::Arc;

    use super::{SharedCache, content_name};
    use crate::sources::remote::object_store::ObjectShare;
    use crate::sources::remote::share::Share;
    use crate::sources::remote::{Cache, CacheEntry};

    fn cache(folder: &tempfile::TempDir, store: &Arc<ObjectShare>) -> Cache {
        let shared = SharedCache::of(Some(Arc::clone(store) as _), Some(Arc::clone(store) as _), true);
        Cache::new(folder.path()).sharing(shared)
    }

    fn entry(digest: &str) -> CacheEntry {
        let (address, read) = ("https://a.example/x".to_owned(), "2026-01-02".to_owned());
        CacheEntry { address, digest: digest.to_owned(), bytes: 5, read, ..CacheEntry::default() }
    }

    #[test]
    fn what_one_machine_keeps_another_has() {
        let store = Arc::new(ObjectShare::in_memory());
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let one = cache(&first, &store);
        let large = vec![b'x'; 40 * 1024 * 1024];
        for (key, content) in [("a", &b"first"[..]), ("b", &large)] {
            let digest = one.keep(content).unwrap();
            one.keep_entry(key, &entry(&digest)).unwrap();
        }
        one.keep_own_entry("taken out of", &entry(&one.keep(b"mine").unwrap())).unwrap();
        let given = one.give().unwrap();
        assert_eq!((given.entries, given.contents), (2, 2));
        assert_eq!(one.give().unwrap().entries, 0);
        let two = cache(&second, &store);
        assert_eq!(two.entry("a").map(|it| it.bytes), Some(5));
        assert_eq!(two.content(&one.entry("b").unwrap().digest), Some(large));
        assert_eq!((two.entry("taken out of"), two.entry("c")), (None, None));
        assert_eq!(two.shared().unwrap().taken(), 1);
        assert!(
            !Cache::new(second.path()).has(&one.entry("a").unwrap().digest),
            "only what is wanted is taken"
        );
    }

    #[test]
    fn what_does_not_have_its_digest_is_not_taken() {
        let store = Arc::new(ObjectShare::in_memory());
        let folder = tempfile::tempdir().unwrap();
        let digest = blake3::hash(b"right").to_hex().to_string();
        store.put(&content_name(&digest).unwrap(), &mut &b"wrong"[..]).unwrap();
        let cache = cache(&folder, &store);
        assert!(!cache.has(&digest) && cache.content(&digest).is_none());
        assert!(cache.shared().unwrap().problem().is_some());
        let evil = serde_json::to_vec(&entry("../../../etc/passwd")).unwrap();
        store.put(&super::entry_name("k"), &mut evil.as_slice()).unwrap();
        assert_eq!(cache.entry("k"), None);
    }
}
