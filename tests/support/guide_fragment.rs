//! A part of a file, as the guide shows it, to the whole file that it belongs to.

use callboard::sources::format::{Format, parse};
use serde_json::{Map, Value, json};

/// What a fragment is a part of.
#[derive(Debug, PartialEq)]
pub enum Whole {
    /// A manifest of a plugin.
    Manifest(Value),
    /// A page of a plugin.
    View(Value),
    /// A configuration.
    Site(Value),
    /// A descriptor.
    Descriptor(Value),
    /// The texts of a plugin in one language.
    Texts(Value),
    /// An answer or a file of data, which has been parsed.
    Data,
}

const MANIFEST_KEYS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "requires",
    "config",
    "permissions",
    "params",
    "schemas",
    "sources",
    "extensions",
    "extensionPoints",
    "kinds",
    "i18n",
    "assets",
    "tests",
];

const SITE_KEYS: &[&str] =
    &["app", "organization", "plugins", "catalog", "integrations", "proxy", "portal", "backend"];

/// Completes a fragment. `None` when it is a part of nothing known.
pub fn complete(language: &str, text: &str) -> Option<Whole> {
    if language == "yaml" {
        return of_yaml(serde_yaml::from_str(text).ok()?);
    }
    let format = Format::parse_name(language)?;
    parse(format, "block", text.as_bytes()).ok().map(|_| Whole::Data)
}

fn of_yaml(value: Value) -> Option<Whole> {
    let map = match value {
        Value::Array(items) if items.iter().all(|it| it.get("kind").is_some()) => {
            return Some(Whole::Manifest(manifest(json!({"extensions": items}))));
        }
        Value::Object(map) => map,
        _ => return None,
    };
    let all = |known: &[&str]| map.keys().all(|it| known.contains(&it.as_str()));
    let annotated = map.get("metadata").is_some_and(|it| it.get("annotations").is_some());
    match () {
        () if annotated => Some(Whole::Descriptor(descriptor(map))),
        () if all(&["view"]) => map.get("view").cloned().map(Whole::View),
        () if all(MANIFEST_KEYS) => Some(Whole::Manifest(manifest(Value::Object(map)))),
        () if all(SITE_KEYS) => Some(Whole::Site(Value::Object(map))),
        () if map.values().all(Value::is_string) => Some(Whole::View(expressions(&map))),
        () if map.values().all(is_texts) => Some(Whole::Texts(Value::Object(map))),
        () => None,
    }
}

fn is_texts(value: &Value) -> bool {
    value.is_string() || value.as_object().is_some_and(|it| it.values().all(is_texts))
}

/// A view of what each expression gives.
fn expressions(map: &Map<String, Value>) -> Value {
    let items: Vec<Value> = map.iter().map(|(key, it)| json!({"label": key, "value": it})).collect();
    json!({"widget": "kv", "items": items})
}

/// Returns a manifest with a page for each view, which has the title of the block.
pub fn manifest_of(views: &[(String, Value)]) -> Value {
    let page = |(at, (title, view)): (usize, &(String, Value))| json!({"kind": "page", "name": format!("p{at}"), "path": format!("/p{at}"), "title": title, "view": view});
    manifest(json!({"extensions": views.iter().enumerate().map(page).collect::<Vec<_>>()}))
}

fn manifest(mut value: Value) -> Value {
    let map = value.as_object_mut().unwrap();
    map.entry("apiVersion").or_insert(json!("plugin/v1"));
    map.entry("kind").or_insert(json!("Plugin"));
    map.entry("metadata").or_insert(json!({"id": "harbour", "title": "Harbour"}));
    map.entry("i18n").or_insert(json!({"default": "en", "files": "i18n/*.yaml"}));
    // What shows no fetched data can be drawn for an entity.
    if !map.contains_key("sources") && !map.contains_key("tests") {
        map.insert("tests".to_owned(), json!([{"name": "drawn", "entity": "fixtures/entity.yaml"}]));
    }
    let known = mentioned(map, "params");
    let params = map.entry("params").or_insert(json!({})).as_object_mut().unwrap();
    // Params that the fragment does not declare are annotations.
    let groups: Vec<String> = params.values().flat_map(|it| groups(it["pattern"].as_str())).collect();
    for name in known.into_iter().filter(|it| !groups.contains(it)) {
        params.entry(name.clone()).or_insert(json!({"from": format!("larkspur.example/{name}")}));
    }
    value
}

/// The names below a variable that any text of a manifest mentions.
fn mentioned(map: &Map<String, Value>, variable: &str) -> Vec<String> {
    let text = Value::Object(map.clone()).to_string();
    let before = format!("{variable}.");
    let rest = text.split(before.as_str()).skip(1);
    let name =
        |it: &str| it.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap().to_owned();
    rest.map(name).filter(|it| !it.is_empty()).collect()
}

fn groups(pattern: Option<&str>) -> Vec<String> {
    let found = pattern.unwrap_or_default().split("(?P<").skip(1);
    found.filter_map(|it| it.split('>').next()).map(str::to_owned).collect()
}

fn descriptor(mut map: Map<String, Value>) -> Value {
    map.entry("apiVersion").or_insert(json!("backstage.io/v1alpha1"));
    map.entry("kind").or_insert(json!("Resource"));
    map.entry("spec").or_insert(json!({"type": "harbour", "owner": "harbour"}));
    map["metadata"].as_object_mut().unwrap().entry("name").or_insert(json!("north"));
    Value::Object(map)
}
