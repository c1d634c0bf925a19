//! A definition in several files to one document: what `$openapi` and `$asyncapi` put in a placeholder's stead.
//!
//! The first reference to a part of another file is replaced by that part, and later ones point to where it now is, so
//! that circles stay finite and nothing stands twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::finding::pointer_key;
use super::targets::{Base, Target};
use crate::sources::{Reader, yaml};

/// The most files of one definition.
const FILES_MAX: usize = 500;

/// The most nodes of a bundled definition.
const NODES_MAX: usize = 1_000_000;

/// How deep a definition may be nested.
const DEPTH_MAX: usize = 200;

/// Returns the definition with the external references bundled into it, as YAML.
///
/// # Errors
/// When a file cannot be read or parsed, a reference leads nowhere, or the whole is too large; the text says which.
pub(super) fn bundle(
    root: Value,
    path: &str,
    base: &Base<'_>,
    reader: &dyn Reader,
) -> Result<String, String> {
    let mut bundling =
        Bundling { root: path, base, reader, files: BTreeMap::new(), placed: BTreeMap::new(), nodes: 0 };
    bundling.files.insert(path.to_owned(), root.clone());
    let mut bundled = root;
    bundling.walk(&mut bundled, path, "", 0)?;
    serde_yaml::to_string(&bundled).map_err(|error| error.to_string())
}

struct Bundling<'a> {
    root: &'a str,
    base: &'a Base<'a>,
    reader: &'a dyn Reader,
    files: BTreeMap<String, Value>,
    /// Which part of which file now stands where.
    placed: BTreeMap<(String, String), String>,
    nodes: usize,
}

impl Bundling<'_> {
    /// Bundles what is below `value`, which comes from `file` and stands at `pointer` of the result.
    fn walk(&mut self, value: &mut Value, file: &str, pointer: &str, depth: usize) -> Result<(), String> {
        self.nodes += 1;
        if self.nodes > NODES_MAX || depth > DEPTH_MAX {
            return Err("the bundled definition is too large".to_owned());
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.walk(item, file, &format!("{pointer}/{index}"), depth + 1)?;
                }
            }
            Value::Object(object) => match object.get("$ref").and_then(Value::as_str) {
                Some(reference) if file != self.root || !reference.starts_with('#') => {
                    let reference = reference.to_owned();
                    return self.follow(value, &reference, file, pointer, depth);
                }
                _ => {
                    for (key, item) in object.iter_mut() {
                        self.walk(item, file, &format!("{pointer}/{}", pointer_key(key)), depth + 1)?;
                    }
                }
            },
            _ => {}
        }
        Ok(())
    }

    fn follow(
        &mut self,
        value: &mut Value,
        reference: &str,
        file: &str,
        pointer: &str,
        depth: usize,
    ) -> Result<(), String> {
        let (target, part) = reference.split_once('#').unwrap_or((reference, ""));
        let target = match target {
            "" => file.to_owned(),
            // An address keeps its escapes; a path is that of a file on disk.
            target => match (Base { file, origin: self.base.origin }).resolve(&path_of(target), true) {
                Target::Path(path) => path,
                Target::Elsewhere(address) => return Err(format!("`{address}` is not read yet")),
                Target::Malformed(reason) => return Err(reason),
            },
        };
        if target == self.root {
            set_reference(value, part.trim_end_matches('/'));
            return Ok(());
        }
        let part = unescaped(part.trim_end_matches('/'));
        if let Some(place) = self.place_of(&target, &part) {
            set_reference(value, &place.replace('%', "%25"));
            return Ok(());
        }
        let mut content = self
            .load(&target)?
            .pointer(&part)
            .cloned()
            .ok_or_else(|| format!("`{reference}`, in `{file}`, leads nowhere"))?;
        self.placed.insert((target.clone(), part), pointer.to_owned());
        // What stands beside a reference says more of what it names.
        if let (Value::Object(own), Value::Object(content)) = (&mut *value, &mut content) {
            own.remove("$ref");
            for (key, item) in std::mem::take(own) {
                content.insert(key, item);
            }
        }
        *value = content;
        self.walk(value, &target, pointer, depth + 1)
    }

    /// Returns where a part of a file stands, if it or something around it has been placed.
    fn place_of(&self, file: &str, part: &str) -> Option<String> {
        let mut around = part;
        loop {
            if let Some(place) = self.placed.get(&(file.to_owned(), around.to_owned())) {
                return Some(format!("{place}{}", part.get(around.len()..)?));
            }
            around = around.get(..around.rfind('/')?)?;
        }
    }

    fn load(&mut self, path: &str) -> Result<&Value, String> {
        if !self.files.contains_key(path) {
            if self.files.len() >= FILES_MAX {
                return Err(format!("the definition has more than {FILES_MAX} files"));
            }
            let text =
                self.reader.read_text(path).map_err(|error| format!("`{path}` cannot be read: {error}"))?;
            let document = yaml::parse_one(&Arc::from(path), &text).map_err(|problem| {
                format!("`{path}` does not parse: {} ({})", problem.message, problem.span)
            })?;
            self.files.insert(path.to_owned(), document.json());
        }
        Ok(self.files.get(path).unwrap_or(&Value::Null))
    }
}

