//! Manifests and what an operator says of them, to the extensions that are left and what is reported.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{AttachTo, ExtensionKind, ExtensionOverride, PluginSet, PluginSettings, load};
use crate::diagnostics::{Places, Report, Span};
use crate::sources::MemoryReader;

const SHEET: &str = include_str!("../../layouts/assets/portal.css");

/// Two plugins: one with a page, a card and a tab, and the one given.
fn run(manifest: &str, overrides: &[(&str, Value)]) -> (PluginSet, Vec<String>) {
    let base = "apiVersion: plugin/v1
kind: Plugin
metadata: {id: catalog}
extensions:
  - {kind: page, path: /catalog, title: Catalog, list: {columns: [{title: Name, value: row}]}}
  - {kind: entity-card, name: about, title: About, view: {widget: markdown, text: '\"x\"'}}
  - {kind: entity-content, name: tab, path: tab, title: Tab, view: {widget: markdown, text: '\"x\"'}}
";
    let own = format!("apiVersion: plugin/v1\nkind: Plugin\nmetadata: {{id: own}}\n{manifest}");
    let site =
        MemoryReader::new([("plugins/catalog/plugin.yaml", base), ("plugins/own/plugin.yaml", own.as_str())]);
    let builtin = MemoryReader::new([("layouts/assets/portal.css", SHEET)]);
    let extensions = overrides.iter().map(|(id, body)| said(id, body)).collect();
    let site_words = Map::from_iter([("title".to_owned(), Value::from("Yard"))]);
    let settings = PluginSettings {
        named: Vec::new(),
        extensions,
        language: "en".to_owned(),
        site: site_words,
        ..PluginSettings::default()
    };
    let mut report = Report::new();
    let set = load(&settings, &site, &builtin, &mut report);
    let told = report.diagnostics().iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
    (set, told)
}

/// An entry of `app.extensions` as configuration reads it.
fn said(id: &str, body: &Value) -> ExtensionOverride {
    let span = Span::file("site.yaml");
    let config = body.get("config").and_then(Value::as_object).cloned().unwrap_or_default();
    let text = |key: &str| body.pointer(key).and_then(Value::as_str).map(str::to_owned);
    let attach_to = text("/attachTo/id").zip(text("/attachTo/input"));
    ExtensionOverride {
        id: id.to_owned(),
        enabled: body.as_bool().or_else(|| body.get("disabled").and_then(Value::as_bool).map(|it| !it)),
        attach_to: attach_to.map(|(id, input)| AttachTo {
            id,
            input,
            span: span.clone(),
            input_span: span.clone(),
            written: true,
        }),
        places: Places::new(&Value::Object(config.clone()), span.clone(), &|_, _| Span::file("site.yaml")),
        config,
        span,
    }
}

fn ids(set: &PluginSet) -> Vec<&str> {
    set.extensions.iter().map(|it| it.id.as_str()).collect()
}

const CARD: &str = "extensions:
  - {kind: entity-card, name: a, title: A, view: {widget: markdown, text: '\"x\"'}}
  - {kind: entity-card, name: b, title: B, disabled: true, view: {widget: markdown, text: '\"x\"'}}
";

