//! The JSON Schema of descriptors against the demo catalog, and against a table of mistakes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use callboard::generate::{SiteInput, entity_schema, list_entities, plugin_schema, site_schema};
use callboard::sources::{LocalReader, MemoryReader, yaml};
use jsonschema::Validator;
use serde_json::Value;

fn validator() -> Validator {
    jsonschema::draft7::new(&serde_json::from_str(&entity_schema()).unwrap()).unwrap()
}

/// Returns the content of each document, `None` where the YAML is broken.
fn documents(text: &str) -> Vec<Option<Value>> {
    let parsed = yaml::parse(&Arc::from("x.yaml"), text);
    parsed
        .into_iter()
        .filter_map(|it| it.map(|it| it.map(|it| it.json())).transpose())
        .map(Result::ok)
        .collect()
}

fn input(folder: &Path) -> SiteInput {
    SiteInput {
        reader: Arc::new(LocalReader::new(folder, folder).unwrap()),
        builtin: Arc::new(MemoryReader::default()),
        configs: Vec::new(),
        name: String::new(),
        environment: BTreeMap::new(),
        origin: None,
        now: String::new(),
        now_s: 1_767_312_000,
    }
}

#[test]
fn what_the_program_takes_the_schema_takes() {
    let input = input(Path::new(env!("CARGO_MANIFEST_DIR")));
    let files = input.reader.search("catalog/**/*.yaml").unwrap();
    let validator = validator();
    let mut seen = 0;
    for row in list_entities(&files, true, false, &input).into_iter().filter(|it| it.valid) {
        let text = input.reader.read_text(&row.file).unwrap();
        let document = documents(&text)[row.doc].clone().unwrap();
        let errors: Vec<String> = validator.iter_errors(&document).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{} {}: {errors:?}", row.file, row.doc);
        seen += 1;
    }
    assert!(seen > 20, "{seen} documents");
}

const RIGHT: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: tide
  labels: {example.com/tier: one}
  annotations: {a: '', b: {$text: ./b.txt}}
  tags: [c++, a-b]
  links: [{url: 'mailto:a@example.com'}, {$yaml: ./link.yaml}]
spec: {type: service, lifecycle: production, owner: crew, dependsOn: ['component:x'], more: 7}
---
{apiVersion: backstage.io/v1beta1, kind: API, metadata: {name: a}, spec: {type: x, lifecycle: y, owner: z, definition: {$text: ./a.yaml}}}
---
{apiVersion: backstage.io/v1alpha1, kind: System, metadata: {name: a, labels: {$yaml: ./x.yaml}}, spec: {$yaml: ./spec.yaml}}
---
{apiVersion: example.com/v1, kind: Runbook, metadata: {name: a}}
---
{apiVersion: backstage.io/v1alpha1, kind: Group, metadata: {name: a}, spec: {type: team, children: {$json: ./x.json}, profile: {email: a@example.com}}}
---
{apiVersion: scaffolder.backstage.io/v1beta3, kind: Template, metadata: {name: a}, spec: {type: x, steps: [{action: a, if: true}]}}
";

#[test]
fn placeholders_and_foreign_kinds_pass() {
    let validator = validator();
    for document in documents(RIGHT) {
        let document = document.unwrap();
        let errors: Vec<String> = validator.iter_errors(&document).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{document}: {errors:?}");
    }
}

