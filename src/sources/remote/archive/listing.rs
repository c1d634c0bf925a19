//! Entries of an archive, in any order and with any name, to a sorted list of files, links and problems.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::name::{PATH_BYTES_MAX, path_of};
use super::{ArchiveError, ArchiveLimits, RATIO_FREE_BYTES, Sink, TopFolder};
use crate::sources::{normalize, parent};

/// The most bytes of all names together; a name is held a few times.
const NAMES_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The most problems that are told one by one.
const PROBLEMS_MAX: usize = 100;

/// The longest name in a problem, in characters.
const SHOWN_MAX: usize = 200;

/// The most links that are followed for one path.
const LINKS_MAX: usize = 40;

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFile {
    /// Its path, from the root of the repository.
    pub path: String,
    /// Its size in bytes, as the archive says.
    pub size: u64,
}

/// What an archive holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchiveListing {
    /// The files, sorted by path.
    pub files: Vec<ArchiveFile>,
    /// Links, symbolic and hard, by path, to the path of the file that they finally lead to.
    pub links: BTreeMap<String, String>,
    /// What was refused, the first hundred, in the order of the archive; links come last.
    pub problems: Vec<ArchiveProblem>,
    /// How many entries were refused.
    pub refused: usize,
}

/// An entry that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveProblem {
    /// Its name, as far as it can be shown.
    pub path: String,
    /// Why.
    pub reason: ArchiveReason,
}

/// Why an entry is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveReason {
    /// The name leads out of the archive, or is absolute.
    Outside,
    /// The name has a backslash, a control character, a drive letter, or an empty part.
    BadName,
    /// The name is longer than a file system takes.
    LongName,
    /// The name is not UTF-8.
    NotText,
    /// The name belongs to git itself.
    Git,
    /// It lies beside the folder that the host has added.
    BesideTop,
    /// An entry before it has the name.
    Duplicate,
    /// An entry before it has the name, but for upper and lower case.
    CaseClash,
    /// A file is where another entry has a folder.
    FileAndFolder,
    /// The link leads out of the archive.
    LinkOutside,
    /// The link leads in a circle, to a folder or to nothing.
    LinkToNoFile,
    /// A device, a pipe or a socket, or a type that is not known.
    Special,
    /// A file with holes.
    Sparse,
    /// It is encrypted, or compressed with a method that is not read.
    Unreadable,
    /// It is larger than is read.
    TooLarge,
    /// Its content is not what its header says.
    Corrupt,
}

impl std::fmt::Display for ArchiveReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Outside => "its name leads out of the archive",
            Self::BadName => "its name has a backslash, a control character, a drive letter or an empty part",
            Self::LongName => "its name is too long",
            Self::NotText => "its name is not UTF-8",
            Self::Git => "its name belongs to git itself",
            Self::BesideTop => "it lies beside the folder of the repository",
            Self::Duplicate => "its name is there twice",
            Self::CaseClash => "another name differs in upper and lower case alone",
            Self::FileAndFolder => "there are a file and a folder of one name",
            Self::LinkOutside => "the link leads out of the archive",
            Self::LinkToNoFile => "the link leads to no file",
            Self::Special => "it is neither a file nor a folder nor a link",
            Self::Sparse => "it is a file with holes",
            Self::Unreadable => "it is encrypted or compressed in an unknown way",
            Self::TooLarge => "it is too large",
            Self::Corrupt => "its content is not what its header says",
        })
    }
}

/// Takes the entries of one archive.
pub(super) struct Collector<'a> {
    top: TopFolder,
    /// The folder that the host has added, once an entry told it.
    top_name: Option<String>,
    pub(super) limits: ArchiveLimits,
    wanted: &'a dyn Fn(&str, u64) -> bool,
    sink: &'a mut Sink<'a>,
    files: BTreeMap<String, u64>,
    /// The targets of links as they are, from the root.
    links: BTreeMap<String, String>,
    /// Every path in lower case, to the path.
    seen: BTreeMap<String, String>,
    /// Folders that hold something, in lower case.
    folders: BTreeSet<String>,
    problems: Vec<ArchiveProblem>,
    refused: usize,
    entries: usize,
    names_bytes: usize,
    bytes: u64,
}

