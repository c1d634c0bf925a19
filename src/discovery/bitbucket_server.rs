//! `bitbucketServer`: the repositories of a Bitbucket Server or Data Center, a thousand a request.

use std::sync::Arc;

use serde_json::Value;

use super::address::{self, Host};
use super::client::{Client, Failure, flag, list, text};
use super::found::Found;
use super::keys::Keys;
use super::pattern::{Pattern, allows};
use super::settings::Source;
use crate::sources::integration::{Integrations, Provider};

#[derive(Debug)]
struct BitbucketServer {
    host: Host,
    /// Without a slash in front.
    path: String,
    repository: Option<Pattern>,
    project: Option<Pattern>,
    skip_archived: bool,
}

/// Reads the block.
pub(super) fn read(keys: &Keys<'_>, integrations: &Integrations) -> Option<Arc<dyn Source>> {
    let host = keys.required("host")?;
    let filters = keys.block("filters");
    let path = keys.text("catalogPath").unwrap_or_else(|| "catalog-info.yaml".to_owned());
    let server = BitbucketServer {
        host: Host::find(&host, Provider::BitbucketServer, integrations, keys)?,
        path: path.trim_start_matches('/').to_owned(),
        repository: filters.pattern("repoSlug", true),
        project: filters.pattern("projectKey", true),
        skip_archived: filters.flag("skipArchivedRepos", false),
    };
    filters.finish();
    Some(Arc::new(server))
}

impl Source for BitbucketServer {
    fn address(&self) -> String {
        self.host.base.clone()
    }

    /// Lists the repositories of all projects at once, which spares a request for each project.
    fn discover(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let archived = if self.skip_archived { "ACTIVE" } else { "ALL" };
        let mut start = 0;
        loop {
            let api = &self.host.api;
            let page = client.get(&format!("{api}/repos?archived={archived}&limit=1000&start={start}"))?;
            for repository in list(&page, "/values")? {
                if let Some(target) = self.target(repository) {
                    found.file_or_none(target);
                }
            }
            let next = page.get("nextPageStart").and_then(Value::as_u64);
            match next.filter(|_| !flag(&page, "/isLastPage")) {
                Some(next) if next > start => start = next,
                _ => return Ok(()),
            }
        }
    }
}

impl BitbucketServer {
    fn target(&self, repository: &Value) -> Option<String> {
        let project = text(repository, "/project/key").filter(|it| address::is_name(it))?;
        let slug = text(repository, "/slug").filter(|it| address::is_name(it))?;
        if !allows(self.project.as_ref(), project)
            || !allows(self.repository.as_ref(), slug)
            || (self.skip_archived && flag(repository, "/archived"))
        {
            return None;
        }
        let (project, slug, path) = (address::part(project), address::part(slug), address::path(&self.path));
        Some(format!("{}/projects/{project}/repos/{slug}/browse/{path}", self.host.base))
    }
}
