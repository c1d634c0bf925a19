//! A site with a plugin and a module of it, and what is told of both.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Explanation, Granting, explain};
use crate::diagnostics::{Places, Report, Span};
use crate::plugins::{Granted, Operator, PluginFolder, PluginSettings, load};
use crate::sources::{MemoryReader, Secret};

const GATES: &str = r#"apiVersion: plugin/v1
kind: Plugin
metadata: {id: gates, version: 2.0.0, title: Gates}
config:
  type: object
  properties:
    servers: {type: array, items: {type: object, properties: {url: {type: string}, token: {type: string, x-visibility: secret}}}}
permissions:
  endpoints:
    - {baseUrls: "config.servers | map(attribute='url')", methods: [GET], paths: ["/api/**"]}
    - {baseUrl: "https://other.example", methods: [POST]}
    - {integration: github, paths: ["/repos/**"]}
  secrets: [OTHER_TOKEN, UNSET_TOKEN]
  read: ["data/gates.json", "entity:docs/*.md"]
params: {key: {from: [gates/key, spec.type]}}
sources:
  gates:
    kind: rest
    scope: per-key
    key: ["{{ params.key }}"]
    select: {from: config.servers, as: server}
    batch: {size: 50}
    baseUrl: "{{ server.url }}"
    auth: {bearer: server.token}
    request: {path: /api/gates}
    distribute: {rows: body.rows, by: row.key}
    reduce: {state: rows, open: rows, hidden: rows}
    history: {fields: [open], keep: 10}
    facts: {gates.open: open}
  list:
    kind: file
    scope: once
    url: data/gates.json
    derive:
      rows: {rows: body.all, map: {name: row.name, note: row.note}}
    index: {rows: data.list.rows, title: row.name, href: "/gates#{{ row.name }}"}
  other:
    kind: graphql
    scope: once
    baseUrl: "https://other.example"
    auth: {header: {name: x-key, value: secrets.OTHER_TOKEN}}
    request: {query: "{ a }"}
extensions:
  - kind: entity-card
    name: gate
    title: Gate
    view:
      stack:
        - {widget: stat, label: State, value: data.gates.state}
        - {widget: stat, label: Trend, value: data.gates.open, trend: history.open}
  - kind: page
    path: gates
    title: Gates
    disabled: true
    view: {template: gates}
extensionPoints:
  parts: {target: "entity-card:gates/gate", field: view.stack}
"#;

const MORE: &str = r#"apiVersion: plugin/v1
kind: Module
metadata: {id: gates-more, version: 0.1.0}
extends: {plugin: gates, version: ">=2"}
sources:
  more:
    like: gates
    batch: null
    request: {path: /api/more}
    reduce: {count: body.total}
contribute:
  parts:
    - {widget: stat, label: More, value: data.more.count}
"#;

fn explained() -> Explanation {
    let files = [
        ("g/plugin.yaml", GATES),
        (
            "g/templates/gates.html",
            "{% for it in data.list.rows %}<b>{{ it.name }}</b>{% endfor %}{{ data.other }}",
        ),
        ("m/plugin.yaml", MORE),
    ];
    let reader = MemoryReader::new(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())));
    let span = Span::file("site.yaml");
    let named = |source: &str, config: Value, operator: Operator| PluginFolder {
        source: source.to_owned(),
        written: format!("./{source}"),
        config_places: Places::new(&config, span.clone(), &|_, _| Span::file("site.yaml")),
        config: config.as_object().cloned().unwrap_or_default(),
        span: span.clone(),
        operator,
    };
    let secrets = BTreeMap::from([
        ("OTHER_TOKEN".to_owned(), Some(Secret::new("low-tide"))),
        ("UNSET_TOKEN".to_owned(), None),
    ]);
    let granted = Granted { secrets, read: vec!["data/gates.json".to_owned()], ..Granted::default() };
    let config = json!({"servers": [{"url": "https://gates.example", "token": "high-tide"}]});
    let settings = PluginSettings {
        named: vec![
            named("g", config, Operator { granted, ..Operator::default() }),
            named("m", Value::Null, Operator::default()),
        ],
        language: "en".to_owned(),
        ..PluginSettings::default()
    };
    let mut report = Report::new();
    let set = load(&settings, &reader, &MemoryReader::default(), &mut report);
    let told: Vec<&str> = report.diagnostics().iter().map(|it| it.message.as_str()).collect();
    let index = set.index_of("gates").unwrap_or_else(|| panic!("{told:?}"));
    let code_of = |code: crate::plugins::CodeId| match set.codes[code.index()].source.as_str() {
        it if it.contains("servers") => vec!["https://gates.example".to_owned()],
        it => vec![it.to_owned()],
    };
    let granting = Granting { proxies: BTreeSet::new(), texts: &code_of };
    explain(&set, index, &granting).unwrap()
}

