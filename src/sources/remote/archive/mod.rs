//! An archive on disk, `.tar`, `.tar.gz` or `.zip`, as a list of its files and the bytes of those that are wanted.
//!
//! Nothing is unpacked on disk, and one file at a time is in memory.

mod name;
mod listing;
mod tarball;
mod zipped;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::sources::local::FILE_BYTES_MAX;

use listing::Collector;
pub use listing::{ArchiveFile, ArchiveListing, ArchiveProblem, ArchiveReason};

/// What an archive may hold before it is refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// The most bytes of all entries together, after decompression.
    pub bytes: u64,
    /// The most entries, of every type.
    pub entries: usize,
    /// The most bytes that one byte of the archive may become, once there are more than [`RATIO_FREE_BYTES`].
    pub ratio: u64,
    /// The most bytes of one file whose content is given.
    pub file_bytes: u64,
}

/// What an archive may become before its ratio matters, in bytes: small archives of one repeated line are common.
pub const RATIO_FREE_BYTES: u64 = 64 * 1024 * 1024;

impl Default for ArchiveLimits {
    fn default() -> Self {
        Self { bytes: 8 * 1024 * 1024 * 1024, entries: 200_000, ratio: 200, file_bytes: FILE_BYTES_MAX }
    }
}

/// Whether the paths of an archive begin with a folder that is not the repository's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopFolder {
    /// The paths are those of the repository.
    Keep,
    /// All lies in one folder that the host has added, such as `owner-repository-commit/`; it is taken off. An entry
    /// beside it is refused.
    Strip,
}

/// Why an archive is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveError {
    /// The file cannot be read, in the system's words.
    Unreadable(String),
    /// It is no archive, or it is broken or truncated.
    Malformed(String),
    /// Its entries have more bytes than allowed.
    TooLarge(u64),
    /// It has more entries than allowed, or their names are too long altogether.
    TooMany(usize),
    /// It becomes more than so many times its size.
    Bomb(u64),
    /// What takes the files failed, in its words.
    Sink(String),
}

impl std::fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(reason) => write!(f, "the archive cannot be read: {reason}"),
            Self::Malformed(reason) => write!(f, "the archive is broken: {reason}"),
            Self::TooLarge(bytes) => write!(f, "the archive holds more than {} MiB", bytes / 1024 / 1024),
            Self::TooMany(count) => write!(f, "the archive has more than {count} entries"),
            Self::Bomb(ratio) => write!(f, "the archive becomes more than {ratio} times its size"),
            Self::Sink(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for ArchiveError {}

/// Takes a wanted file: its path and its bytes. A failure ends the pass.
pub type Sink<'a> = dyn FnMut(&str, Vec<u8>) -> Result<(), String> + 'a;

/// Lists the files of an archive in one pass, and gives the content of each for which `wanted` says yes to its path and
/// its size in bytes. The order of the calls is that of the archive.
///
/// # Errors
/// When the archive as a whole is unusable; a single entry that is refused is a problem in the listing.
pub fn select(
    file: &Path,
    top: TopFolder,
    limits: &ArchiveLimits,
    wanted: &dyn Fn(&str, u64) -> bool,
    sink: &mut Sink<'_>,
) -> Result<ArchiveListing, ArchiveError> {
    let mut opened = File::open(file).map_err(unreadable)?;
    let length = opened.metadata().map_err(unreadable)?.len();
    let mut magic = [0; 2];
    let read = opened.read(&mut magic).map_err(unreadable)?;
    opened.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let collector = Collector::new(top, *limits, wanted, sink);
    match magic.get(..read) {
        Some(b"\x1f\x8b") => tarball::read_compressed(opened, collector),
        Some(b"PK") => zipped::read(opened, length, collector),
        _ => tarball::read_plain(opened, length, collector),
    }
}

/// Does the same with a tar archive in memory, plain or through gzip.
///
/// # Errors
/// As [`select`]; a zip archive is no such archive.
pub fn select_in(
    bytes: &[u8],
    top: TopFolder,
    limits: &ArchiveLimits,
    wanted: &dyn Fn(&str, u64) -> bool,
    sink: &mut Sink<'_>,
) -> Result<ArchiveListing, ArchiveError> {
    let collector = Collector::new(top, *limits, wanted, sink);
    match bytes.get(..2) {
        Some(b"\x1f\x8b") => tarball::read_compressed(bytes, collector),
        Some(b"PK") => Err(ArchiveError::Malformed("it is a zip archive; a `.tar.gz` is wanted".to_owned())),
        _ => tarball::read_plain(bytes, bytes.len() as u64, collector),
    }
}

/// Lists the files of an archive.
///
/// # Errors
/// As [`select`].
pub fn index(file: &Path, top: TopFolder, limits: &ArchiveLimits) -> Result<ArchiveListing, ArchiveError> {
    select(file, top, limits, &|_, _| false, &mut |_, _| Ok(()))
}

#[expect(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn unreadable(error: std::io::Error) -> ArchiveError {
    ArchiveError::Unreadable(error.kind().to_string())
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
