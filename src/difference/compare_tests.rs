//! Pairs of small catalogs and what changed between them.

use std::sync::Arc;

use serde_json::Value;

use super::{Difference, MARKDOWN_MARKER, Snapshot, SnapshotPage, compare, read_twins};
use crate::catalog::{self, CatalogSettings, StartLocation};
use crate::diagnostics::{Report, Span};
use crate::sources::MemoryReader;

/// Returns the state of files with entities in short form: `Kind name key: value, …` a line.
fn snapshot(files: &[(&str, &str)]) -> Snapshot {
    let text = |lines: &str| -> String {
        let documents: Vec<String> = lines.lines().map(document).collect();
        documents.join("---\n")
    };
    let reader = MemoryReader::new(files.iter().map(|(path, lines)| (*path, text(lines))));
    let locations = files.iter().map(|(path, _)| StartLocation {
        target: (*path).to_owned(),
        span: Span::file("site.yaml"),
        required: true,
        on_error: crate::model::OnError::default(),
        codeowners: false,
        rules: Vec::new(),
    });
    let settings = CatalogSettings { locations: locations.collect(), ..CatalogSettings::default() };
    let catalog = catalog::load(&settings, &reader, &mut Report::new());
    Snapshot::new(catalog.entities().iter().map(Arc::clone))
}

/// Returns `Component a owner: x; metadata title: T` as a descriptor.
fn document(line: &str) -> String {
    let (head, rest) = line.split_once(" | ").unwrap_or((line, ""));
    let (spec, metadata) = rest.split_once(" | ").unwrap_or((rest, ""));
    let (kind, name) = head.split_once(' ').unwrap();
    let (namespace, name) = name.split_once('/').unwrap_or(("default", name));
    let comma = if metadata.is_empty() { "" } else { ", " };
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}{comma}{metadata}}}\nspec: {{{spec}}}\n"
    )
}

fn of(before: &[(&str, &str)], after: &[(&str, &str)]) -> Difference {
    compare("main", &snapshot(before), &snapshot(after))
}

/// Returns the lines of a text without its summary.
fn told(difference: &Difference) -> Vec<String> {
    difference.to_text().lines().skip(1).filter(|it| !it.is_empty()).map(|it| it.trim().to_owned()).collect()
}

const DECK: &str = "Group deck | type: team, children: []";

/// A name, the catalog before and after, and the lines that tell what changed.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    ("nothing", "Component a | owner: deck", "Component a | owner: deck", &[]),
    (
        "added and removed",
        "Component a | type: x",
        "API b | type: y",
        &["Removed", "component:default/a in c.yaml", "Added", "api:default/b in c.yaml"],
    ),
    (
        "fields, lists as one, annotations by key",
        "Component a | type: x, tags: [1] | tags: [a], annotations: {x.y/z: a}",
        "Component a | type: y, tags: [1] | tags: [a, b], annotations: {x.y/z: b}",
        &["Changed otherwise", "component:default/a: metadata.annotations.x.y/z, metadata.tags, spec.type"],
    ),
    (
        "the same document under another name",
        "Component a | type: x | title: A",
        "Component b | type: x | title: A",
        &[
            "Pages without a redirect",
            "/catalog/default/component/a/ is now at /catalog/default/component/b/; add a to the annotation callboard/former-names of component:default/b",
            "Renamed",
            "component:default/a is now component:default/b, the same document in the same file",
        ],
    ),
    (
        "another namespace",
        "Component a | type: x",
        "Component sea/a | type: x",
        &[
            "Pages without a redirect",
            "/catalog/default/component/a/ is now at /catalog/sea/component/a/; add default/a to the annotation callboard/former-names of component:sea/a",
            "Renamed",
            "component:default/a is now component:sea/a, the same document in the same file",
        ],
    ),
    (
        "another kind is no rename",
        "Component a | type: x",
        "Resource a | type: x",
        &["Removed", "component:default/a in c.yaml", "Added", "resource:default/a in c.yaml"],
    ),
    (
        "content that is not unique, by its place in the file",
        "Component a | type: x\nComponent b | type: x",
        "Component c | type: x\nComponent d | type: x",
        &[
            "Pages without a redirect",
            "/catalog/default/component/a/ is now at /catalog/default/component/c/; add a to the annotation callboard/former-names of component:default/c",
            "/catalog/default/component/b/ is now at /catalog/default/component/d/; add b to the annotation callboard/former-names of component:default/d",
            "Renamed",
            "component:default/a is now component:default/c, the same document in the same file",
            "component:default/b is now component:default/d, the same document in the same file",
        ],
    ),
    (
        "a former name wins, and the rest is told",
        "Component a | type: x",
        "Component b | type: y | annotations: {callboard/former-names: a}",
        &[
            "Pages without a redirect",
            "/catalog/default/component/a/ is now at /catalog/default/component/b/; add a to the annotation callboard/former-names of component:default/b",
            "Renamed",
            "component:default/a is now component:default/b, as its former names say",
            "Changed otherwise",
            "component:default/b: spec.type",
        ],
    ),
    (
        "a relation that broke, and one that was gained",
        "Component a | dependsOn: ['component:b', 'component:c']\nComponent b | type: b\nComponent d | type: d",
        "Component a | dependsOn: ['component:b', 'component:c', 'component:d']\nComponent c | type: c\nComponent d | type: d",
        &[
            "Relations broken",
            "component:default/a dependsOn component:default/b",
            "Removed",
            "component:default/b in c.yaml",
            "Added",
            "component:default/c in c.yaml",
            "Changed otherwise",
            "component:default/a: spec.dependsOn",
            "Relations gained",
            "component:default/a dependsOn component:default/c",
            "component:default/a dependsOn component:default/d",
        ],
    ),
    (
        "the opposite edge is the same relation",
        "Component a | dependencyOf: ['component:b']\nComponent b | type: b",
        "Component a | type: a\nComponent b | type: b, dependsOn: ['component:a']",
        &[
            "Changed otherwise",
            "component:default/a: spec.dependencyOf, spec.type",
            "component:default/b: spec.dependsOn",
        ],
    ),
];

