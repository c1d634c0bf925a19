//! An address to the tree it lies in and its path there, and back.

use url::Url;
use url::form_urlencoded::Serializer;

use super::repository_path::{RepositoryPath, decoded, encoded};
use super::{Integration, Provider};

/// A file or folder in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The address of the root of the tree at its reference, the same whichever way a file of it is addressed.
    pub root: String,
    /// The path there, decoded, without slashes at its ends.
    pub path: String,
}

impl Integration {
    /// Returns the tree that an address lies in, and its path there. The address of a repository alone means the root of
    /// its default branch. `None` for an address of no repository.
    pub fn place(&self, address: &str) -> Option<Place> {
        let url = Url::parse(address).ok().filter(|it| !it.cannot_be_a_base())?;
        let origin = url.origin().ascii_serialization();
        let query =
            |key: &str| url.query_pairs().find(|(it, _)| it == key).map(|(_, value)| value.into_owned());
        let (root, path) = match self.provider {
            Provider::Github => by_parts(&url, &["blob", "tree", "raw", "edit"], "blob")?,
            Provider::BitbucketCloud => by_parts(&url, &["src", "raw"], "src")?,
            Provider::Gitlab => gitlab(&url)?,
            Provider::Gitea => gitea(self, &url)?,
            Provider::Gerrit => gerrit(self, &url)?,
            Provider::Harness => {
                let (head, file) = url.path().split_once("/files/")?;
                let (branch, path) = file.split_once("/~").unwrap_or((file, ""));
                (format!("{origin}{head}/files/{branch}/~"), path.to_owned())
            }
            Provider::BitbucketServer => {
                let mut parts = url.path().trim_start_matches('/').splitn(6, '/');
                let mut next = || parts.next().filter(|it| !it.is_empty());
                let (Some("projects"), Some(project), Some("repos"), Some(name)) =
                    (next(), next(), next(), next())
                else {
                    return None;
                };
                let path = next().and_then(|_| next()).unwrap_or_default();
                let at = query("at").map(|it| format!("?at={}", encoded(&it))).unwrap_or_default();
                (format!("{origin}/projects/{project}/repos/{name}/browse{at}"), path.to_owned())
            }
            Provider::Azure => {
                url.path().contains("/_git/").then_some(())?;
                let version = query("version").map(|it| format!("?version={}", encoded(&it)));
                let root = format!("{origin}{}{}", url.path(), version.unwrap_or_default());
                (root, encoded_path(&query("path").unwrap_or_default()))
            }
            Provider::AwsS3 | Provider::GoogleGcs | Provider::AzureBlobStorage => {
                let bucket = self.bucket(&url)?;
                (bucket.root, bucket.key)
            }
            Provider::AwsCodeCommit => return None,
        };
        Some(Place { root, path: decoded(path.trim_matches('/')) })
    }

    /// Returns the address at which people see a file of a tree.
    pub fn address(&self, place: &Place) -> String {
        let Place { root, path } = place;
        let path = encoded_path(path);
        let (before, query) = root.split_once('?').map_or((root.as_str(), ""), |(it, query)| (it, query));
        match self.provider {
            Provider::BitbucketServer if !query.is_empty() => format!("{before}/{path}?{query}"),
            Provider::Azure => {
                let mut pairs = Serializer::new(String::new());
                pairs.append_pair("path", &format!("/{}", place.path));
                let separator = if query.is_empty() { "" } else { "&" };
                format!("{before}?{}{separator}{query}", pairs.finish())
            }
            _ => format!("{root}/{path}"),
        }
    }

