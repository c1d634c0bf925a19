//! Manifests, and what is told of them.

use super::lint_package;
use crate::plugins::Package;
use crate::sources::MemoryReader;

const GOOD: &str = r#"apiVersion: plugin/v1
kind: Plugin
metadata: {id: tides, version: 1.0.0, title: Tides, description: High and low water., license: MIT, icon: bell, owners: [group:sea]}
requires: {portal: ">=0.1, <2"}
config: {type: object, properties: {port: {type: string}}}
permissions:
  endpoints: [{baseUrl: https://tides.example, paths: ["/ports/**"]}]
  secrets: [TIDES_TOKEN]
params: {port: {from: tides/port, pattern: "^(?P<sea>[a-z]+)/.*$"}}
schemas: {tide: {type: object}}
sources:
  tides:
    kind: rest
    scope: per-key
    key: ["{{ params.sea }}"]
    baseUrl: https://tides.example
    auth: {bearer: secrets.TIDES_TOKEN}
    request: {path: "/ports/{{ params.sea }}/tides", query: {port: "{{ config.port }}"}}
    cache: {ttl: 1h}
    map: {at: row.at}
    schema: tide
extensions:
  - kind: entity-card
    title: Tides
    view:
      widget: table
      rows: data.tides
      columns: [{title: At, value: row.at}]
      missing: {annotation: tides/port, example: north/husum}
      empty: {title: No tides}
tests: [{name: one, entity: fixtures/one.yaml}]
"#;

fn lint(manifest: &str, files: &[(&str, &str)]) -> Vec<String> {
    let all = [("plugin.yaml", manifest), ("fixtures/one.yaml", "x")];
    let all = all.iter().chain(files).map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    let package = Package::read("", &MemoryReader::new(all)).unwrap();
    lint_package(&package).iter().map(|it| format!("{} {}", it.code, it.message)).collect()
}

/// Changes the good manifest, and returns what is told.
fn changed(from: &str, to: &str) -> Vec<String> {
    assert!(GOOD.contains(from), "{from}");
    lint(&GOOD.replacen(from, to, 1), &[])
}

#[test]
fn a_good_plugin_is_silent() {
    assert_eq!(lint(GOOD, &[("README.md", "# Tides")]), Vec::<String>::new());
}

#[test]
fn each_flaw_is_told() {
    let long = "x".repeat(171);
    for (from, to, expected) in [
        (", title: Tides, desc", ", desc", "plugin/lint-metadata the plugin has no `title`"),
        (", license: MIT", "", "plugin/lint-metadata the plugin has no `license`"),
        ("version: 1.0.0", "version: one", "plugin/lint-metadata `one` is no version"),
        (
            "High and low water.",
            long.as_str(),
            "plugin/lint-metadata the description has 171 characters, and lists of plugins show 170",
        ),
        (
            "requires: {portal: \">=0.1, <2\"}\n",
            "",
            "plugin/lint-metadata the plugin does not say which versions of Callboard it works with",
        ),
        (
            "[\"/ports/**\"]",
            "[\"/ports/**\", /admin]",
            "plugin/lint-unused no source asks for `/admin` there",
        ),
        (
            "baseUrl: https://tides.example, paths",
            "baseUrl: https://other.example, paths",
            "plugin/lint-unused no source asks this server",
        ),
        ("paths: [\"/ports/**\"]", "methods: [GET, POST]", "plugin/lint-unused no source sends `POST` there"),
        ("[TIDES_TOKEN]", "[TIDES_TOKEN, OTHER]", "plugin/lint-unused nothing uses the secret `OTHER`"),
        (
            "secrets: [TIDES_TOKEN]",
            "secrets: [TIDES_TOKEN]\n  read: [a]\n  frames: [https://f.example]",
            "plugin/lint-unused no source reads files",
        ),
        ("params: {", "params: {other: {from: x}, ", "plugin/lint-unused nothing uses the param `other`"),
        ("properties: {", "properties: {other: {}, ", "plugin/lint-unused nothing uses the value `other`"),
        ("schemas: {", "schemas: {other: {}, ", "plugin/lint-unused no source uses the schema `other`"),
        (
            "sources:\n",
            "sources:\n  other: {kind: embed}\n",
            "plugin/lint-unused no view, fact or search uses the source `other`",
        ),
        ("    schema: tide\n", "", "plugin/lint-source the source `tides` has no schema"),
        (
            "    cache: {ttl: 1h}\n",
            "",
            "plugin/lint-source the source `tides` does not say how long an answer holds",
        ),
        (
            "    scope: per-key\n    key: [\"{{ params.sea }}\"]\n",
            "",
            "plugin/lint-requests the source `tides` sends a request for each entity",
        ),
        (
            "    cache",
            "    pagination: {style: page, maxPages: 50}\n    cache",
            "plugin/lint-requests the source `tides` may send 50 requests for one key",
        ),
        (
            "      missing: {annotation: tides/port, example: north/husum}\n",
            "",
            "plugin/lint-view the view does not say how an entity is set up for it",
        ),
        (
            "      empty: {title: No tides}\n",
            "",
            "plugin/lint-view the view does not say what there is none of",
        ),
        ("tests:", "i18n: {default: en}\ntests:", "plugin/lint-text `Tides` stands in one language"),
        ("fixtures/one.yaml", "fixtures/two.yaml", "plugin/lint-tests there is no file `fixtures/two.yaml`"),
        (
            "tests: [{name: one, entity: fixtures/one.yaml}]\n",
            "",
            "plugin/lint-tests the plugin has no tests",
        ),
        (
            "tests:",
            "extensionPoints: {runColumns: {target: x, field: view.columns}}\ntests:",
            "plugin/lint-name the extension point `runColumns` is not named in lower-case words with hyphens",
        ),
        (
            "map: {at:",
            "map: {at-all: row.x, at:",
            "plugin/lint-name the field `at-all` of `tides` can be used in expressions in brackets alone",
        ),
        (
            "tests:",
            "assets: [\"pictures/*.png\"]\ntests:",
            "plugin/lint-metadata `pictures/*.png` is left out when the plugin is packed",
        ),
    ] {
        let told = changed(from, to);
        assert!(told.iter().any(|it| it == expected), "{expected}: {told:?}");
    }
}

#[test]
fn files_are_looked_at_too() {
    let table = "<div><table>{% for x in data.tides %}<tr><td><a href=\"{{ x.url }}\">{{ x.at }}</a></td></tr>{% endfor %}</table></div>";
    let told = lint(
        &GOOD
            .replace("tests:", "i18n: {default: en, files: 'i18n/*.yaml'}\ntests:")
            .replace("title: No tides", "title: {t: empty.title}"),
        &[
            ("templates/tides.html", table),
            ("templates/wave.html", "<table><tr><td><meter>1</meter></td></tr></table>"),
            ("templates/Wave2.html", "<p>x</p>"),
            ("schemas/other.json", "{}"),
            ("fixtures/two.yaml", "x"),
            ("i18n/en.yaml", "empty: {title: None, old: x}\n"),
        ],
    );
    for expected in [
        "plugin/lint-template the template only makes what the widget `table` draws",
        "plugin/lint-name `templates/Wave2.html` is not named in lower-case words with hyphens",
        "plugin/lint-unused no source uses this schema",
        "plugin/lint-unused nothing uses the text `empty.old`",
        "plugin/lint-tests no test uses this fixture",
    ] {
        assert!(told.iter().any(|it| it == expected), "{expected}: {told:?}");
    }
    assert_eq!(told.iter().filter(|it| it.contains("lint-template")).count(), 1, "{told:?}");
    assert!(!told.iter().any(|it| it.contains("empty.title")), "{told:?}");
}
