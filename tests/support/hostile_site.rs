//! A site with an honest plugin and a file that must be seen nowhere, for plugins that mean harm.

use crate::hostile::{Outcome, TEAM, build, component, plugin};
use crate::site::Site;

/// A card whose only field is an expression.
pub fn card(expression: &str) -> String {
    let quoted = expression.replace('\'', "''");
    format!(
        "extensions:\n  - kind: entity-card\n    title: Card\n    view: {{widget: kv, items: [{{label: x, value: '{quoted}'}}]}}\n"
    )
}

/// A card of a template.
pub const TEMPLATE_CARD: &str =
    "extensions:\n  - kind: entity-card\n    title: Card\n    view: {template: t}\n";

/// A page with a table of the data of a source, which `source` declares.
pub fn source_page(id: &str, source: &str) -> String {
    format!(
        "sources:\n  d: {{{source}}}\nextensions:\n  - kind: page\n    path: {id}\n    title: Page\n    view: {{widget: code, text: data.d | tojson}}\n"
    )
}

pub fn local_site() -> Site {
    let site = Site::new(
        "catalog:\n  locations: [{type: file, target: ./all.yaml}]\nplugins:\n  - use: ./plugins/honest\n",
    );
    let evil = format!(
        "evil.example/a: {}!, evil.example/b: '..%2f..%2f\"<script>alert(1)</script>'",
        "a".repeat(60)
    );
    site.write("all.yaml", &[TEAM, &component("cart", &evil), &component("till", "")].concat());
    plugin(&site, "honest", &card("entity.name ~ ' is fine'"));
    site.write(".env", "CANARY=tern-on-the-mast\n");
    site.write("secrets.yaml", "canary: tern-on-the-mast\n");
    site
}

/// Builds a site of plugins, each with the codes of which one must be told, and checks that the others are unharmed.
pub fn check(site: &Site, attacks: &[(&str, &str, &[&str])]) -> Outcome {
    for (id, body, _) in attacks.iter().filter(|(_, body, _)| !body.is_empty()) {
        plugin(site, id, body);
    }
    let outcome = build(site, &[]);
    let mut wrong = Vec::new();
    for (id, _, wanted) in attacks {
        let told = outcome.of(id);
        if !wanted.is_empty() && !wanted.iter().any(|it| told.contains(it)) {
            wrong.push(format!("{id}: wanted one of {wanted:?}, told {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), outcome.told);
    assert_eq!(outcome.exit, Some(1), "{}", outcome.told);
    for name in ["cart", "till"] {
        let page = outcome.page(&format!("catalog/default/component/{name}/index.html"));
        assert!(page.contains(&format!("{name} is fine")), "{page}");
    }
    assert_eq!(outcome.holding("tern-on-the-mast"), Vec::<&str>::new());
    outcome
}
