//! The rules of one kind, applied to `spec` from its table.

use serde_json::Value;

use super::envelope::{missing, wrong_type};
use super::finding::{Finding, Stage};
use super::kinds::{KINDS, kind_spec};
use crate::diagnostics::nearest;
use crate::model::{Field, KindSpec, Shape};

/// What the kind rules say of a document.
pub(super) enum KindVerdict {
    /// A built-in kind; its mistakes, if any, are in the findings.
    Known(&'static KindSpec),
    /// No built-in kind has this name and `apiVersion`.
    Unknown,
}

/// Checks `spec` by the rules of the document's kind.
pub(super) fn check(value: &Value, newer_model: bool, findings: &mut Vec<Finding>) -> KindVerdict {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let (kind, api_version) = (text("kind"), text("apiVersion"));
    let spec = kind_spec(kind).filter(|it| it.api_versions.contains(&api_version));
    let Some(spec) = spec.filter(|it| newer_model || !it.newer_model) else {
        findings.push(unknown(kind, api_version));
        return KindVerdict::Unknown;
    };
    match value.get("spec") {
        Some(body @ Value::Object(_)) => {
            let is_server = newer_model
                && kind == "API"
                && body.get("type").and_then(Value::as_str) == Some("mcp-server");
            for field in spec.fields.iter().filter(|it| !(is_server && it.path == "definition")) {
                check_field(field, field.path, body, "/spec", findings);
            }
            if is_server {
                check_field(
                    &Field::required("remotes", Shape::MappingList),
                    "remotes",
                    body,
                    "/spec",
                    findings,
                );
            }
            if kind == "AiResource" {
                check_ai_resource(body, findings);
            }
        }
        None => missing("", "spec", Stage::Validate, findings),
        // A `spec` of a wrong type is the envelope's to report.
        Some(_) => {}
    }
    KindVerdict::Known(spec)
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
    if let Some((list, rest)) = path.split_once("[].") {
        let items = parent.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (index, item) in items.iter().enumerate().filter(|(_, item)| item.is_object()) {
            check_field(field, rest, item, &format!("{pointer}/{list}/{index}"), findings);
        }
        return;
    }
    if let Some((key, rest)) = path.split_once('.') {
        if let Some(inner @ Value::Object(_)) = parent.get(key) {
            check_field(field, rest, inner, &format!("{pointer}/{key}"), findings);
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
        Shape::TextListNonEmpty => (
            list(|it| it.as_str().is_some_and(|it| !it.is_empty()))
                && value.as_array().is_some_and(|it| !it.is_empty()),
            "a list with at least one text",
        ),
        Shape::Mapping => (value.is_object(), "a mapping"),
        Shape::MappingList => (list(Value::is_object), "a list of mappings"),
        Shape::MappingOrMappingList => {
            (value.is_object() || list(Value::is_object), "a mapping, or a list of mappings")
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
        Shape::Any => (true, ""),
    };
    (!good).then(|| wanted.to_owned())
}

fn unknown(kind: &str, api_version: &str) -> Finding {
    let reason = "Backstage accepts an entity only when an installed module knows its kind and apiVersion";
    if let Some(spec) = kind_spec(kind) {
        let versions = spec.api_versions.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" or ");
        return Finding::new(
            Stage::Validate,
            "entity/unknown-kind",
            "/apiVersion",
            format!("no module knows the kind `{kind}` with the apiVersion `{api_version}`"),
        )
        .reason(reason)
        .hint(if spec.newer_model {
            "this kind belongs to Backstage's ai-model module".to_owned()
        } else {
            format!("write `apiVersion: {}`", versions.trim_matches('`'))
        });
    }
    Finding::new(
        Stage::Validate,
        "entity/unknown-kind",
        "/kind",
        format!("no module knows the kind `{kind}`"),
    )
    .reason(reason)
    .nearest(nearest(kind, KINDS.iter().map(|it| it.kind)))
}
