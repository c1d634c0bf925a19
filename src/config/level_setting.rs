//! `portal.diagnostics` to `Levels`: how bad each code is on this site.

use serde_json::Value;

use super::layers::Layers;
use crate::diagnostics::{Diagnostic, Level, LevelOverride, LevelRule, Levels, Report, nearest};

/// Reads the levels, whose shape the schema has already checked.
pub(super) fn read(layers: &Layers, codes: &[String], report: &mut Report) -> Levels {
    let at = |pointer: &str| layers.value().pointer(pointer);
    let overrides = at("/portal/diagnostics/overrides").and_then(Value::as_array);
    let levels = Levels {
        rules: rules(at("/portal/diagnostics/rules")),
        overrides: overrides
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(index, item)| one_override(item, index, layers, report))
            .collect(),
        ..Levels::default()
    };
    unknown_codes("/portal/diagnostics/rules", &levels.rules, codes, layers, report);
    for (index, it) in levels.overrides.iter().enumerate() {
        let pointer = format!("/portal/diagnostics/overrides/{index}/rules");
        unknown_codes(&pointer, &it.rules, codes, layers, report);
    }
    levels
}

fn unknown_codes(pointer: &str, rules: &[LevelRule], codes: &[String], layers: &Layers, report: &mut Report) {
    for rule in rules.iter().filter(|it| !it.names_one_of(codes)) {
        let place =
            layers.place(&format!("{pointer}/{}", rule.code.replace('~', "~0").replace('/', "~1")), true);
        let near = nearest(&rule.code, codes.iter().map(String::as_str));
        let message = format!("there is no code `{}`", rule.code);
        report.push(
            Diagnostic::warning("config/unknown-code", place, message)
                .hint("`callboard explain` lists all codes")
                .nearest(near),
        );
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
    // Without its patterns it would be for all files.
    let is_for_all_by_mistake = files.is_empty() && !texts("files").is_empty();
    let lower = |key: &str| texts(key).iter().map(|it| it.to_lowercase()).collect();
    LevelOverride {
        files,
        kinds: lower("kinds"),
        entities: lower("entities"),
        rules: if is_for_all_by_mistake { Vec::new() } else { rules(item.get("rules")) },
    }
}