impl<'a> Collector<'a> {
    pub(super) fn new(
        top: TopFolder,
        limits: ArchiveLimits,
        wanted: &'a dyn Fn(&str, u64) -> bool,
        sink: &'a mut Sink<'_>,
    ) -> Self {
        // A sink is only ever called during the pass, so that its own lifetime may be the shorter one.
        let sink: &'a mut Sink<'a> = shorten(sink);
        Self {
            top,
            top_name: None,
            limits,
            wanted,
            sink,
            files: BTreeMap::new(),
            links: BTreeMap::new(),
            seen: BTreeMap::new(),
            folders: BTreeSet::new(),
            problems: Vec::new(),
            refused: 0,
            entries: 0,
            names_bytes: 0,
            bytes: 0,
        }
    }

    /// Counts one entry and its bytes.
    pub(super) fn count(&mut self, name_bytes: usize, size: u64) -> Result<(), ArchiveError> {
        self.entries += 1;
        self.names_bytes = self.names_bytes.saturating_add(name_bytes.min(PATH_BYTES_MAX));
        self.bytes = self.bytes.saturating_add(size);
        if self.entries > self.limits.entries || self.names_bytes > NAMES_BYTES_MAX {
            return Err(ArchiveError::TooMany(self.limits.entries));
        }
        if self.bytes > self.limits.bytes {
            return Err(ArchiveError::TooLarge(self.limits.bytes));
        }
        Ok(())
    }

    /// Refuses an archive of which few bytes have become too many.
    pub(super) fn check_ratio(&self, compressed: u64, became: u64) -> Result<(), ArchiveError> {
        let fits = became <= RATIO_FREE_BYTES || became / self.limits.ratio.max(1) <= compressed;
        if fits { Ok(()) } else { Err(ArchiveError::Bomb(self.limits.ratio)) }
    }

    /// Notes an entry that is refused.
    pub(super) fn refuse(&mut self, name: &[u8], reason: ArchiveReason) {
        self.refused += 1;
        if self.problems.len() < PROBLEMS_MAX {
            let name = name.get(..name.len().min(SHOWN_MAX * 4)).unwrap_or(name);
            let path = String::from_utf8_lossy(name).chars().take(SHOWN_MAX).collect();
            self.problems.push(ArchiveProblem { path, reason });
        }
    }

    /// Takes a folder; it matters for the folder at the top alone.
    pub(super) fn folder(&mut self, name: &[u8]) {
        if let Err(reason) = self.path(name) {
            self.refuse(name, reason);
        }
    }

    /// Takes a file. Its path, when its content is wanted and not too large.
    pub(super) fn file(&mut self, name: &[u8], size: u64) -> Option<String> {
        let path = match self.path(name).and_then(|path| self.claim(path)) {
            Ok(path) => path,
            Err(reason) => {
                self.refuse(name, reason);
                return None;
            }
        };
        let wanted = (self.wanted)(&path, size);
        if wanted && size > self.limits.file_bytes {
            self.refuse(name, ArchiveReason::TooLarge);
            return None;
        }
        self.files.insert(path.clone(), size);
        wanted.then_some(path)
    }

    /// Hands on the content of a wanted file of `size` bytes.
    pub(super) fn give(
        &mut self,
        path: String,
        size: u64,
        from: &mut dyn Read,
    ) -> Result<Result<u64, std::io::Error>, ArchiveError> {
        let mut bytes = Vec::new();
        if let Err(error) = from.take(size.saturating_add(1)).read_to_end(&mut bytes) {
            self.files.remove(&path);
            return Ok(Err(error));
        }
        let length = bytes.len() as u64;
        if length == size {
            (self.sink)(&path, bytes).map_err(ArchiveError::Sink)?;
        } else {
            self.files.remove(&path);
            self.refuse(path.as_bytes(), ArchiveReason::Corrupt);
        }
        Ok(Ok(length))
    }

    /// Refuses a file after all, since its content cannot be read.
    pub(super) fn lose(&mut self, path: &str) {
        self.files.remove(path);
        self.refuse(path.as_bytes(), ArchiveReason::Corrupt);
    }