#[test]
fn tells_what_changed() {
    for (name, before, after, expected) in CASES {
        let found = of(&[("c.yaml", before)], &[("c.yaml", after)]);
        assert_eq!(told(&found), *expected, "{name}");
        assert_eq!(found.is_empty(), expected.is_empty(), "{name}");
    }
}

#[test]
fn owners_that_are_renamed_are_the_same_owners() {
    let before = format!(
        "{DECK}\nGroup hold | type: crew, children: []\nComponent a | owner: deck\nComponent b | owner: deck"
    );
    let after =
        before.replace("owner: deck\nComponent b | owner: deck", "owner: hold\nComponent b | owner: deck");
    let found = of(&[("c.yaml", &before)], &[("c.yaml", &after)]);
    assert_eq!(
        told(&found),
        ["Owners changed", "component:default/a: from group:default/deck to group:default/hold"]
    );
    let after = before.replace("Group deck", "Group bridge").replace("owner: deck", "owner: bridge");
    let found = of(&[("c.yaml", &before)], &[("c.yaml", &after)]);
    assert!(
        found.owner_changed.is_empty()
            && found.relations_broken.is_empty()
            && found.relations_gained.is_empty()
    );
    let after = before.replace("Group deck", "Group bridge");
    let found = of(&[("c.yaml", &before)], &[("c.yaml", &after)]);
    assert_eq!(found.relations_broken[0].renamed_to.as_ref().unwrap().as_str(), "group:default/bridge");
    assert!(found.owner_changed.is_empty(), "{found:?}");
}

#[test]
fn the_same_content_in_another_file_is_a_rename_if_it_is_unique() {
    let found = of(
        &[("a.yaml", "Component a | type: x | title: A")],
        &[("b.yaml", "Component b | type: x | title: B")],
    );
    assert_eq!(found.renamed.len(), 1);
    let found = of(
        &[("a.yaml", "Component a | type: x")],
        &[("b.yaml", "Component b | type: x\nComponent c | type: x")],
    );
    assert_eq!((found.renamed.len(), found.added.len(), found.removed.len()), (0, 2, 1));
    let moved = of(&[("a.yaml", "Component a | type: x")], &[("b.yaml", "Component a | type: x")]);
    assert!(moved.is_empty(), "another file is no change of the catalog");
}

