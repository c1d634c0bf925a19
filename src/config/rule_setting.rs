//! `catalog.rules`, and the `rules` of single locations, to `Rules`.

use serde_json::Value;

use super::layers::Layers;
use crate::diagnostics::{Diagnostic, Report};
use crate::model::{AllowedKind, LocationPattern, Rule, Rules};

/// Reads `catalog.rules`, whose shape the schema has already checked.
pub(super) fn read(layers: &Layers, report: &mut Report) -> Rules {
    let written = layers.value().pointer("/catalog/rules");
    Rules { global: written.map(|it| read_rules(Some(it), "/catalog/rules", layers, report)) }
}

/// Reads a list of rules, which stands at `pointer`.
pub(super) fn read_rules(
    value: Option<&Value>,
    pointer: &str,
    layers: &Layers,
    report: &mut Report,
) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (index, item) in value.and_then(Value::as_array).into_iter().flatten().enumerate() {
        let list = |key: &str| item.get(key).and_then(Value::as_array).into_iter().flatten();
        let mut locations = item.get("locations").is_some().then(Vec::new);
        for (number, location) in list("locations").enumerate() {
            let text = |key: &str| location.get(key).and_then(Value::as_str).map(str::to_owned);
            let location =
                LocationPattern { kind: text("type"), exact: text("exact"), pattern: text("pattern") };
            let place =
                |key: bool| layers.place(&format!("{pointer}/{index}/locations/{number}/pattern"), key);
            if location.exact.is_some() && location.pattern.is_some() {
                let message = "a location of a rule has `exact` or `pattern`, not both";
                report.push(
                    Diagnostic::error("config/bad-value", place(true), message)
                        .reason("Backstage does not start with both")
                        .hint("write two locations"),
                );
            } else if let Some(reason) = location.mistake() {
                let message = format!("this is not a pattern of locations: {reason}");
                report.push(Diagnostic::error("config/bad-pattern", place(false), message));
            } else {
                // A rule whose locations are all malformed is for none, and not for all.
                locations.get_or_insert_default().push(location);
            }
        }
        rules.push(Rule { allow: list("allow").filter_map(allowed).collect(), locations });
    }
    rules
}

fn allowed(value: &Value) -> Option<AllowedKind> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    match value.as_str() {
        Some(kind) => Some(AllowedKind { kind: kind.to_owned(), spec_type: None }),
        None => Some(AllowedKind { kind: text("kind")?, spec_type: text("spec.type") }),
    }
}
