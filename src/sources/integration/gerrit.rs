//! Gerrit: people see Gitiles, the program reads from Gerrit's own API.

use url::Url;

use super::repository_path::encoded;
use super::{AddressError, Integration, parse};

/// Returns the path of the root of the repository.
pub(super) fn root(host: &Integration, base: &Url) -> Option<String> {
    let it = Item::read(host, base)?;
    let path = base.path();
    let end = path.len() - it.path.len();
    path.get(..end).map(|it| it.trim_end_matches('/').to_owned())
}

/// Returns the address of the editor.
pub(super) fn edit(host: &Integration, address: &str) -> Option<String> {
    let it = Item::read(host, &Url::parse(address).ok()?).filter(|_| !host.edit_disabled)?;
    Some(format!(
        "{}/admin/repos/edit/repo/{}/branch/refs/heads/{}/file/{}",
        host.base_url, it.project, it.branch, it.path
    ))
}

/// Returns the address of the content in the API.
pub(super) fn file_fetch(host: &Integration, address: &str) -> Result<String, AddressError> {
    let it = read(host, address)?;
    Ok(format!(
        "{}{}/projects/{}/branches/{}/files/{}/content",
        host.base_url,
        authenticated(host),
        encoded(&it.project),
        it.branch,
        encoded(&it.path)
    ))
}

/// Returns the address of a tree as an archive.
pub(super) fn archive(host: &Integration, address: &str) -> Result<String, AddressError> {
    let it = read(host, address)?;
    let mut gitiles = parse(&host.gitiles_base_url)?;
    gitiles.set_path(&format!("{}{}", authenticated(host), gitiles.path().to_owned()));
    let path = if it.path.is_empty() { String::new() } else { format!("/{}", it.path) };
    Ok(format!(
        "{}/{}/+archive/refs/heads/{}{path}.tar.gz",
        gitiles.as_str().trim_end_matches('/'),
        it.project,
        it.branch
    ))
}

/// Requests with a password go below `/a` (Gerrit, REST API, "Authentication").
fn authenticated(host: &Integration) -> &'static str {
    if host.authenticated { "/a" } else { "" }
}

fn read(host: &Integration, address: &str) -> Result<Item, AddressError> {
    let it = Item::read(host, &parse(address)?).ok_or_else(|| {
        AddressError(format!("Incorrect URL: {address}, Error: Invalid Gitiles URL or file path"))
    })?;
    match it.is_branch {
        true => Ok(it),
        false => Err(AddressError("Unsupported gitiles ref type: head".to_owned())),
    }
}

/// What an address names.
struct Item {
    project: String,
    branch: String,
    /// Whether the branch is named, and is not `HEAD`.
    is_branch: bool,
    path: String,
}

impl Item {
    fn read(host: &Integration, url: &Url) -> Option<Self> {
        let below = Url::parse(&host.gitiles_base_url).ok()?.path().trim_end_matches('/').to_owned();
        let rest = url.path().strip_prefix(below.as_str())?.trim_start_matches('/');
        let (project, rest) = rest.split_once("/+/")?;
        let (branch, is_branch, path) = match rest.strip_prefix("refs/heads/") {
            Some(rest) => {
                let (branch, path) = rest.split_once('/').unwrap_or((rest, ""));
                (branch, true, path)
            }
            None => {
                let (head, path) = rest.split_once('/').unwrap_or((rest, ""));
                (head, false, path)
            }
        };
        Some(Self {
            project: project.to_owned(),
            branch: branch.to_owned(),
            is_branch,
            path: path.to_owned(),
        })
    }
}
