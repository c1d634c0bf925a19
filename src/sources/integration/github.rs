//! GitHub and GitHub Enterprise.

use super::repository_path::RepositoryPath;
use super::{AddressError, Integration, parse, resolve};

const VERBS: &[&str] = &["blob", "tree", "edit", "raw"];

/// Resolves an address; whatever it says, the result names a tree.
pub(super) fn resolve(address: &str, base: &str, line: Option<u32>) -> Option<String> {
    let resolved = resolve::against(address, base, line, |base| RepositoryPath::root(base, VERBS))?;
    Some(with_type(&resolved, "tree"))
}

/// Replaces `blob`, `tree` or `edit` after the repository.
pub(super) fn with_type(address: &str, wanted: &str) -> String {
    let Some((scheme, rest)) = address.split_once("//") else { return address.to_owned() };
    let mut parts: Vec<&str> = rest.splitn(5, '/').collect();
    match parts.as_mut_slice() {
        [_, _, _, verb, _] if matches!(*verb, "blob" | "tree" | "edit") => *verb = wanted,
        _ => return address.to_owned(),
    }
    format!("{scheme}//{}", parts.join("/"))
}

/// Returns the raw address, or that of the contents API where a token or the API alone is configured.
pub(super) fn file_fetch(host: &Integration, address: &str) -> Result<String, AddressError> {
    let wrong = || AddressError(format!("Incorrect URL: {address}, Error: Invalid GitHub URL or file path"));
    let url = parse(address)?;
    let it = RepositoryPath::read(url.path()).ok_or_else(wrong)?;
    if !matches!(it.verb.as_str(), "blob" | "tree" | "raw") {
        return Err(wrong());
    }
    let RepositoryPath { owner, name, reference, path, .. } = it;
    let path = path.replace("%2A", "*");
    let by_api = !host.api_base_url.is_empty() && (host.authenticated || host.raw_base_url.is_empty());
    Ok(match by_api {
        true => format!("{}/repos/{owner}/{name}/contents/{path}?ref={reference}", host.api_base_url),
        false => format!("{}/{owner}/{name}/{reference}/{path}", host.raw_base_url),
    })
}
