//! `github`: the repositories of an organisation, a hundred a request, by GraphQL.

use std::sync::Arc;

use serde_json::{Value, json};

use super::address::{self, Host};
use super::client::{Client, Failure, cursor, flag, list, text};
use super::found::Found;
use super::keys::Keys;
use super::parallel::in_parallel;
use super::pattern::{self, Pattern, allows};
use super::settings::Source;
use crate::sources::integration::{Integrations, Provider};
use crate::sources::is_glob;
use crate::sources::remote::FetchError;

/// The most repositories that GitHub lists in one answer.
const PAGE_SIZE: usize = 100;

/// How many trees are asked for at a time.
const TREES: usize = 8;

const QUERY: &str = "query($owner: String!, $first: Int!, $after: String, $file: String!, $check: Boolean!) {
  repositoryOwner(login: $owner) {
    repositories(first: $first, after: $after, ownerAffiliations: [OWNER], orderBy: {field: NAME, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        name
        isArchived
        isFork
        visibility
        owner { login }
        defaultBranchRef { name }
        repositoryTopics(first: 100) { nodes { topic { name } } }
        catalogFile: object(expression: $file) @include(if: $check) { __typename ... on Blob { byteSize } }
      }
    }
  }
}";

#[derive(Debug)]
struct Github {
    host: Host,
    /// Empty where a GitHub App's own repositories are listed.
    organization: String,
    /// Without a slash in front.
    path: String,
    check: bool,
    page_size: usize,
    repository: Option<Pattern>,
    branch: Option<String>,
    topics: Vec<String>,
    topics_not: Vec<String>,
    visibility: Vec<String>,
    forks: bool,
    archived: bool,
}

/// One repository, whichever API told of it.
#[derive(Clone, Debug)]
struct Repository {
    owner: String,
    name: String,
    /// None while the repository is empty.
    branch: Option<String>,
    archived: bool,
    fork: bool,
    visibility: String,
    topics: Vec<String>,
    /// Whether the file is there and is not empty, where that was asked.
    has_file: Option<bool>,
}

/// Reads the block.
pub(super) fn read(keys: &Keys<'_>, integrations: &Integrations) -> Option<Arc<dyn Source>> {
    let host = keys.text("host").unwrap_or_else(|| "github.com".to_owned());
    let app = keys.text("app");
    let organization = match app {
        Some(_) => keys.text("organization").unwrap_or_default(),
        None => keys.required("organization")?,
    };
    let filters = keys.block("filters");
    let topic = filters.block("topic");
    let sizes = keys.block("pageSizes");
    let path = keys.text("catalogPath").unwrap_or_else(|| "catalog-info.yaml".to_owned());
    let github = Github {
        host: Host::find(&host, Provider::Github, integrations, keys)?,
        organization,
        path: path.trim_start_matches('/').to_owned(),
        check: keys.flag("validateLocationsExist", false),
        page_size: sizes.number("repositories", PAGE_SIZE, PAGE_SIZE),
        repository: filters.pattern("repository", true),
        branch: filters.text("branch"),
        topics: topic.texts("include"),
        topics_not: topic.texts("exclude"),
        visibility: filters.texts("visibility"),
        forks: filters.flag("allowForks", true),
        archived: filters.flag("allowArchived", false),
    };
    [sizes, topic, filters].into_iter().for_each(Keys::finish);
    Some(Arc::new(github))
}

impl Source for Github {
    fn address(&self) -> String {
        match self.organization.as_str() {
            "" => self.host.base.clone(),
            owner => format!("{}/{}", self.host.base, address::part(owner)),
        }
    }

    fn discover(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        match self.organization.as_str() {
            "" => self.of_app(client, found),
            owner => self.of_owner(owner, client, found),
        }
    }
}