#[test]
fn servers_secrets_and_files_are_told_with_what_grants_them() {
    let it = explained();
    let servers: Vec<_> = it
        .endpoints
        .iter()
        .flat_map(|it| it.addresses.iter().map(|it| (it.address.as_str(), it.granted.as_deref())))
        .collect();
    assert_eq!(
        servers,
        [
            ("https://gates.example", Some("its `config`")),
            ("https://other.example", None),
            ("integrations.github", Some("`integrations`")),
        ]
    );
    assert_eq!(it.endpoints[1].methods, ["GET", "POST"]);
    let secrets: Vec<_> =
        it.secrets.iter().map(|it| (it.name.as_str(), it.set, it.goes_to.join("; "))).collect();
    assert_eq!(
        secrets,
        [
            ("OTHER_TOKEN", true, "source `other`: in the header `x-key` to `https://other.example`".to_owned()),
            ("UNSET_TOKEN", false, String::new()),
            (
                "config/servers/0/token",
                true,
                "source `gates`: as a bearer token to `{{ server.url }}`; source `more`: as a bearer token to `{{ server.url }}`".to_owned()
            ),
        ]
    );
    let files: Vec<_> = it.files.iter().map(|it| it.granted.as_deref().unwrap_or("none")).collect();
    assert_eq!(files, ["`grant.read`", "the catalog: files beside descriptors are read anyway"]);
    assert_eq!(it.visibility[0].pointer, "/servers/*/token");
    let text = it.to_text();
    assert!(!text.contains("high-tide") && !text.contains("low-tide"), "{text}");
}

#[test]
fn each_field_is_told_with_what_shows_it() {
    let it = explained();
    assert_eq!(it.modules, ["gates-more"]);
    let fields: Vec<String> = it
        .sources
        .iter()
        .flat_map(|source| {
            source.fields.iter().map(|it| format!("{}.{}: {}", source.name, it.name, it.shown_by.join(", ")))
        })
        .collect();
    assert_eq!(
        fields,
        [
            "gates.state: entity-card:gates/gate",
            "gates.open: entity-card:gates/gate",
            "gates.hidden: ",
            "list.rows.name: page:gates, search",
            "list.rows.note: ",
            "other.*: page:gates",
            "more.count: entity-card:gates/gate",
        ]
    );
    let asked: Vec<&str> = it.sources.iter().map(|it| it.asked.as_str()).collect();
    assert_eq!(
        asked,
        [
            "one request for each 50 keys",
            "no request of its own: files are read, once a build",
            "one request a build",
            "one request a key"
        ]
    );
    assert_eq!(it.sources[0].history[0].shown_by, ["entity-card:gates/gate"]);
    assert_eq!(it.sources[0].facts, ["gates.open"]);
    let on: Vec<_> = it.extensions.iter().map(|it| (it.id.as_str(), it.on)).collect();
    assert_eq!(on, [("entity-card:gates/gate", true), ("page:gates", false)]);
}
