//! `${VAR}`, `$env`, `$file` and `$include` in configuration, as in Backstage's.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostics::{Diagnostic, Report, Severity, nearest};
use crate::sources::{Reader, join, yaml};

/// What substitution draws on.
pub(super) struct Context<'a> {
    pub(super) environment: &'a BTreeMap<String, String>,
    pub(super) reader: &'a dyn Reader,
    /// The folder of the configuration file.
    pub(super) folder: &'a str,
    pub(super) document: &'a yaml::Document<'a>,
}

/// Substitutes in place. Returns whether everything could be.
pub(super) fn substitute(
    value: &mut Value,
    pointer: &str,
    context: &Context<'_>,
    report: &mut Report,
) -> bool {
    match value {
        Value::String(text) if text.contains("${") => match expand(text, pointer, context) {
            Ok(expanded) => {
                *text = expanded;
                true
            }
            Err(diagnostic) => {
                let may_be_missing = !is_read(pointer) && diagnostic.code == "config/missing-variable";
                if may_be_missing {
                    text.clear();
                    report.push(unused(*diagnostic));
                } else {
                    report.push(*diagnostic);
                }
                may_be_missing
            }
        },
        Value::Array(items) => {
            let mut good = true;
            for (index, item) in items.iter_mut().enumerate() {
                good &= substitute(item, &format!("{pointer}/{index}"), context, report);
            }
            good
        }
        Value::Object(object) => {
            let single = object.iter().next().filter(|(key, _)| object.len() == 1 && key.starts_with('$'));
            if let Some((key, argument)) = single.map(|(key, argument)| (key.clone(), argument.clone())) {
                return match directive(&key, &argument, pointer, context) {
                    Some(Ok(content)) => {
                        *value = content;
                        true
                    }
                    Some(Err(diagnostic)) => {
                        let may_be_missing =
                            !is_read(pointer) && diagnostic.code == "config/missing-variable";
                        if may_be_missing {
                            *value = Value::String(String::new());
                            report.push(unused(*diagnostic));
                        } else {
                            report.push(*diagnostic);
                        }
                        may_be_missing
                    }
                    None => true,
                };
            }
            let mut good = true;
            for (key, item) in object.iter_mut() {
                let key = key.replace('~', "~0").replace('/', "~1");
                good &= substitute(item, &format!("{pointer}/{key}"), context, report);
            }
            good
        }
        _ => true,
    }
}

/// The providers of `catalog.providers` that are read.
const PROVIDERS: &[&str] = &[
    "azureDevOps",
    "bitbucketCloud",
    "bitbucketServer",
    "gitea",
    "github",
    "githubOrg",
    "gitlab",
    "ldifOrg",
    "scimOrg",
];

/// Returns whether a build reads the value at a pointer. Backstage's keys for servers, tokens and the like it does not,
/// so an `app-config.yaml` can be used where their secrets are not set.
fn is_read(pointer: &str) -> bool {
    let mut keys = pointer.trim_start_matches('/').split('/');
    match (keys.next(), keys.next(), keys.next()) {
        // A directory that is asked with a password is none of ours, and nothing is done on a schedule.
        (Some("catalog"), Some("providers"), Some(provider)) => {
            PROVIDERS.contains(&provider) && !keys.any(|it| it == "schedule")
        }
        (Some("" | "app" | "organization" | "catalog" | "plugins" | "portal"), ..) => true,
        _ => false,
    }
}

fn unused(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.severity = Severity::Notice;
    diagnostic.reason("a build does not need the value, which is taken as empty")
}

/// Replaces `${NAME}` and `${NAME:-default}`; `$${` stands for `${`.
fn expand(text: &str, pointer: &str, context: &Context<'_>) -> Result<String, Box<Diagnostic>> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, after) = rest.split_at(start);
        let after = after.get(2..).unwrap_or_default();
        if let Some(before) = before.strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = after;
            continue;
        }
        out.push_str(before);
        let Some((inside, tail)) = after.split_once('}') else {
            let message = "`${` is not closed";
            return Err(Box::new(
                Diagnostic::error("config/bad-substitution", context.document.span(pointer), message)
                    .hint("write `${NAME}`, or `$${` for the characters themselves"),
            ));
        };
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name.trim(), Some(default)),
            None => (inside.trim(), None),
        };
        out.push_str(match context.environment.get(name) {
            Some(value) => value,
            None => default.ok_or_else(|| missing(name, pointer, context))?,
        });
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

fn missing(name: &str, pointer: &str, context: &Context<'_>) -> Box<Diagnostic> {
    let message = format!("the environment variable `{name}` is not set");
    let diagnostic = Diagnostic::error("config/missing-variable", context.document.span(pointer), message);
    let near = nearest(name, context.environment.keys().map(String::as_str));
    Box::new(match near {
        Some(_) => diagnostic.nearest(near),
        None => diagnostic.hint(format!("set it, or give a default: `${{{name}:-value}}`")),
    })
}

/// Returns what stands in the stead of `{$key: argument}`; `None` when the key is none of ours.
fn directive(
    key: &str,
    argument: &Value,
    pointer: &str,
    context: &Context<'_>,
) -> Option<Result<Value, Box<Diagnostic>>> {
    let place = || context.document.span(&format!("{pointer}/{key}"));
    let argument = argument.as_str();
    let fail =
        |message: String| Err(Box::new(Diagnostic::error("config/bad-substitution", place(), message)));
    let read = |path: &str| context.reader.read_text(&join(context.folder, path));
    Some(match (key, argument) {
        ("$env" | "$file" | "$include", None) => fail(format!("`{key}` takes a text")),
        ("$env", Some(name)) => match context.environment.get(name) {
            Some(value) => Ok(Value::String(value.clone())),
            None => Err(missing(name, &format!("{pointer}/{key}"), context)),
        },
        ("$file", Some(path)) => match read(path) {
            Ok(text) => Ok(Value::String(text.trim_end().to_owned())),
            Err(error) => fail(format!("`{path}` cannot be read: {error}")),
        },
        ("$include", Some(target)) => {
            let (path, inner) = target.split_once('#').unwrap_or((target, ""));
            let text = match read(path) {
                Ok(text) => text,
                Err(error) => return Some(fail(format!("`{path}` cannot be read: {error}"))),
            };
            let file = std::sync::Arc::from(join(context.folder, path));
            let content = match yaml::parse_one(&file, &text) {
                Ok(document) => document.json(),
                Err(diagnostic) => return Some(Err(diagnostic)),
            };
            let keys = inner.split('.').filter(|it| !it.is_empty());
            match keys.clone().try_fold(&content, |value, key| value.get(key)) {
                Some(found) => Ok(found.clone()),
                None => fail(format!("`{path}` has no `{inner}`")),
            }
        }
        _ => return None,
    })
}
