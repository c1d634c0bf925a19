//! Bitbucket Cloud.

use url::Url;

use super::repository_path::{RepositoryPath, decoded};
use super::{AddressError, Integration, parse, resolve};

/// Resolves an address; a line is marked as `#lines-N`.
pub(super) fn resolve(address: &str, base: &str, line: Option<u32>) -> Option<String> {
    let resolved = resolve::against(address, base, None, |base| RepositoryPath::root(base, &["src"]))?;
    let Some(line) = line else { return Some(resolved) };
    let mut url = Url::parse(&resolved).ok()?;
    url.set_fragment(Some(&format!("lines-{line}")));
    Some(url.into())
}

/// Returns the address of the editor.
pub(super) fn edit(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    let it = RepositoryPath::read(&decoded(url.path()))?;
    url.query_pairs_mut().append_pair("mode", "edit").append_pair("at", &it.reference);
    Some(url.into())
}

/// Returns the address in the API.
pub(super) fn file_fetch(host: &Integration, address: &str) -> Result<String, AddressError> {
    let url = parse(address)?;
    let it =
        RepositoryPath::read(&decoded(url.path())).filter(|it| matches!(it.verb.as_str(), "src" | "raw"));
    let it = it.ok_or_else(|| {
        AddressError(format!("Incorrect URL: {address}, Error: Invalid Bitbucket Cloud URL or file path"))
    })?;
    Ok(format!(
        "{}/repositories/{}/{}/src/{}/{}",
        host.api_base_url, it.owner, it.name, it.reference, it.path
    ))
}
