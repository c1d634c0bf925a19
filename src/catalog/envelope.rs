//! The rules that hold for every kind: the envelope and the formats of `metadata`.
//!
//! Where Backstage stops at the first mistake, all are reported.

use serde_json::{Map, Value};

use super::field_formats::{
    is_api_version, is_kind, is_label_key, is_label_value, is_name, is_namespace, is_tag, tag_for,
};
use super::finding::{Finding, Stage, pointer_key, type_name};
use crate::diagnostics::nearest;

const ROOT_KEYS: &[&str] = &["apiVersion", "kind", "metadata", "spec"];

/// Checks `apiVersion`, `kind`, `metadata` and the root keys. The value is a mapping.
pub(super) fn check(root: &Map<String, Value>, findings: &mut Vec<Finding>) {
    required_text(root, "apiVersion", "", findings);
    required_text(root, "kind", "", findings);
    format(root.get("apiVersion"), "/apiVersion", is_api_version, "a version, or `prefix/version`", findings);
    format(
        root.get("kind"),
        "/kind",
        is_kind,
        "letters and digits, beginning with a letter, at most 63",
        findings,
    );
    for key in root.keys().filter(|key| !ROOT_KEYS.contains(&key.as_str())) {
        let finding = Finding::new(
            Stage::Policy,
            "entity/unknown-root-key",
            format!("/{}", pointer_key(key)),
            format!("`{key}` does not belong at the root of an entity"),
        )
        .at_key()
        .reason("a file may hold `apiVersion`, `kind`, `metadata` and `spec`; the catalog itself makes `relations` and `status`");
        let near = nearest(key, ROOT_KEYS.iter().copied());
        findings.push(match near {
            Some(_) => finding.nearest(near),
            None => finding.hint("move it below `spec`, or remove it"),
        });
    }
    if root.get("spec").is_some_and(|it| !it.is_object()) {
        wrong_type(root.get("spec"), "/spec", "a mapping", Stage::Policy, findings);
    }
    match root.get("metadata") {
        Some(Value::Object(metadata)) => check_metadata(metadata, findings),
        None => missing("", "metadata", Stage::Envelope, findings),
        other => wrong_type(other, "/metadata", "a mapping", Stage::Envelope, findings),
    }
}

fn check_metadata(metadata: &Map<String, Value>, findings: &mut Vec<Finding>) {
    required_text(metadata, "name", "/metadata", findings);
    let name_rule =
        "letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, at most 63";
    format(metadata.get("name"), "/metadata/name", is_name, name_rule, findings);
    if let Some(namespace) = metadata.get("namespace") {
        if namespace.as_str().is_none_or(str::is_empty) {
            wrong_type(
                Some(namespace),
                "/metadata/namespace",
                "a text that is not empty",
                Stage::Envelope,
                findings,
            );
        }
        let rule = "lower-case letters and digits, parted by single hyphens or more, at most 63";
        format(Some(namespace), "/metadata/namespace", is_namespace, rule, findings);
    }
    for key in ["uid", "etag", "title"] {
        if metadata.get(key).is_some_and(|it| it.as_str().is_none_or(str::is_empty)) {
            wrong_type(
                metadata.get(key),
                &format!("/metadata/{key}"),
                "a text that is not empty",
                Stage::Policy,
                findings,
            );
        }
    }
    if metadata.get("description").is_some_and(|it| !it.is_string()) {
        wrong_type(metadata.get("description"), "/metadata/description", "a text", Stage::Policy, findings);
    }
    check_texts(metadata, "labels", Some(is_label_value), findings);
    check_texts(metadata, "annotations", None, findings);
    check_tags(metadata, findings);
    check_links(metadata, findings);
}

type Format = fn(&str) -> bool;

fn check_texts(
    metadata: &Map<String, Value>,
    field: &str,
    value_format: Option<Format>,
    findings: &mut Vec<Finding>,
) {
    let pointer = format!("/metadata/{field}");
    let map = match metadata.get(field) {
        None => return,
        Some(Value::Object(map)) => map,
        other => return wrong_type(other, &pointer, "a mapping of texts", Stage::Policy, findings),
    };
    for (key, value) in map {
        let pointer = format!("{pointer}/{}", pointer_key(key));
        if !is_label_key(key) {
            findings.push(
                Finding::new(Stage::Policy, "entity/bad-key", &*pointer, format!("`{key}` is not a valid key of `{field}`"))
                    .at_key()
                    .reason("a key is `name` or `prefix/name`; the prefix is a lower-case domain name, the name has letters, digits, `-`, `_` and `.`, at most 63"),
            );
        }
        match value.as_str() {
            None => wrong_type(Some(value), &pointer, "a text", Stage::Policy, findings),
            Some(text) if value_format.is_some_and(|format| !format(text)) => findings.push(
                Finding::new(Stage::Policy, "entity/bad-format", &*pointer, format!("`{text}` is not a valid label value"))
                    .reason("a label value is empty, or has letters, digits, `-`, `_` and `.`, at most 63, beginning and ending with a letter or digit")
                    .hint("use an annotation for free text"),
            ),
            Some(_) => {}
        }
    }
}

