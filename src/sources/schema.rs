//! JSON Schema over a YAML document: every violation with its place and the nearest known key.

use jsonschema::PatternOptions;
use serde_json::Value;

use super::schema_visits;

use crate::diagnostics::{Diagnostic, Severity, Span, nearest};

/// How many steps back a pattern may take for one text.
const BACKTRACK_MAX: usize = 20_000;

/// A compiled JSON Schema (2020-12).
///
/// `false` as the schema of a property means that the property is planned and not supported yet.
#[derive(Debug)]
pub struct Schema {
    validator: jsonschema::Validator,
    document: Value,
}

/// The codes that violations get, so that each stage keeps its own names.
#[derive(Clone, Copy, Debug)]
pub struct SchemaCodes {
    /// A key that the schema does not know.
    pub unknown_key: &'static str,
    /// How bad that is.
    pub unknown_key_severity: Severity,
    /// A key that is not supported yet.
    pub not_yet: &'static str,
    /// A required key that is missing.
    pub missing_key: &'static str,
    /// A value that the schema does not take.
    pub bad_value: &'static str,
}

/// Why a document is not a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// The JSON pointer to the part that is wrong.
    pub pointer: String,
    /// What is wrong with it.
    pub message: String,
}

/// Gives the place of a node: by JSON pointer, of its key if the flag is set.
pub type PlaceOf<'a> = &'a dyn Fn(&str, bool) -> Span;

impl Schema {
    /// Compiles a schema. Nothing is fetched: references to other documents fail.
    ///
    /// # Errors
    /// When the document is not a valid schema.
    pub fn new(document: Value) -> Result<Self, SchemaError> {
        if !schema_visits::are_bounded(&document) {
            let message =
                "it looks at one value too often: it refers to itself, or to others, more than once";
            return Err(SchemaError { pointer: String::new(), message: message.to_owned() });
        }
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_MAX))
            .build(&document)
            .map_err(|error| SchemaError {
                pointer: error.instance_path().to_string(),
                message: error.to_string(),
            })?;
        Ok(Self { validator, document })
    }

    /// Returns whether it is about lists as a whole.
    pub fn is_of_lists(&self) -> bool {
        self.document.get("type").and_then(Value::as_str) == Some("array")
    }

    /// Returns every violation, in the order of the document.
    pub fn check(&self, value: &Value, codes: SchemaCodes, place_of: PlaceOf<'_>) -> Vec<Diagnostic> {
        self.check_below("", value, codes, place_of)
    }

    /// Returns every violation in a part of a document that stands at the JSON pointer `base`.
    pub fn check_below(
        &self,
        base: &str,
        value: &Value,
        codes: SchemaCodes,
        place_of: PlaceOf<'_>,
    ) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = Vec::new();
        for error in self.validator.iter_errors(value) {
            self.describe(base, &error, codes, place_of, &mut found);
        }
        found.sort_by(|a, b| (&a.span, &a.message).cmp(&(&b.span, &b.message)));
        found.dedup();
        found
    }

    fn describe(
        &self,
        base: &str,
        error: &jsonschema::ValidationError<'_>,
        codes: SchemaCodes,
        place_of: PlaceOf<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        use jsonschema::error::ValidationErrorKind as Kind;
        let pointer = format!("{base}{}", error.instance_path());
        let path = shown(&pointer);
        match error.kind() {
            Kind::AdditionalProperties { unexpected } => {
                let known = self.known_keys(&error.schema_path().to_string());
                for key in unexpected {
                    let key_pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                    let near = nearest(key, known.iter().map(String::as_str));
                    let place = place_of(&key_pointer, true);
                    let message = format!("`{}` is not a known key", shown(&key_pointer));
                    let diagnostic =
                        Diagnostic::new(codes.unknown_key_severity, codes.unknown_key, place, message);
                    found.push(match near {
                        Some(_) => diagnostic.nearest(near),
                        None if known.is_empty() => diagnostic,
                        None => diagnostic.hint(format!("known here: {}", known.join(", "))),
                    });
                }
            }
            Kind::FalseSchema => {
                let message = format!("`{path}` is not supported yet");
                let diagnostic = Diagnostic::error(codes.not_yet, place_of(&pointer, true), message);
                found.push(diagnostic.hint("remove the key; a later version reads it"));
            }
            Kind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                let place = place_of(&pointer, false);
                let whole = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                let diagnostic = Diagnostic::error(codes.missing_key, place, format!("`{whole}` is missing"));
                found.push(diagnostic.hint(format!("add `{key}:` here")));
            }
            Kind::Enum { options } => {
                let options = options.as_array().into_iter().flatten();
                let options: Vec<String> = options
                    .map(|it| it.as_str().map_or_else(|| format!("`{it}`"), |it| format!("`{it}`")))
                    .collect();
                let message = format!("`{path}` must be one of {}", options.join(", "));
                found.push(Diagnostic::error(codes.bad_value, place_of(&pointer, false), message));
            }
            _ => {
                // The value is masked: it may be a secret.
                let message = format!("`{path}`: {}", error.masked_with("this value"));
                found.push(Diagnostic::error(codes.bad_value, place_of(&pointer, false), message));
            }
        }
    }

    /// Returns the keys that are known, and supported, where a schema path ends in `additionalProperties`.
    fn known_keys(&self, schema_path: &str) -> Vec<String> {
        let Some((parent, _)) = schema_path.rsplit_once('/') else { return Vec::new() };
        let mut node = Some(&self.document);
        for key in parent.split('/').skip(1) {
            node = node.and_then(|node| follow(&self.document, node, key));
        }
        let node = node.and_then(|node| follow_reference(&self.document, node));
        let properties = node.and_then(|it| it.get("properties")).and_then(Value::as_object);
        properties
            .into_iter()
            .flatten()
            .filter(|(_, it)| **it != Value::Bool(false))
            .map(|(key, _)| key.clone())
            .collect()
    }
}

