//! `scimOrg`: people and groups from answers of SCIM 2.0 (RFC 7643, RFC 7644), kept as files.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::client::text;
use super::file_people::{FileSource, PeopleFile, Problems};
use super::keys::Keys;
use super::people::{Party, entity_name, join_into};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

#[derive(Debug)]
struct ScimOrg;

/// What is known of one resource.
struct Resource<'a> {
    file: &'a str,
    value: &'a Value,
    name: String,
    is_group: bool,
}

/// Reads the block, which has no keys of its own.
pub(super) fn read(_: &Keys<'_>) -> Arc<dyn FileSource> {
    Arc::new(ScimOrg)
}

impl FileSource for ScimOrg {
    fn people(&self, files: &[PeopleFile], problems: &mut Problems<'_>) -> BTreeMap<String, Value> {
        let mut values = Vec::new();
        for file in files {
            match serde_json::from_str::<Value>(&file.text) {
                Ok(value) => values.push((file.path.as_str(), value)),
                Err(error) => {
                    let line = u32::try_from(error.line()).unwrap_or(1);
                    problems.tell(&file.path, line, format!("the file is not JSON: {error}"));
                }
            }
        }
        let mut resources = Vec::new();
        for (file, value) in &values {
            for value in lists(value) {
                match resource(file, value) {
                    Ok(found) => resources.extend(found),
                    Err(message) => problems.tell(file, 1, message),
                }
            }
        }
        join(&resources)
    }
}

/// Returns the resources of one answer, or of a list of them.
fn lists(value: &Value) -> Vec<&Value> {
    match (value, value.get("Resources").and_then(Value::as_array)) {
        (_, Some(resources)) => resources.iter().collect(),
        (Value::Array(items), None) => items
            .iter()
            .flat_map(|it| match it.get("Resources").and_then(Value::as_array) {
                Some(resources) => resources.iter().collect(),
                None => vec![it],
            })
            .collect(),
        _ => vec![value],
    }
}

/// Reads one resource. `None` is one that is no longer active.
fn resource<'a>(file: &'a str, value: &'a Value) -> Result<Option<Resource<'a>>, String> {
    let schemas = value.get("schemas").and_then(Value::as_array).into_iter().flatten();
    let schemas: Vec<&str> = schemas.filter_map(Value::as_str).collect();
    let id = text(value, "/id").or(text(value, "/userName")).or(text(value, "/displayName"));
    let shown = id.unwrap_or("a resource");
    let (key, is_group) = match (schemas.contains(&USER), schemas.contains(&GROUP)) {
        (true, _) => ("/userName", false),
        (_, true) => ("/displayName", true),
        _ => return Err(format!("`{shown}` is neither a user nor a group of SCIM 2.0")),
    };
    if value.get("active").and_then(Value::as_bool) == Some(false) {
        return Ok(None);
    }
    let name = text(value, key).and_then(entity_name);
    let name = name.ok_or_else(|| format!("`{shown}` has no `{}`", key.trim_start_matches('/')))?;
    Ok(Some(Resource { file, value, name, is_group }))
}

fn join(resources: &[Resource<'_>]) -> BTreeMap<String, Value> {
    let by_id: BTreeMap<&str, &Resource<'_>> =
        resources.iter().filter_map(|it| Some((text(it.value, "/id")?, it))).collect();
    let ids = |it: &Resource<'_>, key: &str| -> Vec<&Resource<'_>> {
        let items = it.value.get(key).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(|it| by_id.get(text(it, "/value")?).copied()).collect()
    };
    let mut groups_of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut parents: BTreeMap<&str, String> = BTreeMap::new();
    for group in resources.iter().filter(|it| it.is_group) {
        for member in ids(group, "members") {
            match member.is_group {
                // Of several groups the first by name is the parent.
                true => {
                    let parent = parents.entry(&member.name).or_insert_with(|| group.name.clone());
                    *parent = group.name.clone().min(std::mem::take(parent));
                }
                false => groups_of.entry(&member.name).or_default().push(group.name.clone()),
            }
        }
    }
    let mut entities = BTreeMap::new();
    for it in resources {
        let named = |key: &str, groups: bool| {
            let all = ids(it, key).into_iter().filter(|it| it.is_group == groups);
            all.map(|it| it.name.clone()).collect::<Vec<_>>()
        };
        let entity = match it.is_group {
            true => party(it).group("team", parents.get(it.name.as_str()).cloned(), named("members", false)),
            false => {
                let mut groups = groups_of.get(it.name.as_str()).cloned().unwrap_or_default();
                groups.extend(named("groups", true));
                party(it).user(groups)
            }
        };
        join_into(&mut entities, entity);
    }
    entities
}

fn party(resource: &Resource<'_>) -> Party {
    let Resource { value, .. } = resource;
    let full = || {
        let parts = [text(value, "/name/givenName"), text(value, "/name/familyName")];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|it| !it.is_empty())
    };
    let display = text(value, "/displayName").or(text(value, "/name/formatted")).map(str::to_owned);
    Party {
        name: resource.name.clone(),
        description: text(value, "/title").map(str::to_owned),
        display_name: display.or_else(full),
        email: preferred(value, "emails"),
        picture: preferred(value, "photos"),
        location: format!("file:{}", resource.file),
        ..Party::default()
    }
}

/// Returns the primary value of a list, or the first.
fn preferred(value: &Value, key: &str) -> Option<String> {
    let items = value.get(key).and_then(Value::as_array)?;
    let primary = items.iter().find(|it| it.get("primary").and_then(Value::as_bool) == Some(true));
    primary.or(items.first()).and_then(|it| text(it, "/value")).map(str::to_owned)
}
