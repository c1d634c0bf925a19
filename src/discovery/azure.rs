//! `azureDevOps`: the files of a project, by the code search, or its repositories where there is no search.

use std::sync::Arc;

use serde_json::{Value, json};

use super::address::{self, Host};
use super::client::{Client, Failure, flag, list, text};
use super::found::Found;
use super::keys::Keys;
use super::pattern;
use super::settings::Source;
use crate::sources::integration::{Integrations, Provider};
use crate::sources::is_glob;
use crate::sources::remote::FetchError;

/// The most results of one answer.
const PAGE_SIZE: usize = 1_000;

/// The host of the search at Microsoft's own.
const SEARCH: &str = "https://almsearch.dev.azure.com";

#[derive(Debug)]
struct Azure {
    host: Host,
    organization: String,
    project: String,
    /// A name, or a pattern in which `*` stands for anything.
    repository: String,
    /// With a slash in front.
    path: String,
    branch: Option<String>,
}

/// Reads the block.
pub(super) fn read(keys: &Keys<'_>, integrations: &Integrations) -> Option<Arc<dyn Source>> {
    let host = keys.text("host").unwrap_or_else(|| "dev.azure.com".to_owned());
    let path = keys.text("path").unwrap_or_else(|| "catalog-info.yaml".to_owned());
    let (organization, project) = (keys.required("organization"), keys.required("project"));
    let azure = Azure {
        host: Host::find(&host, Provider::Azure, integrations, keys)?,
        organization: organization?,
        project: project?,
        repository: keys.text("repository").unwrap_or_else(|| "*".to_owned()),
        path: format!("/{}", path.trim_start_matches('/')),
        branch: keys.text("branch"),
    };
    Some(Arc::new(azure))
}

impl Source for Azure {
    fn address(&self) -> String {
        let Host { base, .. } = &self.host;
        format!("{base}/{}/{}", address::part(&self.organization), address::part(&self.project))
    }

    fn discover(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        match self.search(client, found) {
            // The search is an extension, which an organisation may not have.
            Err(Failure::Fetch(FetchError::Status(404))) => self.list_repositories(client, found),
            done => done,
        }
    }
}

impl Azure {
    fn search(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let base = if self.host.name == "dev.azure.com" { SEARCH } else { &self.host.base };
        let organization = address::part(&self.organization);
        let url = format!("{base}/{organization}/_apis/search/codesearchresults?api-version=6.0-preview.1");
        let words = [("path", &self.path), ("repo", &self.repository), ("proj", &self.project)];
        let words = words.map(|(key, it)| match it.contains(' ') {
            true => format!("{key}:\"{it}\""),
            false => format!("{key}:{it}"),
        });
        let words = words.join(" ");
        let mut seen = 0;
        loop {
            let mut body = json!({"searchText": words, "$skip": seen, "$top": PAGE_SIZE});
            if let (Some(branch), Some(body)) = (&self.branch, body.as_object_mut()) {
                body.insert("filters".to_owned(), json!({"Branch": [branch]}));
            }
            let page = client.post(&url, &body)?;
            let results = list(&page, "/results")?;
            for result in results {
                if let Some(target) = self.result(result) {
                    found.file(target);
                }
            }
            seen += results.len();
            let count = page.get("count").and_then(Value::as_u64).unwrap_or(0);
            if results.is_empty() || u64::try_from(seen).is_ok_and(|it| it >= count) {
                return Ok(());
            }
        }
    }

    fn result(&self, result: &Value) -> Option<String> {
        let path = text(result, "/path")?;
        // The search takes a path for the beginning of one.
        let wanted = match is_glob(&self.path) {
            true => pattern::glob(&self.path).is_some_and(|it| it.is_match(path)),
            false => path.eq_ignore_ascii_case(&self.path),
        };
        let repository = text(result, "/repository/name").filter(|_| wanted)?;
        self.target(text(result, "/project/name").unwrap_or(&self.project), repository, path)
    }

    fn list_repositories(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let page = client.get(&format!("{}/_apis/git/repositories?api-version=6.0", self.address()))?;
        let names = globset::GlobBuilder::new(&self.repository).case_insensitive(true).build().ok();
        let names = names.map(|it| it.compile_matcher());
        for repository in list(&page, "/value")? {
            let Some(name) = text(repository, "/name") else { continue };
            // A repository without a default branch is empty.
            let usable = text(repository, "/defaultBranch").is_some() && !flag(repository, "/isDisabled");
            if usable && names.as_ref().is_none_or(|it| it.is_match(name)) {
                let target = self.target(&self.project, name, &self.path);
                target.into_iter().for_each(|it| found.file_or_none(it));
            }
        }
        Ok(())
    }

    fn target(&self, project: &str, repository: &str, path: &str) -> Option<String> {
        let sound = address::is_name(project) && address::is_name(repository);
        let inside = address::is_name(path.trim_start_matches('/'));
        let (base, organization) = (&self.host.base, address::part(&self.organization));
        let (project, repository) = (address::part(project), address::part(repository));
        let path = address::path(path).replace('&', "%26").replace('+', "%2B");
        let version = self.branch.as_deref().map(|it| format!("&version=GB{}", address::part(it)));
        let version = version.unwrap_or_default();
        (sound && inside)
            .then(|| format!("{base}/{organization}/{project}/_git/{repository}?path=/{path}{version}"))
    }
}
