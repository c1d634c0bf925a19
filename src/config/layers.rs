//! `Layers`: several configuration files merged into one value in which every node still has its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::substitution;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::sources::{Reader, parent, yaml};

/// The merged configuration.
#[derive(Debug)]
pub(super) struct Layers {
    value: Value,
    files: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    file: Arc<str>,
    text: String,
    value: Value,
}

/// Reads and merges the files. `None` when one cannot be read or parsed.
pub(super) fn read(
    files: &[String],
    environment: &BTreeMap<String, String>,
    reader: &dyn Reader,
    report: &mut Report,
) -> Option<Layers> {
    let mut layers = Layers { value: Value::Object(Map::new()), files: Vec::new() };
    let mut complete = true;
    for path in files {
        let file: Arc<str> = Arc::from(path.as_str());
        let text = match reader.read_text(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("the configuration cannot be read: {error}");
                report.push(Diagnostic::error("config/unreadable", Span::file(file), message));
                complete = false;
                continue;
            }
        };
        let value = match yaml::parse_one(&file, &text) {
            Ok(document) => {
                let mut value = document.json();
                if !value.is_object() {
                    let message = "the configuration is not a mapping";
                    report.push(Diagnostic::error("config/bad-value", document.span(""), message));
                    complete = false;
                    continue;
                }
                let context =
                    substitution::Context { environment, reader, folder: parent(path), document: &document };
                complete &= substitution::substitute(&mut value, "", &context, report);
                value
            }
            Err(diagnostic) if diagnostic.code == "yaml/empty" => Value::Object(Map::new()),
            Err(diagnostic) => {
                report.push(*diagnostic);
                complete = false;
                continue;
            }
        };
        merge(&mut layers.value, &value);
        layers.files.push(Layer { file, text, value });
    }
    complete.then_some(layers)
}

/// Mappings merge key by key; anything else, a list too, is replaced (Backstage, "Merging" of configuration files).
fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                match into.get_mut(key) {
                    Some(existing) => merge(existing, value),
                    None => {
                        into.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (into, from) => *into = from.clone(),
    }
}

impl Layers {
    /// Returns the merged value.
    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    /// Returns the place of a node in the last file that has it.
    pub(super) fn place(&self, pointer: &str, key: bool) -> Span {
        let layer =
            self.files.iter().rev().find(|it| it.value.pointer(pointer).is_some()).or(self.files.first());
        let Some(layer) = layer else { return Span::file("site.yaml") };
        match yaml::parse_one(&layer.file, &layer.text) {
            Ok(document) if key => document.key_span(pointer),
            Ok(document) => document.span(pointer),
            Err(_) => Span::file(Arc::clone(&layer.file)),
        }
    }

    /// Returns what gives the places of nodes below one node. The file is parsed once, however many there are.
    pub(super) fn places(&self, pointer: &str) -> impl Fn(&str) -> Span {
        let layer = self.files.iter().rev().find(|it| it.value.pointer(pointer).is_some());
        let document = layer.and_then(|it| yaml::parse_one(&it.file, &it.text).ok());
        let file = layer.map_or_else(|| Arc::from("site.yaml"), |it| Arc::clone(&it.file));
        move |below| match &document {
            Some(document) => document.span(&format!("{pointer}{below}")),
            None => Span::file(Arc::clone(&file)),
        }
    }

    /// Returns the folder of the last file that has a node, which relative paths there are relative to.
    pub(super) fn folder(&self, pointer: &str) -> &str {
        let layer = self.files.iter().rev().find(|it| it.value.pointer(pointer).is_some());
        layer.map_or("", |it| parent(&it.file))
    }
}
