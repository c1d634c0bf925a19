//! `gitea`: the repositories of an organisation at Gitea or Forgejo.

use std::sync::Arc;

use super::address::{self, Host};
use super::client::{Client, Failure, flag, list, text};
use super::found::Found;
use super::keys::Keys;
use super::settings::Source;
use crate::sources::integration::{Integrations, Provider};

#[derive(Debug)]
struct Gitea {
    host: Host,
    organization: String,
    branch: String,
    /// Without a slash in front.
    path: String,
}

/// Reads the block.
pub(super) fn read(keys: &Keys<'_>, integrations: &Integrations) -> Option<Arc<dyn Source>> {
    let (host, organization) = (keys.required("host"), keys.required("organization"));
    let path = keys.text("catalogPath").unwrap_or_else(|| "catalog-info.yaml".to_owned());
    Some(Arc::new(Gitea {
        host: Host::find(&host?, Provider::Gitea, integrations, keys)?,
        organization: organization?,
        branch: keys.text("branch").unwrap_or_else(|| "main".to_owned()),
        path: path.trim_start_matches('/').to_owned(),
    }))
}

impl Source for Gitea {
    fn address(&self) -> String {
        format!("{}/{}", self.host.base, address::part(&self.organization))
    }

    fn discover(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let organization = address::part(&self.organization);
        let mut next = Some(format!("{}/orgs/{organization}/repos?limit=50&page=1", self.host.api));
        while let Some(url) = next {
            let page = client.page(&url)?;
            for repository in list(&page.body, "")? {
                let name = text(repository, "/name").filter(|it| address::is_name(it));
                let Some(name) = name.filter(|_| !flag(repository, "/empty")) else { continue };
                let (base, name) = (&self.host.base, address::part(name));
                let (branch, path) = (address::part(&self.branch), address::path(&self.path));
                found.file_or_none(format!("{base}/{organization}/{name}/src/branch/{branch}/{path}"));
            }
            next = page.next?;
        }
        Ok(())
    }
}
