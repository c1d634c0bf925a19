//! `githubOrg`: the people and teams of organisations at GitHub.

use std::sync::Arc;

use serde_json::{Value, json};
use url::Url;

use super::address::{self, Host};
use super::client::{Client, Failure, cursor, list, text};
use super::found::Found;
use super::keys::Keys;
use super::people::{Party, entity_name, from_default, user_from};
use super::settings::Source;
use crate::sources::integration::{Integrations, Provider};

const ORGANISATIONS: &str = "query($after: String) {
  viewer { organizations(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { login } } }
}";

const PEOPLE: &str = "query($org: String!, $after: String) {
  organization(login: $org) {
    membersWithRole(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { login name bio email avatarUrl organizationVerifiedDomainEmails(login: $org) }
    }
  }
}";

const TEAMS: &str = "query($org: String!, $after: String) {
  organization(login: $org) {
    teams(first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        slug combinedSlug name description avatarUrl editTeamUrl
        parentTeam { slug }
        members(first: 100, membership: IMMEDIATE) { pageInfo { hasNextPage endCursor } nodes { login } }
      }
    }
  }
}";

const MEMBERS: &str = "query($org: String!, $team: String!, $after: String) {
  organization(login: $org) {
    team(slug: $team) {
      members(first: 100, after: $after, membership: IMMEDIATE) {
        pageInfo { hasNextPage endCursor }
        nodes { login }
      }
    }
  }
}";

#[derive(Debug)]
struct GithubOrg {
    host: Host,
    /// Empty where all organisations are meant that the token sees.
    organisations: Vec<String>,
}

/// Reads the block.
pub(super) fn read(keys: &Keys<'_>, integrations: &Integrations) -> Option<Arc<dyn Source>> {
    keys.ignore("id");
    let url = keys.required("githubUrl")?;
    let host = match Url::parse(&url).ok().as_ref().map(|it| (it.host_str(), it.port())) {
        Some((Some(host), Some(port))) => format!("{host}:{port}"),
        Some((Some(host), None)) => host.to_owned(),
        _ => {
            let hint = "write it with its scheme, as in `https://github.com`".to_owned();
            keys.refuse("githubUrl", format!("`{url}` is not an address"), Some(hint));
            return None;
        }
    };
    let mut organisations = keys.texts("orgs");
    organisations.dedup();
    Some(Arc::new(GithubOrg {
        host: Host::find(&host, Provider::Github, integrations, keys)?,
        organisations,
    }))
}

impl Source for GithubOrg {
    fn address(&self) -> String {
        match self.organisations.as_slice() {
            [one] => format!("{}/{}", self.host.base, address::part(one)),
            _ => self.host.base.clone(),
        }
    }

    fn requests_min(&self) -> usize {
        // People and teams each; or the question for the organisations, of which there may be none.
        (2 * self.organisations.len()).max(1)
    }

    fn discover(&self, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let organisations = match self.organisations.is_empty() {
            true => self.all_organisations(client, found)?,
            false => self.organisations.clone(),
        };
        for name in &organisations {
            // One organisation is the catalog's own; of several, each has a namespace.
            let namespace = match organisations.len() {
                1 => String::new(),
                _ => entity_name(name).unwrap_or_default().to_lowercase(),
            };
            self.people(name, client, found)?;
            self.teams(name, &namespace, client, found)?;
        }
        Ok(())
    }
}

impl GithubOrg {
    fn ask(
        &self,
        query: &str,
        variables: Value,
        client: &Client<'_>,
        found: &mut Found,
    ) -> Result<Value, Failure> {
        client.graphql(&self.host.graphql(), query, variables, found)
    }

