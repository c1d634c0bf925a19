//! `LocalReader`: files below one folder, never above its limit, symbolic links included.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::RwLock;

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::remote::git::History;
use super::{ReadError, Reader, normalize};

/// The largest file that is read, in bytes.
pub(super) const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// The most files that one folder or glob may give.
pub(super) const FILES_MAX: usize = 1_000_000;

/// Reads from the local disk.
///
/// `base` is where paths begin (the site folder); `limit` is the folder that nothing is read above: the root of the
/// git checkout that holds the site, else the site folder itself.
#[derive(Debug)]
pub struct LocalReader {
    base: PathBuf,
    limit: PathBuf,
    /// Folders already resolved and found to be inside (or outside) the limit; a build asks for the same ones often.
    folders: RwLock<HashMap<PathBuf, Option<PathBuf>>>,
}

impl LocalReader {
    /// Returns a reader for the folder `base`, bounded by `limit`.
    ///
    /// # Errors
    /// When either is not a folder that can be resolved.
    pub fn new(base: &Path, limit: &Path) -> std::io::Result<Self> {
        let (base, limit) = (base.canonicalize()?, limit.canonicalize()?);
        Ok(Self { base, limit, folders: RwLock::default() })
    }

    /// Returns the file on disk that a path means, if it may be read.
    ///
    /// # Errors
    /// When it does not exist or lies outside the limit.
    pub fn resolve(&self, path: &str) -> Result<PathBuf, ReadError> {
        let path = normalize(path);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        if matches!(name, "" | "..") {
            return self.resolve_folder(&path);
        }
        let file = self.resolve_folder(folder)?.join(name);
        let metadata = file.symlink_metadata().map_err(refused)?;
        if !metadata.is_symlink() {
            return Ok(file);
        }
        let file = file.canonicalize().map_err(refused)?;
        if file.starts_with(&self.limit) { Ok(file) } else { Err(ReadError::Outside) }
    }

