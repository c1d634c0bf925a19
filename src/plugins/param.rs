//! `Param`: a value taken from an entity, by a chain of annotations and fields, a pattern, and parts of addresses.

use std::collections::BTreeMap;
use std::sync::Arc;

use fancy_regex::Regex;
use serde_json::Value;
use url::Url;

use super::node::{Node, Reading};
use crate::model::{Entity, value_at_path};

/// How many steps back a pattern may take, so that no annotation can make it run for long.
const BACKTRACK_MAX: usize = 100_000;

/// The longest value that is looked at, in bytes.
const VALUE_BYTES_MAX: usize = 4_096;

/// Which part of a value is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The host of an address, with its port.
    UrlHost,
    /// The path of an address, without the slash at its start.
    UrlPath,
    /// The first segment of the path: on most hosts the owner of a repository.
    UrlOwner,
    /// The second segment of the path: the repository.
    UrlRepo,
    /// The value in lower case.
    Lower,
}

/// A value taken from an entity.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name; expressions know it as `params.NAME`.
    pub name: String,
    /// Annotations, or fields such as `spec.owner`: the first one that is there counts.
    pub from: Vec<String>,
    /// What the value must be; its named groups are params too.
    pub pattern: Option<Arc<Regex>>,
    /// Values of groups that did not take part.
    pub defaults: BTreeMap<String, String>,
    /// The value where there is none.
    pub default: Option<String>,
    /// Which part of the value is meant.
    pub part: Option<Part>,
    /// What parts a list.
    pub separator: Option<String>,
    /// Whether a source that mentions it is asked without it too.
    pub optional: bool,
}

/// Why a param has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// The entity says nothing.
    Missing,
    /// What it says has another form: the annotation and its value.
    Malformed(String, String),
}

const PARTS: &[(&str, Part)] = &[
    ("url-host", Part::UrlHost),
    ("url-path", Part::UrlPath),
    ("url-owner", Part::UrlOwner),
    ("url-repo", Part::UrlRepo),
    ("lower", Part::Lower),
];

/// Reads one entry of `params`.
pub(super) fn read(name: &str, value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<Param> {
    let mut node = Node::new(value, pointer, reading)?;
    let from: Vec<String> = match node.value("from") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => {
            node.missing("from", reading);
            Vec::new()
        }
    };
    let pattern_pointer = node.at("pattern");
    let pattern = node.literal("pattern", reading).and_then(|it| pattern(it, &pattern_pointer, reading));
    let defaults = node.entries("defaults", reading).into_iter();
    let defaults =
        defaults.filter_map(|(key, it, _)| Some((key.to_owned(), it.as_str()?.to_owned()))).collect();
    let default = node.literal("default", reading).map(str::to_owned);
    let part = node.choice("parse", PARTS, reading);
    let separator = node.literal("split", reading).map(str::to_owned);
    let optional = node.flag("optional", reading).unwrap_or(false);
    node.finish(reading);
    Some(Param { name: name.to_owned(), from, pattern, defaults, default, part, separator, optional })
}

fn pattern(source: &str, pointer: &str, reading: &mut Reading<'_>) -> Option<Arc<Regex>> {
    match fancy_regex::RegexBuilder::new(source).backtrack_limit(BACKTRACK_MAX).build() {
        Ok(regex) => Some(Arc::new(regex)),
        Err(error) => {
            let message = format!("`{source}` is no regular expression: {error}");
            reading.error("plugin/bad-value", pointer, message);
            None
        }
    }
}

impl Param {
    /// Returns the names of the values that it gives: its own, and those of the groups of its pattern.
    pub fn names(&self) -> Vec<&str> {
        let groups = self.pattern.as_deref().into_iter().flat_map(|it| it.capture_names().flatten());
        std::iter::once(self.name.as_str()).chain(groups).collect()
    }

    /// Returns the values that an entity gives.
    ///
    /// # Errors
    /// When it gives none, or one of another form.
    pub fn resolve(&self, entity: &Entity) -> Result<Vec<(String, Value)>, Unresolved> {
        let found = self.from.iter().find_map(|key| Some((key, written(entity, key)?)));
        let (key, value) = match (found, &self.default) {
            (Some(found), _) => found,
            (None, Some(default)) => return Ok(vec![(self.name.clone(), Value::String(default.clone()))]),
            (None, None) => return Err(Unresolved::Missing),
        };
        let malformed = || Unresolved::Malformed(key.clone(), value.chars().take(80).collect());
        if value.len() > VALUE_BYTES_MAX {
            return Err(malformed());
        }
        let value = match self.part {
            None => value.clone(),
            Some(part) => match (part_of(&value, part), &self.default) {
                (Some(value), _) => value,
                (None, Some(default)) => default.clone(),
                (None, None) => return Err(malformed()),
            },
        };
        if let Some(separator) = &self.separator {
            let items = value.split(separator.as_str()).map(str::trim).filter(|it| !it.is_empty());
            return Ok(vec![(self.name.clone(), items.map(Value::from).collect())]);
        }
        let mut values = vec![(self.name.clone(), Value::String(value.clone()))];
        if let Some(pattern) = &self.pattern {
            let groups = pattern.captures(&value).ok().flatten().ok_or_else(malformed)?;
            for name in pattern.capture_names().flatten() {
                let group = groups.name(name).map(|it| it.as_str().to_owned());
                let group = group.or_else(|| self.defaults.get(name).cloned());
                values.extend(group.map(|it| (name.to_owned(), Value::String(it))));
            }
        }
        Ok(values)
    }
}

/// Returns what an entity says at an annotation, or at a field such as `spec.type`.
fn written(entity: &Entity, key: &str) -> Option<String> {
    if let Some(annotation) = entity.annotation(key) {
        return Some(annotation.trim().to_owned()).filter(|it| !it.is_empty());
    }
    let is_field = ["metadata.", "spec."].iter().any(|it| key.starts_with(it)) || key == "kind";
    match value_at_path(&entity.value, key).filter(|_| is_field)? {
        Value::String(text) => Some(text.clone()),
        plain @ (Value::Number(_) | Value::Bool(_)) => Some(plain.to_string()),
        _ => None,
    }
}

fn part_of(value: &str, part: Part) -> Option<String> {
    if part == Part::Lower {
        return Some(value.to_lowercase());
    }
    let url = Url::parse(value.strip_prefix("url:").unwrap_or(value)).ok()?;
    let segment = |index: usize| {
        let segment = url.path_segments()?.nth(index)?;
        Some(segment.trim_end_matches(".git").to_owned()).filter(|it| !it.is_empty())
    };
    match part {
        Part::UrlHost => Some(match url.port() {
            Some(port) => format!("{}:{port}", url.host_str()?),
            None => url.host_str()?.to_owned(),
        }),
        Part::UrlPath => Some(url.path().trim_start_matches('/').to_owned()),
        Part::UrlOwner => segment(0),
        Part::UrlRepo => segment(1),
        Part::Lower => None,
    }
}

/// Returns the names of the groups of a pattern; none of one that is no regular expression.
pub(super) fn group_names(pattern: &str) -> Vec<String> {
    let regex = Regex::new(pattern);
    regex.map(|it| it.capture_names().flatten().map(str::to_owned).collect()).unwrap_or_default()
}