    /// Returns the address that the tree at a root is read from as an archive, and the form of the archive.
    pub fn tree_fetch(&self, root: &str) -> Option<ArchiveAddress> {
        let archive = |address: String, form: ArchiveForm, wrapped: bool| {
            Some(ArchiveAddress { address, form, wrapped })
        };
        let tar = |address: String| archive(address, ArchiveForm::TarGz, true);
        let at = |marker: &str| -> Option<(String, String)> {
            let (repository, reference) = root.split_once(marker)?;
            let path = Url::parse(repository).ok()?.path().trim_matches('/').to_owned();
            Some((path, reference.to_owned()))
        };
        match self.provider {
            Provider::Github => {
                let (repository, reference) = at("/blob/")?;
                match self.authenticated || self.host != "github.com" {
                    true => tar(format!("{}/repos/{repository}/tarball/{reference}", self.api_base_url)),
                    // Nobody's requests to the API are few, and those to the archives are not counted.
                    false => tar(format!("https://codeload.github.com/{repository}/tar.gz/{reference}")),
                }
            }
            Provider::Gitlab => {
                let (project, reference) = at("/-/blob/")?;
                let below = Url::parse(&self.base_url).ok()?.path().trim_matches('/').to_owned();
                let project = project.strip_prefix(&below).unwrap_or(&project).trim_matches('/').to_owned();
                let sha = if reference == "HEAD" { String::new() } else { format!("?sha={reference}") };
                let project = encoded(&decoded(&project));
                tar(format!("{}/projects/{project}/repository/archive.tar.gz{sha}", self.api_base_url))
            }
            Provider::BitbucketCloud => {
                let (repository, reference) = at("/src/")?;
                tar(format!("{}/{repository}/get/{reference}.tar.gz", self.base_url))
            }
            Provider::BitbucketServer => {
                let (repository, reference) = root.split_once("/browse")?;
                let path = Url::parse(repository).ok()?.path().trim_matches('/').to_owned();
                let at = reference.strip_prefix('?').map(|it| format!("&{it}")).unwrap_or_default();
                let address = format!("{}/{path}/archive?format=tgz{at}", self.api_base_url);
                archive(address, ArchiveForm::TarGz, false)
            }
            Provider::Gitea => tar(self.archive(&format!("{root}/x"))?.ok()?),
            Provider::Gerrit => archive(self.archive(root)?.ok()?, ArchiveForm::TarGz, false),
            Provider::Azure | Provider::Harness => {
                let whole =
                    if self.provider == Provider::Harness { format!("{root}/x") } else { root.to_owned() };
                archive(self.archive(&whole)?.ok()?, ArchiveForm::Zip, false)
            }
            _ => None,
        }
    }
}

/// Where a tree is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveAddress {
    /// The address of the archive.
    pub address: String,
    /// What it is.
    pub form: ArchiveForm,
    /// Whether everything stands below one folder, which is named after the repository and is none of its own.
    pub wrapped: bool,
}

/// The form of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveForm {
    /// `.tar.gz`.
    TarGz,
    /// `.zip`.
    Zip,
}

/// Percent-encodes a path, its slashes kept.
fn encoded_path(path: &str) -> String {
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

/// Splits `/owner/name/verb/reference/path`.
fn by_parts(url: &Url, verbs: &[&str], verb: &str) -> Option<(String, String)> {
    let origin = url.origin().ascii_serialization();
    if let Some(it) = RepositoryPath::read(url.path()).filter(|it| verbs.contains(&it.verb.as_str())) {
        return Some((format!("{origin}/{}/{}/{verb}/{}", it.owner, it.name, it.reference), it.path));
    }
    let repository = url.path().trim_matches('/').trim_end_matches(".git");
    (repository.split('/').filter(|it| !it.is_empty()).count() == 2)
        .then(|| (format!("{origin}/{repository}/{verb}/HEAD"), String::new()))
}

fn gitlab(url: &Url) -> Option<(String, String)> {
    let (origin, path) = (url.origin().ascii_serialization(), url.path());
    let markers = ["/-/blob/", "/-/tree/", "/-/edit/", "/-/raw/", "/blob/", "/tree/"];
    let Some((at, marker)) = markers.into_iter().find_map(|it| Some((path.find(it)?, it))) else {
        let project = path.trim_matches('/').trim_end_matches(".git");
        let is_project = project.contains('/') && !project.contains("/-/");
        return is_project.then(|| (format!("{origin}/{project}/-/blob/HEAD"), String::new()));
    };
    let (reference, below) =
        path.get(at + marker.len()..)?.split_once('/').unwrap_or((path.get(at + marker.len()..)?, ""));
    Some((format!("{origin}{}/-/blob/{reference}", path.get(..at)?), below.to_owned()))
}

fn gitea(host: &Integration, url: &Url) -> Option<(String, String)> {
    let below = Url::parse(&host.base_url).ok()?.path().trim_end_matches('/').to_owned();
    let origin = url.origin().ascii_serialization();
    let rest = url.path().strip_prefix(below.as_str())?.trim_start_matches('/');
    let mut parts = rest.splitn(6, '/');
    let mut next = || parts.next().filter(|it| !it.is_empty());
    let (owner, name) = (next()?, next()?);
    match (next(), next(), next()) {
        (Some("src" | "raw" | "_edit"), Some(kind), Some(reference)) => {
            let root = format!("{origin}{below}/{owner}/{name}/src/{kind}/{reference}");
            Some((root, next().unwrap_or_default().to_owned()))
        }
        _ => None,
    }
}

fn gerrit(host: &Integration, url: &Url) -> Option<(String, String)> {
    let root = super::gerrit::root(host, url)?;
    let path = url.path().strip_prefix(root.as_str())?.to_owned();
    Some((format!("{}{root}", url.origin().ascii_serialization()), path))
}
