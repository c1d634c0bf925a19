//! Plugins that mean harm: each ends in a diagnostic, and the rest of the site is built.

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

use hostile_site::{TEMPLATE_CARD, card, check, local_site, source_page};

const FAILS: &[&str] = &["plugin/failed-expression"];
const TEMPLATE_FAILS: &[&str] = &["plugin/failed-template"];

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table of attacks")]
fn code_ends() {
    let site = local_site();
    let templates = [
        (
            "loop",
            "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}x{% endfor %}{% endfor %}{% endfor %}",
        ),
        (
            "doubling",
            "{% set n = namespace(s='0123456789abcdef') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}{{ n.s }}",
        ),
        ("macro", "{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}"),
        ("include", "{% include 't.html' %}"),
        ("extends", "{% extends 't.html' %}"),
        ("elsewhere", "{% include '../../../../etc/passwd' %}"),
        ("print", "{% for i in range(100000) %}{{ 'x' * 1000 }}{% endfor %}"),
    ];
    for (id, template) in templates {
        site.write(&format!("plugins/t-{id}/templates/t.html"), template);
    }
    let nested = format!("{}{}", "[".repeat(3_000), "]".repeat(3_000));
    let brackets = card(&nested);
    let parentheses = card(&format!("{}1{}", "(".repeat(3_000), ")".repeat(3_000)));
    let nots = card(&format!("{}1", "not ".repeat(16_000)));
    let pluses = card(&vec!["1"; 20_000].join("+"));
    let filters = card(&format!("1{}", "|abs".repeat(16_000)));
    let minus = card(&format!("{}1", "-".repeat(20_000)));
    let attributes = card(&format!("entity{}", ".a".repeat(20_000)));
    let deep_value = card("namespace(a=1)");
    let huge = card("'x' * 900000000");
    let list = card("[1] * 900000000");
    let range = card("range(1000000000) | list | length");
    let ranges = card(
        "range(99999) | map('string') | map('replace', '', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') | join | length",
    );
    let format_width = card("'%999999999d' | format(1)");
    let indent = card("'x' | indent(900000000, true)");
    let batch = card("[1] | batch(900000000, 'x') | list | length");
    let slice = card("[1] | slice(900000000) | list | length");
    let round = card("1.5 | round(999999999)");
    let power = card("9 ** 999999999");
    let center = card("'a' | replace('', 'b' * 1000000) | replace('', 'b' * 1000000) | length");
    let regex =
        card("(('a' * 100000) ~ '!') | regex_match('^(a|a)*(a|a)*(a|a)*(a|a)*$') and 'x' * 900000000");
    let regexes = card("'a' | regex_match('(a{1000}){1000}')");
    let many_rows = "extensions:\n  - kind: entity-card\n    title: Card\n    view: {widget: list, rows: range(99999), item: {title: \"range(99999) | join | length\"}}\n";
    let magic = card("entity.__class__.__mro__[1].__subclasses__()");
    let debug = card("debug() and (config.__proto__.constructor.constructor('x')())");
    let attacks: &[(&str, &str, &[&str])] = &[
        ("t-loop", TEMPLATE_CARD, TEMPLATE_FAILS),
        ("t-doubling", TEMPLATE_CARD, TEMPLATE_FAILS),
        ("t-macro", TEMPLATE_CARD, TEMPLATE_FAILS),
        ("t-include", TEMPLATE_CARD, TEMPLATE_FAILS),
        ("t-extends", TEMPLATE_CARD, TEMPLATE_FAILS),
        ("t-elsewhere", TEMPLATE_CARD, TEMPLATE_FAILS),
        ("t-print", TEMPLATE_CARD, TEMPLATE_FAILS),
        ("brackets", &brackets, &["plugin/bad-expression"]),
        ("parentheses", &parentheses, &["plugin/bad-expression"]),
        ("nots", &nots, &[]),
        ("pluses", &pluses, &[]),
        ("filters", &filters, &[]),
        ("minus", &minus, &[]),
        ("attributes", &attributes, &[]),
        ("deep-value", &deep_value, &[]),
        ("huge", &huge, FAILS),
        ("huge-list", &list, FAILS),
        ("huge-range", &range, FAILS),
        ("huge-ranges", &ranges, &[]),
        ("format-width", &format_width, FAILS),
        ("indent", &indent, FAILS),
        ("batch", &batch, FAILS),
        ("slice", &slice, FAILS),
        ("round", &round, &[]),
        ("power", &power, FAILS),
        ("replaces", &center, FAILS),
        ("regex", &regex, &[]),
        ("regexes", &regexes, FAILS),
        ("many-rows", many_rows, &[]),
        ("magic", &magic, FAILS),
        ("debug", &debug, FAILS),
    ];
    check(&site, attacks);
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table of attacks")]
fn patterns_and_schemas_end() {
    let site = local_site();
    let data = format!("[{{\"a\": \"{}!\"}}]", "a".repeat(2_000));
    let deep = format!("{}1{}", "{\"a\":".repeat(60), "}".repeat(60));
    for id in ["s-pattern", "s-look", "s-names"] {
        site.write(&format!("plugins/{id}/rows.json"), &data);
    }
    site.write("plugins/s-tree/rows.json", &deep);
    let with_schema = |id: &str, schema: &str| {
        format!(
            "schemas: {{s: {schema}}}\n{}",
            source_page(id, "kind: file, scope: once, relativeTo: plugin, url: rows.json, schema: s")
        )
    };
    let doubled: Vec<String> = (0..60)
        .map(|it| {
            format!("d{it}: {{allOf: [{{$ref: '#/$defs/d{}'}}, {{$ref: '#/$defs/d{}'}}]}}", it + 1, it + 1)
        })
        .collect();
    let doubled = format!("{{$ref: '#/$defs/d0', $defs: {{{}, d60: {{type: object}}}}}}", doubled.join(", "));
    let nested = format!("{}true{}", "{items: ".repeat(900), "}".repeat(900));
    let attacks: &[(&str, &str, &[&str])] = &[
        (
            "p-regex",
            "params: {a: {from: evil.example/a, pattern: '^(a+)+$'}}\nsources: {d: {kind: embed, map: {x: params.a}}}\n",
            &[],
        ),
        (
            "p-huge",
            "params: {a: {from: evil.example/a, pattern: '(a{9999}){9999}'}}\n",
            &["plugin/bad-value"],
        ),
        (
            "p-deep",
            &format!(
                "params: {{a: {{from: evil.example/a, pattern: '{}a{}'}}}}\n",
                "(".repeat(9_000),
                ")".repeat(9_000)
            ),
            &["plugin/bad-value"],
        ),
        (
            "s-pattern",
            &with_schema("s-pattern", "{type: object, properties: {a: {type: string, pattern: '^(a+)+$'}}}"),
            &["plugin/bad-data"],
        ),
        (
            "s-look",
            &with_schema(
                "s-look",
                "{type: object, properties: {a: {type: string, pattern: '(?=a)(a|a|aa)*\\1$'}}}",
            ),
            &["plugin/bad-data"],
        ),
        (
            "s-names",
            &with_schema("s-names", "{type: object, patternProperties: {'(a{9999}){9999}': true}}"),
            &["plugin/bad-schema"],
        ),
        ("s-self", &with_schema("s-self", "{$ref: '#'}"), &[]),
        (
            "s-circle",
            &with_schema(
                "s-circle",
                "{$ref: '#/$defs/a', $defs: {a: {anyOf: [{$ref: '#/$defs/b'}]}, b: {not: {$ref: '#/$defs/a'}}}}",
            ),
            &[],
        ),
        ("s-doubled", &with_schema("s-doubled", &doubled), &["plugin/bad-schema"]),
        (
            "s-tree",
            &with_schema(
                "s-tree",
                "{properties: {a: {anyOf: [{$ref: '#'}, {$ref: '#'}], not: {$ref: '#'}}}, type: object}",
            ),
            &["plugin/bad-schema"],
        ),
        (
            "s-network",
            &with_schema("s-network", "{$ref: 'http://127.0.0.1:1/schema.json'}"),
            &["plugin/bad-schema"],
        ),
        ("s-file", &with_schema("s-file", "{$ref: 'file:///etc/passwd'}"), &["plugin/bad-schema"]),
        ("s-meta", &with_schema("s-meta", "{$schema: 'http://127.0.0.1:1/meta', type: object}"), &[]),
        ("s-nested", &with_schema("s-nested", &nested), &["plugin/bad-schema", "yaml/syntax"]),
        ("c-self", "config: {$ref: '#'}\n", &[]),
        (
            "c-pattern",
            "config: {type: object, properties: {a: {type: string, default: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', pattern: '^(a+)+$'}}}\n",
            &["plugin/bad-config"],
        ),
        ("k-self", "kinds: [{kind: Knot, apiVersion: knot.example/v1, schema: {$ref: '#'}}]\n", &[]),
    ];
    check(&site, attacks);
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table of attacks")]
fn files_stay_where_they_are() {
    let site = local_site();
    site.write("plugins/other/private.yaml", "canary: tern-on-the-mast\n");
    site.write("content/hidden/.env", "tern-on-the-mast\n");
    let link = |to: &str, from: &str| {
        let from = site.folder.path().join(from);
        std::fs::create_dir_all(from.parent().unwrap()).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(to, from).unwrap();
    };
    link("../../secrets.yaml", "plugins/f-link/d.yaml");
    link("../../../secrets.yaml", "plugins/f-template/templates/t.html");
    link("../../../secrets.yaml", "plugins/f-texts/i18n/en.yaml");
    link("../../", "plugins/f-folder/d");
    link("../../../secrets.yaml", "plugins/f-icon/icons/x.svg");
    link("/etc/passwd", "plugins/f-outside/d.yaml");
    link("../../../secrets.yaml", "plugins/f-asset/assets/x.png");
    let file =
        |id: &str, rest: &str| source_page(id, &format!("kind: file, scope: once, format: text, {rest}"));
    let with = |permissions: &str, body: &str| format!("permissions: {{{permissions}}}\n{body}");
    let attacks: &[(&str, &str, &[&str])] = &[
        ("f-up", &file("f-up", "relativeTo: plugin, url: ../../secrets.yaml"), &["plugin/source-failed"]),
        (
            "f-other",
            &file("f-other", "relativeTo: plugin, url: ../other/private.yaml"),
            &["plugin/source-failed"],
        ),
        ("f-link", &file("f-link", "relativeTo: plugin, url: d.yaml"), &["plugin/source-failed"]),
        ("f-folder", &file("f-folder", "relativeTo: plugin, url: d/secrets.yaml"), &["plugin/source-failed"]),
        ("f-outside", &file("f-outside", "relativeTo: plugin, url: d.yaml"), &["plugin/source-failed"]),
        (
            "f-absolute",
            &file("f-absolute", "relativeTo: plugin, url: /etc/passwd"),
            &["plugin/source-failed"],
        ),
        (
            "f-scheme",
            &with("read: ['**', 'file:///etc/passwd']", &file("f-scheme", "url: 'file:///etc/passwd'")),
            &["plugin/source-failed", "plugin/not-granted", "plugin/not-declared"],
        ),
        (
            "f-site",
            &with("read: ['site:secrets.yaml']", &file("f-site", "url: secrets.yaml")),
            &["plugin/not-granted"],
        ),
        ("f-silent", &file("f-silent", "url: secrets.yaml"), &["plugin/not-declared"]),
        (
            "f-all",
            &with("read: ['**']", &file("f-all", "url: .env")),
            &["plugin/not-declared", "plugin/not-granted"],
        ),
        (
            "f-dotted",
            &with("read: ['**']", &file("f-dotted", "url: ./x/../.env")),
            &["plugin/not-declared", "plugin/not-granted"],
        ),
        (
            "f-above",
            &with("read: ['**']", &file("f-above", "url: ../../../../../../etc/passwd")),
            &["plugin/source-failed", "plugin/not-granted"],
        ),
        (
            "f-tree",
            &source_page(
                "f-tree",
                "kind: tree, scope: once, relativeTo: plugin, url: ., glob: '../**', format: text",
            ),
            &["plugin/source-failed"],
        ),
        (
            "f-tree-up",
            &source_page(
                "f-tree-up",
                "kind: tree, scope: once, relativeTo: plugin, url: ../.., glob: '**', format: text",
            ),
            &["plugin/source-failed"],
        ),
        (
            "f-tree-site",
            &with(
                "read: ['**']",
                &source_page("f-tree-site", "kind: tree, scope: once, url: ., glob: '**/*', format: text"),
            ),
            &["plugin/not-granted"],
        ),
        (
            "f-git",
            &source_page("f-git", "kind: git, scope: once, relativeTo: site, url: ., ask: [commits]"),
            &["plugin/not-declared"],
        ),
        (
            "f-git-granted",
            &with(
                "read: ['**']",
                &source_page(
                    "f-git-granted",
                    "kind: git, scope: once, relativeTo: site, url: ., ask: [commits]",
                ),
            ),
            &["plugin/not-granted"],
        ),
        (
            "f-sqlite",
            &with(
                "read: ['**']",
                &source_page("f-sqlite", "kind: sql, scope: once, sqlite: secrets.yaml, query: 'select 1'"),
            ),
            &["plugin/not-granted"],
        ),
        ("f-template", TEMPLATE_CARD, &["plugin/bad-template", "plugin/failed-template"]),
        (
            "f-texts",
            "i18n: {default: en}\nextensions:\n  - kind: entity-card\n    title: {t: canary}\n    view: {widget: markdown, text: x}\n",
            &["plugin/unreadable"],
        ),
        ("f-asset", "assets: ['assets/*.png']\n", &["plugin/bad-asset"]),
        (
            "f-icon",
            "extensions:\n  - {kind: icon-bundle, name: i, icons: {x: icons/x.svg}}\n",
            &["plugin/bad-icon"],
        ),
    ];
    let outcome = check(&site, attacks);
    assert_eq!(outcome.holding("root:x:0"), Vec::<&str>::new());
}

const MARKUP: &str = "<p>before</p><script>alert(1)</script><style>*{display:none}</style><img src=x onerror=alert(1)>\
<a href='javascript:alert(1)'>a</a><a href='JaVaScRiPt&colon;alert(1)'>b</a><iframe src='https://evil.example'></iframe>\
<form action='https://evil.example'><input name=a></form><svg onload=alert(1)><use href='data:image/svg+xml,x'/></svg>\
<base href='https://evil.example'><meta http-equiv=refresh content='0;url=https://evil.example'><link rel=stylesheet href='//evil.example'>\
<div style='position:fixed' onclick='alert(1)'>c</div><math><mtext><table><mglyph><style><img src=x onerror=alert(1)>";

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table of attacks")]
fn markup_is_harmless() {
    let site = local_site();
    site.write("plugins/m-template/templates/t.html", MARKUP);
    site.write("plugins/m-safe/templates/t.html", "{{ '<script>alert(1)</script><b onclick=alert(1)>' | safe }}{% autoescape false %}{{ '<script>alert(2)</script>' }}{% endautoescape %}");
    site.write("plugins/m-text/rows.json", &serde_json::json!([{"body": MARKUP, "url": "javascript:alert(1)", "title": "<script>alert(1)</script>"}]).to_string());
    site.write(
        "plugins/m-texts/i18n/en.yaml",
        "title: '<script>alert(1)</script>'\n__proto__: {polluted: x}\n",
    );
    let icons = [
        "<script>alert(1)</script>",
        "<foreignObject><body onload='alert(1)'/></foreignObject>",
        "<use href='https://evil.example/x.svg#a'/>",
        "<path onload='alert(1)'/>",
    ];
    for (index, icon) in icons.iter().enumerate() {
        site.write(
            &format!("plugins/m-icon/icons/i{index}.svg"),
            &format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{icon}</svg>"),
        );
    }
    let rows = "sources:\n  d: {kind: file, scope: once, relativeTo: plugin, url: rows.json}\n";
    let views = "extensions:\n  - kind: page\n    path: m-text\n    title: '<script>alert(1)</script>'\n    description: '<script>alert(1)</script>'\n    view:\n      stack:\n        - {widget: markdown, text: \"{{ data.d[0].body }}\"}\n        - {widget: table, rows: data.d, columns: [{title: '<script>alert(1)</script>', value: row.title, href: row.url, as: link}, {title: x, value: row.body}]}\n        - {widget: link, items: [{label: x, href: 'javascript:alert(1)'}, {label: y, href: ' javascript:alert(1)'}, {label: z, href: '//evil.example'}, {label: v, href: \"vbscript:x\"}, {label: d, href: 'data:text/html,<script>alert(1)</script>'}]}\n        - {widget: list, rows: data.d, item: {title: row.title, href: row.url, body: {markdown: row.body}}}\n        - {widget: kv, items: [{label: '<script>alert(1)</script>', value: row.x, href: \"'javascript:alert(1)'\"}]}\n        - {widget: code, text: data.d[0].body, language: \"'<script>alert(1)</script>'\"}\n        - {widget: badge, rows: data.d, item: {label: row.title, href: row.url}}\n";
    let attacks: &[(&str, &str, &[&str])] = &[
        ("m-template", TEMPLATE_CARD, &[]),
        ("m-safe", TEMPLATE_CARD, &[]),
        ("m-text", &format!("{rows}{views}"), &[]),
        (
            "m-index",
            "sources:\n  d: {kind: embed, scope: once, map: {x: \"1\"}, index: {rows: \"[1, 2]\", title: \"'<script>alert(1)</script>'\", text: \"'<script>alert(1)</script>'\", href: 'javascript:alert(1)'}, facts: {'<script>': \"'<script>alert(1)</script>'\", '__proto__': \"1\"}}\n",
            &[],
        ),
        (
            "m-texts",
            "i18n: {default: en}\nextensions:\n  - kind: entity-card\n    title: {t: title}\n    view: {widget: markdown, text: x}\n",
            &[],
        ),
        (
            "m-icon",
            "extensions:\n  - {kind: icon-bundle, name: i, icons: {a: icons/i0.svg, b: icons/i1.svg, c: icons/i2.svg, d: icons/i3.svg}}\n",
            &["plugin/bad-icon"],
        ),
        (
            "m-theme",
            "extensions:\n  - {kind: theme, name: t, title: T, tokens: {light: {accent: 'red;} body{display:none', text: 'url(https://evil.example)'}}}\n",
            &["plugin/bad-value"],
        ),
        (
            "m-frame",
            "permissions: {frames: ['https://evil.example;script-src', '*', 'javascript:alert(1)', 'http://evil.example']}\nextensions:\n  - kind: page\n    path: m-frame\n    title: F\n    view: {widget: iframe, url: 'javascript:alert(1)', title: x}\n",
            &["plugin/bad-value"],
        ),
    ];
    let outcome = check(&site, attacks);
    for (path, bytes) in
        outcome.files.iter().filter(|(path, _)| path.ends_with(".html") || path.ends_with(".svg"))
    {
        let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
        for bad in [
            "<script>alert",
            "onerror=",
            "onload=",
            "onclick=",
            "href=\"javascript:",
            "href=\"vbscript:",
            "href=\"data:",
            "<base",
            "http-equiv=\"refresh",
            "<form action=\"https://evil",
            "href=\"//evil",
            "<style",
        ] {
            // Code shows tags as text, with escaped brackets.
            assert!(
                !text.contains(bad)
                    || text.contains(&format!("&lt;img src=x {bad}"))
                    || path.starts_with("codes"),
                "{path} holds {bad}"
            );
        }
        assert!(!text.contains("evil.example;"), "{path}");
    }
    let search: Vec<_> = outcome.files.keys().filter(|it| it.contains("search")).collect();
    assert!(!search.is_empty());
    assert!(
        !outcome.files.iter().any(|(path, bytes)| path.ends_with(".json")
            && String::from_utf8_lossy(bytes).contains("javascript:alert")),
        "{}",
        outcome.told
    );
}
