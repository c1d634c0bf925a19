//! `Reader`: the one door to what lies outside, with Backstage's three verbs.

use std::sync::Arc;

use super::remote::git::History;
use super::remote::{FetchError, RemoteReader, Stale};
use super::{Hosts, Secret, normalize};

/// Reads files, trees and globs.
///
/// A path is `/`-separated and relative to the reader's base folder, the folder of the site; it may begin with `../`
/// where the reader's limit lies higher. The path of a file elsewhere is as [`super::remote_path`] makes it. Answers are sorted and do not depend on the order of the disk.
pub trait Reader: Send + Sync {
    /// Reads one file.
    ///
    /// # Errors
    /// When there is no such file, it is too large, or it lies outside what may be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;

    /// Returns the files, hidden ones too, that match a glob in which `*` stays within one folder and `**` does not.
    ///
    /// # Errors
    /// When the glob is malformed or its folder lies outside what may be read. No match is not an error.
    fn search(&self, glob: &str) -> Result<Vec<String>, ReadError>;

    /// Returns all files below a folder; hidden folders are left out.
    ///
    /// # Errors
    /// When there is no such folder or it lies outside what may be read.
    fn tree(&self, folder: &str) -> Result<Vec<String>, ReadError>;

    /// Returns where a path leads once symbolic links are followed: the path itself where the reader follows none.
    ///
    /// # Errors
    /// When there is nothing, or it lies outside what may be read.
    fn followed(&self, path: &str) -> Result<String, ReadError> {
        Ok(normalize(path))
    }

    /// Returns why a file that was read is older than it should be. Nothing for what is as it should be.
    fn stale(&self, _path: &str) -> Option<Stale> {
        None
    }

    /// Tells the reader which hosts answer, once the configuration is known. Returns whether it reads elsewhere.
    fn connect(&self, _hosts: &Hosts<'_>) -> bool {
        false
    }

    /// Returns what was left out of trees that were read.
    fn left_out(&self) -> Vec<LeftOut> {
        Vec::new()
    }

    /// Returns the history of the repository that a path lies in, and the path as seen from its root. Nothing where it
    /// lies in none.
    ///
    /// # Errors
    /// When the path lies outside what may be read, or its host fails.
    fn history(&self, _path: &str) -> Result<Option<(History, String)>, ReadError> {
        Ok(None)
    }

    /// Returns what reads elsewhere, once it is connected.
    fn elsewhere(&self) -> Option<Arc<RemoteReader>> {
        None
    }

    /// Returns the texts that must be seen nowhere.
    fn secrets(&self) -> Vec<Secret> {
        self.elsewhere().map(|it| it.secrets()).unwrap_or_default()
    }

    /// Reads one file as UTF-8, without a byte order mark.
    ///
    /// # Errors
    /// As [`Reader::read`], and when the bytes are not UTF-8.
    fn read_text(&self, path: &str) -> Result<String, ReadError> {
        let text = String::from_utf8(self.read(path)?).map_err(|_| ReadError::NotText)?;
        Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        })
    }
}

/// An entry of a tree that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The address of the root of the tree.
    pub root: String,
    /// The name of the entry, as it stands in the tree.
    pub name: String,
    /// Why it is not read.
    pub reason: String,
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file or folder.
    NotFound,
    /// It lies, or a symbolic link leads, outside the folder that bounds all reading.
    Outside,
    /// It is larger than a reader takes, in bytes.
    TooLarge(u64),
    /// A folder holds more files than a reader takes.
    TooMany(usize),
    /// It is not UTF-8.
    NotText,
    /// The glob is malformed.
    BadGlob(String),
    /// The system refused.
    Refused(String),
    /// Its host failed, or may not be asked.
    Fetch(FetchError),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such file"),
            Self::Outside => f.write_str("it lies outside the repository, which bounds all reading"),
            Self::TooLarge(bytes) => write!(f, "it is larger than {} MiB", bytes / 1024 / 1024),
            Self::TooMany(count) => write!(f, "the folder holds more than {count} files"),
            Self::NotText => f.write_str("it is not UTF-8 text"),
            Self::BadGlob(reason) => write!(f, "the pattern is malformed: {reason}"),
            Self::Refused(reason) => f.write_str(reason),
            Self::Fetch(error) => error.fmt(f),
        }
    }
}
