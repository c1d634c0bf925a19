//! `ReadTree`: a whole tree that was read, from an archive or from git.

use super::remote_tree::RemoteTree;
use crate::sources::{GitTreeReader, LeftOut, ReadError, Reader as _};

/// A tree of either kind.
pub(super) enum ReadTree {
    /// From the archive that its host gives.
    Archive(RemoteTree),
    /// From a commit in the cache of git.
    Git(GitTreeReader),
}

impl ReadTree {
    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::Archive(tree) => tree.read(path),
            Self::Git(tree) => tree.read(path),
        }
    }

    pub(super) fn search(&self, glob: &str) -> Result<Vec<String>, ReadError> {
        match self {
            Self::Archive(tree) => tree.search(glob),
            Self::Git(tree) => tree.search(glob),
        }
    }

    pub(super) fn tree(&self, folder: &str) -> Result<Vec<String>, ReadError> {
        match self {
            Self::Archive(tree) => tree.tree(folder),
            Self::Git(tree) => tree.tree(folder),
        }
    }

    /// Returns what was refused; git refuses nothing as a whole, and a single file when it is read.
    pub(super) fn left_out(&self, root: &str) -> Vec<LeftOut> {
        let Self::Archive(tree) = self else { return Vec::new() };
        let left_out = tree.problems().iter().map(|it| LeftOut {
            root: root.to_owned(),
            name: it.path.clone(),
            reason: it.reason.to_string(),
        });
        left_out.collect()
    }
}
