//! `FileTree`: the files of one folder and the paths they are published at.

use std::collections::BTreeMap;

use crate::sources::{OriginMap, join};

/// The files of a folder, each with its path below the address of the folder.
#[derive(Clone, Debug, Default)]
pub struct FileTree {
    folder: String,
    /// Path below the folder to published path; that of a page is empty or ends in `/`.
    published: BTreeMap<String, String>,
    /// Where the source of files beside the folder is shown.
    origin: Option<OriginMap>,
}

impl FileTree {
    pub(super) fn new(folder: &str, origin: Option<&OriginMap>) -> Self {
        Self { folder: folder.to_owned(), published: BTreeMap::new(), origin: origin.cloned() }
    }

    /// Adds a page; `path` has no final slash.
    pub(super) fn add_page(&mut self, source: &str, path: &str) {
        let path = if path.is_empty() { String::new() } else { format!("{path}/") };
        self.published.insert(self.below(source).to_owned(), path);
    }

    /// Adds a file that is published as it is.
    pub(super) fn add_asset(&mut self, source: &str) {
        let below = self.below(source).to_owned();
        self.published.insert(below.clone(), below);
    }

    /// Returns a source path as seen from the folder.
    pub(super) fn below<'a>(&self, source: &'a str) -> &'a str {
        below(&self.folder, source)
    }

    /// Returns what `path`, written in the file `from` (below the folder), leads to.
    ///
    /// A path names a file, as MkDocs wants it. Since many authors write the address of the page instead, the file
    /// that such an address would come from is tried next.
    pub(super) fn find(&self, from: &str, from_page: &str, path: &str) -> Option<&str> {
        let (folder, path) = match path.strip_prefix('/') {
            Some(rooted) => ("", rooted),
            None => (crate::sources::parent(from), path),
        };
        let file = join(folder, path);
        let address = join(from_page, path);
        let tries = [
            file.clone(),
            format!("{file}.md"),
            join(&file, "index.md"),
            join(&file, "README.md"),
            format!("{address}.md"),
            join(&address, "index.md"),
            join(&address, "README.md"),
            address,
        ];
        tries.iter().find_map(|it| self.published.get(it)).map(String::as_str)
    }

    /// Returns the address of the source of a file that lies outside of the folder.
    pub(super) fn source_of(&self, from: &str, path: &str) -> Option<String> {
        let file = join(crate::sources::parent(from), path);
        if path.starts_with('/') || !file.starts_with("../") {
            return None;
        }
        self.origin.as_ref()?.url_of(&join(&self.folder, &file))
    }

    /// Returns the file that was probably meant, as a path from the folder of `from`.
    pub(super) fn nearest(&self, from: &str, path: &str) -> Option<String> {
        let folder = crate::sources::parent(from);
        let wanted = join(folder, path);
        if wanted.starts_with("../") {
            return None;
        }
        let name = |it: &'_ str| it.rsplit('/').next().unwrap_or_default().to_owned();
        let wanted_name = name(&wanted);
        let same_name =
            || self.published.keys().find(|it| it.ends_with(&wanted_name) && name(it) == wanted_name);
        // Comparing is slow, so only files of about the same length are compared.
        let alike = |it: &&str| it.len().abs_diff(wanted.len()) <= (wanted.len() / 3).max(1);
        let near =
            || crate::diagnostics::nearest(&wanted, self.published.keys().map(String::as_str).filter(alike));
        let found = same_name().map(String::as_str).or_else(near)?;
        Some(super::link::relative_path(folder, found))
    }
}

/// Returns `path` as seen from `folder`, which it lies in.
pub(super) fn below<'a>(folder: &str, path: &'a str) -> &'a str {
    match folder {
        "" => path,
        // The root of a tree elsewhere ends in a slash.
        folder => path
            .strip_prefix(folder.trim_end_matches('/'))
            .and_then(|it| it.strip_prefix('/'))
            .unwrap_or(path),
    }
}
