//! `GitTreeReader`: the files of one revision, read from git's object database; nothing is checked out.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use git2::{ErrorCode, ObjectType, Oid, Repository, Tree};
use globset::GlobBuilder;

use super::local::{FILE_BYTES_MAX, FILES_MAX, is_skipped};
use super::{ReadError, Reader, normalize};

/// The most symbolic links that are followed for one path.
const LINKS_MAX: usize = 40;

/// The longest target of a symbolic link, in bytes.
const LINK_BYTES_MAX: usize = 4_096;

/// The deepest folder that is looked into.
const DEPTH_MAX: usize = 256;

/// Reads the files of one revision of the repository around a folder.
///
/// Paths begin at that folder, as they do for a `LocalReader` of it, and end at the root of the repository. A symbolic
/// link is followed within the revision, and a submodule is no folder: its files are in another repository.
pub struct GitTreeReader {
    repository: Mutex<Repository>,
    /// The root of the revision.
    root: Oid,
    /// The path of the folder below the root.
    base: String,
}

/// Why a revision cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionError {
    /// The folder lies in no repository with a work tree.
    NoRepository,
    /// The repository has no such branch, tag or commit.
    Unknown,
    /// The clone is shallow, and what it holds has no such revision.
    Shallow,
    /// Git refused, in its words.
    Refused(String),
}

impl std::fmt::Display for RevisionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoRepository => f.write_str("the site lies in no git repository"),
            Self::Unknown => f.write_str("the repository has no such branch, tag or commit"),
            Self::Shallow => {
                f.write_str("the clone is shallow and does not hold it; fetch the whole history")
            }
            Self::Refused(reason) => write!(f, "git refused: {reason}"),
        }
    }
}

impl std::fmt::Debug for GitTreeReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GitTreeReader")
            .field("root", &self.root)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// One entry of a folder, or the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Folder(Oid),
    File(Oid),
    Link(Oid),
}

impl GitTreeReader {
    /// Returns a reader of a branch, tag or commit, such as `main`, `v1.0` or `HEAD~1`, for the folder `base`.
    ///
    /// # Errors
    /// When `base` lies in no repository, or that has no such revision.
    pub fn open(base: &Path, revision: &str) -> Result<Self, RevisionError> {
        let repository = Repository::discover(base).map_err(|error| match error.code() {
            ErrorCode::NotFound => RevisionError::NoRepository,
            // A repository of another user is refused until `safe.directory` names it; git's own words say so.
            _ => RevisionError::Refused(error.message().to_owned()),
        })?;
        let work = repository.workdir().ok_or(RevisionError::NoRepository)?;
        let (work, base) = (work.canonicalize(), base.canonicalize());
        let (Ok(work), Ok(base)) = (work, base) else { return Err(RevisionError::NoRepository) };
        let below =
            base.strip_prefix(&work).ok().and_then(Path::to_str).ok_or(RevisionError::NoRepository)?;
        let root = {
            let object = repository.revparse_single(revision).map_err(|error| match error.code() {
                ErrorCode::NotFound if repository.is_shallow() => RevisionError::Shallow,
                _ => refused_revision(&error),
            })?;
            // `HEAD:folder` and blobs are no revisions of the whole.
            let commit = object.peel_to_commit().map_err(|_| RevisionError::Unknown)?;
            commit.tree_id()
        };
        let base = normalize(&below.replace(std::path::MAIN_SEPARATOR, "/"));
        Ok(Self { repository: Mutex::new(repository), root, base })
    }

    /// Returns a reader of a commit, by its whole hash, from the root of a bare repository such as a `GitStore` has.
    ///
    /// # Errors
    /// When there is no repository, or it does not hold the commit.
    pub fn of_commit(repository: &Path, id: &str) -> Result<Self, RevisionError> {
        let repository = Repository::open_bare(repository).map_err(|_| RevisionError::NoRepository)?;
        let id = Oid::from_str(id).map_err(|_| RevisionError::Unknown)?;
        let root = repository.find_commit(id).map_err(|error| refused_revision(&error))?.tree_id();
        Ok(Self { repository: Mutex::new(repository), root, base: String::new() })
    }