    /// Returns the symbolic links below a folder, sorted.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn links(&self, folder: &str) -> Result<Vec<String>, ReadError> {
        let root = self.resolve(folder)?;
        let entries = WalkDir::new(&root).into_iter().flatten().filter(|it| it.path_is_symlink());
        let below = entries.filter_map(|it| it.path().strip_prefix(&root).ok()?.to_str().map(str::to_owned));
        let mut links: Vec<String> = below.collect();
        links.sort_unstable();
        Ok(links)
    }

    fn resolve_folder(&self, folder: &str) -> Result<PathBuf, ReadError> {
        let joined = self.base.join(folder);
        if let Some(known) = self.folders.read().ok().and_then(|it| it.get(&joined).cloned()) {
            return known.ok_or(ReadError::Outside);
        }
        let real = joined.canonicalize().map_err(refused)?;
        let inside = real.starts_with(&self.limit).then_some(real);
        if let Ok(mut folders) = self.folders.write() {
            folders.insert(joined, inside.clone());
        }
        inside.ok_or(ReadError::Outside)
    }

    fn walk(
        &self,
        folder: &str,
        depth_max: usize,
        hidden: bool,
        keep: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<String>, ReadError> {
        let root = self.resolve(folder)?;
        if !root.is_dir() {
            return Err(ReadError::NotFound);
        }
        let prefix = normalize(folder);
        let mut found = Vec::new();
        let visible = |entry: &walkdir::DirEntry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0
                || !entry.file_type().is_dir()
                || !(is_skipped(&name) || !hidden && name.starts_with('.') || is_built(entry.path()))
        };
        for entry in WalkDir::new(&root).max_depth(depth_max).into_iter().filter_entry(visible) {
            let Ok(entry) = entry else { continue };
            if entry.file_type().is_dir() {
                continue;
            }
            let Some(below) = entry.path().strip_prefix(&root).ok().and_then(Path::to_str) else { continue };
            let path = if prefix.is_empty() { below.to_owned() } else { format!("{prefix}/{below}") };
            let is_file = || entry.file_type().is_file() || self.resolve(&path).is_ok_and(|it| it.is_file());
            if keep(&path) && is_file() {
                found.push(path);
            }
            if found.len() > FILES_MAX {
                return Err(ReadError::TooMany(FILES_MAX));
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

/// A folder that Callboard built is no input: it holds copies of what it was built from.
fn is_built(folder: &Path) -> bool {
    folder.join(".callboard").is_file()
}

/// The stores of version control, of packages and of Callboard itself; none of them is the user's text.
pub(super) fn is_skipped(name: &str) -> bool {
    matches!(name, ".git" | ".hg" | ".svn" | "node_modules") || name.ends_with(".callboard")
}

fn refused(error: std::io::Error) -> ReadError {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ReadError::NotFound,
        std::io::ErrorKind::PermissionDenied => ReadError::Refused("permission denied".to_owned()),
        // The system's own words can hold paths and numbers that differ between machines.
        kind => ReadError::Refused(kind.to_string()),
    }
}

/// Returns the folder that a pattern begins in, and how many folders deep below it anything can match.
pub(super) fn literal_part(glob: &str) -> (String, usize) {
    let parts: Vec<&str> = glob.split('/').collect();
    let literal =
        parts.iter().take_while(|it| !super::is_glob(it)).count().min(parts.len().saturating_sub(1));
    let folder = parts.get(..literal).unwrap_or_default().join("/");
    let deep = parts.iter().any(|it| it.contains("**")) || glob.contains('{');
    (folder, if deep { usize::MAX } else { parts.len() - literal })
}

impl Reader for LocalReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let file = std::fs::File::open(self.resolve(path)?).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        if !metadata.is_file() {
            return Err(ReadError::Refused("it is not a file".to_owned()));
        }
        let mut bytes = Vec::with_capacity(metadata.len().min(FILE_BYTES_MAX) as usize + 1);
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(refused)?;
        if bytes.len() as u64 > FILE_BYTES_MAX { Err(ReadError::TooLarge(FILE_BYTES_MAX)) } else { Ok(bytes) }
    }

    fn search(&self, glob: &str) -> Result<Vec<String>, ReadError> {
        let glob = normalize(glob);
        let matcher = GlobBuilder::new(&glob)
            .literal_separator(true)
            .build()
            .map_err(|error| ReadError::BadGlob(error.kind().to_string()))?
            .compile_matcher();
        let (folder, depth_max) = literal_part(&glob);
        match self.walk(&folder, depth_max, true, &|path| matcher.is_match(path)) {
            Err(ReadError::NotFound) => Ok(Vec::new()),
            other => other,
        }
    }

    fn tree(&self, folder: &str) -> Result<Vec<String>, ReadError> {
        self.walk(folder, usize::MAX, false, &|_| true)
    }

    fn followed(&self, path: &str) -> Result<String, ReadError> {
        let real = self.resolve(path)?;
        let mut up = String::new();
        let mut folder = self.base.as_path();
        let below = loop {
            match (real.strip_prefix(folder), folder.parent()) {
                (Ok(below), _) => break below,
                (Err(_), Some(parent)) => folder = parent,
                (Err(_), None) => return Err(ReadError::Outside),
            }
            up.push_str("../");
        };
        let below = below.to_str().ok_or(ReadError::NotText)?;
        Ok(normalize(&format!("{up}{}", below.replace(std::path::MAIN_SEPARATOR, "/"))))
    }

    fn history(&self, path: &str) -> Result<Option<(History, String)>, ReadError> {
        let real = self.resolve(path)?;
        let folder = if real.is_dir() { real.as_path() } else { real.parent().unwrap_or(&real) };
        let Ok(history) = History::open(folder, None) else { return Ok(None) };
        // A repository around the limit is none of the site's.
        let Some(root) = history.root().filter(|it| it.starts_with(&self.limit)) else { return Ok(None) };
        let inside = real.strip_prefix(&root).ok().and_then(Path::to_str).unwrap_or_default();
        let inside = inside.replace(std::path::MAIN_SEPARATOR, "/");
        Ok(Some((history, inside)))
    }
}
