//! What holds for any catalog and any manifest: references survive printing, relations have two ends, order changes
//! nothing, and no text panics.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

use callboard::catalog::{self, Catalog, CatalogSettings, StartLocation};
use callboard::diagnostics::{Drawing, Report, Span, draw};
use callboard::model::{EntityRef, RefDefaults};
use callboard::plugins::engine::{Engines, Program};
use callboard::plugins::{self, CodeStage, PluginSettings};
use callboard::sources::MemoryReader;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Reads the files in the order given, with this many threads.
fn load(files: &[(String, String)], threads: usize) -> (Catalog, Report) {
    let reader = MemoryReader::new(files.iter().map(|(path, text)| (path.as_str(), text.clone())));
    let start = |(path, _): &(String, String)| StartLocation {
        target: path.clone(),
        span: Span::file("site.yaml"),
        required: true,
        on_error: callboard::model::OnError::default(),
        codeowners: false,
        rules: Vec::new(),
    };
    let settings =
        CatalogSettings { locations: files.iter().map(start).collect(), ..CatalogSettings::default() };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let mut report = Report::new();
        let catalog = catalog::load(&settings, &reader, &mut report);
        report.sort();
        (catalog, report)
    })
}

/// Returns everything that a catalog says, as text.
fn shown(catalog: &Catalog) -> Vec<String> {
    let row = |it: &std::sync::Arc<callboard::model::Entity>| {
        format!("{} {} {:?} {:?}", it.reference, it.value, it.relations, it.errors)
    };
    catalog.entities().iter().map(row).collect()
}

const KINDS: &[&str] = &["Component", "API", "Resource", "System", "Domain", "Group", "User"];

/// A name out of few, so that references meet.
fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["anchor", "Bell", "c.d", "deck_2", "e-f"]).prop_map(str::to_owned)
}

fn reference() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(vec!["", "component:", "API:", "resource:", "group:", "user:", "x:"]);
    let namespace = prop::sample::select(vec!["", "default/", "sea/"]);
    (kind, namespace, name()).prop_map(|(kind, namespace, name)| format!("{kind}{namespace}{name}"))
}

/// A document of any built-in kind, with references in every field that makes relations.
fn document() -> impl Strategy<Value = String> {
    let texts = prop::collection::vec(reference(), 0..3);
    let namespace = prop::sample::select(vec!["default", "sea"]);
    (prop::sample::select(KINDS.to_vec()), namespace, name(), reference(), reference(), texts).prop_map(
        |(kind, namespace, name, one, two, many)| {
            let list = |kind: &str| {
                let items: Vec<String> = many
                    .iter()
                    .map(|it| if it.contains(':') { it.clone() } else { format!("{kind}:{it}") })
                    .collect();
                format!("[{}]", items.iter().map(|it| format!("'{it}'")).collect::<Vec<_>>().join(", "))
            };
            let spec = match kind {
                "Group" => format!("type: team, children: {}, parent: '{one}', members: {}", list("group"), list("user")),
                "User" => format!("memberOf: {}", list("group")),
                "System" => format!("owner: '{one}', domain: '{two}'"),
                "Domain" => format!("owner: '{one}', subdomainOf: '{two}'"),
                "API" => format!("type: x, lifecycle: y, owner: '{one}', system: '{two}', definition: z"),
                "Resource" => format!("type: x, owner: '{one}', dependsOn: {}", list("component")),
                _ => format!(
                    "type: x, lifecycle: y, owner: '{one}', system: '{two}', dependsOn: {}, consumesApis: {}, dependencyOf: {}",
                    list("resource"),
                    list("api"),
                    list("component")
                ),
            };
            format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{{spec}}}\n")
        },
    )
}

/// Files of several documents, with no entity twice: which of two stays depends on the order, by design.
fn files() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec(prop::collection::vec(document(), 1..4), 1..6).prop_map(|files| {
        let mut seen = std::collections::BTreeSet::new();
        let mut kept = Vec::new();
        for (index, documents) in files.into_iter().enumerate() {
            let head = |it: &String| it.split("\nspec:").next().unwrap_or_default().to_lowercase();
            let own: Vec<String> = documents.into_iter().filter(|it| seen.insert(head(it))).collect();
            kept.push((format!("f{index}.yaml"), own.join("---\n")));
        }
        kept
    })
}

