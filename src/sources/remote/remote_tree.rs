//! `RemoteTree`: a whole tree of a repository as a downloaded archive, of which files are taken out as they are wanted.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use globset::{GlobBuilder, GlobMatcher};

use super::archive::{self, ArchiveLimits, ArchiveListing, ArchiveProblem, TopFolder};
use super::{Cache, CacheEntry, FetchError};
use crate::sources::local::is_skipped;
use crate::sources::{ReadError, normalize};

/// A tree in the cache.
pub(super) struct RemoteTree {
    cache: Cache,
    /// The digest of the archive.
    digest: String,
    top: TopFolder,
    listing: ArchiveListing,
    /// The files taken out so far, by path, as the digests of their contents.
    taken: Mutex<BTreeMap<String, String>>,
}

impl RemoteTree {
    /// Lists the archive that the cache holds under a digest.
    pub(super) fn open(cache: &Cache, digest: &str, wrapped: bool) -> Result<Self, FetchError> {
        let top = if wrapped { TopFolder::Strip } else { TopFolder::Keep };
        let lost = || FetchError::WrongAnswer("the cache lost the archive".to_owned());
        let file = cache.content_file(digest).ok_or_else(lost)?;
        let listing = archive::index(&file, top, &ArchiveLimits::default())
            .map_err(|error| FetchError::WrongAnswer(error.to_string()))?;
        let taken = Mutex::new(taken_before(cache, digest));
        Ok(Self { cache: cache.clone(), digest: digest.to_owned(), top, listing, taken })
    }

    /// Returns what was refused of the archive.
    pub(super) fn problems(&self) -> &[ArchiveProblem] {
        &self.listing.problems
    }

    /// Returns the content of a file.
    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let path = self.listing.links.get(path).map_or(path, String::as_str);
        let found = self.listing.files.binary_search_by(|it| it.path.as_str().cmp(path));
        let file = found.ok().and_then(|at| self.listing.files.get(at)).ok_or(ReadError::NotFound)?;
        let limits = ArchiveLimits::default();
        if file.size > limits.file_bytes {
            return Err(ReadError::TooLarge(limits.file_bytes));
        }
        self.take(&[path])?;
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let content = taken.get(path).and_then(|it| self.cache.content(it));
        content.ok_or_else(|| ReadError::Refused("the archive does not give it".to_owned()))
    }

    /// Returns the files that match a glob.
    pub(super) fn search(&self, glob: &str) -> Result<Vec<String>, ReadError> {
        let matcher = matcher(glob)?;
        let found: Vec<&str> = self.paths().filter(|it| matcher.is_match(it)).collect();
        // Whoever searches reads what is found: one pass takes them all out.
        self.take(&found)?;
        Ok(found.into_iter().map(str::to_owned).collect())
    }

    /// Returns the files below a folder; hidden folders are left out.
    pub(super) fn tree(&self, folder: &str) -> Result<Vec<String>, ReadError> {
        let prefix = match normalize(folder) {
            it if it.is_empty() => it,
            it => it + "/",
        };
        let visible = |path: &str| {
            let below = path.get(prefix.len()..).unwrap_or_default();
            let folders = below.rsplit_once('/').map_or("", |(folders, _)| folders);
            !folders.split('/').any(|it| it.starts_with('.') || is_skipped(it))
        };
        let below: Vec<&str> = self.paths().filter(|it| it.starts_with(&prefix)).collect();
        if below.is_empty() && !prefix.is_empty() {
            return Err(ReadError::NotFound);
        }
        let found: Vec<&str> = below.into_iter().filter(|it| visible(it)).collect();
        self.take(&found)?;
        Ok(found.into_iter().map(str::to_owned).collect())
    }

    /// Returns the paths of files and of links to files, sorted.
    fn paths(&self) -> impl Iterator<Item = &str> {
        let mut all: Vec<&str> = self.listing.files.iter().map(|it| it.path.as_str()).collect();
        all.extend(self.listing.links.keys().map(String::as_str));
        all.sort_unstable();
        all.into_iter()
    }

    /// Takes files out of the archive into the cache, in one pass over it, those that were not taken before.
    fn take(&self, paths: &[&str]) -> Result<(), ReadError> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let real = |path: &str| self.listing.links.get(path).cloned().unwrap_or_else(|| path.to_owned());
        let missing: std::collections::BTreeSet<String> = paths
            .iter()
            .map(|it| real(it))
            .filter(|it| !taken.get(it).is_some_and(|digest| self.cache.has(digest)))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let file = self.cache.content_file(&self.digest).ok_or(ReadError::NotFound)?;
        let limits = ArchiveLimits::default();
        let wanted = |path: &str, size: u64| size <= limits.file_bytes && missing.contains(path);
        let mut sink = |path: &str, bytes: Vec<u8>| {
            let digest = self.cache.keep(&bytes).map_err(|error| error.kind().to_string())?;
            taken.insert(path.to_owned(), digest);
            Ok(())
        };
        archive::select(&file, self.top, &limits, &wanted, &mut sink)
            .map_err(|error| ReadError::Refused(error.to_string()))?;
        keep_taken(&self.cache, &self.digest, &taken);
        Ok(())
    }
}

/// Returns what matches the paths of a tree against a glob.
pub(super) fn matcher(glob: &str) -> Result<GlobMatcher, ReadError> {
    let built = GlobBuilder::new(&normalize(glob)).literal_separator(true).build();
    built.map(|it| it.compile_matcher()).map_err(|error| ReadError::BadGlob(error.kind().to_string()))
}

fn key(digest: &str) -> String {
    format!("taken out of {digest}")
}

/// Returns what earlier builds took out of an archive.
fn taken_before(cache: &Cache, digest: &str) -> BTreeMap<String, String> {
    let entry = cache.own_entry(&key(digest));
    let content = entry.and_then(|it| cache.content(&it.digest));
    content.and_then(|it| serde_json::from_slice(&it).ok()).unwrap_or_default()
}

/// Notes what is taken out, so that the next build does not read the archive again. Without the note it works too.
fn keep_taken(cache: &Cache, digest: &str, taken: &BTreeMap<String, String>) {
    let Ok(bytes) = serde_json::to_vec(taken) else { return };
    if let Ok(noted) = cache.keep(&bytes) {
        let entry = CacheEntry { digest: noted, bytes: bytes.len() as u64, ..CacheEntry::default() };
        let _ = cache.keep_own_entry(&key(digest), &entry);
    }
}