/// A document, and the paths at which it is wrong.
const WRONG: &[(&str, &[&str])] = &[
    ("{kind: X, metadata: {name: a}}", &[""]),
    ("{apiVersion: a/b/c, kind: X, metadata: {name: a}}", &["/apiVersion"]),
    ("{apiVersion: v1, kind: X-Y, metadata: {name: a}}", &["/kind"]),
    ("{apiVersion: v1, kind: X, metadata: {name: -a}}", &["/metadata/name"]),
    ("{apiVersion: v1, kind: X, metadata: {name: 7}}", &["/metadata/name"]),
    ("{apiVersion: v1, kind: X, metadata: {name: a, namespace: Up}}", &["/metadata/namespace"]),
    (
        "{apiVersion: v1, kind: X, metadata: {name: a, tags: [ok, Java, 1.0]}}",
        &["/metadata/tags/1", "/metadata/tags/2"],
    ),
    ("{apiVersion: v1, kind: X, metadata: {name: a, tags: }}", &["/metadata/tags"]),
    ("{apiVersion: v1, kind: X, metadata: {name: a, labels: {k: a b}}}", &["/metadata/labels/k"]),
    ("{apiVersion: v1, kind: X, metadata: {name: a, labels: {a/b/c: x}}}", &["/metadata/labels"]),
    ("{apiVersion: v1, kind: X, metadata: {name: a, annotations: {k: true}}}", &["/metadata/annotations/k"]),
    (
        "{apiVersion: v1, kind: X, metadata: {name: a, annotations: {k: {$file: x}}}}",
        &["/metadata/annotations/k"],
    ),
    ("{apiVersion: v1, kind: X, metadata: {name: a, links: [{title: t}]}}", &["/metadata/links/0"]),
    ("{apiVersion: v1, kind: X, metadata: {name: a, links: [{url: ./x}]}}", &["/metadata/links/0/url"]),
    ("{apiVersion: v1, kind: X, metadata: {name: a}, status: {}}", &[""]),
    (
        "{apiVersion: v1, kind: Component, metadata: {name: a}, spec: {type: x, lifecycle: y, owner: z}}",
        &["/apiVersion"],
    ),
    ("{apiVersion: backstage.io/v1alpha1, kind: Component, metadata: {name: a}}", &[""]),
    (
        "{apiVersion: backstage.io/v1alpha1, kind: Component, metadata: {name: a}, spec: {type: x, lifecycle: y}}",
        &["/spec"],
    ),
    (
        "{apiVersion: backstage.io/v1alpha1, kind: Component, metadata: {name: a}, spec: {type: x, lifecycle: y, owner: [z], dependsOn: [x, 'a:b'], dependencyOf: [x], system: ns/}}",
        &["/spec/dependencyOf/0", "/spec/dependsOn/0", "/spec/owner", "/spec/system"],
    ),
    (
        "{apiVersion: backstage.io/v1alpha1, kind: Group, metadata: {name: a}, spec: {type: x, children: }}",
        &["/spec/children"],
    ),
    (
        "{apiVersion: backstage.io/v1alpha1, kind: User, metadata: {name: a}, spec: {memberOf: [], profile: {email: 7}}}",
        &["/spec/profile/email"],
    ),
    (
        "{apiVersion: backstage.io/v1alpha1, kind: Location, metadata: {name: a}, spec: {presence: never}}",
        &["/spec/presence"],
    ),
    (
        "{apiVersion: scaffolder.backstage.io/v1beta3, kind: Template, metadata: {name: a}, spec: {type: x, steps: [{id: a}, {action: 7}]}}",
        &["/spec/steps/0", "/spec/steps/1/action"],
    ),
];

#[test]
fn mistakes_are_found_at_their_place() {
    let validator = validator();
    for (text, expected) in WRONG {
        let document = documents(text)[0].clone().unwrap();
        let mut paths: Vec<String> =
            validator.iter_errors(&document).map(|it| it.instance_path().to_string()).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths, *expected, "{text}");
    }
}

/// Fails for each property below a schema that says nothing of itself. What is `false` is not supported yet.
fn undescribed(schema: &Value, path: &str, found: &mut Vec<String>) {
    let Some(object) = schema.as_object() else { return };
    for (key, inner) in object {
        let path = format!("{path}/{key}");
        match inner {
            Value::Object(properties) if key == "properties" => {
                for (name, property) in properties {
                    let described = property.get("description").is_some() || property.get("$ref").is_some();
                    if property != &Value::Bool(false) && !described {
                        found.push(format!("{path}/{name}"));
                    }
                    undescribed(property, &format!("{path}/{name}"), found);
                }
            }
            // Conditions narrow what is described elsewhere.
            _ if key == "allOf" => {}
            Value::Array(items) => items.iter().for_each(|it| undescribed(it, &path, found)),
            _ => undescribed(inner, &path, found),
        }
    }
}

#[test]
fn every_key_is_described() {
    let mut found = Vec::new();
    for (name, text) in [("entity", &*entity_schema()), ("site", site_schema()), ("plugin", plugin_schema())]
    {
        undescribed(&serde_json::from_str(text).unwrap(), name, &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
