//! One page of a plugin, built by a site that is in memory.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use callboard::diagnostics::Report;
use callboard::generate::{Progress, SiteInput, generate};
use callboard::render::Publish;
use callboard::sources::{LocalReader, MemoryReader};

struct Quiet;

impl Progress for Quiet {
    fn stage(&self, _: &str, _: Option<usize>) {}
}

#[derive(Default)]
struct Kept(Mutex<BTreeMap<String, Vec<u8>>>);

impl Publish for Kept {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().insert(path.to_owned(), bytes.to_vec());
        Ok(())
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

const CATALOG: &str = r#"
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: mira}
spec: {profile: {displayName: Mira Moss, email: mira@example.com}, memberOf: [crew]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: crew}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: winch, tags: [steel]}
spec: {type: service, lifecycle: production, owner: crew}
"#;

/// Builds a site whose plugin has these extensions; returns its files and its problems.
pub fn build(extensions: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let manifest = format!(
        "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {{id: test, title: Test}}\n\
         permissions: {{frames: [\"https://charts.example.com\"]}}\nextensions:\n{extensions}"
    );
    let site = "catalog: {locations: [{type: file, target: ./all.yaml, rules: [{allow: [User, Group, Component, Template]}]}]}\n";
    let reader = MemoryReader::new([
        ("site.yaml", site.as_bytes().to_vec()),
        ("all.yaml", CATALOG.as_bytes().to_vec()),
        ("plugins/test/plugin.yaml", manifest.into_bytes()),
    ]);
    let input = SiteInput {
        reader: Arc::new(reader),
        builtin: Arc::new(LocalReader::new(root(), root()).unwrap()),
        configs: vec!["site.yaml".to_owned()],
        name: "A site".to_owned(),
        environment: BTreeMap::new(),
        origin: None,
        now: "2026-01-02".to_owned(),
        now_s: 1_767_312_000,
    };
    let (kept, mut report) = (Kept::default(), Report::new());
    generate(&input, &kept, &Quiet, &mut report).unwrap();
    let text = |(path, bytes): (String, Vec<u8>)| Some((path, String::from_utf8(bytes).ok()?));
    let problems = report.diagnostics().iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
    (kept.0.into_inner().unwrap().into_iter().filter_map(text).collect(), problems)
}

pub fn page(view: &str) -> String {
    let indented = view.trim().lines().map(|line| format!("      {line}\n")).collect::<String>();
    format!("  - kind: page\n    path: /p\n    title: P\n    view:\n{indented}")
}

/// Returns the body of a page that shows a view, which must have no mistake.
pub fn draw(view: &str) -> String {
    let (files, problems) = build(&page(view));
    assert_eq!(problems, Vec::<String>::new(), "{view}");
    main(&files["p/index.html"]).to_owned()
}

pub fn main(html: &str) -> &str {
    let (_, rest) = html.split_once("<main").unwrap();
    rest.split_once("</main>").unwrap().0
}

#[track_caller]
pub fn has(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "no `{part}` in\n{html}");
    }
}

pub fn problems(view: &str) -> Vec<String> {
    build(&page(view)).1
}
