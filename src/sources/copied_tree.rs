//! `CopiedTree`: the repository tree that a folder is a copy of, so that links into it are read from the folder.

use super::checkout::tree_of_branch;
use super::normalize;

/// The tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CopiedTree {
    /// `https://host/owner/repo`, without a final slash.
    repository: String,
    /// `blob/main` as given, for making addresses.
    tree: String,
    /// The path of the folder below the root of that tree.
    inside: String,
}

impl CopiedTree {
    /// Returns the tree for a tree address such as `https://github.com/owner/repo/blob/main/`, when the site folder is at
    /// `inside` below that tree. `None` when the address is not that of a repository tree.
    pub(super) fn new(origin: &str, inside: &str) -> Option<Self> {
        let parsed = url::Url::parse(origin).ok()?;
        let host = parsed.host_str()?;
        let text = origin.trim_end_matches('/');
        let markers =
            ["/-/blob/", "/-/tree/", "/blob/", "/tree/", "/src/branch/", "/src/", "/raw/", "/edit/"];
        let found = markers.iter().find_map(|marker| text.find(marker).map(|at| (at, *marker)));
        let (repository, tree) = match found {
            Some((at, _)) => (text.get(..at)?.to_owned(), text.get(at + 1..)?.to_owned()),
            None => {
                let whole = tree_of_branch(text, "main");
                let tree = whole.get(text.len()..)?.trim_matches('/').to_owned();
                (text.to_owned(), tree)
            }
        };
        let segments =
            url::Url::parse(&repository).ok()?.path_segments()?.filter(|it| !it.is_empty()).count();
        (segments >= 2 && !host.is_empty()).then(|| Self { repository, tree, inside: normalize(inside) })
    }

    /// Returns the tree for a tree address that may go on below the reference, as
    /// `https://github.com/owner/repo/blob/main/portal/` does for a copy of the folder `portal`. The first part after the
    /// verb is the reference. `None` when the address is not that of a repository tree.
    pub(super) fn below(origin: &str) -> Option<Self> {
        let mut map = Self::new(origin, "")?;
        let verb = ["-/blob/", "-/tree/", "blob/", "tree/", "src/branch/", "src/", "raw/", "edit/"]
            .into_iter()
            .find(|it| map.tree.starts_with(it))?;
        let (reference, inside) = map.tree.get(verb.len()..)?.split_once('/').unwrap_or((&map.tree, ""));
        if !inside.is_empty() {
            map.inside = normalize(inside);
            map.tree = format!("{verb}{reference}");
        }
        Some(map)
    }

    /// Returns the address of a file of the copy, for links to its source.
    pub(super) fn url_of(&self, path: &str) -> Option<String> {
        let below = normalize(&format!("{}/{path}", self.inside));
        if below.starts_with("..") {
            return None;
        }
        Some(format!("{}/{}/{below}", self.repository, self.tree))
    }

    /// Returns the path of the copy that an address of the repository means, whatever the branch it names and
    /// whether it says `blob`, `tree`, `raw` or `edit`.
    pub(super) fn path_of(&self, address: &str) -> Option<String> {
        let address = address.split(['?', '#']).next()?;
        let head = address.get(..self.repository.len())?;
        if !head.eq_ignore_ascii_case(&self.repository) {
            return None;
        }
        let rest = address.get(self.repository.len()..)?.strip_prefix('/')?;
        let rest = rest.strip_prefix("-/").unwrap_or(rest);
        let mut parts = rest.splitn(3, '/');
        let verb = parts.next()?;
        if !matches!(verb, "blob" | "tree" | "raw" | "edit" | "src") {
            return None;
        }
        let rest = match rest.strip_prefix("src/branch/") {
            Some(below) => below,
            None => rest.get(verb.len() + 1..)?,
        };
        // A branch with slashes cannot be told from folders, except the one that the origin itself names.
        let tree = self.tree.strip_prefix("-/").unwrap_or(&self.tree);
        let own = tree.strip_prefix("src/branch/").or_else(|| tree.split_once('/').map(|(_, it)| it));
        let own = own.unwrap_or_default();
        let below = match rest.strip_prefix(own).and_then(|it| it.strip_prefix('/')) {
            Some(below) if !own.is_empty() => below,
            _ => rest.split_once('/').map_or("", |(_, below)| below),
        };
        let below = normalize(below);
        match below.strip_prefix(self.inside.as_str()).and_then(|it| it.strip_prefix('/')) {
            Some(inner) if !self.inside.is_empty() => Some(inner.to_owned()),
            _ if self.inside.is_empty() => Some(below),
            _ => Some("../".repeat(self.inside.split('/').count()) + &below),
        }
    }
}
