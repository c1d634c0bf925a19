//! The tables of kinds to one JSON Schema of a descriptor, for editors.
//!
//! It is draft-07, the draft that the YAML language server knows best. It says what can be said of a document alone:
//! what is behind a reference or a placeholder is for `validate`.

use serde_json::{Map, Value, json};

use super::field_description::describe;
use super::kinds::KINDS;
use crate::model::{Field, KindSpec, RelationField, Shape};

/// A name: `is_name` as a pattern.
const NAME: &str = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

/// A namespace: `is_namespace` as a pattern.
const NAMESPACE: &str = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

/// A kind: `is_kind` as a pattern.
const KIND: &str = "[A-Za-z][A-Za-z0-9]{0,62}";

/// A tag, less its length: `is_tag` as a pattern.
const TAG: &str = "[a-z0-9:+#]+(-[a-z0-9:+#]+)*";

/// A reference in a field that has a default kind.
const REFERENCE: &str = "[^:/]+(:[^/]+)?(/.+)?";

/// A reference in a field that has none.
const REFERENCE_WITH_KIND: &str = "[^:/]+:[^/]+(/.+)?";

/// The placeholders, with what each puts in its place.
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("$text", "The text of a file."),
    ("$json", "The content of a JSON file."),
    ("$yaml", "The content of a YAML file with one document."),
    ("$openapi", "An OpenAPI definition, as text."),
    ("$asyncapi", "An AsyncAPI definition, as text."),
];

/// Returns the schema. A kind that no table describes is checked for its envelope alone.
pub fn entity_schema() -> Value {
    let kinds: Vec<&str> = KINDS.iter().map(|it| it.kind).collect();
    let mut versions: Vec<&str> = KINDS.iter().flat_map(|it| it.api_versions.iter().copied()).collect();
    versions.sort_unstable();
    versions.dedup();
    let rules: Vec<Value> = KINDS.iter().map(rule).collect();
    let mut definitions = Map::new();
    definitions.insert("placeholder".to_owned(), placeholder());
    definitions.insert("metadata".to_owned(), metadata());
    for kind in KINDS {
        definitions.insert(kind.kind.to_owned(), body(kind));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Backstage entity",
        "description": "A descriptor of the software catalog, as in catalog-info.yaml.",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "additionalProperties": false,
        "properties": {
            "apiVersion": formatted(
                "The version of the format, `backstage.io/v1alpha1` for most kinds.",
                &format!("(?![^/]{{254}})({NAMESPACE}(\\.{NAMESPACE})*/)?[A-Za-z0-9]{{1,63}}"),
                "a version, or `prefix/version`",
                &versions,
            ),
            "kind": formatted(
                "What is described. The built-in kinds are suggested; others are allowed.",
                KIND,
                "letters and digits, beginning with a letter, at most 63",
                &kinds,
            ),
            "metadata": {"$ref": "#/definitions/metadata"},
            "spec": {"type": "object", "description": "What is particular to the kind."},
        },
        "allOf": rules,
        "definitions": definitions,
    })
}

/// Returns the rule that gives a kind its `apiVersion` and its `spec`.
fn rule(kind: &KindSpec) -> Value {
    json!({
        "if": {"required": ["kind"], "properties": {"kind": {"const": kind.kind}}},
        "then": {
            "required": ["spec"],
            "properties": {
                "apiVersion": {"enum": kind.api_versions},
                "spec": {"$ref": format!("#/definitions/{}", kind.kind)},
            },
        },
    })
}

/// Returns the schema of `spec` of a kind.
fn body(kind: &KindSpec) -> Value {
    let fields: Vec<(&str, &Field)> = kind.fields.iter().map(|it| (it.path, it)).collect();
    let (mut properties, required) = properties(kind, "", &fields);
    for relation in kind.relations {
        // Some fields are read for their references alone.
        if !properties.contains_key(relation.field) {
            let pattern = format!("^({})?$", pattern_of(relation));
            let mut schema = json!({"pattern": pattern, "items": {"pattern": pattern}});
            annotate(&mut schema, kind, relation.field);
            properties.insert(relation.field.to_owned(), schema);
        }
    }
    json!({
        "type": "object",
        "description": format!("What is particular to the kind {}.", kind.kind),
        "properties": properties,
        "if": {"not": {"$ref": "#/definitions/placeholder"}},
        "then": {"required": required},
    })
}

/// Returns the properties that the fields make, and those that must be there. `parent` is the path of their mapping.
fn properties(kind: &KindSpec, parent: &str, fields: &[(&str, &Field)]) -> (Map<String, Value>, Vec<String>) {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (path, field) in fields.iter().filter(|(path, _)| !path.contains('.')) {
        let mut schema = shape(field.shape, relation_of(kind, parent, path));
        if let Some(schema) = schema.as_object_mut() {
            for (mark, place) in [(".", "properties"), ("[].", "items")] {
                let prefix = format!("{path}{mark}");
                let inner: Vec<(&str, &Field)> =
                    fields.iter().filter_map(|(path, it)| Some((path.strip_prefix(&prefix)?, *it))).collect();
                if inner.is_empty() {
                    continue;
                }
                let (inner, inner_required) = self::properties(kind, &format!("{parent}{prefix}"), &inner);
                if place == "items" {
                    let item = json!({"type": "object", "properties": inner,
                        "if": {"not": {"$ref": "#/definitions/placeholder"}}, "then": {"required": inner_required}});
                    schema.insert(place.to_owned(), item);
                } else {
                    schema.insert(place.to_owned(), Value::Object(inner));
                }
            }
        }
        annotate(&mut schema, kind, &format!("{parent}{path}"));
        properties.insert((*path).to_owned(), schema);
        if field.required {
            required.push((*path).to_owned());
        }
    }
    (properties, required)
}

