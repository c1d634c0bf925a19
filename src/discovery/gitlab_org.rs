//! The groups of GitLab and their members, fifty groups a request, by GraphQL.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::address;
use super::client::{Client, Failure, cursor, list, text};
use super::found::Found;
use super::github_org::join_group;
use super::gitlab::Gitlab;
use super::pattern::allows;
use super::people::{Party, entity_name};

macro_rules! group_fields {
    () => {
        "pageInfo { hasNextPage endCursor }
      nodes {
        fullPath name description avatarUrl
        parent { fullPath }
        groupMembers(first: 100, relations: $relations) {
          pageInfo { hasNextPage endCursor }
          nodes { user { username name publicEmail avatarUrl state } }
        }
      }"
    };
}

const BELOW: &str = concat!(
    "query($group: ID!, $after: String, $relations: [GroupMemberRelation!]) {
  group(fullPath: $group) {
    descendantGroups(first: 50, after: $after) {
      ",
    group_fields!(),
    "
    }
  }
}"
);

const ALL: &str = concat!(
    "query($after: String, $relations: [GroupMemberRelation!]) {
  groups(first: 50, after: $after) {
      ",
    group_fields!(),
    "
  }
}"
);

const MEMBERS: &str = "query($group: ID!, $after: String, $relations: [GroupMemberRelation!]) {
  group(fullPath: $group) {
    groupMembers(first: 100, after: $after, relations: $relations) {
      pageInfo { hasNextPage endCursor }
      nodes { user { username name publicEmail avatarUrl state } }
    }
  }
}";

/// What is known of a group.
#[derive(Debug, Default)]
struct Group {
    party: Party,
    parent: Option<String>,
    members: Vec<String>,
}

/// Asks for the groups that the settings take, and for their members.
pub(super) fn people(settings: &Gitlab, client: &Client<'_>, found: &mut Found) -> Result<(), Failure> {
    let mut groups = BTreeMap::new();
    let mut ended = match settings.group.as_str() {
        "" => Ok(()),
        // The group itself is the whole, and none of its parts; its members are people all the same.
        group => more_members(settings, group, None, &mut Vec::new(), client, found),
    };
    if ended.is_ok() {
        ended = all_groups(settings, client, found, &mut groups);
    }
    let names: BTreeMap<&str, &str> =
        groups.iter().map(|(path, it)| (path.as_str(), it.party.name.as_str())).collect();
    for group in groups.values() {
        let parent = group.parent.as_deref().and_then(|it| names.get(it)).map(|it| (*it).to_owned());
        for member in &group.members {
            join_group(found, member, &group.party.name);
        }
        found.entity(group.party.clone().group("team", parent, group.members.clone()));
    }
    ended
}

fn all_groups(
    settings: &Gitlab,
    client: &Client<'_>,
    found: &mut Found,
    groups: &mut BTreeMap<String, Group>,
) -> Result<(), Failure> {
    let (query, pointer) = match settings.group.as_str() {
        "" => (ALL, "/groups"),
        _ => (BELOW, "/group/descendantGroups"),
    };
    let mut after = None;
    loop {
        let variables = json!({"group": settings.group, "after": after, "relations": settings.relations});
        let data = client.graphql(&settings.host.graphql(), query, variables, found)?;
        for node in list(&data, &format!("{pointer}/nodes"))? {
            let Some(path) = text(node, "/fullPath").filter(|it| address::is_name(it)) else { continue };
            let Some(party) = party_of(settings, node, path).filter(|_| settings.takes_group(path)) else {
                continue;
            };
            let parent = text(node, "/parent/fullPath").map(str::to_owned);
            let mut group = Group { party, parent, members: Vec::new() };
            let members = node.get("groupMembers").unwrap_or(&Value::Null);
            add_members(settings, members, &mut group.members, found);
            let more = cursor(members);
            let rest = match more {
                Some(after) => more_members(settings, path, Some(after), &mut group.members, client, found),
                None => Ok(()),
            };
            groups.insert(path.to_owned(), group);
            rest?;
        }
        after = data.pointer(pointer).and_then(cursor);
        if after.is_none() {
            return Ok(());
        }
    }
}

fn party_of(settings: &Gitlab, node: &Value, path: &str) -> Option<Party> {
    // As in Backstage, the path of the group that is looked through is no part of the names.
    let below = path.strip_prefix(settings.group.as_str()).and_then(|it| it.strip_prefix('/'));
    let name = below.filter(|_| !settings.group.is_empty()).unwrap_or(path).replace('/', "-");
    Some(Party {
        name: entity_name(&name)?,
        description: text(node, "/description").map(str::to_owned),
        display_name: text(node, "/name").map(str::to_owned),
        picture: picture(settings, node),
        annotations: vec![(annotation(settings, "team-path"), path.to_owned())],
        location: format!("url:{}/{}", settings.host.base, address::path(path)),
        ..Party::default()
    })
}

fn more_members(
    settings: &Gitlab,
    group: &str,
    mut after: Option<String>,
    members: &mut Vec<String>,
    client: &Client<'_>,
    found: &mut Found,
) -> Result<(), Failure> {
    loop {
        let variables = json!({"group": group, "after": after, "relations": settings.relations});
        let data = client.graphql(&settings.host.graphql(), MEMBERS, variables, found)?;
        let page = data.pointer("/group/groupMembers").unwrap_or(&Value::Null);
        list(page, "/nodes")?;
        add_members(settings, page, members, found);
        after = cursor(page);
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Adds the people of a page to the members of a group, and to what is found.
fn add_members(settings: &Gitlab, page: &Value, members: &mut Vec<String>, found: &mut Found) {
    for user in page.pointer("/nodes").and_then(Value::as_array).into_iter().flatten() {
        let Some(user) = user.get("user").filter(|it| !it.is_null()) else { continue };
        let Some(login) = text(user, "/username") else { continue };
        // Tokens of projects and groups are users too.
        let is_bot = (login.starts_with("project_") || login.starts_with("group_")) && login.contains("_bot");
        let active = text(user, "/state").is_none_or(|it| it == "active");
        let email = text(user, "/publicEmail");
        let taken = allows(settings.user.as_ref(), email.unwrap_or(login));
        let Some(name) = entity_name(login).filter(|_| active && taken && !is_bot) else { continue };
        let page = format!("{}/{}", settings.host.base, address::part(login));
        let party = Party {
            name: name.clone(),
            display_name: text(user, "/name").map(str::to_owned),
            email: email.map(str::to_owned),
            picture: picture(settings, user),
            annotations: vec![(annotation(settings, "user-login"), page.clone())],
            location: format!("url:{page}"),
            ..Party::default()
        };
        found.entity(party.user(Vec::new()));
        members.push(name);
    }
}

/// Returns the name of an annotation of this host; a port may not be part of one.
fn annotation(settings: &Gitlab, name: &str) -> String {
    let host = &settings.host.name;
    format!("{}/{name}", host.split_once(':').map_or(host.as_str(), |(host, _)| host))
}

/// Returns the address of a picture, which GitLab may give as a path.
fn picture(settings: &Gitlab, node: &Value) -> Option<String> {
    let written = text(node, "/avatarUrl")?;
    Some(match written.starts_with('/') {
        true => format!("{}{written}", settings.host.base),
        false => written.to_owned(),
    })
}
