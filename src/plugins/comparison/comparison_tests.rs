//! Pairs of manifests, and what their comparison tells.

use super::{Weight, compare_packages};
use crate::plugins::Package;
use crate::sources::MemoryReader;

fn package(version: &str, body: &str, files: &[(&str, &str)]) -> Package {
    let manifest =
        format!("apiVersion: plugin/v1\nkind: Plugin\nmetadata: {{id: tides, version: {version}}}\n{body}");
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    let files = files.chain([("plugin.yaml".to_owned(), manifest.into_bytes())]);
    Package::read("", &MemoryReader::new(files)).unwrap()
}

/// Returns the changes from one body to another, as `weight part: text`.
fn changes(old: &str, new: &str) -> Vec<String> {
    let comparison = compare_packages(&package("1.0.0", old, &[]), &package("1.0.0", new, &[]));
    comparison.changes.iter().map(|it| format!("{:?} {}: {}", it.weight, it.part, it.text)).collect()
}

fn check(old: &str, new: &str, expected: &[&str]) {
    assert_eq!(changes(old, new), expected, "{old} to {new}");
}

#[test]
fn permissions_and_params() {
    check(
        "permissions: {endpoints: [{baseUrl: https://a.example, paths: [/x]}]}\n",
        "permissions: {endpoints: [{baseUrl: https://b.example, paths: [/x]}]}\n",
        &[
            "Breaking permissions: it asks for `GET /x` at `https://b.example`",
            "Fix permissions: it no longer asks for `GET /x` at `https://a.example`",
        ],
    );
    check(
        "params: {a: {from: x}, b: {from: [x, y], default: z}}\n",
        "params: {a: {from: [x, w]}, b: {from: [x]}, c: {from: z}}\n",
        &[
            "Breaking params: the param `b` no longer reads `y`",
            "Breaking params: the param `b` has no `default` any more",
            "Feature params: the param `c` is new",
            "Feature params: the param `a` reads `w` too",
        ],
    );
    check(
        "params: {a: {from: x, pattern: ^a$}}\n",
        "params: {a: {from: x, pattern: ^b$}}\n",
        &["Breaking params: the `pattern` of the param `a` is another"],
    );
}

#[test]
fn configuration() {
    let of = |text: &str| format!("config: {{type: object, {text}}}\n");
    for (old, new, expected) in [
        ("properties: {a: {type: string}}", "properties: {}", "Breaking config: the value `a` is gone"),
        ("properties: {}", "properties: {a: {type: string}}", "Feature config: the value `a` is new"),
        ("properties: {a: {}}", "properties: {a: {}}, required: [a]", "Breaking config: `a` is required"),
        (
            "properties: {a: {type: [string, integer]}}",
            "properties: {a: {type: string}}",
            "Breaking config: `a` no longer takes \"integer\"",
        ),
        (
            "properties: {a: {type: integer}}",
            "properties: {a: {type: number}}",
            "Feature config: `a` takes \"number\"",
        ),
        (
            "properties: {a: {enum: [x, y]}}",
            "properties: {a: {enum: [y]}}",
            "Breaking config: `a` no longer takes \"x\"",
        ),
        (
            "properties: {a: {maximum: 10}}",
            "properties: {a: {maximum: 5}}",
            "Breaking config: `maximum` of `a` is narrower",
        ),
        ("properties: {a: {minimum: 1}}", "properties: {a: {}}", "Feature config: `minimum` of `a` is wider"),
        (
            "properties: {a: {items: {properties: {b: {type: string}}}}}",
            "properties: {a: {items: {properties: {b: {type: integer}}}}}",
            "Breaking config: `a.*.b` no longer takes \"string\"",
        ),
        (
            "properties: {a: {default: 1}}",
            "properties: {a: {default: 2}}",
            "Feature config: the default of `a` is another",
        ),
    ] {
        let found = changes(&of(old), &of(new));
        assert!(found.iter().any(|it| it == expected), "{old} to {new}: {found:?}");
    }
    assert!(changes(&of("properties: {}"), &of("properties: {a: {default: 1}}, required: [a]")).len() == 1);
}

#[test]
fn what_others_read() {
    check(
        "sources:\n  runs: {kind: rest, map: {a: row.a, b: row.b}, facts: {tides.a: a}, history: {fields: [a]}}\n",
        "sources:\n  runs: {kind: rest, map: {a: row.x, c: row.c}}\n",
        &[
            "Breaking sources: the field `runs.b` is gone",
            "Breaking facts: the fact `tides.a` is gone",
            "Breaking sources: the history of `runs.a` is gone",
            "Feature sources: the field `runs.c` is new",
        ],
    );
    check(
        "sources:\n  runs: {kind: rest, map: {a: row.a}}\n",
        "sources:\n  runs: {kind: rest, map: {a: row.b}}\n",
        &["Fix sources: the source `runs` works in another way"],
    );
    check(
        "extensionPoints: {columns: {target: 'page:tides', field: view.columns}}\n",
        "extensionPoints: {columns: {target: 'page:tides', field: view.stack}}\n",
        &["Breaking extensionPoints: the extension point `columns` leads elsewhere"],
    );
    check(
        "schemas: {run: {type: object, required: [a], properties: {a: {type: string}, b: {}}}}\n",
        "schemas: {run: {type: object, properties: {a: {type: [string, 'null']}}}}\n",
        &[
            "Breaking schemas: the value `run.b` is gone",
            "Breaking schemas: `run.a` may be \"null\"",
            "Breaking schemas: `run.a` may be missing",
        ],
    );
}

#[test]
fn extensions_and_ranges() {
    let of = |text: &str| format!("extensions:\n  - {{kind: page, path: /tides, title: Tides{text}}}\n");
    check(
        &of(""),
        &of(", disabled: true"),
        &["Breaking extensions: the extension `page:tides` is off by default"],
    );
    check(&of(""), &of(", icon: bell"), &["Fix extensions: the extension `page:tides` looks another way"]);
    check(
        &of(""),
        &of(", name: other"),
        &[
            "Breaking extensions: the extension `page:tides` is gone",
            "Feature extensions: the extension `page:tides/other` is new",
        ],
    );
    check(
        "requires: {portal: '>=0.1, <2'}\n",
        "requires: {portal: '>=0.5, <2'}\n",
        &["Breaking requires: it no longer takes all versions of Callboard: `>=0.1, <2` became `>=0.5, <2`"],
    );
}

#[test]
fn the_version_must_say_so() {
    let (old, new) = ("params: {a: {from: x}}\n", "params: {b: {from: x}}\n");
    let of = |version: &str| compare_packages(&package("1.4.0", old, &[]), &package(version, new, &[]));
    let wrong = of("1.5.0");
    assert_eq!(
        (wrong.weight(), wrong.least.as_deref(), wrong.enough),
        (Some(Weight::Breaking), Some("2.0.0"), false)
    );
    assert!(wrong.to_text().contains("1.5.0 is not enough"), "{}", wrong.to_text());
    assert!(of("2.0.0").enough);
    assert!(wrong.to_markdown().contains("### Breaking\n\n- params: the param `a` is gone\n"));
    let same = compare_packages(&package("1.4.0", old, &[]), &package("1.4.0", old, &[]));
    assert!(same.enough && same.changes.is_empty() && same.verdict() == "Nothing changed.");
    let files = compare_packages(
        &package("1.4.0", old, &[("templates/a.html", "a")]),
        &package("1.4.0", old, &[("templates/a.html", "b")]),
    );
    assert_eq!((files.weight(), files.enough), (Some(Weight::Fix), false));
}
