//! Manifests that mean harm: bombs, and ids, paths and names that clash.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/hostile_site.rs"]
mod hostile_site;
#[path = "support/server.rs"]
mod server;
#[path = "support/site.rs"]
mod site;

use hostile_site::{card, check, local_site};

#[test]
fn manifests_are_bounded() {
    let site = local_site();
    let many: String = (0..3_000).map(|it| format!("  - {{kind: page, name: p{it}, path: p{it}, title: P, view: {{widget: markdown, text: x}}}}\n")).collect();
    let keys: String = (0..20_000).map(|it| format!("  k{it}: {{type: string}}\n")).collect();
    let bomb = (0..9).fold("x-a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, it| {
        let names = vec![format!("*a{it}"); 9].join(",");
        format!("{text}x-a{}: &a{} [{names}]\n", it + 1, it + 1)
    });
    let deep = format!("x-deep: {}1{}\n", "{a: ".repeat(400), "}".repeat(400));
    let deeper = format!("x-deep: {}{}\n", "[".repeat(200_000), "]".repeat(200_000));
    let derive = format!(
        "sources: {{d: {{kind: embed, derive: {}{{}}{}}}}}\n",
        "{a: {derive: ".repeat(80),
        "}}".repeat(80)
    );
    let views = format!(
        "extensions: [{{kind: page, path: v, title: V, view: {}{{widget: markdown, text: x}}{}}}]\n",
        "{stack: [".repeat(60),
        "]}".repeat(60)
    );
    let huge = format!("x-huge: {}\n", "x".repeat(600_000));
    site.write("plugins/b-bytes/plugin.yaml", "");
    std::fs::write(site.folder.path().join("plugins/b-bytes/plugin.yaml"), [0xff, 0xfe, 0, 1]).unwrap();
    let attacks: &[(&str, &str, &[&str])] = &[
        ("b-many", &format!("extensions:\n{many}"), &["plugin/too-large"]),
        (
            "b-keys",
            &format!("config:\n type: object\n properties:\n{}", keys.replace("  k", "   k")),
            &["plugin/too-large"],
        ),
        ("b-unknown", &keys.replace("  k", "k"), &["plugin/too-large", "plugin/unknown-key"]),
        ("b-bomb", &bomb, &["yaml/syntax", "plugin/too-large"]),
        ("b-deep", &deep, &["plugin/too-large", "yaml/syntax"]),
        ("b-deeper", &deeper, &["yaml/syntax"]),
        ("b-derive", &derive, &["yaml/syntax", "plugin/too-large", "plugin/bad-value"]),
        ("b-views", &views, &["plugin/too-large", "yaml/syntax"]),
        ("b-huge", &huge, &["plugin/unreadable"]),
        ("b-bytes", "", &["plugin/unreadable"]),
        (
            "b-numbers",
            "sources: {d: {kind: rest, baseUrl: 'https://a.example', request: {path: /}, pagination: {style: page, maxPages: 99999999999999999999, size: -1, first: 1e999}}}\n",
            &["plugin/bad-value"],
        ),
        (
            "b-times",
            "sources: {d: {kind: embed, cache: {ttl: 99999999999999999999d}, stale: {warn: -1d}}}\n",
            &["plugin/bad-value"],
        ),
        (
            "b-version",
            &format!("requires: {{portal: '{}'}}\n", ">=0.1, ".repeat(9_000)),
            &["plugin/bad-value"],
        ),
        ("b-codes", &(0..300).map(|it| format!("x-{it}: 1\n")).collect::<String>(), &[]),
        ("b-code", &card(&"'x' ~ ".repeat(20_000)), &["plugin/bad-expression"]),
        ("b-draws", &card("'x' * 9000000"), &["plugin/too-large"]),
        (
            "b-proto",
            "config: {type: object, properties: {__proto__: {type: string, default: x}, constructor: {default: {a: 1}}, '__class__': {}}}\nschemas: {__proto__: {type: object}}\nparams: {__proto__: {from: __proto__}, constructor: {from: a, default: b}}\nsources: {__proto__: {kind: embed, map: {__proto__: params.constructor}}}\n",
            &[],
        ),
    ];
    check(&site, attacks);
}

#[test]
fn clashes_are_told() {
    let site = local_site();
    site.write(
        "plugins/x-twin/plugin.yaml",
        "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: x-one, version: 1.0.0}\n",
    );
    site.write("plugins/x-honest/plugin.yaml", "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: honest, version: 9.0.0}\nextensions: [{kind: entity-card, title: Stolen, view: {widget: markdown, text: stolen}}]\n");
    site.write("plugins/x-module/plugin.yaml", "apiVersion: plugin/v1\nkind: Module\nmetadata: {id: x-module, version: 1.0.0}\nextends: {plugin: honest}\nsources: {d: {kind: file, scope: once, url: secrets.yaml, relativeTo: site}}\noverride: {'entity-card:x-one': {title: Mine}}\ncontribute: {none: [{widget: markdown, text: x}]}\n");
    site.write("plugins/x-self/plugin.yaml", "apiVersion: plugin/v1\nkind: Module\nmetadata: {id: x-self, version: 1.0.0}\nextends: {plugin: x-self}\n");
    let page = |path: &str| {
        format!(
            "extensions: [{{kind: page, path: '{path}', title: P, view: {{widget: markdown, text: x}}}}]\n"
        )
    };
    let attacks: &[(&str, &str, &[&str])] = &[
        (
            "x-one",
            "extensions:\n  - {kind: entity-card, title: A, view: {widget: markdown, text: x}}\n  - {kind: entity-card, title: B, view: {widget: markdown, text: x}}\n",
            &["plugin/duplicate-extension"],
        ),
        ("x-path", &page("catalog/default/component/cart"), &["plugin/bad-path", "plugin/same-path"]),
        ("x-climb", &page("../../../x"), &["plugin/bad-path"]),
        ("x-assets", &page("assets/x"), &["plugin/bad-path", "plugin/same-path"]),
        ("x-same", &page("same"), &["plugin/same-path"]),
        ("x-same-too", &page("same"), &[]),
        (
            "x-config",
            "config: {type: object, properties: {p: {type: string, default: '../../x'}}}\nextensions: [{kind: page, path: '{{ config.p }}', title: P, view: {widget: markdown, text: x}}]\n",
            &["plugin/bad-path"],
        ),
        ("x-twin", "", &["plugin/duplicate-id"]),
        ("x-honest", "", &["plugin/duplicate-id"]),
        ("x-module", "", &["plugin/not-declared", "plugin/no-extension-point", "plugin/unknown-extension"]),
        ("x-self", "", &["plugin/no-extended"]),
        ("x-source", "sources:\n  d: {kind: embed}\n  d: {kind: embed}\n", &["yaml/syntax"]),
    ];
    check(&site, attacks);
}
