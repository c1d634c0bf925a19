//! `bitbucketCloud`: the files of a workspace, by its code search.

use std::sync::Arc;

use serde_json::Value;

use super::address::{self, Host};
use super::client::{Client, Failure, list, same_host, text};
use super::found::Found;
use super::keys::Keys;
use super::pattern::{self, Pattern, allows};
use super::settings::Source;
use crate::sources::integration::{Integrations, Provider};
use crate::sources::is_glob;

/// The branch where a repository tells none.
const BRANCH: &str = "master";

/// What is asked for of each result: nothing of the text, and the repository.
const FIELDS: &str = "next,values.path_matches,values.file.path,\
values.file.commit.repository.slug,values.file.commit.repository.mainbranch.name,\
values.file.commit.repository.project.key";

#[derive(Debug)]
struct BitbucketCloud {
    host: Host,
    workspace: String,
    /// Without a slash in front.
    path: String,
    /// Whether each project is searched by itself; a search ends after 900 repositories.
    by_project: bool,
    repository: Option<Pattern>,
    project: Option<Pattern>,
}

/// Reads the block.
pub(super) fn read(keys: &Keys<'_>, integrations: &Integrations) -> Option<Arc<dyn Source>> {
    let filters = keys.block("filters");
    let path = keys.text("catalogPath").unwrap_or_else(|| "catalog-info.yaml".to_owned());
    let level = keys.text("level");
    if let Some(other) = level.as_deref().filter(|it| !matches!(*it, "workspace" | "project")) {
        keys.refuse("level", format!("`{other}` is neither `workspace` nor `project`"), None);
    }
    let (repository, project) = (filters.pattern("repoSlug", true), filters.pattern("projectKey", true));
    filters.finish();
    let workspace = keys.required("workspace")?;
    Some(Arc::new(BitbucketCloud {
        host: Host::find("bitbucket.org", Provider::BitbucketCloud, integrations, keys)?,
        workspace,
        path: path.trim_start_matches('/').to_owned(),
        by_project: level.as_deref() == Some("project"),
        repository,
        project,
    }))
}

impl Source for BitbucketCloud {
    fn address(&self) -> String {
        format!("{}/{}", self.host.base, address::part(&self.workspace))
    }

    fn discover(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let query = self.query();
        if !self.by_project {
            return self.search(&query, client, found);
        }
        for project in self.projects(client)? {
            self.search(&format!("{query} project:{project}"), client, found)?;
        }
        Ok(())
    }
}

impl BitbucketCloud {
    /// Returns the words of the search: the name of the file, and its path or the folder before a glob.
    fn query(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let fixed = self.path.split('/').take_while(|it| !is_glob(it)).collect::<Vec<_>>().join("/");
        match (is_glob(name), fixed.as_str()) {
            (true, fixed) => format!("path:/{fixed}"),
            (false, "") => format!("\"{name}\""),
            (false, fixed) => format!("\"{name}\" path:/{fixed}"),
        }
    }

    fn each_page(
        &self,
        first: String,
        client: &Client<'_>,
        mut take: impl FnMut(&Value) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut next = Some(first);
        while let Some(url) = next {
            let page = client.get(&url)?;
            for item in list(&page, "/values")? {
                take(item)?;
            }
            next = text(&page, "/next").map(|it| same_host(&url, it)).transpose()?;
        }
        Ok(())
    }

    fn projects(&self, client: &Client<'_>) -> Result<Vec<String>, Failure> {
        let (api, workspace) = (&self.host.api, address::part(&self.workspace));
        let first = format!("{api}/workspaces/{workspace}/projects?pagelen=100&fields=next,values.key");
        let mut projects = Vec::new();
        self.each_page(first, client, |item| {
            let key = text(item, "/key").filter(|it| allows(self.project.as_ref(), it));
            projects.extend(key.map(str::to_owned));
            Ok(())
        })?;
        projects.sort();
        Ok(projects)
    }

    fn search(&self, query: &str, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let (api, workspace, query) = (&self.host.api, address::part(&self.workspace), address::part(query));
        let first = format!(
            "{api}/workspaces/{workspace}/search/code?search_query={query}&pagelen=100&fields={FIELDS}"
        );
        let glob = pattern::glob(&self.path);
        self.each_page(first, client, |item| {
            let repository = item.pointer("/file/commit/repository");
            let Some(repository) = repository.filter(|_| item.pointer("/file/path").is_some()) else {
                return Err(Failure::Shape("a result names no file of a repository".to_owned()));
            };
            let path = text(item, "/file/path").unwrap_or_default().trim_start_matches('/');
            let slug = text(repository, "/slug").unwrap_or_default();
            // A result without a match in the path is one in the text of another file.
            let by_path =
                item.pointer("/path_matches").and_then(Value::as_array).is_some_and(|it| !it.is_empty());
            let wanted = glob.as_ref().is_some_and(|it| it.is_match(path));
            let taken = allows(self.repository.as_ref(), slug)
                && allows(self.project.as_ref(), text(repository, "/project/key").unwrap_or_default());
            if by_path && wanted && taken && address::is_name(slug) && address::is_name(path) {
                let branch = address::part(text(repository, "/mainbranch/name").unwrap_or(BRANCH));
                let (slug, path) = (address::part(slug), address::path(path));
                found.file(format!("{}/{workspace}/{slug}/src/{branch}/{path}", self.host.base));
            }
            Ok(())
        })
    }
}
