//! `OriginMap`: what the files of a site are known as on the web, and which path an address means.

use super::copied_tree::CopiedTree;
use super::integration::{Integrations, Place};
use super::{git_address, join, normalize, parent, remote_path, split_remote};

/// Knows that the site folder is a copy of a repository tree, so that links into that repository are read from the
/// folder; and, where reading elsewhere is on, the path of every other address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OriginMap {
    copy: Option<CopiedTree>,
    /// The hosts whose rules are known.
    integrations: Integrations,
    /// Whether addresses outside the copy have a path.
    elsewhere: bool,
}

impl OriginMap {
    /// Returns the map for a tree address such as `https://github.com/owner/repo/blob/main/`, when the site folder is at
    /// `inside` below that tree. `None` when the address is not that of a repository tree.
    pub fn new(origin: &str, inside: &str) -> Option<Self> {
        CopiedTree::new(origin, inside).map(Self::of)
    }

    /// Returns the map for a tree address that may go on below the reference, as
    /// `https://github.com/owner/repo/blob/main/portal/` does for a copy of the folder `portal`. The first part after the
    /// verb is the reference. `None` when the address is not that of a repository tree.
    pub fn below(origin: &str) -> Option<Self> {
        CopiedTree::below(origin).map(Self::of)
    }

    fn of(copy: CopiedTree) -> Self {
        let integrations = Integrations::read(&serde_json::Value::Null).0;
        Self { copy: Some(copy), integrations, elsewhere: false }
    }

    /// Returns the map with the hosts that the site has configured.
    #[must_use]
    pub fn with_integrations(mut self, integrations: Integrations) -> Self {
        self.integrations = integrations;
        self
    }

    /// Returns the map in which every address has a path.
    #[must_use]
    pub fn reading_elsewhere(mut self) -> Self {
        self.elsewhere = true;
        self
    }

    /// Returns whether the folder is known to be a copy of a tree.
    pub fn is_copy(&self) -> bool {
        self.copy.is_some()
    }

    /// Returns the hosts whose rules are known.
    pub fn integrations(&self) -> &Integrations {
        &self.integrations
    }

    /// Returns the address of a file, for links to its source.
    pub fn url_of(&self, path: &str) -> Option<String> {
        match split_remote(path) {
            Some((root, below)) => self.remote_url(root, below),
            None => self.copy.as_ref()?.url_of(path),
        }
    }

    fn remote_url(&self, root: &str, below: &str) -> Option<String> {
        if below == ".." || below.starts_with("../") {
            return None;
        }
        if let Some(web) = git_address::web_root(root, &self.integrations) {
            return self.remote_url(&web, below);
        }
        if git_address::is_git(root) {
            return Some(git_address::with_path(root, below));
        }
        let place = Place { root: root.to_owned(), path: below.to_owned() };
        Some(match self.integrations.that_reads(root).filter(|it| it.place(root).is_some()) {
            Some(host) => host.address(&place),
            None => format!("{root}/{below}"),
        })
    }

    /// Returns the address of a file as its host's integration resolves it: on GitHub, `/blob/` becomes `/tree/`.
    pub fn tree_url_of(&self, path: &str) -> Option<String> {
        let url = self.url_of(path)?;
        match self.integrations.by_url(&url) {
            Some(host) => host.resolve(&url, &url, None),
            None => Some(url),
        }
    }

    /// Returns the address of the folder of a file, with a slash at the end, where an integration knows the host.
    pub fn source_url_of(&self, path: &str) -> Option<String> {
        let url = self.url_of(path)?;
        self.integrations.by_url(&url)?.source(&url)
    }

    /// Returns where a file can be edited; a tree that names a commit cannot be.
    pub fn edit_url_of(&self, path: &str) -> Option<String> {
        let url = self.url_of(path)?;
        let is_commit = |it: &str| it.len() == 40 && it.bytes().all(|it| it.is_ascii_hexdigit());
        if url.split(['/', '=', '&']).any(is_commit) {
            return None;
        }
        match self.integrations.by_url(&url) {
            Some(host) => Some(host.edit(&url)),
            // A plain file elsewhere has no editor.
            None if split_remote(path).is_some() => None,
            None => Some(url.replacen("/blob/", "/edit/", 1).replacen("/tree/", "/edit/", 1)),
        }
    }

    /// Returns the path that an address means: that in the copy, whatever the branch it names and whether it says
    /// `blob`, `tree`, `raw` or `edit`; else, where reading elsewhere is on, that in the tree it lies in.
    pub fn path_of(&self, address: &str) -> Option<String> {
        if let Some(path) = self.copy.as_ref().and_then(|it| it.path_of(address)) {
            return Some(path);
        }
        self.elsewhere.then(|| self.path_elsewhere(address)).flatten()
    }

