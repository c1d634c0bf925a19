//! Integrations: which host answers for an address, and the addresses that belong to it.
//!
//! The rules are those of Backstage's package `integration`: people write the address that they see in the browser, and
//! the program reads from the API or the raw host behind it.

mod settings;
mod resolve;
mod place;
mod bucket;
mod credentials;
mod repository_path;
mod github;
mod github_app;
mod gitlab;
mod bitbucket_cloud;
mod bitbucket_server;
mod azure;
mod gitea;
mod gerrit;
mod harness;
mod code_commit;
#[cfg(test)]
mod tests;

use url::Url;

pub use bucket::{Bucket, Storage, StorageKey};
pub use credentials::Credentials;
pub use github_app::GithubApp;
pub use place::{ArchiveAddress, ArchiveForm, Place};
pub use settings::{Integration, IntegrationError, Integrations, Provider};

/// Why an address has no counterpart at its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError(pub String);

impl std::fmt::Display for AddressError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Integration {
    /// Returns what an address means against a base: an absolute one as it is, `/x` from the root of the repository, a
    /// relative one by the rules of the URL Standard. `line` marks a line of the file, from 1.
    ///
    /// `None` when the two make no address.
    pub fn resolve(&self, address: &str, base: &str, line: Option<u32>) -> Option<String> {
        match self.provider {
            Provider::Github => github::resolve(address, base, line),
            Provider::BitbucketCloud => bitbucket_cloud::resolve(address, base, line),
            Provider::BitbucketServer => bitbucket_server::resolve(address, base, line),
            Provider::Azure => azure::resolve(address, base, line),
            Provider::Gitlab => resolve::against(address, base, line, |base| gitlab::root(self, base)),
            Provider::Gitea => resolve::against(address, base, line, |base| gitea::root(self, base)),
            Provider::Gerrit => resolve::against(address, base, line, |base| gerrit::root(self, base)),
            Provider::AwsCodeCommit => resolve::against(address, base, line, code_commit::root),
            _ => resolve::against(address, base, line, |_| None),
        }
    }

    /// Returns where a file can be edited; the address itself where the host has no other.
    pub fn edit(&self, address: &str) -> String {
        let edited = match self.provider {
            Provider::Github => Some(github::with_type(address, "edit")),
            Provider::Gitlab => Some(gitlab::with_type(address, "edit")),
            Provider::BitbucketCloud => bitbucket_cloud::edit(address),
            Provider::BitbucketServer => bitbucket_server::edit(address),
            Provider::Gitea => gitea::edit(self, address),
            Provider::Gerrit => gerrit::edit(self, address),
            Provider::AwsCodeCommit => Some(code_commit::edit(address)),
            _ => None,
        };
        edited.unwrap_or_else(|| address.to_owned())
    }

    /// Returns the folder of a file, as an address. `None` for what has none, such as `mailto:`.
    pub fn source(&self, address: &str) -> Option<String> {
        self.resolve("./", address, None)
    }

    /// Returns the address that one file is read from. `None` where the host is read by other means.
    ///
    /// # Errors
    /// When the address is not that of a file at this host.
    pub fn file_fetch(&self, address: &str) -> Option<Result<String, AddressError>> {
        Some(match self.provider {
            Provider::Github => github::file_fetch(self, address),
            Provider::Gitlab => gitlab::file_fetch(self, address),
            Provider::BitbucketCloud => bitbucket_cloud::file_fetch(self, address),
            Provider::BitbucketServer => bitbucket_server::file_fetch(self, address),
            Provider::Azure => azure::file_fetch(address),
            Provider::Gitea => gitea::file_fetch(self, address),
            Provider::Gerrit => gerrit::file_fetch(self, address),
            Provider::Harness => harness::file_fetch(address),
            _ => return None,
        })
    }

    /// Returns the address that a whole tree is read from, where it follows from the address alone.
    ///
    /// # Errors
    /// When the address is not one of this host.
    pub fn archive(&self, address: &str) -> Option<Result<String, AddressError>> {
        Some(match self.provider {
            Provider::Azure => azure::archive(address),
            Provider::Gitea => gitea::archive(self, address),
            Provider::Gerrit => gerrit::archive(self, address),
            Provider::Harness => harness::archive(address),
            _ => return None,
        })
    }
}

/// Returns what an address means against a base at a host without integration.
pub fn resolve_plain(address: &str, base: &str, line: Option<u32>) -> Option<String> {
    resolve::against(address, base, line, |_| None)
}

fn parse(address: &str) -> Result<Url, AddressError> {
    Url::parse(address).map_err(|error| AddressError(format!("`{address}` is not an address: {error}")))
}