impl Github {
    fn of_owner(&self, owner: &str, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let check = self.check && !is_glob(&self.path);
        let file = format!("{}:{}", self.branch.as_deref().unwrap_or("HEAD"), self.path);
        let mut after: Option<String> = None;
        loop {
            let variables = json!({
                "owner": owner, "first": self.page_size, "after": after, "file": file, "check": check,
            });
            let data = client.graphql(&self.host.graphql(), QUERY, variables, found)?;
            let owned = data.get("repositoryOwner").filter(|it| !it.is_null());
            let owned = owned.ok_or_else(|| Failure::Host(format!("there is no `{owner}`")))?;
            let nodes = list(owned, "/repositories/nodes")?;
            let repositories: Vec<Repository> = nodes.iter().filter_map(|it| by_graphql(it, check)).collect();
            self.add(&repositories, client, found)?;
            after = owned.get("repositories").and_then(cursor);
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Lists what an installation of a GitHub App may see.
    fn of_app(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let size = self.page_size;
        let mut next = Some(format!("{}/installation/repositories?per_page={size}", self.host.api));
        while let Some(url) = next {
            let page = client.page(&url)?;
            let items = list(&page.body, "/repositories")?;
            let repositories: Vec<Repository> = items.iter().filter_map(by_rest).collect();
            self.add(&repositories, client, found)?;
            next = page.next?;
        }
        Ok(())
    }

    fn add(
        &self,
        repositories: &[Repository],
        client: &Client<'_>,
        found: &mut Found,
    ) -> Result<(), Failure> {
        let mut unknown = Vec::new();
        for repository in repositories.iter().filter(|it| self.takes(it)) {
            match repository.has_file {
                Some(true) => found.file(self.target(repository, &self.path)),
                Some(false) => {}
                None if self.check => unknown.push(repository),
                None => found.file_or_none(self.target(repository, &self.path)),
            }
        }
        let mut ended = Ok(());
        for some in unknown.chunks(TREES) {
            // Which trees a budget suffices for does not depend on the threads. Once one could not be read, the others
            // are not asked for either. Their pattern stays, for a reader to look into.
            let count = if ended.is_ok() { client.left().min(some.len()) } else { 0 };
            let (asked, others) = some.split_at_checked(count).unwrap_or((some, &[]));
            let files = in_parallel(asked, TREES, |it| self.files(it, client));
            for (repository, files) in asked.iter().zip(files) {
                match files {
                    Ok(Some(files)) => files.iter().for_each(|it| found.file(self.target(repository, it))),
                    Ok(None) => found.file_or_none(self.target(repository, &self.path)),
                    Err(failure) => {
                        found.file_or_none(self.target(repository, &self.path));
                        ended = ended.and(Err(failure));
                    }
                }
            }
            others.iter().for_each(|it| found.file_or_none(self.target(it, &self.path)));
            if !others.is_empty() {
                ended = ended.and_then(|()| Err(client.spent()));
            }
        }
        ended
    }

    fn branch<'a>(&'a self, repository: &'a Repository) -> &'a str {
        self.branch.as_deref().or(repository.branch.as_deref()).unwrap_or("HEAD")
    }

    fn target(&self, repository: &Repository, path: &str) -> String {
        let (owner, name) = (address::part(&repository.owner), address::part(&repository.name));
        let branch = address::part(self.branch(repository));
        format!("{}/{owner}/{name}/blob/{branch}/{}", self.host.base, address::path(path))
    }

    /// Returns the files of a repository that match; `None` when the host does not list them all.
    fn files(&self, repository: &Repository, client: &Client<'_>) -> Result<Option<Vec<String>>, Failure> {
        let (owner, name) = (address::part(&repository.owner), address::part(&repository.name));
        let branch = address::part(self.branch(repository));
        let url = format!("{}/repos/{owner}/{name}/git/trees/{branch}?recursive=1", self.host.api);
        let tree = match client.get(&url) {
            // The branch is not in this repository, or nothing is.
            Err(Failure::Fetch(FetchError::Status(404 | 409))) => return Ok(Some(Vec::new())),
            tree => tree?,
        };
        let entries = list(&tree, "/tree")?;
        let Some(glob) = pattern::glob(&self.path).filter(|_| !flag(&tree, "/truncated")) else {
            return Ok(None);
        };
        let blobs = entries.iter().filter(|it| text(it, "/type") == Some("blob"));
        let paths = blobs.filter_map(|it| text(it, "/path")).filter(|it| address::is_name(it));
        Ok(Some(paths.filter(|it| glob.is_match(it)).map(str::to_owned).collect()))
    }

    fn takes(&self, repository: &Repository) -> bool {
        let has = |wanted: &[String]| repository.topics.iter().any(|it| wanted.contains(it));
        let visible = |it: &String| it.eq_ignore_ascii_case(&repository.visibility);
        (self.archived || !repository.archived)
            && (self.forks || !repository.fork)
            && (self.visibility.is_empty() || self.visibility.iter().any(visible))
            && (self.topics.is_empty() || has(&self.topics))
            && !has(&self.topics_not)
            && allows(self.repository.as_ref(), &repository.name)
            && repository.branch.is_some()
    }
}

fn by_graphql(node: &Value, check: bool) -> Option<Repository> {
    let name = text(node, "/name").filter(|it| address::is_name(it))?;
    let topics = node.pointer("/repositoryTopics/nodes").and_then(Value::as_array);
    let is_file = text(node, "/catalogFile/__typename") == Some("Blob")
        && node.pointer("/catalogFile/byteSize").and_then(Value::as_u64) != Some(0);
    Some(Repository {
        owner: text(node, "/owner/login")?.to_owned(),
        name: name.to_owned(),
        branch: text(node, "/defaultBranchRef/name").map(str::to_owned),
        archived: flag(node, "/isArchived"),
        fork: flag(node, "/isFork"),
        visibility: text(node, "/visibility").unwrap_or_default().to_owned(),
        topics: topics
            .into_iter()
            .flatten()
            .filter_map(|it| text(it, "/topic/name"))
            .map(str::to_owned)
            .collect(),
        has_file: check.then_some(is_file),
    })
}

fn by_rest(item: &Value) -> Option<Repository> {
    let name = text(item, "/name").filter(|it| address::is_name(it))?;
    let topics = item.get("topics").and_then(Value::as_array);
    Some(Repository {
        owner: text(item, "/owner/login")?.to_owned(),
        name: name.to_owned(),
        branch: text(item, "/default_branch").map(str::to_owned),
        archived: flag(item, "/archived"),
        fork: flag(item, "/fork"),
        visibility: text(item, "/visibility").unwrap_or_default().to_owned(),
        topics: topics.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
        has_file: None,
    })
}
