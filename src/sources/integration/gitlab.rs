//! GitLab, also below a path of its host.

use url::Url;

use super::repository_path::{decoded, encoded};
use super::{AddressError, Integration, parse};

/// Returns the path of the root of the repository.
pub(super) fn root(_: &Integration, base: &Url) -> Option<String> {
    let path = base.path();
    let marker = ["/-/blob/", "/-/tree/", "/-/edit/", "/-/raw/", "/blob/", "/tree/"]
        .into_iter()
        .find_map(|it| path.find(it).map(|at| at + it.len()))?;
    let reference = path.get(marker..)?.split('/').next()?;
    path.get(..marker + reference.len()).map(str::to_owned)
}

/// Replaces `blob`, `tree` or `edit` after `/-/`; the old form without it has no edit page.
pub(super) fn with_type(address: &str, wanted: &str) -> String {
    let found = ["/-/blob/", "/-/tree/", "/-/edit/"].into_iter().find(|it| address.contains(it));
    found.map_or_else(|| address.to_owned(), |it| address.replacen(it, &format!("/-/{wanted}/"), 1))
}

/// Returns the address in the files API.
pub(super) fn file_fetch(host: &Integration, address: &str) -> Result<String, AddressError> {
    let mut url = parse(address)?;
    let path = url.path().to_owned();
    let (project, rest) = path.split_once("/blob/").ok_or_else(|| {
        AddressError(format!("Failed extracting project path from {path}. Url path must include /blob/."))
    })?;
    let below = Url::parse(&host.base_url).map(|it| it.path().trim_end_matches('/').to_owned());
    let below = below.unwrap_or_default();
    let project = project.strip_suffix("/-").unwrap_or(project);
    let project = project.strip_prefix(below.as_str()).unwrap_or(project).trim_start_matches('/');
    let (reference, file) = rest.split_once('/').unwrap_or((rest, ""));
    url.set_path(&format!(
        "{below}/api/v4/projects/{}/repository/files/{}/raw",
        encoded(&decoded(project)),
        encoded(&decoded(file))
    ));
    url.set_query(Some(&format!("ref={reference}")));
    Ok(url.into())
}
