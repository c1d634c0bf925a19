//! Placeholders: a mapping with the one key `$text`, `$json`, `$yaml`, `$openapi` or `$asyncapi` is replaced by a
//! file's content.
//!
//! The replaced content is not scanned again (Backstage, `PlaceholderProcessor`).

use std::sync::Arc;

use serde_json::Value;

use super::bundle::bundle;
use super::finding::{Finding, Stage, pointer_key};
use super::places::Places;
use super::targets::{Base, Target};
use crate::diagnostics::Diagnostic;
use crate::sources::{OriginMap, Reader, split_remote, yaml};

/// What stands in the place of a text that is not read.
pub(super) const NOT_READ: &str = "(not read yet)";

/// How deep an entity may be nested.
const DEPTH_MAX: usize = 100;

/// Replaces all placeholders of an entity, each read as seen from the file that it stands in. Returns the fields that are now the text of a file, with that file.
pub(super) fn replace(
    value: &mut Value,
    places: &Places<'_, '_>,
    origin: Option<&OriginMap>,
    reader: &dyn Reader,
    findings: &mut Vec<Finding>,
) -> Vec<(String, String)> {
    let mut replacing = Replacing { places, origin, reader, findings, texts: Vec::new() };
    replacing.walk(value, "");
    replacing.texts
}

struct Replacing<'a> {
    places: &'a Places<'a, 'a>,
    origin: Option<&'a OriginMap>,
    reader: &'a dyn Reader,
    findings: &'a mut Vec<Finding>,
    texts: Vec<(String, String)>,
}

impl Replacing<'_> {
    /// Replaces what is below `value`, which stands at `pointer`.
    fn walk(&mut self, value: &mut Value, pointer: &str) {
        if pointer.matches('/').count() > DEPTH_MAX {
            return;
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    if may_hold_placeholder(item) {
                        self.walk(item, &format!("{pointer}/{index}"));
                    }
                }
            }
            Value::Object(object) => {
                let single = object
                    .iter()
                    .next()
                    .filter(|_| object.len() == 1)
                    .filter(|(key, _)| key.starts_with('$'));
                if let Some((key, argument)) = single {
                    if let Some(content) = self.resolve(key, argument, pointer) {
                        *value = content;
                    }
                    return;
                }
                if object.keys().any(|key| key.starts_with('$')) {
                    return;
                }
                for (key, item) in object.iter_mut() {
                    if may_hold_placeholder(item) {
                        self.walk(item, &format!("{pointer}/{}", pointer_key(key)));
                    }
                }
            }
            _ => {}
        }
    }

    /// Returns what stands in the stead of a placeholder at `pointer`, if anything does.
    fn resolve(&mut self, key: &str, argument: &Value, pointer: &str) -> Option<Value> {
        let place = format!("{pointer}/{key}");
        let base = Base { file: self.places.file(&place), origin: self.origin };
        match resolve(key, argument, &place, &base, self.reader)? {
            Ok((content, file)) => {
                if key == "$text" {
                    self.texts.push((pointer.to_owned(), file));
                }
                Some(content)
            }
            Err(finding) => {
                let stead = finding.accepted.then(|| Value::String(NOT_READ.to_owned()));
                self.findings.push(*finding);
                stead
            }
        }
    }
}

fn may_hold_placeholder(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// The content, and the file it came from.
type Resolved = Result<(Value, String), Box<Finding>>;

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
        Target::Path(path) if lies_elsewhere(key, target, &path, base) => {
            let finding =
                fail("placeholder/other-repository", format!("`{target}` lies in another repository"))
                    .reason("Backstage reads placeholders only from the repository of the entity itself");
            let hint = "copy the file beside this one and name it by a relative path";
            return Some(Err(Box::new(finding.hint(hint))));
        }
        Target::Path(path) => path,
        Target::Elsewhere(address) => {
            let hint = "copy the file beside this one and name it by a relative path";
            let checked = matches!(key, "$text" | "$json" | "$yaml");
            let is_copy = base.origin.is_some_and(OriginMap::is_copy);
            let finding = if checked && is_copy && is_repository_file(&address) {
                fail("placeholder/other-repository", format!("`{address}` lies in another repository"))
                    .reason("Backstage reads placeholders only from the repository of the entity itself")
            } else {
                fail("placeholder/url-not-read", format!("`{address}` is not read yet"))
                    .accepted()
                    .reason("files elsewhere are not read here; those of the repository that the folder is a copy of are, see --origin")
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
    let document = || yaml::parse_one(&Arc::from(path.as_str()), &text);
    let not_one = |problem: Box<Diagnostic>| {
        bad("one YAML document", format!("{} ({})", problem.message, problem.span))
    };
    let content = match key {
        "$text" => Ok(Value::String(text.clone())),
        "$openapi" | "$asyncapi" => document().map_err(not_one).and_then(|document| {
            let bundled = bundle(document.json(), &path, base, reader);
            bundled.map(Value::String).map_err(|reason| {
                Box::new(fail("placeholder/not-bundled", format!("`{target}` cannot be bundled: {reason}")))
            })
        }),
        "$json" => serde_json::from_str(&text).map_err(|error| bad("JSON", error.to_string())),
        _ => document().map(|it| it.json()).map_err(not_one),
    };
    Some(content.map(|it| (it, path.clone())))
}

/// Returns whether an address leads to another repository than that of the file that names it.
fn lies_elsewhere(key: &str, target: &str, path: &str, base: &Base<'_>) -> bool {
    let checked = matches!(key, "$text" | "$json" | "$yaml") && target.contains("://");
    let address = || base.origin.and_then(|it| it.same_repository(base.file, target));
    checked && split_remote(path).is_some() && address() == Some(false)
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
