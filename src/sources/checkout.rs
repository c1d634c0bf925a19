//! `Checkout`: the git repository around a folder, and the URL under which its files are known.

use std::path::{Path, PathBuf};

use super::integration::Integrations;
use super::normalize;

/// The git checkout that a folder lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The folder that holds `.git`.
    pub root: PathBuf,
    /// The `https` address of the remote `origin`, without credentials and `.git`, if there is one.
    pub remote: Option<String>,
    /// The name of the branch that is checked out.
    pub branch: Option<String>,
}

impl Checkout {
    /// Returns the checkout around `folder`, if there is one.
    pub fn discover(folder: &Path) -> Option<Self> {
        let repository = git2::Repository::discover(folder).ok()?;
        let root = repository.workdir()?.to_path_buf();
        let remote = repository.find_remote("origin").ok().and_then(|it| it.url().ok().and_then(web_address));
        let head = repository.head().ok();
        let branch = head.and_then(|it| it.shorthand().ok().map(str::to_owned)).filter(|it| it != "HEAD");
        Some(Self { root, remote, branch })
    }
}

/// Returns the web address of a remote: `git@host:owner/repo.git` and `https://user@host/owner/repo.git` are the same.
fn web_address(remote: &str) -> Option<String> {
    let (host, path) = match remote.split_once("://") {
        Some(("https" | "http" | "ssh" | "git", rest)) => rest.split_once('/')?,
        Some(_) => return None,
        None => remote.split_once(':').filter(|(host, _)| host.contains('@'))?,
    };
    let host = host.rsplit('@').next()?;
    let host = if remote.starts_with("ssh://") { host.split(':').next()? } else { host };
    let path = path.trim_matches('/').trim_end_matches(".git");
    (!host.is_empty() && path.contains('/')).then(|| format!("https://{host}/{path}"))
}

/// Knows that a folder is a copy of a repository tree, so that links into that repository are read from the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginMap {
    /// `https://host/owner/repo`, without a final slash, in lower case for comparison.
    repository: String,
    /// `blob/main` as given, for making addresses.
    tree: String,
    /// The path of the site folder below the root of that tree.
    inside: String,
    /// The hosts whose rules are known.
    integrations: Integrations,
}

/// Returns how a host that is not configured writes the tree of a branch, as far as its name tells.
pub fn tree_of_branch(remote: &str, branch: &str) -> String {
    let host =
        url::Url::parse(remote).ok().and_then(|it| it.host_str().map(str::to_owned)).unwrap_or_default();
    let verb = match host.as_str() {
        it if it.contains("gitlab") => "-/blob",
        "bitbucket.org" => "src",
        it if it.contains("gitea") || it.contains("forgejo") || it == "codeberg.org" => "src/branch",
        _ => "blob",
    };
    format!("{}/{verb}/{branch}/", remote.trim_end_matches('/'))
}

impl OriginMap {
    /// Returns the map for a tree address such as `https://github.com/owner/repo/blob/main/`, when the site folder is at
    /// `inside` below that tree. `None` when the address is not that of a repository tree.
    pub fn new(origin: &str, inside: &str) -> Option<Self> {
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
        (segments >= 2 && !host.is_empty()).then(|| Self {
            repository,
            tree,
            inside: normalize(inside),
            integrations: Integrations::read(&serde_json::Value::Null).0,
        })
    }

    /// Returns the map for a tree address that may go on below the reference, as
    /// `https://github.com/owner/repo/blob/main/portal/` does for a copy of the folder `portal`. The first part after the
    /// verb is the reference. `None` when the address is not that of a repository tree.
    pub fn below(origin: &str) -> Option<Self> {
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

    /// Returns the map with the hosts that the site has configured.
    #[must_use]
    pub fn with_integrations(mut self, integrations: Integrations) -> Self {
        self.integrations = integrations;
        self
    }

    /// Returns the address of a file of the copy, for links to its source.
    pub fn url_of(&self, path: &str) -> Option<String> {
        let below = normalize(&format!("{}/{path}", self.inside));
        if below.starts_with("..") {
            return None;
        }
        Some(format!("{}/{}/{below}", self.repository, self.tree))
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
        let reference = self.tree.rsplit('/').next().unwrap_or_default();
        if reference.len() == 40 && reference.chars().all(|it| it.is_ascii_hexdigit()) {
            return None;
        }
        let url = self.url_of(path)?;
        Some(match self.integrations.by_url(&url) {
            Some(host) => host.edit(&url),
            None => url.replacen("/blob/", "/edit/", 1).replacen("/tree/", "/edit/", 1),
        })
    }

    /// Returns the path of the copy that an address of the repository means, whatever the branch it names and
    /// whether it says `blob`, `tree`, `raw` or `edit`.
    pub fn path_of(&self, address: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::{OriginMap, web_address};

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
            let map = OriginMap::new(&super::tree_of_branch(remote, "dev"), "").unwrap();
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
    fn turns_remotes_into_addresses() {
        assert_eq!(
            web_address("git@github.com:acme/shop.git").as_deref(),
            Some("https://github.com/acme/shop")
        );
        assert_eq!(
            web_address("https://u:p@git.example/a/b.git").as_deref(),
            Some("https://git.example/a/b")
        );
        assert_eq!(web_address("ssh://git@git.example:22/a/b").as_deref(), Some("https://git.example/a/b"));
        assert_eq!(web_address("/srv/git/x.git"), None);
    }
}
