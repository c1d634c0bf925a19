//! Views that say what is missing, and what there is none of.

use serde_json::Value;

use super::Linting;
use crate::plugins::mention::chains;

const CODE: &str = "plugin/lint-view";

pub(super) fn lint(it: &mut Linting<'_>) {
    let has_params = !it.entries("params").is_empty();
    for (extension, pointer) in it.items("/extensions") {
        let kind = extension.get("kind").and_then(Value::as_str).unwrap_or_default();
        let Some(view) = extension.get("view") else { continue };
        if !matches!(kind, "page" | "sub-page" | "entity-card" | "entity-content") {
            continue;
        }
        let (mut shows_data, mut missing, mut empty) = (false, false, false);
        super::each_mapping(view, "", &mut |map, _| {
            missing |= map.contains_key("missing");
            empty |= map.contains_key("empty");
            let code = map.values().filter_map(Value::as_str);
            shows_data |= code.into_iter().any(|it| !chains(it, "data").is_empty());
        });
        if !shows_data {
            continue;
        }
        let at = it.key_at(&format!("{pointer}/view"));
        if kind.starts_with("entity-") && has_params && !missing {
            let message = "the view does not say how an entity is set up for it".to_owned();
            it.warn(
                CODE,
                at.clone(),
                message,
                "add `missing: {annotation: …, example: …}`: it shows the YAML to add",
            );
        }
        if !empty {
            let message = "the view does not say what there is none of".to_owned();
            it.warn(
                CODE,
                at,
                message,
                "add `empty: {title: …, body: …}`, so that no data does not look like a defect",
            );
        }
    }
}