/// Steps from a schema into one of its keywords; the validator's paths run through `$ref` as through a keyword.
fn follow<'a>(root: &'a Value, node: &'a Value, key: &str) -> Option<&'a Value> {
    if key == "$ref" {
        return follow_reference(root, node);
    }
    let key = key.replace("~1", "/").replace("~0", "~");
    match node {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => node.get(&key),
    }
}

fn follow_reference<'a>(root: &'a Value, node: &'a Value) -> Option<&'a Value> {
    match node.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix('#')) {
        Some(pointer) => root.pointer(pointer),
        None => Some(node),
    }
}

/// Returns a JSON pointer as people write paths: `a.b[0].c`.
fn shown(pointer: &str) -> String {
    let mut path = String::new();
    for key in pointer.split('/').skip(1) {
        let key = key.replace("~1", "/").replace("~0", "~");
        if key.parse::<usize>().is_ok() {
            path.push_str(&format!("[{key}]"));
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&key);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Schema, SchemaCodes};
    use crate::diagnostics::{Severity, Span};

    const CODES: SchemaCodes = SchemaCodes {
        unknown_key: "x/unknown-key",
        unknown_key_severity: Severity::Warning,
        not_yet: "x/not-yet",
        missing_key: "x/missing-key",
        bad_value: "x/bad-value",
    };

    #[test]
    fn names_every_violation() {
        let schema = Schema::new(json!({"type": "object", "additionalProperties": false, "required": ["id"],
            "$defs": {"inner": {"type": "object", "additionalProperties": false, "properties": {"colour": true}}},
            "properties": {"id": true, "sources": false, "size": {"type": "integer"}, "in": {"$ref": "#/$defs/inner"}}}))
        .unwrap();
        let value = json!({"sources": 1, "siize": 2, "size": "secret", "in": {"color": 1}});
        let found = schema.check(&value, CODES, &|pointer, _| Span::file(pointer));
        let mut drawn: Vec<String> = found
            .iter()
            .map(|it| {
                format!("{} {} {} {}", it.code, it.span, it.message, it.hint.clone().unwrap_or_default())
            })
            .collect();
        drawn.sort();
        assert_eq!(
            drawn,
            [
                "x/bad-value /size `size`: this value is not of type \"integer\" ",
                "x/missing-key  `id` is missing add `id:` here",
                "x/not-yet /sources `sources` is not supported yet remove the key; a later version reads it",
                "x/unknown-key /in/color `in.color` is not a known key did you mean `colour`?",
                "x/unknown-key /siize `siize` is not a known key did you mean `size`?",
            ]
        );
    }
}
