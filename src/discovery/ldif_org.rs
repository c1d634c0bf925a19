//! `ldifOrg`: the people and groups of a directory, from what it exports, with the mapping of Backstage's `ldapOrg`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::file_people::{FileSource, PeopleFile, Problems};
use super::keys::Keys;
use super::ldif::{self, Record, normalized};
use super::people::{Party, entity_name, join_into};

/// The classes of people, in lower case.
const USER_CLASSES: &[&str] = &["person", "organizationalperson", "inetorgperson", "user", "posixaccount"];

/// The classes of groups, in lower case.
const GROUP_CLASSES: &[&str] = &["groupofnames", "groupofuniquenames", "group", "posixgroup"];

/// Which records are people, or groups, and what their attributes mean.
#[derive(Clone, Debug)]
struct Mapping {
    /// The name below which the records lie, in one form; any record of the classes where there is none.
    below: Option<String>,
    rdn: String,
    name: String,
    description: Option<String>,
    display_name: String,
    email: Option<String>,
    picture: Option<String>,
    kind: String,
    member_of: String,
    members: String,
    /// Values to set, by path.
    set: Map<String, Value>,
}

#[derive(Debug)]
struct LdifOrg {
    users: Vec<Mapping>,
    groups: Vec<Mapping>,
}

/// A record that is a person or a group.
struct Member<'a> {
    file: &'a str,
    record: &'a Record,
    mapping: &'a Mapping,
    name: String,
    is_group: bool,
}

/// Reads the block.
pub(super) fn read(keys: &Keys<'_>) -> Arc<dyn FileSource> {
    let users = keys.blocks("users").into_iter().map(|it| mapping(it, false)).collect();
    let groups = keys.blocks("groups").into_iter().map(|it| mapping(it, true)).collect();
    Arc::new(LdifOrg { users, groups })
}

fn mapping(keys: Keys<'_>, of_groups: bool) -> Mapping {
    let below = keys.text("dn").map(|it| normalized(&it));
    let map = keys.block("map");
    let name = if of_groups { "cn" } else { "uid" };
    let or = |key, default: &str| map.text(key).unwrap_or_else(|| default.to_owned());
    let mut mapping = Mapping {
        below,
        rdn: or("rdn", name),
        name: or("name", name),
        description: map.text("description"),
        display_name: or("displayName", "cn"),
        email: map.text("email"),
        picture: map.text("picture"),
        kind: String::new(),
        member_of: or("memberOf", "memberOf"),
        members: String::new(),
        set: keys.block("set").entries().clone(),
    };
    if of_groups {
        mapping.description = mapping.description.or(Some("description".to_owned()));
        mapping.kind = or("type", "groupType");
        mapping.members = or("members", "member");
    } else {
        mapping.email = mapping.email.or(Some("mail".to_owned()));
    }
    map.finish();
    keys.finish();
    mapping
}

impl Mapping {
    fn takes(&self, record: &Record, classes: &[&str]) -> bool {
        let class = |wanted: &[&str]| {
            record.all("objectClass").iter().any(|it| wanted.contains(&it.to_lowercase().as_str()))
        };
        match &self.below {
            Some(base) => {
                let dn = normalized(&record.dn);
                let within = dn.strip_suffix(base.as_str()).is_some_and(|it| it.ends_with(','));
                within && !class(&["organizationalunit"])
            }
            None => class(classes),
        }
    }
}

impl FileSource for LdifOrg {
    fn people(&self, files: &[PeopleFile], problems: &mut Problems<'_>) -> BTreeMap<String, Value> {
        let mut parsed = Vec::new();
        for file in files {
            let (records, wrong) = ldif::parse(&file.text);
            wrong.into_iter().for_each(|(line, message)| problems.tell(&file.path, line, message));
            parsed.push((file.path.as_str(), records));
        }
        let records = parsed.iter().flat_map(|(file, records)| records.iter().map(|it| (*file, it)));
        let members: Vec<Member<'_>> =
            records.filter_map(|(file, it)| self.member(file, it, problems)).collect();
        let graph = Graph::new(&members);
        let mut entities = BTreeMap::new();
        for (index, member) in members.iter().enumerate() {
            join_into(&mut entities, member.entity(&graph.groups_of(index), &graph.users_of(index)));
        }
        entities
    }
}