#[test]
fn pages_are_told_with_their_cover() {
    let page = |digest: &str| SnapshotPage { source: String::new(), digest: Some(digest.to_owned()) };
    let pages =
        |list: &[(&str, &str)]| Some(list.iter().map(|(path, it)| ((*path).to_owned(), page(it))).collect());
    let mut before = snapshot(&[("c.yaml", "Component a | type: x\nComponent gone | type: y")]);
    before.docs.extend(before.references().cloned().collect::<Vec<_>>());
    before.pages =
        pages(&[("old/", "1"), ("lost/", "2"), ("twice/", "3"), ("docs/default/component/a/x/", "4")]);
    let mut now = snapshot(&[("c.yaml", "Component b | type: x")]);
    now.pages = pages(&[("new/", "1"), ("one/", "3"), ("two/", "3")]);
    now.redirects
        .insert("catalog/default/component/a/".to_owned(), "/catalog/default/component/b/".to_owned());
    now.redirects.insert("docs/default/component/gone/".to_owned(), "https://else.example/".to_owned());
    let found = compare("main", &before, &now);
    let rows: Vec<(&str, Option<&str>, bool)> =
        found.pages.iter().map(|it| (it.from.as_str(), it.to.as_deref(), it.covered)).collect();
    assert_eq!(
        rows,
        [
            ("/catalog/default/component/a/", Some("/catalog/default/component/b/"), true),
            ("/docs/default/component/a/", None, false),
            ("/docs/default/component/gone/", Some("https://else.example/"), true),
            ("/lost/", None, false),
            ("/old/", Some("/new/"), false),
            ("/twice/", None, false),
        ]
    );
    let text = found.to_text();
    assert!(
        text.contains("/old/ is now at /new/; add {from: /old/, to: /new/} to portal.redirects"),
        "{text}"
    );
    assert_eq!(found.counts.pages_uncovered, 4);
}

#[test]
fn twins_are_the_catalog_that_they_were_made_of() {
    let twin = |name: &str, more: &str| {
        format!(
            r#"{{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{{"name":"{name}","namespace":"default"}},"spec":{{"type":"x"{more}}},"relations":[{{"type":"ownedBy","targetRef":"group:default/deck"}}]}}"#
        )
    };
    let folder = "api/catalog/entities/by-name/component/default";
    let reader = MemoryReader::new([
        (format!("{folder}/a"), twin("a", "")),
        (format!("{folder}/b"), twin("b", r#","deep":0.1"#)),
        (format!("{folder}/liar"), twin("honest", "")),
        (format!("{folder}/broken"), "{".to_owned()),
        (format!("{folder}/deep"), "[".repeat(100_000)),
    ]);
    let base = read_twins(&reader).unwrap().unwrap();
    let now = snapshot(&[("c.yaml", "Component a | type: x\nComponent b | type: x, deep: 0.1")]);
    let found = compare("dist", &base, &now);
    assert_eq!(
        told(&found),
        [
            "Owners changed",
            "component:default/a: from group:default/deck to nobody",
            "component:default/b: from group:default/deck to nobody"
        ]
    );
    assert!(read_twins(&MemoryReader::new([("index.html", "")])).unwrap().is_none());
}

#[test]
fn json_has_stable_keys() {
    let found = of(&[("c.yaml", "Component a | type: x")], &[("c.yaml", "Component b | type: x")]);
    let value: Value = serde_json::from_str(&found.to_json()).unwrap();
    let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "version",
            "base",
            "counts",
            "added",
            "removed",
            "renamed",
            "ownerChanged",
            "relationsBroken",
            "relationsGained",
            "changed",
            "pages"
        ]
    );
    assert_eq!(
        value["renamed"][0],
        serde_json::json!({"from": "component:default/a", "to": "component:default/b",
        "reason": "same-document"})
    );
    assert_eq!(
        value["pages"][0]["remedy"],
        serde_json::json!({"kind": "formerName",
        "entity": "component:default/b", "name": "a"})
    );
}

#[test]
fn markdown_is_escaped_and_bounded() {
    let hostile =
        "Component a | dependsOn: ['component:default/x`<script>alert(1)</script> @all #1 | [a](b)']";
    let mut now = snapshot(&[("c.yaml", hostile)]);
    now.redirects.clear();
    let mut base = snapshot(&[("c.yaml", "Component a | type: x")]);
    base.pages = Some([("`</details>\n\n# x/".to_owned(), SnapshotPage::default())].into());
    now.pages = Some(std::collections::BTreeMap::new());
    let text = compare("ma`in\n<b>", &base, &now).to_markdown();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("**The catalog, compared with ``ma`in<b>``:** "), "{text}");
    assert_eq!(lines.next(), Some(MARKDOWN_MARKER));
    assert!(!text.contains("\n# x"), "{text}");
    assert!(
        text.contains("`` `</details># x/ ``")
            || text.contains("`` /`</details># x/ ``")
            || text.contains("``/`</details># x/``"),
        "{text}"
    );

    let many: String =
        (0..3_000).map(|it| format!("Component {}-{it} | type: t{it}\n", "x".repeat(40))).collect();
    let found = of(&[("c.yaml", DECK)], &[("c.yaml", many.trim_end())]);
    let text = found.to_markdown();
    assert!(text.chars().count() <= 60_000, "{}", text.chars().count());
    assert!(text.contains("more lines are left out") && text.contains(MARKDOWN_MARKER));
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    assert!(found.to_text().contains("… and 2500 more"));
}