    fn path_elsewhere(&self, address: &str) -> Option<String> {
        if git_address::is_git(address) {
            let (root, path) = git_address::split(address)?;
            return Some(remote_path(&root, &path));
        }
        if let Some(place) = self.integrations.that_reads(address).and_then(|it| it.place(address)) {
            return Some(remote_path(&place.root, &place.path));
        }
        // A plain address: its folder is the tree, and nothing is decoded, since only its own server knows its meaning.
        let url = url::Url::parse(address).ok().filter(|it| it.has_host())?;
        let origin = url.origin().ascii_serialization();
        let below = url.as_str().strip_prefix(&origin)?.split('#').next()?.trim_start_matches('/');
        Some(remote_path(&origin, below))
    }

    /// Returns the path that a target means, as seen from the file that names it: an address, `/x` from the root of the
    /// repository, or a relative path. `None` for an address that has no path here.
    pub fn resolve(&self, file: &str, target: &str) -> Option<String> {
        if target.contains("://") {
            return self.path_of(target);
        }
        Some(match (target.strip_prefix('/'), split_remote(file)) {
            (Some(rest), Some((root, _))) => remote_path(root, rest),
            (Some(rest), None) => normalize(rest),
            (None, _) => join(parent(file), target),
        })
    }

    /// Returns whether a file and an address lie in one repository, as far as that can be told.
    pub fn same_repository(&self, file: &str, address: &str) -> Option<bool> {
        let repository = |address: &str| {
            let place = self.integrations.by_url(address)?.place(address)?;
            let url = url::Url::parse(&place.root).ok()?;
            let path = url.path();
            let end =
                ["/blob/", "/-/blob/", "/src/", "/+/", "/files/"].iter().filter_map(|it| path.find(it)).min();
            let path = end.and_then(|it| path.get(..it)).unwrap_or(path);
            Some(format!("{}{path}", url.origin().ascii_serialization()).to_ascii_lowercase())
        };
        let own = repository(&self.url_of(file)?)?;
        Some(own == repository(address)?)
    }
}

#[cfg(test)]
mod tests {
    use super::OriginMap;
    use crate::sources::tree_of_branch;

    #[test]
    fn reads_links_into_the_copy() {
        let map = OriginMap::new("https://github.com/acme/shop/blob/main/", "").unwrap();
        let path = |it| map.path_of(it);
        assert_eq!(path("https://github.com/acme/shop/blob/main/a/b.yaml").as_deref(), Some("a/b.yaml"));
        assert_eq!(path("https://github.com/Acme/shop/tree/dev/a/b.yaml").as_deref(), Some("a/b.yaml"));
        assert_eq!(path("https://github.com/acme/shopping/blob/main/a.yaml"), None);
        assert_eq!(path("https://github.com/acme/other/blob/main/a.yaml"), None);
        assert_eq!(
            map.url_of("x/y.yaml").as_deref(),
            Some("https://github.com/acme/shop/blob/main/x/y.yaml")
        );
        assert!(OriginMap::new("https://github.com/acme", "").is_none());
        let inner = OriginMap::new("https://github.com/acme/shop", "site/a").unwrap();
        assert_eq!(
            inner.url_of("x.yaml").as_deref(),
            Some("https://github.com/acme/shop/blob/main/site/a/x.yaml")
        );
        assert_eq!(
            inner.path_of("https://github.com/acme/shop/blob/main/site/a/x.yaml").as_deref(),
            Some("x.yaml")
        );
        assert_eq!(
            inner.path_of("https://github.com/acme/shop/blob/main/b.yaml").as_deref(),
            Some("../../b.yaml")
        );
    }

    #[test]
    fn a_copy_may_be_a_folder_of_the_tree() {
        let map = OriginMap::below("https://github.com/acme/shop/blob/main/portal/").unwrap();
        let file = |path| map.url_of(path).unwrap();
        assert_eq!(file("x.yaml"), "https://github.com/acme/shop/blob/main/portal/x.yaml");
        assert_eq!(file("../x.yaml"), "https://github.com/acme/shop/blob/main/x.yaml");
        let path = |address| map.path_of(address);
        assert_eq!(
            path("https://github.com/acme/shop/tree/main/portal/a/x.yaml").as_deref(),
            Some("a/x.yaml")
        );
        assert_eq!(path("https://github.com/acme/shop/tree/dev/b/x.yaml").as_deref(), Some("../b/x.yaml"));
        let whole = OriginMap::below("https://github.com/acme/shop/blob/main/").unwrap();
        assert_eq!(whole.url_of("x.yaml").unwrap(), "https://github.com/acme/shop/blob/main/x.yaml");
        assert!(OriginMap::below("https://github.com/acme/shop").is_some());
    }

