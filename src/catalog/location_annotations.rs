//! The annotations that the catalog itself sets on an entity: where it was read from, and where it is seen and edited.
//!
//! As Backstage's `AnnotateLocationEntityProcessor` does: what a file says of view, edit and source wins, and what it says
//! of the two `managed-by` locations is replaced.

use serde_json::{Map, Value, json};

use crate::sources::integration::Integrations;
use crate::sources::{OriginMap, split_remote};

const MANAGED_BY: &str = "backstage.io/managed-by-location";
const ORIGIN: &str = "backstage.io/managed-by-origin-location";
const VIEW: &str = "backstage.io/view-url";
const EDIT: &str = "backstage.io/edit-url";
const SOURCE: &str = "backstage.io/source-location";

/// Sets the annotations of an entity that was read from `file`, to which the registered location `start` led.
pub(super) fn set(value: &mut Value, file: &str, start: &str, origin: Option<&OriginMap>) {
    let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let annotations = metadata.entry("annotations").or_insert_with(|| Value::Object(Map::new()));
    // A list or a text was reported; it stays as it is.
    let Some(annotations) = annotations.as_object_mut() else { return };
    let mut set = |key: &str, value: String, own_wins: bool| {
        if !(own_wins && annotations.contains_key(key)) {
            annotations.insert(key.to_owned(), json!(value));
        }
    };
    // What is registered by its address keeps it as it is written.
    let registered = origin.and_then(|it| it.path_of(start)).is_some_and(|it| it == file);
    let written = Some(start).filter(|_| registered && split_remote(file).is_some());
    set(MANAGED_BY, location(written.unwrap_or(file), origin), false);
    set(ORIGIN, location(start, origin), false);
    let Some(origin) = origin else { return };
    for (key, value) in [
        (VIEW, written.map(str::to_owned).or_else(|| origin.tree_url_of(file))),
        (EDIT, origin.edit_url_of(file)),
        (SOURCE, origin.source_url_of(file).map(|it| format!("url:{it}"))),
    ] {
        if let Some(value) = value {
            set(key, value, true);
        }
    }
}

/// Removes the location annotations again, so that an entity can be compared with its state elsewhere.
pub fn remove_location_annotations(value: &mut Value) {
    let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) else { return };
    annotations.shift_remove(ORIGIN);
    let location = annotations.shift_remove(MANAGED_BY);
    if let Some(url) = location.as_ref().and_then(Value::as_str).and_then(|it| it.strip_prefix("url:")) {
        let hosts = Integrations::read(&Value::Null).0;
        let host = hosts.by_url(url);
        let source = host.and_then(|it| it.source(url)).map(|it| format!("url:{it}"));
        let edit = host.map_or_else(|| edit_of(url), |it| it.edit(url));
        let derived = [(VIEW, Some(url.to_owned())), (EDIT, Some(edit)), (SOURCE, source)];
        for (key, value) in derived {
            if annotations.get(key).and_then(Value::as_str) == value.as_deref() {
                annotations.shift_remove(key);
            }
        }
    }
    if metadata.get("annotations").and_then(Value::as_object).is_some_and(Map::is_empty) {
        metadata.shift_remove("annotations");
    }
}

fn edit_of(url: &str) -> String {
    url.replacen("/blob/", "/edit/", 1).replacen("/tree/", "/edit/", 1)
}

/// Returns a location as `type:target`: the address in the repository where that is known, else the path below the site.
fn location(path: &str, origin: Option<&OriginMap>) -> String {
    if path.contains("://") && split_remote(path).is_none() {
        return format!("url:{path}");
    }
    match origin.and_then(|it| it.tree_url_of(path)) {
        Some(url) => format!("url:{url}"),
        None => format!("file:{path}"),
    }
}
