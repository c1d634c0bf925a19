//! `gitlab`: the projects of a group and of the groups below it, or of a whole instance.

use std::sync::Arc;

use serde_json::Value;

use super::address::{self, Host};
use super::client::{Client, Failure, list, text};
use super::found::Found;
use super::gitlab_org;
use super::keys::Keys;
use super::pattern::{Pattern, allows};
use super::settings::Source;
use crate::sources::integration::{Integrations, Provider};

#[derive(Debug)]
pub(super) struct Gitlab {
    pub(super) host: Host,
    /// The full path of a group, without slashes at its ends; empty for the whole instance.
    pub(super) group: String,
    branch: Option<String>,
    fallback_branch: String,
    file: String,
    project: Option<Pattern>,
    pub(super) user: Option<Pattern>,
    pub(super) groups: Vec<Pattern>,
    exclude: Vec<String>,
    exclude_groups: Vec<String>,
    skip_forks: bool,
    archived: bool,
    membership: bool,
    topics: String,
    org: bool,
    pub(super) relations: Vec<String>,
}

/// Reads the block.
pub(super) fn read(keys: &Keys<'_>, integrations: &Integrations) -> Option<Arc<dyn Source>> {
    let host = keys.text("host").unwrap_or_else(|| "gitlab.com".to_owned());
    // Members are those of the groups that are found; a search would not tell of all projects.
    for key in ["restrictUsersToGroup", "includeUsersWithoutSeat", "useSearch", "allowInherited"] {
        keys.ignore(key);
    }
    let file = keys.text("entityFilename");
    let file = file.or(keys.text("catalogFile")).unwrap_or_else(|| "catalog-info.yaml".to_owned());
    let path = |it: String| it.trim_matches('/').to_owned();
    let mut relations = vec!["DIRECT".to_owned()];
    relations.extend(keys.texts("relations").into_iter().filter(|it| it != "DIRECT"));
    Some(Arc::new(Gitlab {
        host: Host::find(&host, Provider::Gitlab, integrations, keys)?,
        group: keys.text("group").map(path).unwrap_or_default(),
        branch: keys.text("branch"),
        fallback_branch: keys.text("fallbackBranch").unwrap_or_else(|| "master".to_owned()),
        file: path(file),
        project: keys.pattern("projectPattern", false),
        user: keys.pattern("userPattern", false),
        groups: keys.patterns("groupPattern"),
        exclude: keys.texts("excludeRepos").into_iter().map(path).collect(),
        exclude_groups: keys.texts("excludeGroups").into_iter().map(path).collect(),
        skip_forks: keys.flag("skipForkedRepos", false),
        archived: keys.flag("includeArchivedRepos", false),
        membership: keys.flag("membership", false),
        topics: keys.texts("topics").join(","),
        org: keys.flag("orgEnabled", false),
        relations,
    }))
}

impl Source for Gitlab {
    fn address(&self) -> String {
        match self.group.as_str() {
            "" => self.host.base.clone(),
            group => format!("{}/{}", self.host.base, address::path(group)),
        }
    }

    fn requests_min(&self) -> usize {
        match (self.org, self.group.is_empty()) {
            (false, _) => 1,
            (true, true) => 2,
            (true, false) => 3,
        }
    }

    fn discover(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let projects = self.projects(client, found);
        if !self.org {
            return projects;
        }
        // What ended the one may not end the other.
        if let Err(failure) = projects {
            found.complain(failure);
        }
        gitlab_org::people(self, client, found)
    }
}

impl Gitlab {
    fn projects(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let mut next = Some(self.first_page());
        while let Some(url) = next {
            let page = client.page(&url)?;
            for project in list(&page.body, "")? {
                if let Some(target) = self.target(project) {
                    found.file_or_none(target);
                }
            }
            next = page.next?;
        }
        Ok(())
    }

    /// Returns the address of the first page. Those of an instance follow by key, which costs the same however far they
    /// are, where pages by number end after 50,000 projects. GitLab lists a group by number alone.
    fn first_page(&self) -> String {
        let mut url = match self.group.as_str() {
            "" => format!("{}/projects?pagination=keyset", self.host.api),
            group => {
                format!("{}/groups/{}/projects?include_subgroups=true", self.host.api, address::part(group))
            }
        };
        url.push_str("&order_by=id&sort=asc&per_page=100");
        for (wanted, parameter) in [
            (!self.archived, "&archived=false"),
            (self.membership, "&membership=true"),
            // The short form does not tell what is a fork.
            (!self.skip_forks, "&simple=true"),
        ] {
            if wanted {
                url.push_str(parameter);
            }
        }
        if !self.topics.is_empty() {
            url.push_str("&topic=");
            url.push_str(&address::part(&self.topics));
        }
        url
    }

    fn target(&self, project: &Value) -> Option<String> {
        let path = text(project, "/path_with_namespace").filter(|it| address::is_name(it))?;
        let within = |group: &String| path.strip_prefix(group.as_str()).is_some_and(|it| it.starts_with('/'));
        let forked = project.get("forked_from_project").is_some_and(|it| !it.is_null());
        if self.exclude.iter().any(|it| it == path)
            || self.exclude_groups.iter().any(within)
            || (self.skip_forks && forked)
            || !allows(self.project.as_ref(), path)
            || !self.takes_group_of(path)
        {
            return None;
        }
        let branch = self.branch.as_deref().or(text(project, "/default_branch"));
        let branch = address::part(branch.unwrap_or(&self.fallback_branch));
        let (base, path, file) = (&self.host.base, address::path(path), address::path(&self.file));
        Some(format!("{base}/{path}/-/blob/{branch}/{file}"))
    }

    /// Returns whether a project is in a group that the patterns take, or below one.
    fn takes_group_of(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at);
        let mut groups = ends.filter_map(|at| path.get(..at));
        self.groups.is_empty() || groups.any(|it| self.takes_group(it))
    }

    /// Returns whether the patterns take a group.
    pub(super) fn takes_group(&self, path: &str) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|it| it.matches(path))
    }
}
