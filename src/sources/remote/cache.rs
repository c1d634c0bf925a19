//! `Cache`: what was read from elsewhere, by digest, in a folder that several builds may share.
//!
//! Contents are named after their digest and never change. An entry says which content an address last had. Both are
//! written under another name and then renamed, so that a reader sees the whole or nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::{FetchError, Given, SharedCache};

/// The largest entry that is read, in bytes.
const ENTRY_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The folder.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    /// What is not in the folder may be there.
    shared: Option<Arc<SharedCache>>,
}

/// What an address last had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheEntry {
    /// The address that was asked.
    pub address: String,
    /// The digest of the content, in hexadecimal.
    pub digest: String,
    /// The size of the content, in bytes.
    pub bytes: u64,
    /// The tag that the host gave the content, to ask whether it has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// When the host says that the content changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// The headers that lead to the next page of a list, names in lower case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The day on which the host last said that this is the content, as `2026-01-31`.
    pub read: String,
    /// The moment of that, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// The status, where it says that there is no content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

impl Cache {
    /// Returns the cache in a folder, which is made when something is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), shared: None }
    }

    /// Returns the cache that takes what it does not have from others, and gives them what is kept from now on.
    #[must_use]
    pub fn sharing(self, shared: SharedCache) -> Self {
        Self { shared: Some(Arc::new(shared)), ..self }
    }

    /// Returns where machines share what they have read.
    pub fn shared(&self) -> Option<&SharedCache> {
        self.shared.as_deref()
    }

    /// Gives what was kept since the last time to others. Without a shared cache nothing is given.
    ///
    /// # Errors
    /// When the store does not take it all; what it took stays.
    pub fn give(&self) -> Result<Given, FetchError> {
        self.shared.as_ref().map_or(Ok(Given::default()), |it| it.give(self))
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the entry of a key. One that cannot be read is as good as none.
    pub fn entry(&self, key: &str) -> Option<CacheEntry> {
        if let Some(entry) = self.own_entry(key) {
            return Some(entry);
        }
        let entry = self.shared.as_ref()?.entry(key)?;
        // A cache that cannot be written to can still be asked.
        let _ = self.keep_own_entry(key, &entry);
        Some(entry)
    }

    /// Returns the entry of a key that is nobody else's: a note of this machine.
    pub(super) fn own_entry(&self, key: &str) -> Option<CacheEntry> {
        serde_json::from_slice(&bounded(&self.entry_file(key), ENTRY_BYTES_MAX)?).ok()
    }

    /// Keeps the entry of a key.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep_entry(&self, key: &str, entry: &CacheEntry) -> io::Result<()> {
        if let Some(shared) = &self.shared {
            shared.note(key, entry);
        }
        self.keep_own_entry(key, entry)
    }

    /// Keeps a note of this machine.
    pub(super) fn keep_own_entry(&self, key: &str, entry: &CacheEntry) -> io::Result<()> {
        self.replace(&self.entry_file(key), &serde_json::to_vec(entry)?)
    }

    /// Returns a content, if the cache holds it whole: bytes that do not have the digest are none.
    pub fn content(&self, digest: &str) -> Option<Vec<u8>> {
        let own = || {
            let bytes = fs::read(self.content_file(digest)?).ok()?;
            (blake3::hash(&bytes).to_hex().as_str() == digest).then_some(bytes)
        };
        own().or_else(|| self.take(digest).then(own).flatten())
    }

    fn take(&self, digest: &str) -> bool {
        self.shared.as_ref().is_some_and(|it| it.take(self, digest))
    }

    /// Returns whether the cache holds a content, without reading it; one that others have is taken.
    pub fn has(&self, digest: &str) -> bool {
        self.content_file(digest).is_some_and(|it| it.is_file() || self.take(digest))
    }

    /// Returns the file of a content. `None` for a text that is no digest.
    pub fn content_file(&self, digest: &str) -> Option<PathBuf> {
        let is_digest = digest.len() == 64 && digest.bytes().all(|it| it.is_ascii_hexdigit());
        let folder = digest.get(..2).filter(|_| is_digest)?;
        Some(self.folder.join("contents").join(folder).join(digest))
    }

    /// Keeps a content and returns its digest.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep(&self, bytes: &[u8]) -> io::Result<String> {
        let digest = blake3::hash(bytes).to_hex().to_string();
        if let Some(file) = self.content_file(&digest).filter(|it| !it.is_file()) {
            self.replace(&file, bytes)?;
        }
        Ok(digest)
    }

    /// Keeps a content as it comes, without holding it, and returns its digest and its size in bytes.
    ///
    /// # Errors
    /// When it breaks off, or the disk refuses.
    pub fn keep_stream(&self, content: &mut dyn Read) -> io::Result<(String, u64)> {
        let (part, digest, size) = self.whole_part(content)?;
        if let Some(file) = self.content_file(&digest) {
            persist(part, &file)?;
        }
        Ok((digest, size))
    }

    /// Keeps a content that must have a digest. Returns whether it has.
    pub(super) fn keep_checked(&self, content: &mut dyn Read, wanted: &str) -> io::Result<bool> {
        let (part, digest, _) = self.whole_part(content)?;
        match self.content_file(wanted).filter(|_| digest == wanted) {
            Some(file) => persist(part, &file).map(|()| true),
            None => Ok(false),
        }
    }

    /// Returns a content in a file without a name, with its digest and its size in bytes.
    fn whole_part(&self, content: &mut dyn Read) -> io::Result<(tempfile::NamedTempFile, String, u64)> {
        let mut part = self.part()?;
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut size = 0;
        loop {
            let count = match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let bytes = buffer.get(..count).unwrap_or_default();
            hasher.update(bytes);
            part.write_all(bytes)?;
            size += bytes.len() as u64;
        }
        Ok((part, hasher.finalize().to_hex().to_string(), size))
    }

    /// Removes what was not used for the longest time until no more than so many bytes are kept, and what is older than
    /// an age. Git repositories are not counted here. Returns how many bytes were removed.
    pub fn prune(&self, bytes_max: u64, age_max: Duration) -> u64 {
        let mut files: Vec<(Duration, u64, PathBuf)> = Vec::new();
        for folder in ["contents", "entries", "parts"] {
            for entry in WalkDir::new(self.folder.join(folder)).into_iter().flatten() {
                let Ok(metadata) = entry.metadata() else { continue };
                // A file from the future, after a clock was set back, is new.
                let age = metadata.modified().ok().and_then(|it| it.elapsed().ok()).unwrap_or_default();
                if metadata.is_file() {
                    files.push((age, metadata.len(), entry.into_path()));
                }
            }
        }
        files.sort();
        let (mut kept, mut removed) = (0, 0);
        for (age, bytes, file) in files {
            kept += bytes;
            if (age > age_max || kept > bytes_max) && fs::remove_file(file).is_ok() {
                kept -= bytes;
                removed += bytes;
            }
        }
        removed
    }

    /// Says that a content was used, which `prune` goes by.
    pub fn touch(&self, digest: &str) {
        let Some(file) = self.content_file(digest) else { return };
        let now = rustix::fs::Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW };
        let times = rustix::fs::Timestamps { last_access: now, last_modification: now };
        // A cache that cannot be written to can still be read.
        let _ = rustix::fs::utimensat(rustix::fs::CWD, &file, &times, rustix::fs::AtFlags::empty());
    }

    fn entry_file(&self, key: &str) -> PathBuf {
        let name = blake3::hash(key.as_bytes()).to_hex().to_string();
        self.folder.join("entries").join(name.get(..2).unwrap_or_default()).join(format!("{name}.json"))
    }

    fn part(&self) -> io::Result<tempfile::NamedTempFile> {
        let parts = self.folder.join("parts");
        fs::create_dir_all(&parts)?;
        tempfile::NamedTempFile::new_in(parts)
    }

    /// Returns the points that were kept of a plugin's data, by the name of the list.
    pub fn points(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.points_file(name)).ok()
    }

    /// Keeps points of a plugin's data. They are nobody else's, and are never forgotten.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep_points(&self, name: &str, lines: &[u8]) -> io::Result<()> {
        self.replace(&self.points_file(name), lines)
    }

    fn points_file(&self, name: &str) -> PathBuf {
        // A name is made of ids, which are letters, digits and hyphens; anything else must not lead out of the folder.
        let plain = |it: char| if it.is_ascii_alphanumeric() || it == '-' || it == '_' { it } else { '.' };
        let parts = name.split('/').map(|it| it.chars().map(plain).collect::<String>().replace("..", "."));
        self.folder.join("history").join(parts.collect::<PathBuf>()).with_extension("jsonl")
    }

    /// Writes a file that lies outside of the cache, whole or not at all.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, file: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Beside the file, since a rename works within one file system alone.
        let mut part = tempfile::NamedTempFile::new_in(folder)?;
        part.write_all(bytes)?;
        persist(part, file)
    }

    fn replace(&self, file: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut part = self.part()?;
        part.write_all(bytes)?;
        persist(part, file)
    }
}

