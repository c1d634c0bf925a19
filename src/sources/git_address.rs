//! Addresses of git repositories that no web page belongs to: `git+https://host/repository#REFERENCE:PATH`.

use super::integration::{Integrations, Provider};

/// The schemes, as they stand before `://`.
const SCHEMES: &[&str] = &["git+https", "git+http", "git+ssh", "git+file"];

/// The reference where none is written: the default branch.
const DEFAULT: &str = "HEAD";

/// Returns whether an address, or the root of a tree, is of this form.
pub fn is_git(address: &str) -> bool {
    address.split_once("://").is_some_and(|(scheme, _)| SCHEMES.contains(&scheme))
}

/// Parts an address into the root of its tree, which names the reference, and the path there.
pub fn split(address: &str) -> Option<(String, String)> {
    let (repository, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (reference, path) = fragment.split_once(':').unwrap_or((fragment, ""));
    let reference = if reference.is_empty() { DEFAULT } else { reference };
    (!repository.contains("!/")).then(|| (format!("{repository}#{reference}"), path.to_owned()))
}

/// Returns the address of a file of a tree.
pub fn with_path(root: &str, path: &str) -> String {
    format!("{root}:{path}")
}

/// Parts the root of a tree into the address that git reads, without `git+`, and the reference; none for the default.
pub fn remote(root: &str) -> Option<(String, Option<String>)> {
    let (repository, reference) = root.strip_prefix("git+")?.split_once('#')?;
    Some((repository.to_owned(), Some(reference.to_owned()).filter(|it| it != DEFAULT)))
}

/// Returns the root under which people see the tree, where the host is known.
pub fn web_root(root: &str, integrations: &Integrations) -> Option<String> {
    let (repository, reference) = remote(root)?;
    let web = super::checkout::web_address(&repository)?;
    let host = integrations.by_url(&web)?;
    let verb = match host.provider {
        Provider::Github => "blob",
        Provider::Gitlab => "-/blob",
        Provider::BitbucketCloud => "src",
        Provider::Gitea => "src/branch",
        _ => return None,
    };
    let root = format!("{web}/{verb}/{}", reference.as_deref().unwrap_or(DEFAULT));
    host.place(&root).filter(|it| it.path.is_empty()).map(|_| root)
}

/// Returns the root that git reads of a tree that people see on the pages of a host.
pub fn git_root(root: &str, integrations: &Integrations) -> Option<String> {
    if is_git(root) {
        return Some(root.to_owned());
    }
    let verb = match integrations.by_url(root)?.provider {
        Provider::Github => "/blob/",
        Provider::Gitlab => "/-/blob/",
        Provider::BitbucketCloud => "/src/",
        Provider::Gitea => "/src/branch/",
        _ => return None,
    };
    let (repository, reference) = root.split_once(verb)?;
    Some(format!("git+{repository}.git#{reference}"))
}