impl LdifOrg {
    fn member<'a>(
        &'a self,
        file: &'a str,
        record: &'a Record,
        problems: &mut Problems<'_>,
    ) -> Option<Member<'a>> {
        let group = self.groups.iter().find(|it| it.takes(record, GROUP_CLASSES)).map(|it| (it, true));
        let user = || self.users.iter().find(|it| it.takes(record, USER_CLASSES)).map(|it| (it, false));
        let (mapping, is_group) = group.or_else(user)?;
        let Some(name) = record.first(&mapping.name).and_then(entity_name) else {
            problems.tell(file, record.line, format!("`{}` has no `{}`", record.dn, mapping.name));
            return None;
        };
        Some(Member { file, record, mapping, name, is_group })
    }
}

/// Who is in which group, by index.
struct Graph<'a> {
    members: &'a [Member<'a>],
    /// The groups that each is in, and those that are in each.
    above: Vec<BTreeSet<usize>>,
    below: Vec<BTreeSet<usize>>,
}

impl<'a> Graph<'a> {
    fn new(members: &'a [Member<'a>]) -> Self {
        let (mut by_dn, mut by_name) = (BTreeMap::new(), BTreeMap::new());
        for (index, member) in members.iter().enumerate() {
            by_dn.entry(normalized(&member.record.dn)).or_insert(index);
            if !member.is_group {
                // POSIX groups list the names of accounts.
                by_name.entry(member.name.as_str()).or_insert(index);
            }
        }
        let mut graph = Self {
            members,
            above: vec![BTreeSet::new(); members.len()],
            below: vec![BTreeSet::new(); members.len()],
        };
        for (index, member) in members.iter().enumerate() {
            let named = |it: &String| by_dn.get(&normalized(it)).or(by_name.get(it.trim())).copied();
            let up = member.record.all(&member.mapping.member_of).iter().filter_map(named);
            up.for_each(|group| graph.join(index, group));
            if member.is_group {
                let down = member.record.all(&member.mapping.members).iter().filter_map(named);
                down.for_each(|one| graph.join(one, index));
            }
        }
        graph
    }

    fn join(&mut self, one: usize, group: usize) {
        let is_group = self.members.get(group).is_some_and(|it| it.is_group);
        if one != group && is_group {
            self.above.get_mut(one).map(|it| it.insert(group));
            self.below.get_mut(group).map(|it| it.insert(one));
        }
    }

    fn names(&self, of: Option<&BTreeSet<usize>>, groups: bool) -> Vec<String> {
        let members = of.into_iter().flatten().filter_map(|it| self.members.get(*it));
        members.filter(|it| it.is_group == groups).map(|it| it.name.clone()).collect()
    }

    fn groups_of(&self, index: usize) -> Vec<String> {
        self.names(self.above.get(index), true)
    }

    fn users_of(&self, index: usize) -> Vec<String> {
        self.names(self.below.get(index), false)
    }
}

impl Member<'_> {
    fn entity(&self, groups: &[String], users: &[String]) -> Value {
        let Self { record, mapping, .. } = self;
        let get = |name: &str| record.first(name).map(str::to_owned);
        let maybe = |name: &Option<String>| name.as_deref().and_then(get);
        let annotations = [
            ("ldap-dn", Some(record.dn.clone())),
            ("ldap-rdn", get(&mapping.rdn)),
            ("ldap-uuid", get("entryUUID")),
        ];
        let party = Party {
            name: self.name.clone(),
            description: maybe(&mapping.description),
            display_name: get(&mapping.display_name),
            email: maybe(&mapping.email),
            picture: maybe(&mapping.picture),
            annotations: annotations
                .into_iter()
                .filter_map(|(key, value)| Some((format!("backstage.io/{key}"), value?)))
                .collect(),
            location: format!("file:{}", self.file),
            ..Party::default()
        };
        let mut entity = match self.is_group {
            true => {
                let kind = get(&mapping.kind).unwrap_or_else(|| "team".to_owned());
                party.group(&kind, groups.iter().min().cloned(), users.to_vec())
            }
            false => party.user(groups.to_vec()),
        };
        for (path, value) in &mapping.set {
            set(&mut entity, path, value);
        }
        entity
    }
}

/// Sets a value at a path such as `metadata.namespace`.
fn set(entity: &mut Value, path: &str, value: &Value) {
    let mut at = entity;
    let parts: Vec<&str> = path.split('.').take(10).collect();
    let Some((last, folders)) = parts.split_last() else { return };
    for part in folders {
        let Some(object) = at.as_object_mut() else { return };
        at = object.entry((*part).to_owned()).or_insert_with(|| Value::Object(Map::new()));
    }
    if let Some(object) = at.as_object_mut() {
        object.insert((*last).to_owned(), value.clone());
    }
}