    fn lock(&self) -> MutexGuard<'_, Repository> {
        // A panic elsewhere leaves nothing half-done here: the database is only read.
        self.repository.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what a path means, links followed.
    fn resolve(&self, repository: &Repository, path: &str) -> Result<Node, ReadError> {
        let mut wanted = normalize(&format!("{}/{path}", self.base));
        let mut links = 0;
        'again: loop {
            if wanted == ".." || wanted.starts_with("../") {
                return Err(ReadError::Outside);
            }
            let mut node = Node::Folder(self.root);
            let mut walked = String::new();
            let mut rest = wanted.split('/').filter(|it| !it.is_empty());
            while let Some(name) = rest.next() {
                let Node::Folder(folder) = node else { return Err(ReadError::NotFound) };
                let tree = repository.find_tree(folder).map_err(|error| refused(&error))?;
                node = child(&tree, name)?;
                if let Node::Link(link) = node {
                    links += 1;
                    if links > LINKS_MAX {
                        return Err(ReadError::Refused("too many symbolic links".to_owned()));
                    }
                    let below: Vec<&str> = rest.collect();
                    wanted = format!("{}/{}", link_target(repository, link, &walked)?, below.join("/"));
                    wanted = normalize(&wanted);
                    continue 'again;
                }
                walked = if walked.is_empty() { name.to_owned() } else { format!("{walked}/{name}") };
            }
            return Ok(node);
        }
    }

    /// Returns the files below a folder that are kept, sorted.
    fn walk(
        &self,
        folder: &str,
        depth_max: usize,
        hidden: bool,
        keep: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<String>, ReadError> {
        let repository = self.lock();
        let Node::Folder(root) = self.resolve(&repository, folder)? else { return Err(ReadError::NotFound) };
        let mut open = vec![(normalize(folder), root, 1)];
        let (mut found, mut seen) = (Vec::new(), 0);
        while let Some((prefix, folder, depth)) = open.pop() {
            let Ok(tree) = repository.find_tree(folder) else { continue };
            for entry in &tree {
                let Some(name) = entry.name().ok().filter(|it| is_plain(it)) else { continue };
                // The same folder may be there many times over, so that a small repository can be a vast tree.
                seen += 1;
                if seen > FILES_MAX {
                    return Err(ReadError::TooMany(FILES_MAX));
                }
                let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
                match node_of(&entry) {
                    Some(Node::Folder(id)) => {
                        let visible = !is_skipped(name) && (hidden || !name.starts_with('.'));
                        if visible && depth < depth_max.min(DEPTH_MAX) {
                            open.push((path, id, depth + 1));
                        }
                    }
                    Some(Node::File(_)) if keep(&path) => found.push(path),
                    Some(Node::Link(_)) if keep(&path) => {
                        if matches!(self.resolve(&repository, &path), Ok(Node::File(_))) {
                            found.push(path);
                        }
                    }
                    _ => {}
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

/// Returns an entry of a folder by name. A submodule is refused by name, so that the reason can be told.
fn child(tree: &Tree<'_>, name: &str) -> Result<Node, ReadError> {
    let entry = tree.get_name(name).ok_or(ReadError::NotFound)?;
    node_of(&entry).ok_or_else(|| ReadError::Refused("it lies in a submodule, which is not read".to_owned()))
}

fn node_of(entry: &git2::TreeEntry<'_>) -> Option<Node> {
    match (entry.kind()?, entry.filemode()) {
        (ObjectType::Tree, _) => Some(Node::Folder(entry.id())),
        (ObjectType::Blob, 0o120_000) => Some(Node::Link(entry.id())),
        (ObjectType::Blob, _) => Some(Node::File(entry.id())),
        _ => None,
    }
}

/// A tree can be made by hand, with names that no checkout would accept.
fn is_plain(name: &str) -> bool {
    !matches!(name, "" | "." | ".." | ".git") && !name.contains(['/', '\\', '\0'])
}

/// Returns where a symbolic link in `folder` leads, from the root of the revision.
fn link_target(repository: &Repository, link: Oid, folder: &str) -> Result<String, ReadError> {
    let bytes = content(repository, link, LINK_BYTES_MAX as u64)?;
    let target = String::from_utf8(bytes).map_err(|_| ReadError::NotFound)?;
    if target.starts_with('/') {
        return Err(ReadError::Outside);
    }
    Ok(normalize(&format!("{folder}/{target}")))
}

/// Returns the bytes of a file; how many there are is asked before they are read.
fn content(repository: &Repository, id: Oid, bytes_max: u64) -> Result<Vec<u8>, ReadError> {
    let database = repository.odb().map_err(|error| refused(&error))?;
    let (size, _) = database.read_header(id).map_err(|error| refused(&error))?;
    if size as u64 > bytes_max {
        return Err(ReadError::TooLarge(bytes_max));
    }
    let object = database.read(id).map_err(|error| refused(&error))?;
    Ok(object.data().to_vec())
}

fn refused_revision(error: &git2::Error) -> RevisionError {
    match error.code() {
        ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::UnbornBranch => RevisionError::Unknown,
        _ => RevisionError::Refused(error.message().to_owned()),
    }
}

fn refused(error: &git2::Error) -> ReadError {
    match error.code() {
        // Shallow and partial clones know of objects that they do not hold.
        ErrorCode::NotFound => ReadError::Refused("the clone does not hold it".to_owned()),
        code => ReadError::Refused(format!("git refused: {code:?}")),
    }
}

impl Reader for GitTreeReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let repository = self.lock();
        match self.resolve(&repository, path)? {
            Node::File(id) => content(&repository, id, FILE_BYTES_MAX),
            _ => Err(ReadError::Refused("it is not a file".to_owned())),
        }
    }

    fn search(&self, glob: &str) -> Result<Vec<String>, ReadError> {
        let glob = normalize(glob);
        let matcher = GlobBuilder::new(&glob)
            .literal_separator(true)
            .build()
            .map_err(|error| ReadError::BadGlob(error.kind().to_string()))?
            .compile_matcher();
        let (folder, depth_max) = super::local::literal_part(&glob);
        match self.walk(&folder, depth_max, true, &|path| matcher.is_match(path)) {
            Err(ReadError::NotFound) => Ok(Vec::new()),
            other => other,
        }
    }

    fn tree(&self, folder: &str) -> Result<Vec<String>, ReadError> {
        self.walk(folder, usize::MAX, false, &|_| true)
    }
}

#[cfg(test)]
#[path = "git_tree_tests.rs"]
mod tests;