fn path_of(target: &str) -> String {
    if target.contains("://") { target.to_owned() } else { unescaped(target) }
}

/// Returns a part of a URL with its escapes, such as `%7B`, worked out.
fn unescaped(text: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(text);
    bytes.decode_utf8().map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

fn set_reference(value: &mut Value, pointer: &str) {
    let mut object = match std::mem::take(value) {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    object.insert("$ref".to_owned(), Value::String(format!("#{pointer}")));
    *value = Value::Object(object);
}

#[cfg(test)]
mod tests {
    use super::{Base, bundle};
    use crate::sources::{MemoryReader, yaml};

    fn check(files: &[(&str, &str)]) -> Result<serde_json::Value, String> {
        let reader = MemoryReader::new(files.iter().map(|(path, text)| (*path, (*text).to_owned())));
        let text = files.first().unwrap().1;
        let root = yaml::parse_one(&"api/root.yaml".into(), text).unwrap().json();
        let base = Base { file: "api/root.yaml", origin: None };
        let text = bundle(root, "api/root.yaml", &base, &reader)?;
        Ok(yaml::parse_one(&"out".into(), &text).unwrap().json())
    }

    #[test]
    fn bundles_parts_of_other_files_once() {
        let bundled = check(&[
            (
                "api/root.yaml",
                "a: {$ref: './m.yaml#/Pet'}\nb: {$ref: './m.yaml#/Pet', note: x}\nc: {$ref: '#/a'}",
            ),
            ("api/m.yaml", "Pet: {name: cat, next: {$ref: '#/Pet'}, tag: {$ref: '../t.yaml'}}"),
            ("t.yaml", "{up: {$ref: 'api/root.yaml#/a'}}"),
        ]);
        let wanted = serde_json::json!({
            "a": {"name": "cat", "next": {"$ref": "#/a"}, "tag": {"up": {"$ref": "#/a"}}},
            "b": {"$ref": "#/a", "note": "x"},
            "c": {"$ref": "#/a"},
        });
        assert_eq!(bundled.unwrap(), wanted);
    }

    #[test]
    fn works_out_the_escapes_of_references() {
        let bundled = check(&[
            (
                "api/root.yaml",
                "a: {$ref: 'my%20file.yaml#/paths/~1x~1%7Bid%7D'}\nb: {$ref: './my file.yaml#/paths/~1x~1{id}'}\nc%: {$ref: 'my file.yaml#/100%25'}\nd: {$ref: 'my file.yaml#/100%'}",
            ),
            ("api/my file.yaml", "paths: {'/x/{id}': {get: 1}}\n100%: {k: 1}"),
        ]);
        let wanted = serde_json::json!({
            "a": {"get": 1}, "b": {"$ref": "#/a"}, "c%": {"k": 1}, "d": {"$ref": "#/c%25"},
        });
        assert_eq!(bundled.unwrap(), wanted);
    }

    #[test]
    fn says_what_is_missing() {
        let error = |files| check(files).unwrap_err();
        assert!(error(&[("api/root.yaml", "a: {$ref: './m.yaml'}")]).contains("`api/m.yaml` cannot be read"));
        let nowhere = [("api/root.yaml", "a: {$ref: 'm.yaml#/x'}"), ("api/m.yaml", "y: 1")];
        assert!(error(&nowhere).contains("leads nowhere"));
    }
}