    #[test]
    fn knows_how_hosts_write_trees() {
        for (remote, file, edit) in [
            (
                "https://gitlab.com/acme/sea/shop",
                "https://gitlab.com/acme/sea/shop/-/blob/dev/x.yaml",
                "https://gitlab.com/acme/sea/shop/-/edit/dev/x.yaml",
            ),
            (
                "https://bitbucket.org/acme/shop",
                "https://bitbucket.org/acme/shop/src/dev/x.yaml",
                "https://bitbucket.org/acme/shop/src/dev/x.yaml?mode=edit&at=dev",
            ),
            (
                "https://git.example/acme/shop",
                "https://git.example/acme/shop/blob/dev/x.yaml",
                "https://git.example/acme/shop/edit/dev/x.yaml",
            ),
        ] {
            let map = OriginMap::new(&tree_of_branch(remote, "dev"), "").unwrap();
            assert_eq!(map.tree_url_of("x.yaml").as_deref(), Some(file));
            assert_eq!(map.edit_url_of("x.yaml").as_deref(), Some(edit));
            assert_eq!(map.path_of(file).as_deref(), Some("x.yaml"));
        }
        let tea = OriginMap::new("https://codeberg.org/acme/shop/src/branch/feature/y/", "").unwrap();
        let file = tea.url_of("a/x.yaml").unwrap();
        assert_eq!(file, "https://codeberg.org/acme/shop/src/branch/feature/y/a/x.yaml");
        assert_eq!(tea.path_of(&file).as_deref(), Some("a/x.yaml"));
        let commit = "https://github.com/acme/shop/blob/0123456789012345678901234567890123456789/";
        assert_eq!(OriginMap::new(commit, "").unwrap().edit_url_of("x.yaml"), None);
    }

    #[test]
    fn every_address_has_a_path() {
        let map = OriginMap::default()
            .with_integrations(
                crate::sources::integration::Integrations::read(&serde_json::json!({
                    "bitbucketServer": [{"host": "bit.example"}],
                }))
                .0,
            )
            .reading_elsewhere();
        for (address, path, again) in [
            (
                "https://github.com/acme/shop/blob/main/a%20b/x.yaml",
                "https://github.com/acme/shop/blob/main!/a b/x.yaml",
                "https://github.com/acme/shop/blob/main/a%20b/x.yaml",
            ),
            (
                "https://github.com/acme/shop/tree/main/x",
                "https://github.com/acme/shop/blob/main!/x",
                "https://github.com/acme/shop/blob/main/x",
            ),
            (
                "https://github.com/acme/shop",
                "https://github.com/acme/shop/blob/HEAD!/",
                "https://github.com/acme/shop/blob/HEAD/",
            ),
            (
                "https://gitlab.com/a/b/c/-/tree/main/d",
                "https://gitlab.com/a/b/c/-/blob/main!/d",
                "https://gitlab.com/a/b/c/-/blob/main/d",
            ),
            (
                "https://bit.example/projects/A/repos/b/browse/c/d.yaml?at=x%2Fy",
                "https://bit.example/projects/A/repos/b/browse?at=x%2Fy!/c/d.yaml",
                "https://bit.example/projects/A/repos/b/browse/c/d.yaml?at=x%2Fy",
            ),
            (
                "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
                "https://dev.azure.com/o/p/_git/r?version=GBmain!/a/b.yaml",
                "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
            ),
            (
                "https://files.example/a/b.yaml?x=1",
                "https://files.example!/a/b.yaml?x=1",
                "https://files.example/a/b.yaml?x=1",
            ),
            (
                "git+https://git.example/acme/shop.git#v1:a/b.yaml",
                "git+https://git.example/acme/shop.git#v1!/a/b.yaml",
                "git+https://git.example/acme/shop.git#v1:a/b.yaml",
            ),
            (
                "git+https://git.example/acme/shop.git",
                "git+https://git.example/acme/shop.git#HEAD!/",
                "git+https://git.example/acme/shop.git#HEAD:",
            ),
        ] {
            assert_eq!(map.path_of(address).as_deref(), Some(path));
            assert_eq!(map.url_of(path).as_deref(), Some(again));
        }
        let file = "https://github.com/acme/shop/blob/main!/a/catalog-info.yaml";
        let resolve = |target| map.resolve(file, target).unwrap();
        assert_eq!(resolve("./b.yaml"), "https://github.com/acme/shop/blob/main!/a/b.yaml");
        assert_eq!(resolve("/b.yaml"), "https://github.com/acme/shop/blob/main!/b.yaml");
        assert_eq!(resolve("../../../b.yaml"), "https://github.com/acme/shop/blob/main!/../../b.yaml");
        assert_eq!(map.url_of(&resolve("../../../b.yaml")), None);
        assert_eq!(map.same_repository(file, "https://github.com/Acme/shop/blob/dev/x"), Some(true));
        assert_eq!(map.same_repository(file, "https://github.com/acme/other/blob/dev/x"), Some(false));
        assert_eq!(OriginMap::default().path_of("https://github.com/acme/shop/blob/main/x"), None);
    }
}
