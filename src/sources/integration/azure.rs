//! Azure DevOps: the path of a file stands in the query, and the reference beside it.

use url::Url;
use url::form_urlencoded::Serializer;

use super::{AddressError, parse};

/// Resolves an address: only `path` changes. A line is marked in the query.
pub(super) fn resolve(address: &str, base: &str, line: Option<u32>) -> Option<String> {
    if Url::parse(address).is_ok() {
        return Some(address.to_owned());
    }
    let mut url = Url::parse(base).ok()?;
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let path = pairs.iter().find(|(key, _)| key == "path").map_or("/", |(_, value)| value.as_str());
    let mut plain = Url::parse("https://repository.invalid/").ok()?;
    plain.set_path(path);
    let wanted = super::repository_path::decoded(plain.join(address).ok()?.path());
    let mut query = Serializer::new(String::new());
    if !pairs.iter().any(|(key, _)| key == "path") {
        query.append_pair("path", &wanted);
    }
    for (key, value) in &pairs {
        query.append_pair(key, if key == "path" { &wanted } else { value });
    }
    if let Some(line) = line {
        query.append_pair("line", &line.to_string());
        query.append_pair("lineEnd", &line.saturating_add(1).to_string());
        query.append_pair("lineStartColumn", "1");
        query.append_pair("lineEndColumn", "1");
    }
    url.set_query(Some(&query.finish()));
    Some(url.into())
}

/// Returns the address of one file in the API.
pub(super) fn file_fetch(address: &str) -> Result<String, AddressError> {
    let it = Item::read(address)?;
    let mut query = Serializer::new(String::new());
    query.append_pair("api-version", "6.0");
    query.append_pair("path", it.path.as_deref().unwrap_or("/"));
    Ok(it.address(query))
}

/// Returns the address of a tree as an archive.
pub(super) fn archive(address: &str) -> Result<String, AddressError> {
    let it = Item::read(address)?;
    let mut query = Serializer::new(String::new());
    query.append_pair("recursionLevel", "full").append_pair("download", "true");
    query.append_pair("api-version", "6.0");
    if let Some(path) = &it.path {
        query.append_pair("scopePath", path);
    }
    Ok(it.address(query))
}

/// What an address names.
struct Item {
    /// `scheme://host`.
    origin: String,
    owner: String,
    project: String,
    repository: String,
    path: Option<String>,
    /// The branch.
    version: Option<String>,
}

impl Item {
    fn read(address: &str) -> Result<Self, AddressError> {
        let url = parse(address)?;
        let parts: Vec<&str> = url.path().split('/').filter(|it| !it.is_empty()).collect();
        let (owner, project, repository) = match parts.as_slice() {
            [owner, project, "_git", repository] => (*owner, *project, *repository),
            // At the level of the organisation the project has the name of the repository.
            [owner, "_git", repository] => (*owner, *repository, *repository),
            _ => return Err(AddressError("Azure URL must point to a git repository".to_owned())),
        };
        let value = |key: &str| url.query_pairs().find(|(it, _)| it == key).map(|(_, it)| it.into_owned());
        let version = match value("version") {
            None => None,
            Some(version) => match version.strip_prefix("GB") {
                Some(branch) => Some(branch.to_owned()),
                None => return Err(AddressError("Azure URL version must point to a git branch".to_owned())),
            },
        };
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            owner: owner.to_owned(),
            project: project.to_owned(),
            repository: repository.to_owned(),
            path: value("path"),
            version,
        })
    }

    fn address(&self, mut query: Serializer<'_, String>) -> String {
        if let Some(version) = &self.version {
            query.append_pair("version", version);
        }
        let Self { origin, owner, project, repository, .. } = self;
        format!("{origin}/{owner}/{project}/_apis/git/repositories/{repository}/items?{}", query.finish())
    }
}