fn persist(part: tempfile::NamedTempFile, file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    part.persist(file).map(drop).map_err(|error| error.error)
}

fn bounded(file: &Path, bytes_max: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file).ok()?.take(bytes_max + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= bytes_max).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Cache, CacheEntry};

    #[test]
    fn keeps_contents_whole_and_forgets_the_oldest() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        assert_eq!(cache.entry("a"), None);
        let digest = cache.keep(b"first").unwrap();
        let (streamed, size) = cache.keep_stream(&mut &b"first"[..]).unwrap();
        assert_eq!((streamed.as_str(), size), (digest.as_str(), 5));
        let entry =
            CacheEntry { digest: digest.clone(), read: "2026-01-31".to_owned(), ..CacheEntry::default() };
        cache.keep_entry("a", &entry).unwrap();
        assert_eq!(cache.entry("a"), Some(entry));
        assert_eq!(cache.content(&digest).as_deref(), Some(&b"first"[..]));
        assert_eq!(cache.content("../../etc/passwd"), None);
        std::fs::write(cache.content_file(&digest).unwrap(), "spoilt").unwrap();
        assert_eq!(cache.content(&digest), None, "what does not have its digest is no content");
        cache.touch(&digest);
        let second = cache.keep(&[b'x'; 2_000]).unwrap();
        assert!(cache.prune(1_000, Duration::from_secs(3_600)) >= 2_000);
        assert!(!cache.has(&second));
    }
}