    fn all_organisations(&self, client: &Client<'_>, found: &mut Found) -> Result<Vec<String>, Failure> {
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            let data = self.ask(ORGANISATIONS, json!({"after": after}), client, found)?;
            let nodes = list(&data, "/viewer/organizations/nodes")?;
            names.extend(nodes.iter().filter_map(|it| text(it, "/login")).map(str::to_owned));
            after = data.pointer("/viewer/organizations").and_then(cursor);
            if after.is_none() {
                names.sort();
                return Ok(names);
            }
        }
    }

    fn people(&self, org: &str, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
        let mut after = None;
        loop {
            let data = self.ask(PEOPLE, json!({"org": org, "after": after}), client, found)?;
            for person in list(&data, "/organization/membersWithRole/nodes")? {
                if let Some(user) = self.party(person, "/login") {
                    let login = text(person, "/login").unwrap_or_default();
                    let location = format!("url:{}/{}", self.host.base, address::part(login));
                    let email =
                        text(person, "/organizationVerifiedDomainEmails/0").or(text(person, "/email"));
                    let user = Party {
                        description: text(person, "/bio").map(str::to_owned),
                        email: email.map(str::to_owned),
                        annotations: vec![("github.com/user-login".to_owned(), login.to_owned())],
                        location,
                        ..user
                    };
                    found.entity(user.user(Vec::new()));
                }
            }
            after = data.pointer("/organization/membersWithRole").and_then(cursor);
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn party(&self, node: &Value, name: &str) -> Option<Party> {
        Some(Party {
            name: entity_name(text(node, name)?)?,
            display_name: text(node, "/name").map(str::to_owned),
            picture: text(node, "/avatarUrl").map(str::to_owned),
            ..Party::default()
        })
    }

    fn teams(
        &self,
        org: &str,
        namespace: &str,
        client: &Client<'_>,
        found: &mut Found,
    ) -> Result<(), Failure> {
        let mut after = None;
        loop {
            let data = self.ask(TEAMS, json!({"org": org, "after": after}), client, found)?;
            for team in list(&data, "/organization/teams/nodes")? {
                self.team(org, namespace, team, client, found)?;
            }
            after = data.pointer("/organization/teams").and_then(cursor);
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn team(
        &self,
        org: &str,
        namespace: &str,
        team: &Value,
        client: &Client<'_>,
        found: &mut Found,
    ) -> Result<(), Failure> {
        let Some(party) = self.party(team, "/slug") else { return Ok(()) };
        let slug = text(team, "/slug").unwrap_or_default();
        let combined = text(team, "/combinedSlug").map_or(format!("{org}/{slug}"), str::to_owned);
        let mut annotations = vec![("github.com/team-slug".to_owned(), combined)];
        annotations
            .extend(text(team, "/editTeamUrl").map(|it| ("backstage.io/edit-url".to_owned(), it.to_owned())));
        let location =
            format!("url:{}/orgs/{}/teams/{}", self.host.base, address::part(org), address::part(slug));
        let party = Party {
            namespace: namespace.to_owned(),
            description: text(team, "/description").map(str::to_owned),
            annotations,
            location,
            ..party
        };
        let (members, ended) = self.members(org, slug, team, client, found);
        let group = from_default(namespace, &party.name);
        for member in &members {
            join_group(found, member, &group);
        }
        let members = members.iter().map(|it| user_from(namespace, it)).collect();
        let parent = text(team, "/parentTeam/slug").and_then(entity_name);
        found.entity(party.group("team", parent, members));
        ended
    }

    /// Returns the names of the members of a team, and why they are not all.
    fn members(
        &self,
        org: &str,
        slug: &str,
        team: &Value,
        client: &Client<'_>,
        found: &mut Found,
    ) -> (Vec<String>, Result<(), Failure>) {
        let names = |it: &Value| -> Vec<String> {
            let nodes = it.pointer("/nodes").and_then(Value::as_array).into_iter().flatten();
            nodes.filter_map(|it| text(it, "/login")).filter_map(entity_name).collect()
        };
        let first = team.get("members").unwrap_or(&Value::Null);
        let (mut members, mut after) = (names(first), cursor(first));
        while after.is_some() {
            let variables = json!({"org": org, "team": slug, "after": after});
            let page = match self.ask(MEMBERS, variables, client, found) {
                Ok(page) => page,
                Err(failure) => return (members, Err(failure)),
            };
            let page = page.pointer("/organization/team/members").unwrap_or(&Value::Null);
            members.extend(names(page));
            after = cursor(page);
        }
        (members, Ok(()))
    }
}

/// Adds a group to those of a user, if the user was found.
pub(super) fn join_group(found: &mut Found, user: &str, group: &str) {
    let key = format!("user:default/{user}").to_lowercase();
    let groups = found.entities.get_mut(&key).and_then(|it| it.pointer_mut("/spec/memberOf"));
    if let Some(Value::Array(groups)) = groups {
        let group = Value::String(group.to_owned());
        if !groups.contains(&group) {
            groups.push(group);
            groups.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
        }
    }
}
