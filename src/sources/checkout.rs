//! `Checkout`: the git repository around a folder, and the web address of its remote.

use std::path::{Path, PathBuf};

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
pub(super) fn web_address(remote: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::web_address;

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
