//! The annotations that the catalog itself sets on an entity: where it was read from, and where it is seen and edited.
//!
//! As Backstage's `AnnotateLocationEntityProcessor` does: what a file says of view, edit and source wins, and what it says
//! of the two `managed-by` locations is replaced.

use serde_json::{Map, Value, json};

use crate::sources::OriginMap;

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
    set("backstage.io/managed-by-location", location(file, origin), false);
    set("backstage.io/managed-by-origin-location", location(start, origin), false);
    let Some(url) = origin.and_then(|it| it.tree_url_of(file)) else { return };
    if let Some(edit) = origin.and_then(|it| it.edit_url_of(file)) {
        set("backstage.io/edit-url", edit, true);
    }
    if let Some((folder, _)) = url.rsplit_once('/') {
        set("backstage.io/source-location", format!("url:{folder}/"), true);
    }
    set("backstage.io/view-url", url, true);
}

/// Returns a location as `type:target`: the address in the repository where that is known, else the path below the site.
fn location(path: &str, origin: Option<&OriginMap>) -> String {
    if path.contains("://") {
        return format!("url:{path}");
    }
    match origin.and_then(|it| it.tree_url_of(path)) {
        Some(url) => format!("url:{url}"),
        None => format!("file:{path}"),
    }
}