fn relation_of<'a>(kind: &'a KindSpec, parent: &str, path: &str) -> Option<&'a RelationField<'static>> {
    kind.relations.iter().find(|it| parent.is_empty() && it.types.is_empty() && it.field == path)
}

fn pattern_of(relation: &RelationField) -> &'static str {
    if relation.kind.is_some() { REFERENCE } else { REFERENCE_WITH_KIND }
}

/// Returns the schema of a shape. Wherever a value stands, a placeholder may stand too.
fn shape(shape: Shape, relation: Option<&RelationField>) -> Value {
    let mut text = json!({"type": "string", "minLength": 1});
    if let (Some(relation), Some(text)) = (relation, text.as_object_mut()) {
        text.insert("pattern".to_owned(), format!("^{}$", pattern_of(relation)).into());
        let words = match relation.kind {
            Some(kind) => {
                format!("takes a reference, `[kind:][namespace/]name`, of the kind {kind} by default")
            }
            None => "takes a reference with its kind, `kind:[namespace/]name`".to_owned(),
        };
        text.insert("patternErrorMessage".to_owned(), words.into());
    }
    let mapping = json!({"type": "object"});
    match shape {
        Shape::Text => or_placeholder(text),
        Shape::AnyText => or_placeholder(json!({"type": "string"})),
        Shape::TextList => or_placeholder(json!({"type": "array", "items": or_placeholder(text)})),
        Shape::Mapping => mapping,
        Shape::TextsBeside(_) => {
            json!({"type": "object", "additionalProperties": or_placeholder(json!({"type": "string"}))})
        }
        Shape::MappingList => or_placeholder(json!({"type": "array", "items": mapping})),
        Shape::MappingOrMappingList => json!({"type": ["object", "array"], "items": mapping}),
        Shape::OneOf(options) => json!({"anyOf": [{"enum": options}, {"$ref": "#/definitions/placeholder"}]}),
        Shape::TextOrFlag => or_placeholder(json!({"type": ["string", "boolean"]})),
    }
}

/// Lets a placeholder stand in the stead of a value that is no mapping. The rules for both stand side by side, since
/// each looks at its own type alone; `anyOf` would hide what is wrong with the value.
fn or_placeholder(mut schema: Value) -> Value {
    if let (Some(schema), Value::Object(placeholder)) = (schema.as_object_mut(), placeholder()) {
        let mut types: Vec<Value> = match schema.get("type") {
            Some(Value::Array(types)) => types.clone(),
            Some(one) => vec![one.clone()],
            None => Vec::new(),
        };
        types.push("object".into());
        schema.insert("type".to_owned(), Value::Array(types));
        for (key, value) in
            placeholder.into_iter().filter(|(key, _)| !matches!(&**key, "type" | "description"))
        {
            schema.insert(key, value);
        }
    }
    schema
}

fn placeholder() -> Value {
    let keys: Map<String, Value> = PLACEHOLDERS
        .iter()
        .map(|(key, text)| ((*key).to_owned(), json!({"type": "string", "description": text})))
        .collect();
    json!({
        "type": "object",
        "description": "Is replaced by what a file holds.",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": keys,
        "additionalProperties": false,
    })
}

/// Adds what a field means, and its customary values.
fn annotate(schema: &mut Value, kind: &KindSpec, path: &str) {
    let (Some(schema), Some(known)) = (schema.as_object_mut(), describe(kind.kind, path)) else { return };
    schema.insert("description".to_owned(), known.text.into());
    if !known.examples.is_empty() {
        // For a list, the examples are those of its items.
        let of_list = schema.get("items").is_some();
        let place =
            if of_list { schema.get_mut("items").and_then(Value::as_object_mut) } else { Some(schema) };
        if let Some(place) = place {
            place.insert("examples".to_owned(), known.examples.into());
        }
    }
}

fn formatted(description: &str, pattern: &str, rule: &str, examples: &[&str]) -> Value {
    let mut schema = json!({
        "type": "string",
        "description": description,
        "minLength": 1,
        "pattern": format!("^({pattern})$"),
        "patternErrorMessage": format!("takes {rule}"),
    });
    if let Some(schema) = schema.as_object_mut().filter(|_| !examples.is_empty()) {
        schema.insert("examples".to_owned(), examples.into());
    }
    schema
}

