//! Gitea and Forgejo: `/owner/name/src/branch/REFERENCE/PATH`, also below a path of the host.

use url::Url;

use super::{AddressError, Integration, parse};

/// Returns what Backstage takes for the root: the reference is lost.
pub(super) fn root(host: &Integration, base: &Url) -> Option<String> {
    let it = Item::read(host, base)?;
    Some(format!("{}/{}/{}/src/{}", it.below, it.owner, it.name, it.kind))
}

/// Returns the address of the editor.
pub(super) fn edit(host: &Integration, address: &str) -> Option<String> {
    let it = Item::read(host, &Url::parse(address).ok()?)?;
    Some(format!("{}/{}/{}/_edit/{}/{}", host.base_url, it.owner, it.name, it.reference, it.path))
}

/// Returns the address of the content in the API.
pub(super) fn file_fetch(host: &Integration, address: &str) -> Result<String, AddressError> {
    let it = read(host, address)?;
    Ok(format!(
        "{}/api/v1/repos/{}/{}/contents/{}?ref={}",
        host.base_url, it.owner, it.name, it.path, it.reference
    ))
}

/// Returns the address of the repository as an archive.
pub(super) fn archive(host: &Integration, address: &str) -> Result<String, AddressError> {
    let it = read(host, address)?;
    Ok(format!("{}/api/v1/repos/{}/{}/archive/{}.tar.gz", host.base_url, it.owner, it.name, it.reference))
}

fn read(host: &Integration, address: &str) -> Result<Item, AddressError> {
    Item::read(host, &parse(address)?).ok_or_else(|| {
        AddressError(format!("Incorrect URL: {address}, Error: Invalid Gitea URL or file path"))
    })
}

/// What an address names.
struct Item {
    /// The path of the host, without a slash at the end.
    below: String,
    owner: String,
    name: String,
    /// `branch`, `tag` or `commit`.
    kind: String,
    reference: String,
    path: String,
}

impl Item {
    fn read(host: &Integration, url: &Url) -> Option<Self> {
        let below = Url::parse(&host.base_url).ok()?.path().trim_end_matches('/').to_owned();
        let rest = url.path().strip_prefix(below.as_str())?.trim_start_matches('/');
        let mut parts = rest.splitn(6, '/');
        let mut next = || parts.next().filter(|it| !it.is_empty()).map(str::to_owned);
        let (owner, name, verb, kind, reference) = (next()?, next()?, next()?, next()?, next()?);
        let path = parts.next().unwrap_or_default().to_owned();
        (verb == "src").then_some(Self { below, owner, name, kind, reference, path })
    }
}
