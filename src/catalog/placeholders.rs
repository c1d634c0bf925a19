//! Placeholders: a mapping with the one key `$text`, `$json` or `$yaml` is replaced by a file's content.
//!
//! The replaced content is not scanned again (Backstage, `PlaceholderProcessor`).

use std::sync::Arc;

use serde_json::Value;

use super::finding::{Finding, Stage, pointer_key};
use super::targets::{Base, Target};
use crate::sources::{Reader, yaml};

/// What stands in the place of a text that is not read.
const NOT_READ: &str = "(not read yet)";

/// How deep an entity may be nested.
const DEPTH_MAX: usize = 100;

/// Replaces all placeholders below `value`, which stands at `pointer`.
pub(super) fn replace(
    value: &mut Value,
    pointer: &str,
    base: &Base<'_>,
    reader: &dyn Reader,
    findings: &mut Vec<Finding>,
) {
    if pointer.matches('/').count() > DEPTH_MAX {
        return;
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                if may_hold_placeholder(item) {
                    replace(item, &format!("{pointer}/{index}"), base, reader, findings);
                }
            }
        }
        Value::Object(object) => {
            let single =
                object.iter().next().filter(|_| object.len() == 1).filter(|(key, _)| key.starts_with('$'));
            if let Some((key, argument)) = single {
                let pointer = format!("{pointer}/{key}");
                match resolve(key, argument, &pointer, base, reader) {
                    Some(Ok(content)) => *value = content,
                    Some(Err(finding)) => {
                        if finding.accepted {
                            *value = Value::String(NOT_READ.to_owned());
                        }
                        findings.push(*finding);
                    }
                    None => {}
                }
                return;
            }
            if object.keys().any(|key| key.starts_with('$')) {
                return;
            }
            for (key, item) in object.iter_mut() {
                if may_hold_placeholder(item) {
                    replace(item, &format!("{pointer}/{}", pointer_key(key)), base, reader, findings);
                }
            }
        }
        _ => {}
    }
}

fn may_hold_placeholder(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

type Resolved = Result<Value, Box<Finding>>;

/// Returns what stands in the placeholder's stead; `None` when the key names no resolver.
fn resolve(
    key: &str,
    argument: &Value,
    pointer: &str,
    base: &Base<'_>,
    reader: &dyn Reader,
) -> Option<Resolved> {
    let fail = |code, message: String| Finding::new(Stage::PreProcess, code, pointer, message);
    if !matches!(key, "$text" | "$json" | "$yaml" | "$openapi" | "$asyncapi") {
        return None;
    }
    let Some(target) = argument.as_str() else {
        return Some(Err(Box::new(fail(
            "placeholder/wrong-type",
            format!("`{key}` takes the path or URL of a file"),
        ))));
    };
    let path = match base.resolve(target, true) {
        Target::Path(path) => path,
        Target::Elsewhere(address) => {
            let hint = "copy the file beside this one and name it by a relative path";
            let checked = matches!(key, "$text" | "$json" | "$yaml");
            let finding = if checked && base.origin.is_some() && is_repository_file(&address) {
                fail("placeholder/other-repository", format!("`{address}` lies in another repository"))
                    .reason("Backstage reads placeholders only from the repository of the entity itself")
            } else {
                fail("placeholder/url-not-read", format!("`{address}` is not read yet"))
                    .accepted()
                    .reason("this version reads local files and, with --origin, the repository that the folder is a copy of")
            };
            return Some(Err(Box::new(finding.hint(hint))));
        }
        Target::Malformed(reason) => return Some(Err(Box::new(fail("placeholder/bad-target", reason)))),
    };
    let text = match reader.read_text(&path) {
        Ok(text) => text,
        Err(error) => {
            return Some(Err(Box::new(fail(
                "placeholder/unreadable",
                format!("`{target}` cannot be read: {error}"),
            ))));
        }
    };
    let bad = |what: &str, reason: String| {
        Box::new(fail("placeholder/does-not-parse", format!("`{target}` is not {what}: {reason}")))
    };
    Some(match key {
        "$text" => Ok(Value::String(text)),
        "$openapi" | "$asyncapi" => match yaml::parse_one(&Arc::from(path), &text) {
            Ok(document) if has_external_reference(&document.json()) => Err(Box::new(
                fail(
                    "placeholder/not-supported",
                    format!("`{target}` refers to other files, which `{key}` does not bundle yet"),
                )
                .hint("bundle the definition into one file"),
            )),
            Ok(_) => Ok(Value::String(text.clone())),
            Err(diagnostic) => Err(bad("YAML", format!("{} ({})", diagnostic.message, diagnostic.span))),
        },
        "$json" => serde_json::from_str(&text).map_err(|error| bad("JSON", error.to_string())),
        _ => match yaml::parse_one(&Arc::from(path), &text) {
            Ok(document) => Ok(document.json()),
            Err(diagnostic) => {
                Err(bad("one YAML document", format!("{} ({})", diagnostic.message, diagnostic.span)))
            }
        },
    })
}

/// Returns whether an address is that of a file in a repository on one of the hosts that Backstage knows without
/// configuration.
fn is_repository_file(address: &str) -> bool {
    let Ok(url) = url::Url::parse(address) else { return false };
    let segments: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
    let has = |verbs: &[&str]| segments.iter().skip(2).any(|it| verbs.contains(it));
    match url.host_str() {
        Some("github.com") => has(&["blob", "tree", "raw", "edit"]),
        Some("gitlab.com") => has(&["blob", "tree", "raw", "-"]),
        Some("bitbucket.org") => has(&["src", "raw"]),
        Some("dev.azure.com") => segments.contains(&"_git"),
        _ => false,
    }
}

/// Returns whether a definition refers to another file.
fn has_external_reference(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.iter().any(|(key, inner)| {
            key == "$ref" && inner.as_str().is_some_and(|it| !it.starts_with('#'))
                || has_external_reference(inner)
        }),
        Value::Array(items) => items.iter().any(has_external_reference),
        _ => false,
    }
}
