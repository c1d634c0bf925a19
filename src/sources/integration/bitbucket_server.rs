//! Bitbucket Server and Data Center: `/projects/KEY/repos/NAME/browse/PATH?at=REFERENCE`.

use url::Url;

use super::{AddressError, Integration, parse, resolve};

/// Resolves an address; a line is marked as `#N`.
pub(super) fn resolve(address: &str, base: &str, line: Option<u32>) -> Option<String> {
    let resolved = resolve::against(address, base, None, root)?;
    let Some(line) = line else { return Some(resolved) };
    let mut url = Url::parse(&resolved).ok()?;
    url.set_fragment(Some(&line.to_string()));
    Some(url.into())
}

fn root(base: &Url) -> Option<String> {
    let path = base.path();
    let at = path.find("/browse")?;
    path.get(..at + "/browse".len()).map(str::to_owned)
}

/// Returns the address without its reference: there is no other editor.
pub(super) fn edit(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    url.set_query(None);
    Some(url.into())
}

/// Returns the address of the raw file in the API.
pub(super) fn file_fetch(host: &Integration, address: &str) -> Result<String, AddressError> {
    let url = parse(address)?;
    let parts: Vec<&str> = url.path().trim_start_matches('/').splitn(6, '/').collect();
    let (project, name, path) = match parts.as_slice() {
        ["projects", project, "repos", name, "browse" | "raw", path] => (*project, *name, *path),
        ["projects", project, "repos", name, "browse" | "raw"] => (*project, *name, ""),
        _ => {
            let message =
                format!("Incorrect URL: {address}, Error: Invalid Bitbucket Server URL or file path");
            return Err(AddressError(message));
        }
    };
    let reference = url.query_pairs().find(|(key, _)| key == "at").map(|(_, value)| value.into_owned());
    Ok(format!(
        "{}/projects/{project}/repos/{name}/raw/{path}?at={}",
        host.api_base_url,
        reference.unwrap_or_default()
    ))
}