    /// Takes a symbolic link, whose target begins at its folder.
    pub(super) fn symbolic_link(&mut self, name: &[u8], target: &[u8]) {
        let taken = self.path(name).and_then(|path| {
            let target = std::str::from_utf8(target).map_err(|_| ArchiveReason::NotText)?;
            let drive = target.as_bytes().get(1) == Some(&b':');
            if target.starts_with('/') || drive || target.contains(['\\', '\0']) {
                return Err(ArchiveReason::LinkOutside);
            }
            // Trailing slashes and empty targets mean folders.
            let target = normalize(&format!("{}/{target}", parent(&path)));
            if target == ".." || target.starts_with("../") {
                return Err(ArchiveReason::LinkOutside);
            }
            Ok((self.claim(path)?, target))
        });
        self.take_link(name, taken);
    }

    /// Takes a hard link, whose target is the name of another entry.
    pub(super) fn hard_link(&mut self, name: &[u8], target: &[u8]) {
        let taken = self.path(name).and_then(|path| {
            let target = self.path(target).map_err(|_| ArchiveReason::LinkOutside)?;
            Ok((self.claim(path)?, target))
        });
        self.take_link(name, taken);
    }

    fn take_link(&mut self, name: &[u8], taken: Result<(String, String), ArchiveReason>) {
        match taken {
            Ok((path, target)) => {
                self.links.insert(path, target);
            }
            Err(reason) => self.refuse(name, reason),
        }
    }

    /// Returns the path of a name in the repository.
    fn path(&mut self, name: &[u8]) -> Result<String, ArchiveReason> {
        let path = path_of(name)?;
        if self.top == TopFolder::Keep || path.is_empty() {
            return Ok(path.to_owned());
        }
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let is_folder = !rest.is_empty() || name.ends_with(b"/");
        match &self.top_name {
            Some(top) if top == first => Ok(rest.to_owned()),
            None if is_folder => {
                self.top_name = Some(first.to_owned());
                Ok(rest.to_owned())
            }
            _ => Err(ArchiveReason::BesideTop),
        }
    }

    /// Returns the path when no entry has it yet, and keeps it for this one.
    fn claim(&mut self, path: String) -> Result<String, ArchiveReason> {
        if path.is_empty() {
            return Err(ArchiveReason::BadName);
        }
        let lower = path.to_lowercase();
        if let Some(other) = self.seen.get(&lower) {
            let same = *other == path;
            return Err(if same { ArchiveReason::Duplicate } else { ArchiveReason::CaseClash });
        }
        if self.folders.contains(&lower) {
            return Err(ArchiveReason::FileAndFolder);
        }
        let mut above = parent(&lower);
        while !above.is_empty() && !self.folders.contains(above) {
            if self.seen.contains_key(above) {
                return Err(ArchiveReason::FileAndFolder);
            }
            // Folders that no entry names take room as well.
            self.names_bytes = self.names_bytes.saturating_add(above.len());
            self.folders.insert(above.to_owned());
            above = parent(above);
        }
        self.seen.insert(lower, path.clone());
        Ok(path)
    }

    /// Returns the listing, once every entry was taken.
    pub(super) fn finish(mut self) -> ArchiveListing {
        let mut links = BTreeMap::new();
        for path in self.links.keys().cloned().collect::<Vec<_>>() {
            match self.file_behind(&path) {
                Some(file) => {
                    links.insert(path, file);
                }
                None => self.refuse(path.as_bytes(), ArchiveReason::LinkToNoFile),
            }
        }
        let files = self.files.into_iter().map(|(path, size)| ArchiveFile { path, size }).collect();
        ArchiveListing { files, links, problems: self.problems, refused: self.refused }
    }

    /// Returns the file that a link leads to, over other links.
    fn file_behind(&self, link: &str) -> Option<String> {
        let mut at = link;
        for _ in 0..LINKS_MAX {
            at = self.links.get(at)?;
            if self.files.contains_key(at) {
                return Some(at.to_owned());
            }
        }
        None
    }
}

fn shorten<'a>(sink: &'a mut Sink<'_>) -> &'a mut Sink<'a> {
    sink
}
