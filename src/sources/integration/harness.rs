//! Harness Code: `…/repos/NAME/files/BRANCH/~/PATH`, with or without organisation and project.

use super::{AddressError, parse};

/// Returns the address of the raw file.
pub(super) fn file_fetch(address: &str) -> Result<String, AddressError> {
    let it = Item::read(address)?;
    Ok(format!("{}/+/raw/{}?routingId={}&git_ref=refs/heads/{}", it.api(), it.path, it.account, it.branch))
}

/// Returns the address of the repository as an archive.
pub(super) fn archive(address: &str) -> Result<String, AddressError> {
    let it = Item::read(address)?;
    Ok(format!("{}/+/archive/{}.zip?routingId={}", it.api(), it.branch, it.account))
}

/// What an address names.
struct Item {
    /// `scheme://host`.
    origin: String,
    account: String,
    /// Organisation, project and repository, as far as they are named, parted by slashes.
    repository: String,
    branch: String,
    path: String,
}

impl Item {
    fn read(address: &str) -> Result<Self, AddressError> {
        let url = parse(address)?;
        let wrong =
            || AddressError(format!("Incorrect URL: {address}, Error: Invalid Harness URL or file path"));
        let (head, file) = url.path().split_once("/files/").ok_or_else(wrong)?;
        let (branch, path) = file.split_once("/~/").ok_or_else(wrong)?;
        let parts: Vec<&str> = head.split('/').collect();
        let after = |key: &str| {
            let at = parts.iter().position(|it| *it == key)?;
            parts.get(at + 1).copied()
        };
        let named = [after("orgs"), after("projects"), Some(after("repos").ok_or_else(wrong)?)];
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            account: after("account").ok_or_else(wrong)?.to_owned(),
            repository: named.into_iter().flatten().collect::<Vec<_>>().join("/"),
            branch: branch.to_owned(),
            path: path.to_owned(),
        })
    }

    fn api(&self) -> String {
        format!("{}/gateway/code/api/v1/repos/{}/{}", self.origin, self.account, self.repository)
    }
}
