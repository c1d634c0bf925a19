//! The rules of one kind, applied to `spec` from its table.

use serde_json::Value;

use super::descriptor::Judge;
use super::envelope::{missing, wrong_type};
use super::finding::{Finding, Stage};
use super::kind_set::{KindSet, KnownKind};
use super::places::Places;
use crate::diagnostics::{Diagnostic, Severity, nearest};
use crate::model::{Field, KindSpec, Shape};
use crate::sources::schema::SchemaCodes;

const DECLARED: SchemaCodes = SchemaCodes {
    unknown_key: "entity/unknown-field",
    unknown_key_severity: Severity::Error,
    not_yet: "entity/unknown-field",
    missing_key: "entity/missing-field",
    bad_value: "entity/wrong-type",
};

/// Checks `spec` by the rules of the document's kind. Returns the kind, if it is known.
pub(super) fn check<'a>(
    value: &Value,
    judge: &Judge<'a>,
    places: &Places<'_, '_>,
    findings: &mut Vec<Finding>,
    problems: &mut Vec<Diagnostic>,
) -> Option<KnownKind<'a>> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let (kind, api_version) = (text("kind"), text("apiVersion"));
    let Some(known) = judge.kinds.find(kind, api_version, judge.newer_model) else {
        findings.push(unknown(kind, api_version, judge.kinds));
        return None;
    };
    match (known, value.get("spec")) {
        (KnownKind::Builtin(spec), Some(body @ Value::Object(_))) => {
            check_builtin(spec, body, judge.newer_model, findings);
        }
        (KnownKind::Builtin(_), None) => missing("", "spec", Stage::Validate, findings),
        (KnownKind::Declared(_, Some(schema)), body) => {
            let empty = Value::Object(serde_json::Map::new());
            // A `spec` of a wrong type is the envelope's to report.
            let body = body.filter(|it| it.is_object()).unwrap_or(&empty);
            problems.extend(schema.check_below("/spec", body, DECLARED, &|pointer, key| {
                if key { places.key_span(pointer) } else { places.span(pointer) }
            }));
        }
        _ => {}
    }
    Some(known)
}

fn check_builtin(spec: &KindSpec, body: &Value, newer_model: bool, findings: &mut Vec<Finding>) {
    let is_server =
        newer_model && spec.kind == "API" && body.get("type").and_then(Value::as_str) == Some("mcp-server");
    for field in spec.fields.iter().filter(|it| !(is_server && it.path == "definition")) {
        check_field(field, field.path, body, "/spec", findings);
    }
    if is_server {
        let remotes = Field::required("remotes", Shape::MappingList);
        check_field(&remotes, "remotes", body, "/spec", findings);
    }
    if spec.kind == "AiResource" {
        check_ai_resource(body, findings);
    }
}

fn check_ai_resource(body: &Value, findings: &mut Vec<Finding>) {
    let fields: &[Field] = match body.get("type").and_then(Value::as_str) {
        Some("skill") => &[
            Field::optional("dependsOn", Shape::TextList),
            Field::optional("disciplines", Shape::TextList),
            Field::optional("categories", Shape::TextList),
            Field::optional("agents", Shape::TextList),
        ],
        Some("rule") => {
            &[Field::required("category", Shape::Text), Field::required("rationale", Shape::Text)]
        }
        Some("plugin") => &[Field::required("skills", Shape::TextList)],
        Some("marketplace") => &[Field::required("plugins", Shape::TextList)],
        _ => &[],
    };
    for field in fields {
        check_field(field, field.path, body, "/spec", findings);
    }
}

fn check_field(field: &Field, path: &str, parent: &Value, pointer: &str, findings: &mut Vec<Finding>) {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    if let (Some(list), Some(rest)) = (step.strip_suffix("[]"), rest) {
        let items = parent.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (index, item) in items.iter().enumerate().filter(|(_, item)| item.is_object()) {
            check_field(field, rest, item, &format!("{pointer}/{list}/{index}"), findings);
        }
        return;
    }
    if let Some(rest) = rest {
        if let Some(inner @ Value::Object(_)) = parent.get(step) {
            check_field(field, rest, inner, &format!("{pointer}/{step}"), findings);
        }
        return;
    }
    match parent.get(path) {
        None if field.required => missing(pointer, path, Stage::Validate, findings),
        None => {}
        Some(value) => {
            if let Some(wanted) = mismatch(field.shape, value) {
                wrong_type(Some(value), &format!("{pointer}/{path}"), &wanted, Stage::Validate, findings);
            }
        }
    }
}

/// Returns what was wanted, when the value is not of the shape.
fn mismatch(shape: Shape, value: &Value) -> Option<String> {
    let text = |it: &Value| it.as_str().is_some_and(|it| !it.is_empty());
    let list = |test: fn(&Value) -> bool| value.as_array().is_some_and(|items| items.iter().all(test));
    let (good, wanted) = match shape {
        Shape::Text => (text(value), "a text that is not empty"),
        Shape::AnyText => (value.is_string(), "a text"),
        Shape::TextList => (list(|it| it.as_str().is_some_and(|it| !it.is_empty())), "a list of texts"),
        Shape::Mapping => (value.is_object(), "a mapping"),
        Shape::MappingList => (list(Value::is_object), "a list of mappings"),
        Shape::MappingOrMappingList => {
            (value.is_object() || list(Value::is_object), "a mapping, or a list of mappings")
        }
        Shape::TextsBeside(others) => {
            let texts = |it: &serde_json::Map<String, Value>| {
                it.iter().all(|(key, value)| value.is_string() || others.contains(&&**key))
            };
            (value.as_object().is_some_and(texts), "a mapping of texts, besides what it holds by name")
        }
        Shape::TextOrFlag => (value.is_string() || value.is_boolean(), "a text or a boolean"),
        Shape::OneOf(options) => {
            let good = value.as_str().is_some_and(|it| options.contains(&it));
            return (!good).then(|| {
                format!(
                    "one of {}",
                    options.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
                )
            });
        }
    };
    (!good).then(|| wanted.to_owned())
}

fn unknown(kind: &str, api_version: &str, kinds: &KindSet) -> Finding {
    let reason = "Backstage accepts an entity only when an installed module knows its kind and apiVersion";
    if let Some((versions, newer_model)) = kinds.api_versions(kind) {
        let versions = versions.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" or ");
        return Finding::new(
            Stage::Validate,
            "entity/unknown-kind",
            "/apiVersion",
            format!("no module knows the kind `{kind}` with the apiVersion `{api_version}`"),
        )
        .reason(reason)
        .hint(match newer_model {
            true => "this kind belongs to Backstage's ai-model module".to_owned(),
            false => format!("write `apiVersion: {}`", versions.trim_matches('`')),
        });
    }
    Finding::new(
        Stage::Validate,
        "entity/unknown-kind",
        "/kind",
        format!("no module knows the kind `{kind}`"),
    )
    .reason(reason)
    .nearest(nearest(kind, kinds.names()))
}