#[test]
fn what_is_turned_on_goes_last() {
    let (set, told) = run(CARD, &[("entity-card:own/b", json!(true)), ("entity-card:own/a", json!(false))]);
    let first = ["page:catalog", "entity-card:catalog/about", "entity-content:catalog/tab"];
    assert_eq!(ids(&set), [&first[..], &["entity-card:own/b"]].concat());
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn cards_move_to_tabs_and_nowhere_else() {
    let to = |id: &str, input: &str| json!({"attachTo": {"id": id, "input": input}});
    let (set, told) = run(CARD, &[("entity-card:own/a", to("entity-content:catalog/tab", "cards"))]);
    assert_eq!(set.attached("entity-content:catalog/tab", "cards").len(), 1);
    assert_eq!(told, Vec::<String>::new());
    let wrong = [
        (to("entity-content:catalog/tab", "card"), "`entity-content:catalog/tab` has no input `card`"),
        (to("entity-content:catalog/tap", "cards"), "there is no extension `entity-content:catalog/tap`"),
        (
            to("page:catalog", "columns"),
            "the input `columns` of `page:catalog` takes `catalog-column` and no `entity-card`",
        ),
        (to("app/nav", "items"), "the input `items` of `app/nav` takes `nav-item` and no `entity-card`"),
    ];
    for (body, message) in wrong {
        let (set, told) = run(CARD, &[("entity-card:own/a", body)]);
        assert_eq!(told, [format!("plugin/bad-attachment: {message}")]);
        assert!(ids(&set).contains(&"entity-card:own/a"), "it stays where it was");
    }
}

#[test]
fn what_stands_in_what_is_off_is_off() {
    let link = "extensions: [{kind: entity-icon-link, name: l, label: L, href: '\"/x/\"'}]";
    let (set, told) = run(link, &[("entity-card:catalog/about", json!(false))]);
    assert_eq!((ids(&set), told), (vec!["page:catalog", "entity-content:catalog/tab"], Vec::new()));
}

#[test]
fn a_sub_page_needs_its_page() {
    let sub =
        "extensions: [{kind: sub-page, name: s, title: S, path: s, view: {widget: markdown, text: '\"x\"'}}]";
    assert_eq!(run(sub, &[]).1, ["plugin/bad-attachment: there is no extension `page:own`"]);
    let of_list = sub.replace("path: s", "path: s, page: page:catalog");
    assert_eq!(run(&of_list, &[]).1, ["plugin/bad-attachment: `page:catalog` has no input `pages`"]);
    let with_page = sub.replace("[{", "[{kind: page, title: Own, path: /own}, {");
    let (set, told) = run(&with_page, &[("page:own", json!({"config": {"path": "/mine"}}))]);
    assert_eq!(told, Vec::<String>::new());
    let paths: Vec<_> = set.extensions.iter().filter_map(|it| set.path_of(it)).collect();
    assert_eq!(paths, ["catalog", "mine", "mine/s"]);
}

#[test]
fn a_page_shows_something() {
    let (set, told) = run("extensions: [{kind: page, title: Own, path: /own}]", &[]);
    assert_eq!(told, ["plugin/missing-key: `view` is missing"]);
    assert!(!ids(&set).contains(&"page:own"));
}

#[test]
fn each_kind_has_its_own_keys() {
    let keys = "extensions:
  - {kind: nav-item, title: N, href: /x, group: a, vieuw: {}}
  - {kind: entity-header, name: h, path: x, view: {widget: markdown, text: '\"x\"'}}
";
    let (_, told) = run(keys, &[("nav-item:own", json!({"config": {"filter": {}, "titel": "x"}}))]);
    assert_eq!(
        told,
        [
            "plugin/unknown-key: `extensions[0].vieuw` is not a known key",
            "plugin/unknown-key: `group` is no key of `nav-item`",
            "plugin/unknown-key: `path` is no key of `entity-header`",
            "config/bad-extension: `nav-item:own`: `filter` cannot be configured here; there are title, icon, order, href",
            "config/bad-extension: `nav-item:own`: `titel` cannot be configured here; did you mean `title`?",
        ]
    );
}

#[test]
fn entries_merge_and_contradictions_are_told() {
    let about = "entity-card:catalog/about";
    let config = |config: Value| (about, json!({"config": config}));
    let (set, told) = run("", &[config(json!({"title": "In short"})), config(json!({"order": 3}))]);
    let card = set.extensions.iter().find(|it| it.id == about).unwrap();
    assert_eq!((card.title.as_str(), card.order, told.len()), ("In short", 3, 0));
    let (set, told) =
        run("", &[config(json!({"title": "One"})), config(json!({"title": "Two"})), (about, json!(true))]);
    assert_eq!(
        told,
        [
            "config/contradicting-extension: `entity-card:catalog/about` says two things of `title`; the later one counts"
        ]
    );
    assert_eq!(set.extensions.iter().find(|it| it.id == about).unwrap().title, "Two");
}

#[test]
fn conditions_are_decided_before_there_are_entities() {
    let with = |condition: &str| {
        format!(
            "config: {{properties: {{on: {{default: true}}}}}}\nextensions: [{{kind: nav-item, title: N, href: /x, if: '{condition}'}}]"
        )
    };
    let holds = |condition: &str| {
        let (set, told) = run(&with(condition), &[]);
        (ids(&set).contains(&"nav-item:own"), told.len())
    };
    assert_eq!(holds("config.on and site.title == \"Yard\""), (true, 0));
    assert_eq!(holds("config.off.any"), (false, 0));
    assert_eq!(holds("range(9999999) | sum > 1"), (false, 1), "it is bounded");
    assert_eq!(holds("1 +"), (false, 1));
}

#[test]
fn icons_have_the_names_of_their_plugins() {
    let icon = "<svg viewBox=\"0 0 9 9\"><path d=\"M0 0\"/></svg>";
    let own = "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: own, icon: icons/own.svg}
extensions:
  - {kind: icon-bundle, icons: {lamp: icons/lamp.svg, gone: icons/gone.svg, out: ../x.svg}}
  - {kind: nav-item, title: N, href: /x}
  - {kind: nav-item, name: m, title: M, href: /y, icon: lamp}
  - {kind: nav-item, name: o, title: O, href: /z, icon: 'own:own'}
  - {kind: nav-item, name: p, title: P, href: /w, icon: home}
";
    let files = BTreeMap::from([
        ("plugins/own/plugin.yaml", own),
        ("plugins/own/icons/own.svg", icon),
        ("plugins/own/icons/lamp.svg", icon),
    ]);
    let (site, builtin) = (MemoryReader::new(files), MemoryReader::new([("x", "")]));
    let mut report = Report::new();
    let set = load(&PluginSettings::default(), &site, &builtin, &mut report);
    let items = set.extensions.iter().filter(|it| matches!(it.kind, ExtensionKind::NavItem { .. }));
    let icons: Vec<_> = items.map(|it| it.icon.as_deref().unwrap_or_default()).collect();
    assert_eq!(icons, ["own--own", "own--lamp", "own--own", "home"]);
    let told: Vec<_> = report.diagnostics().iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "`icons/gone.svg` cannot be read: there is no such file",
            "`../x.svg` is no SVG file of the plugin, such as `icons/out.svg`"
        ]
    );
}

#[test]
fn themes_are_one_sheet() {
    let theme = "extensions: [{kind: theme, tokens: {r-md: 2px, accent: {light: '#0b3d91', dark: '#9cc9ff'}, bad: '#000', text: 'url(x)'}}]";
    let body = json!({"config": {"tokens": {"r-md": "3px"}}});
    let (set, told) = run(theme, &[("theme:own", body)]);
    assert!(
        set.theme.contains("--r-md: 3px;") && set.theme.contains("--accent: light-dark(#0b3d91, #9cc9ff);")
    );
    assert!(!set.theme.contains("url") && !set.theme.contains("bad"));
    assert_eq!(told.len(), 2, "{told:?}");
}