fn metadata() -> Value {
    let name_rule =
        "letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, at most 63";
    let text = |description: &str| {
        or_placeholder(json!({"type": "string", "minLength": 1, "description": description}))
    };
    json!({
        "type": "object",
        "description": "What every entity has: its name, and what is said of it.",
        "required": ["name"],
        "properties": {
            "name": formatted("The name, unique for its kind and namespace.", NAME, name_rule, &[]),
            "namespace": formatted(
                "The namespace, `default` by default.",
                NAMESPACE,
                "lower-case letters and digits, parted by hyphens, at most 63",
                &["default"],
            ),
            "uid": text("Set by a running Backstage; leave it out."),
            "etag": text("Set by a running Backstage; leave it out."),
            "title": text("The name for people, where it differs from `name`."),
            "description": or_placeholder(json!({"type": "string", "description": "What it is, in Markdown."})),
            "labels": texts("Short values to select entities by.", Some(&format!("^({NAME})?$"))),
            "annotations": texts("Values for plugins and tools, such as `backstage.io/techdocs-ref`.", None),
            "tags": or_placeholder(json!({
                "type": "array",
                "description": "Words to find it by.",
                "items": or_placeholder(formatted(
                    "A tag.",
                    &format!("(?!.{{64}}){TAG}"),
                    "lower-case letters, digits, `:`, `+` and `#`, parted by single hyphens, at most 63",
                    &[],
                )),
            })),
            "links": or_placeholder(json!({
                "type": "array",
                "description": "Addresses that belong to it.",
                "items": link(),
            })),
        },
    })
}

fn link() -> Value {
    let words = |description: &str, pattern: &str| {
        or_placeholder(json!({"type": "string", "pattern": pattern, "description": description}))
    };
    json!({
        "type": "object",
        "if": {"not": {"$ref": "#/definitions/placeholder"}},
        "then": {"required": ["url"]},
        "properties": {
            "url": words("The address, with its scheme.", "^\\s*[A-Za-z][-A-Za-z0-9+.]*:"),
            "title": words("What is shown in place of the address.", "\\S"),
            "icon": words("The name of an icon, such as `docs` or `dashboard`.", "\\S"),
            "type": words("What sort of link it is, in a word of your own.", "[\\s\\S]"),
        },
    })
}

/// Returns the schema of a mapping of texts with keys as labels have them.
fn texts(description: &str, pattern: Option<&str>) -> Value {
    let mut value = json!({"type": "string"});
    if let (Some(pattern), Some(value)) = (pattern, value.as_object_mut()) {
        value.insert("pattern".to_owned(), pattern.into());
        let rule = "takes letters, digits, `-`, `_` and `.`, at most 63; use an annotation for free text";
        value.insert("patternErrorMessage".to_owned(), rule.into());
    }
    let prefix = format!("((?![^/]{{254}}){NAMESPACE}(\\.{NAMESPACE})*/)?");
    let placeholders = PLACEHOLDERS.iter().map(|(key, _)| format!("\\{key}")).collect::<Vec<_>>().join("|");
    json!({
        "type": "object",
        "description": description,
        "properties": placeholder().get("properties"),
        "propertyNames": {
            "pattern": format!("^({prefix}{NAME}|{placeholders})$"),
            "patternErrorMessage": "A key is `name` or `prefix/name`; the prefix is a lower-case domain name",
        },
        "additionalProperties": or_placeholder(value),
    })
}

#[cfg(test)]
mod tests {
    use super::super::field_formats::{is_kind, is_name, is_namespace, is_tag};
    use super::*;
    use crate::model::{EntityRef, RefDefaults};

    #[test]
    fn patterns_are_the_formats() {
        type Format = fn(&str) -> bool;
        let reference = |text: &str| {
            EntityRef::parse(text, RefDefaults { kind: Some("Group"), namespace: "default" }).is_ok()
        };
        let with_kind = |text: &str| EntityRef::parse_full(text).is_ok();
        let pairs: [(&str, Format); 6] = [
            (NAME, is_name),
            (NAMESPACE, is_namespace),
            (KIND, is_kind),
            (&format!("(?!.{{64}}){TAG}"), is_tag),
            (REFERENCE, reference),
            (REFERENCE_WITH_KIND, with_kind),
        ];
        let (long, too_long) = ("a".repeat(63), "a".repeat(64));
        let texts = [
            "", "a", "A", "7", "-", "a-", "-a", "a--b", "a.b", "a_b", "a b", "c++", "a:b", "ns/a", "a:",
            "a:/x", ":x", "/x", "ns/", "a:ns/b", "a/b:c", "a:b:c", "a:b/c/d", "ä", "a\u{e4}", &long,
            &too_long,
        ];
        for (pattern, is_good) in pairs {
            let schema = jsonschema::draft7::new(&json!({"pattern": format!("^({pattern})$")})).unwrap();
            for text in texts {
                assert_eq!(schema.is_valid(&json!(text)), is_good(text), "{pattern}: {text}");
            }
        }
    }

    #[test]
    fn every_field_is_described() {
        for kind in KINDS {
            let fields = kind.fields.iter().map(|it| it.path);
            for path in fields.chain(kind.relations.iter().map(|it| it.field)) {
                assert!(describe(kind.kind, path).is_some(), "{}: {path}", kind.kind);
            }
        }
    }
}