fn check_tags(metadata: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let tags = match metadata.get("tags") {
        None => return,
        Some(Value::Array(tags)) => tags,
        other => return wrong_type(other, "/metadata/tags", "a list of texts", Stage::Policy, findings),
    };
    for (index, tag) in tags.iter().enumerate() {
        let pointer = format!("/metadata/tags/{index}");
        match tag.as_str() {
            None | Some("") => {
                wrong_type(Some(tag), &pointer, "a text that is not empty", Stage::Policy, findings)
            }
            Some(text) if !is_tag(text) => {
                let finding = Finding::new(Stage::Policy, "entity/bad-format", pointer, format!("`{text}` is not a valid tag"))
                    .reason("a tag has lower-case letters, digits, `:`, `+` and `#`, parted by single hyphens, at most 63");
                findings.push(match tag_for(text) {
                    Some(near) => finding.hint(format!("write `{near}`")),
                    None => finding,
                });
            }
            Some(_) => {}
        }
    }
}

fn check_links(metadata: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let links = match metadata.get("links") {
        None => return,
        Some(Value::Array(links)) => links,
        other => return wrong_type(other, "/metadata/links", "a list of links", Stage::Policy, findings),
    };
    for (index, link) in links.iter().enumerate() {
        let pointer = format!("/metadata/links/{index}");
        let Value::Object(link) = link else {
            wrong_type(Some(link), &pointer, "a mapping with `url`", Stage::Policy, findings);
            continue;
        };
        match link.get("url").map(|it| it.as_str().filter(|it| !it.is_empty())) {
            None => missing(&pointer, "url", Stage::Policy, findings),
            Some(Some(url)) if url::Url::parse(url).is_ok() => {}
            Some(_) => findings.push(
                Finding::new(
                    Stage::Policy,
                    "entity/bad-format",
                    format!("{pointer}/url"),
                    "the link has no absolute URL",
                )
                .reason("`url` must be absolute, with a scheme such as `https:` or `mailto:`"),
            ),
        }
        for key in ["title", "icon", "type"] {
            let blank = |it: &str| it.is_empty() || (key != "type" && it.trim().is_empty());
            if link.get(key).is_some_and(|it| it.as_str().is_none_or(blank)) {
                wrong_type(
                    link.get(key),
                    &format!("{pointer}/{key}"),
                    "a text that is not empty",
                    Stage::Policy,
                    findings,
                );
            }
        }
    }
}

fn required_text(map: &Map<String, Value>, key: &str, parent: &str, findings: &mut Vec<Finding>) {
    match map.get(key) {
        None => missing(parent, key, Stage::Envelope, findings),
        Some(Value::String(text)) if !text.is_empty() => {}
        other => wrong_type(
            other,
            &format!("{parent}/{key}"),
            "a text that is not empty",
            Stage::Envelope,
            findings,
        ),
    }
}

fn format(value: Option<&Value>, pointer: &str, is_good: Format, rule: &str, findings: &mut Vec<Finding>) {
    let Some(text) = value.and_then(Value::as_str).filter(|it| !it.is_empty()) else { return };
    if is_good(text) {
        return;
    }
    let field = pointer.rsplit('/').next().unwrap_or(pointer);
    let finding = Finding::new(
        Stage::Policy,
        "entity/bad-format",
        pointer,
        format!("`{text}` is not a valid `{field}`"),
    )
    .reason(format!("`{field}` takes {rule}"));
    let template = text.contains("{{") || text.contains("{%");
    findings.push(if template {
        finding.hint("this looks like a template that was not filled in; leave such files out of the catalog")
    } else {
        finding
    });
}

/// Reports a key that must be there.
pub(super) fn missing(parent: &str, key: &str, stage: Stage, findings: &mut Vec<Finding>) {
    let path = format!("{parent}/{key}").trim_start_matches('/').replace('/', ".");
    findings.push(
        Finding::new(stage, "entity/missing-field", parent, format!("`{path}` is missing"))
            .hint(format!("add `{key}:` here")),
    );
}

/// Reports a value of a wrong type.
pub(super) fn wrong_type(
    value: Option<&Value>,
    pointer: &str,
    wanted: &str,
    stage: Stage,
    findings: &mut Vec<Finding>,
) {
    let value = value.unwrap_or(&Value::Null);
    let path = pointer.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~");
    let found = if value.as_str() == Some("") { "an empty text" } else { type_name(value) };
    let finding = Finding::new(
        stage,
        "entity/wrong-type",
        pointer,
        format!("`{path}` must be {wanted}, and is {found}"),
    );
    findings.push(match value {
        Value::Null => finding
            .reason("a key without a value is not the same as no key")
            .hint("remove the key, or give it a value"),
        Value::Number(_) | Value::Bool(_) if wanted.contains("text") => {
            finding.hint(format!("quote it: `\"{value}\"`"))
        }
        _ => finding,
    });
}
