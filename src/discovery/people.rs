//! Users and groups as entities, whoever told of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The longest name of an entity, in characters (Backstage's descriptor format).
const NAME_MAX: usize = 63;

/// A user or a group.
#[derive(Clone, Debug, Default)]
pub(super) struct Party {
    /// The name, already one that an entity may have.
    pub(super) name: String,
    /// The namespace; `default` where it is empty.
    pub(super) namespace: String,
    pub(super) description: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) picture: Option<String>,
    pub(super) annotations: Vec<(String, String)>,
    /// Where it was found, as `url:…` or `file:…`.
    pub(super) location: String,
}

impl Party {
    /// Returns a user that is a member of these groups.
    pub(super) fn user(self, member_of: Vec<String>) -> Value {
        let profile = self.profile();
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "User",
            "metadata": self.metadata(),
            "spec": {"profile": profile, "memberOf": sorted(member_of)},
        })
    }

    /// Returns a group.
    pub(super) fn group(self, kind: &str, parent: Option<String>, members: Vec<String>) -> Value {
        let profile = self.profile();
        let mut spec = Map::new();
        spec.insert("type".to_owned(), json!(kind));
        spec.insert("profile".to_owned(), profile);
        spec.extend(parent.map(|it| ("parent".to_owned(), json!(it))));
        spec.insert("children".to_owned(), json!([]));
        spec.insert("members".to_owned(), json!(sorted(members)));
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Group",
            "metadata": self.metadata(),
            "spec": spec,
        })
    }

    fn profile(&self) -> Value {
        let fields =
            [("displayName", &self.display_name), ("email", &self.email), ("picture", &self.picture)];
        let present = fields.into_iter().filter_map(|(key, value)| Some((key, value.as_deref()?)));
        present.filter(|(_, it)| !it.is_empty()).map(|(key, it)| (key.to_owned(), json!(it))).collect()
    }

    fn metadata(self) -> Value {
        let mut annotations: BTreeMap<String, String> = self.annotations.into_iter().collect();
        annotations.insert("backstage.io/managed-by-location".to_owned(), self.location.clone());
        annotations.insert("backstage.io/managed-by-origin-location".to_owned(), self.location);
        let mut metadata = Map::new();
        metadata.insert("name".to_owned(), json!(self.name));
        if !matches!(self.namespace.as_str(), "" | "default") {
            metadata.insert("namespace".to_owned(), json!(self.namespace));
        }
        metadata.extend(
            self.description.filter(|it| !it.is_empty()).map(|it| ("description".to_owned(), json!(it))),
        );
        metadata.insert("annotations".to_owned(), json!(annotations));
        Value::Object(metadata)
    }
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}

/// Returns a text as the name of an entity: letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.
/// `None` when nothing is left.
pub(super) fn entity_name(text: &str) -> Option<String> {
    let name: String = text
        .trim()
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.') { it } else { '_' })
        .take(NAME_MAX)
        .collect();
    let name = name.trim_matches(|it: char| !it.is_ascii_alphanumeric());
    Some(name.to_owned()).filter(|it| !it.is_empty())
}

/// Returns how a group is named from the namespace `default`.
pub(super) fn from_default(namespace: &str, name: &str) -> String {
    match namespace {
        "" | "default" => name.to_owned(),
        namespace => format!("{namespace}/{name}"),
    }
}

/// Returns how a user of the namespace `default` is named from a namespace.
pub(super) fn user_from(namespace: &str, name: &str) -> String {
    match namespace {
        "" | "default" => name.to_owned(),
        _ => format!("default/{name}"),
    }
}

/// Returns the reference of an entity, in lower case.
pub(super) fn reference(entity: &Value) -> String {
    let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str);
    let namespace = text("/metadata/namespace").unwrap_or("default");
    let (kind, name) = (text("/kind").unwrap_or_default(), text("/metadata/name").unwrap_or_default());
    format!("{kind}:{namespace}/{name}").to_lowercase()
}

/// Adds an entity. Of two with one reference the first stays, and gets the groups, members and children of the other.
pub(super) fn join_into(entities: &mut BTreeMap<String, Value>, entity: Value) {
    let reference = reference(&entity);
    let Some(first) = entities.get_mut(&reference) else {
        entities.insert(reference, entity);
        return;
    };
    for key in ["memberOf", "members", "children"] {
        let pointer = format!("/spec/{key}");
        let more = entity.pointer(&pointer).and_then(Value::as_array);
        if let (Some(Value::Array(own)), Some(more)) = (first.pointer_mut(&pointer), more) {
            let names = own.iter().chain(more).filter_map(Value::as_str).map(str::to_owned);
            *own = sorted(names.collect()).into_iter().map(Value::String).collect();
        }
    }
}

/// Gives each group the children that name it as their parent.
pub(super) fn add_children(entities: &mut BTreeMap<String, Value>) {
    let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entity in entities.values() {
        let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str);
        if let (Some(parent), Some(name)) = (text("/spec/parent"), text("/metadata/name")) {
            let namespace = text("/metadata/namespace").unwrap_or("default");
            let parent = format!("group:{namespace}/{parent}").to_lowercase();
            children.entry(parent).or_default().push(name.to_owned());
        }
    }
    for (parent, names) in children {
        if let Some(Value::Array(own)) =
            entities.get_mut(&parent).and_then(|it| it.pointer_mut("/spec/children"))
        {
            let all = own.iter().filter_map(Value::as_str).map(str::to_owned).chain(names);
            *own = sorted(all.collect()).into_iter().map(Value::String).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Party, add_children, entity_name, join_into};

    #[test]
    fn names_become_names_of_entities() {
        assert_eq!(entity_name("jo@acme.example").as_deref(), Some("jo_acme.example"));
        assert_eq!(entity_name("-Night Watch-").as_deref(), Some("Night_Watch"));
        assert_eq!(entity_name("…"), None);
        assert_eq!(entity_name(&"x".repeat(100)).map(|it| it.len()), Some(63));
    }

    #[test]
    fn two_tellings_of_one_person_are_joined() {
        let mut all = BTreeMap::new();
        let jo = || Party { name: "jo".to_owned(), ..Party::default() };
        join_into(&mut all, jo().user(vec!["b".to_owned()]));
        join_into(
            &mut all,
            Party { name: "JO".to_owned(), ..jo() }.user(vec!["a".to_owned(), "b".to_owned()]),
        );
        assert_eq!(all["user:default/jo"]["spec"]["memberOf"], serde_json::json!(["a", "b"]));
        join_into(&mut all, Party { name: "a".to_owned(), ..jo() }.group("team", None, Vec::new()));
        join_into(
            &mut all,
            Party { name: "b".to_owned(), ..jo() }.group("team", Some("A".to_owned()), Vec::new()),
        );
        add_children(&mut all);
        assert_eq!(all["group:default/a"]["spec"]["children"], serde_json::json!(["b"]));
    }
}
