//! `portal.diagnostics` to `Levels`: how bad each code is on this site.

use serde_json::Value;

use super::layers::Layers;
use crate::diagnostics::{Diagnostic, Level, LevelOverride, LevelRule, Levels, Report};

/// Reads the levels, whose shape the schema has already checked.
pub(super) fn read(layers: &Layers, report: &mut Report) -> Levels {
    let at = |pointer: &str| layers.value().pointer(pointer);
    let overrides = at("/portal/diagnostics/overrides").and_then(Value::as_array);
    Levels {
        rules: rules(at("/portal/diagnostics/rules")),
        overrides: overrides
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(index, item)| one_override(item, index, layers, report))
            .collect(),
        ..Levels::default()
    }
}

fn rules(value: Option<&Value>) -> Vec<LevelRule> {
    let pairs = value.and_then(Value::as_object).into_iter().flatten();
    pairs
        .filter_map(|(code, level)| {
            Some(LevelRule { code: code.clone(), level: Level::parse(level.as_str()?)? })
        })
        .collect()
}

fn one_override(item: &Value, index: usize, layers: &Layers, report: &mut Report) -> LevelOverride {
    let texts = |key: &str| -> Vec<String> {
        let items = item.get(key).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut files = Vec::new();
    for (number, pattern) in texts("files").iter().enumerate() {
        match LevelOverride::glob(pattern) {
            Ok(glob) => files.push(glob),
            Err(reason) => {
                let place =
                    layers.place(&format!("/portal/diagnostics/overrides/{index}/files/{number}"), false);
                let message = format!("`{pattern}` is not a pattern of files: {reason}");
                report.push(Diagnostic::error("config/bad-pattern", place, message));
            }
        }
    }
    let lower = |key: &str| texts(key).iter().map(|it| it.to_lowercase()).collect();
    LevelOverride {
        files,
        kinds: lower("kinds"),
        entities: lower("entities"),
        rules: rules(item.get("rules")),
    }
}