/// Something like YAML: the pieces of descriptors in any order.
fn noise() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "apiVersion: backstage.io/v1alpha1\n",
        "kind: API\n",
        "kind: Location\n",
        "metadata:\n",
        "  name: a\n",
        "spec:\n",
        "  type: openapi\n",
        "  owner: ':'\n",
        "  definition:\n",
        "    $text: ./f.yaml\n",
        "    $openapi: f.yaml\n",
        "  targets: ['f.yaml', './*']\n",
        "---\n",
        "...\n",
        "- ",
        "  ",
        "\t",
        "? ",
        ": ",
        "&a ",
        "*a ",
        "<<: *a\n",
        "!!binary x\n",
        "|\n",
        ">-\n",
        "'",
        "\"",
        "{",
        "}",
        "[",
        "]",
        "#",
        "\u{feff}",
        "\r\n",
        "é\n",
        "%YAML 1.1\n",
        "  annotations: {callboard/overlay: 'true', callboard/owners: 'a,:'}\n",
        "  links: [{url: x}]\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reference_survives_printing(kind in "[A-Za-z][A-Za-z0-9]{0,8}", namespace in "[a-z0-9]{1,8}", name in "[A-Za-z0-9][-A-Za-z0-9_.]{0,8}[A-Za-z0-9]") {
        let written = EntityRef::new(&kind, &namespace, &name);
        let defaults = RefDefaults { kind: Some("other"), namespace: "other" };
        let read = EntityRef::parse(written.as_str(), defaults).unwrap();
        prop_assert_eq!(&read, &written);
        prop_assert_eq!(read.kind(), kind.to_lowercase());
        prop_assert_eq!(read.namespace(), namespace);
        prop_assert_eq!(read.name(), name.to_lowercase());
    }

    #[test]
    fn relations_have_two_ends(files in files()) {
        let (catalog, _) = load(&files, 1);
        let pairs = [("ownedBy", "ownerOf"), ("partOf", "hasPart"), ("dependsOn", "dependencyOf"), ("providesApi", "apiProvidedBy"),
            ("consumesApi", "apiConsumedBy"), ("memberOf", "hasMember"), ("childOf", "parentOf")];
        for entity in catalog.entities() {
            prop_assert!(entity.relations.is_sorted());
            for relation in &entity.relations {
                let Some(target) = catalog.get(&relation.target) else { continue };
                let back = pairs.iter().find_map(|(a, b)| if *a == &*relation.name { Some(*b) } else { (*b == &*relation.name).then_some(*a) }).unwrap();
                prop_assert!(target.targets(back).any(|it| *it == entity.reference), "{} {} {}", entity.reference, relation.name, relation.target);
            }
        }
    }

    #[test]
    fn order_and_threads_change_nothing((files, shuffled) in files().prop_flat_map(|it| (Just(it.clone()), Just(it).prop_shuffle()))) {
        let (one, problems) = load(&files, 1);
        let (other, other_problems) = load(&shuffled, 4);
        prop_assert_eq!(shown(&one), shown(&other));
        prop_assert_eq!(problems.diagnostics(), other_problems.diagnostics());
    }

    #[test]
    fn no_text_panics(text in noise()) {
        let files = [("f.yaml".to_owned(), text.clone())];
        let (_, report) = load(&files, 1);
        for diagnostic in report.diagnostics() {
            let drawn = draw(diagnostic, Drawing { colour: false }, &|_| Some(text.as_str().into()));
            prop_assert!(!drawn.is_empty());
        }
    }
}

/// Values that no manifest should have in the place of another.
fn junk() -> impl Strategy<Value = Value> {
    let deep = (0..60).fold(json!("x"), |inner, _| json!([inner]));
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(u64::MAX),
        json!(1.5e300),
        json!(""),
        json!("__proto__"),
        json!("{{ config"),
        json!("row.a["),
        json!("{{ 'x' * 100000000 }}"),
        json!("../../../etc/passwd"),
        json!("javascript:alert(1)"),
        json!("^(a+)+$"),
        json!("99999999999999999999d"),
        json!({"t": "missing"}),
        json!({"$ref": "#"}),
        json!([]),
        json!({}),
        json!([[], {}, null]),
        json!({"widget": "table", "rows": "1", "columns": []}),
        json!({"stack": [{"grid": [{"widget": "kv"}]}]}),
        json!({"kind": "rest", "baseUrl": "http://[", "request": {"path": "{{"}}),
        deep,
    ])
}

/// Changes one of the values below, counted in the order of the text.
fn change(value: &mut Value, at: &mut usize, junk: &Value) -> bool {
    if *at == 0 {
        *value = junk.clone();
        return true;
    }
    *at -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|it| change(it, at, junk)),
        Value::Object(object) => object.values_mut().any(|it| change(it, at, junk)),
        _ => false,
    }
}

/// A manifest of the program, or one that has it all, with values in the wrong places.
fn manifest() -> impl Strategy<Value = String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir("plugins").unwrap().flatten() {
        let text = std::fs::read_to_string(entry.path().join("plugin.yaml")).unwrap();
        all.push(callboard::sources::yaml::parse_one(&std::sync::Arc::from("m"), &text).unwrap().json());
    }
    all.sort_by_key(ToString::to_string);
    let changes = prop::collection::vec((any::<prop::sample::Index>(), junk()), 0..4);
    (prop::sample::select(all), changes).prop_map(|(mut manifest, changes)| {
        for (index, junk) in changes {
            let mut at = index.index(400);
            change(&mut manifest, &mut at, &junk);
        }
        manifest.to_string()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_manifest_panics(one in manifest(), other in manifest()) {
        let files = [("plugins/a/plugin.yaml", one.clone()), ("plugins/b/plugin.yaml", other)];
        let (reader, builtin) = (MemoryReader::new(files), MemoryReader::new([("layouts/x", String::new())]));
        let mut report = Report::new();
        let settings = PluginSettings { language: "en".to_owned(), ..PluginSettings::default() };
        let set = plugins::load(&settings, &reader, &builtin, &mut report);
        let engines = Engines::new(&set, &|_, _| {});
        for stage in [CodeStage::Facts, CodeStage::View] {
            Program::new(&set, &engines, stage);
        }
        for diagnostic in report.diagnostics() {
            let drawn = draw(diagnostic, Drawing { colour: false }, &|_| Some(one.as_str().into()));
            prop_assert!(!drawn.is_empty());
        }
    }
}
