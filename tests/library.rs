//! The plugins of `plugins/`: their own tests, and a site with all of them against one server in the vendors' shapes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]
#![allow(dead_code, reason = "the server is shared with other tests")]

#[path = "support/server.rs"]
mod server;
#[path = "support/site.rs"]
mod site;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use server::{Received, Reply, Server};
use site::Site;

/// The folders of `plugins/` whose manifests have tests.
fn tested() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    folders.retain(|it| {
        let manifest = std::fs::read_to_string(it.join("plugin.yaml")).unwrap();
        manifest.lines().any(|line| line == "tests:")
    });
    folders.sort();
    folders
}

#[test]
fn every_plugin_passes_its_own_tests() {
    let folders = tested();
    assert!(folders.len() >= 9, "{folders:?}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
    let output = command.args(["plugin", "test"]).args(&folders).output().unwrap();
    let told = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
    assert!(output.status.success(), "{told}");
}

#[test]
fn every_plugin_says_what_a_directory_shows_and_has_its_page_in_the_guide() {
    for folder in tested() {
        let manifest = std::fs::read_to_string(folder.join("plugin.yaml")).unwrap();
        let value: Value = serde_yaml::from_str(&manifest).unwrap();
        let text = |key: &str| value.pointer(key).and_then(Value::as_str).unwrap_or_default();
        let id = text("/metadata/id");
        assert_eq!(folder.file_name().unwrap().to_str(), Some(id));
        for key in ["title", "description", "category", "license", "icon"] {
            assert!(!text(&format!("/metadata/{key}")).is_empty(), "{id} has no {key}");
        }
        assert!(text("/metadata/description").chars().count() <= 170, "{id} is described at length");
        assert_eq!(value.pointer("/metadata/optional"), Some(&json!(true)), "{id} is on by itself");
        let names = value.get("tests").and_then(Value::as_array).unwrap().len();
        assert!(names >= 2, "{id} has {names} tests");
        let page = value.pointer("/extends/plugin").and_then(Value::as_str).unwrap_or(id);
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("content/guide/plugins/{page}.md"));
        let guide = std::fs::read_to_string(guide).unwrap();
        assert!(guide.contains(&format!("builtin:{id}")), "the guide does not say how to use {id}");
        for language in ["en", "de"] {
            assert!(folder.join(format!("i18n/{language}.yaml")).is_file(), "{id} does not speak {language}");
        }
    }
}

/// Answers as the vendors do, for the services `cart` and `till`.
fn vendors(request: &Received) -> Reply {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let answer = |body: Value| Reply::tagged(request, body.to_string());
    match path {
        "/github/repos/larkspur/shop/actions/runs" => {
            assert_eq!(request.headers["authorization"], "Bearer gh-low-tide");
            answer(json!({"total_count": 1, "workflow_runs": [{
                "id": 7, "name": "Build", "status": "completed", "conclusion": "success", "head_branch": "main",
                "run_started_at": "2026-01-01T10:00:00Z", "updated_at": "2026-01-01T10:05:00Z",
                "actor": {"login": "ada"}, "html_url": "https://github.com/larkspur/shop/actions/runs/7"}]}))
        }
        "/sonar/api/measures/search" => {
            assert_eq!(request.headers["authorization"], "Bearer squ-low-tide");
            assert!(query.starts_with("projectKeys=cart%2Ctill&"), "{query}");
            answer(json!({"measures": [
                {"metric": "alert_status", "value": "OK", "component": "cart"},
                {"metric": "coverage", "value": "81.5", "component": "cart"},
                {"metric": "alert_status", "value": "ERROR", "component": "till"}]}))
        }
        "/sonar/api/hotspots/search" => {
            answer(json!({"paging": {"pageIndex": 1, "pageSize": 1, "total": 3}}))
        }
        "/pager/services" => {
            assert_eq!(request.headers["authorization"], "Token token=pd-low-tide");
            assert_eq!(request.headers["accept"], "application/vnd.pagerduty+json;version=2");
            answer(json!({"more": false, "services": [service("P1", "Cart"), service("P2", "Till")]}))
        }
        "/pager/incidents" => {
            assert!(
                query.starts_with("service_ids%5B%5D=P1&service_ids%5B%5D=P2&statuses%5B%5D="),
                "{query}"
            );
            answer(json!({"more": false, "incidents": [{
                "incident_number": 12, "title": "The till is out of paper", "status": "triggered", "urgency": "low",
                "created_at": "2026-01-01T08:00:00Z", "service": {"id": "P2"}, "assignments": [],
                "html_url": "https://larkspur.pagerduty.com/incidents/Q12"}]}))
        }
        "/pager/oncalls" => answer(json!({"more": false, "oncalls": [{
            "escalation_policy": {"id": "E1"}, "escalation_level": 1, "end": "2026-01-05T09:00:00Z",
            "user": {"name": "Ada Quay", "html_url": "https://larkspur.pagerduty.com/users/U1"}}]})),
        _ => Reply::status(404),
    }
}

fn service(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name, "status": "active", "escalation_policy": {"id": "E1"},
           "html_url": format!("https://larkspur.pagerduty.com/service-directory/{id}")})
}

fn configuration(server: &Server) -> String {
    let (host, url) = (server.host(), server.url(""));
    format!(
        "integrations:\n  github:\n    - {{host: '{host}', apiBaseUrl: '{url}/github', token: gh-low-tide}}
plugins:
  - use: builtin:github-actions
  - use: builtin:sonarqube
    history: true
    config: {{instances: [{{name: default, baseUrl: '{url}/sonar', token: squ-low-tide}}]}}
  - use: builtin:sonarqube-security-hotspots
  - use: builtin:tech-radar
    config: {{url: radar.yaml}}
  - use: builtin:adrs
  - use: builtin:git-activity
  - use: builtin:code-coverage
    history: true
  - use: builtin:deployments-sql
    config: {{sqlite: data/ops.sqlite}}
  - use: builtin:pagerduty
    config: {{token: pd-low-tide, baseUrl: '{url}/pager'}}
catalog:\n  locations: [{{type: file, target: ./all.yaml}}]\n"
    )
}

fn component(name: &str, service: &str, host: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  tags: [rust]
  annotations:
    backstage.io/source-location: url:http://{host}/larkspur/shop/
    github.com/project-slug: larkspur/shop
    sonarqube.org/project-key: {name}
    pagerduty.com/service-id: {service}
    backstage.io/adr-location: docs/adr
    callboard/coverage-report: lcov:reports/lcov.info
spec: {{type: service, lifecycle: production, owner: team, system: shop}}
---
"
    )
}

const AROUND: &str =
    "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}
---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ada}\nspec: {memberOf: [team]}
---\napiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: shop}\nspec: {owner: team}\n---\n";

const RADAR: &str = "quadrants: [{id: languages, name: Languages}]
rings: [{id: adopt, name: Adopt, color: green}]
entries:
  - {key: rust, id: rust, title: Rust, quadrant: languages, timeline: [{date: '2025-06-01', ringId: adopt, moved: 1}]}
";

/// Writes a database, since none is kept in the repository.
fn database(path: &Path) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE deployments (component TEXT, environment TEXT, version TEXT, deployed_at TEXT,
                                       deployed_by TEXT, status TEXT, url TEXT);
             INSERT INTO deployments VALUES
               ('cart', 'production', '2.4.1', '2026-01-01T09:12:00Z', 'Ada Quay', 'success', NULL),
               ('cart', 'staging', '2.5.0', '2026-01-01T11:00:00Z', 'Ada Quay', 'running', NULL),
               ('till', 'production', '1.0.3', '2025-12-24T09:00:00Z', NULL, 'failed', NULL),
               ('gone', 'production', '9.9.9', '2024-01-01T00:00:00Z', NULL, 'success', NULL);",
        )
        .unwrap();
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder);
    for (name, value) in [
        ("GIT_AUTHOR_NAME", "Ada Quay"),
        ("GIT_AUTHOR_EMAIL", "ada@larkspur-ferries.example"),
        ("GIT_COMMITTER_NAME", "Ada Quay"),
        ("GIT_COMMITTER_EMAIL", "ada@larkspur-ferries.example"),
        ("GIT_AUTHOR_DATE", "2026-01-01T07:00:00Z"),
        ("GIT_COMMITTER_DATE", "2026-01-01T07:00:00Z"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ] {
        command.env(name, value);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn written(server: &Server) -> Site {
    let site = Site::new(&configuration(server));
    let host = server.host();
    site.write(
        "all.yaml",
        &[AROUND, &component("cart", "P1", &host), &component("till", "P2", &host)].concat(),
    );
    site.write(
        "docs/adr/0001-one-queue.md",
        "# One queue\n\n* Status: accepted\n* Date: 2025-08-09\n\nAll of it.\n",
    );
    site.write("reports/lcov.info", "SF:src/cart.rs\nDA:1,1\nDA:2,0\nend_of_record\n");
    site.write("radar.yaml", RADAR);
    database(&site.folder.path().join("data/ops.sqlite"));
    git(site.folder.path(), &["init", "--quiet", "--initial-branch", "main"]);
    git(site.folder.path(), &["add", "all.yaml", "docs", "reports"]);
    git(site.folder.path(), &["commit", "--quiet", "--message", "Sell tickets at sea"]);
    site
}

/// Returns how many requests a plan names for the sources of plugins.
fn planned(site: &Site) -> usize {
    let output = site.run(&["fetch", "--plan", "--format", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let plan: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let sources = plan["plugins"].as_array().unwrap();
    sources.iter().map(|it| it["requests_min"].as_u64().unwrap() as usize).sum()
}

#[test]
fn a_site_with_all_of_them_asks_what_it_planned_and_shows_it() {
    let server = Server::start(vendors);
    let site = written(&server);
    let planned = planned(&site);
    let (told, files) = site.build(&[]);
    let asked = server.received();
    let paths: Vec<&str> = asked.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(asked.len(), planned, "{paths:#?}\n{told}");
    assert_eq!(planned, 7, "one for runs and measures, two for hotspots, three for PagerDuty: {paths:#?}");
    assert!(!told.contains("error["), "{told}");
    let page = |path: &str| {
        let file = files.get(path).unwrap_or_else(|| panic!("no {path}: {told}"));
        String::from_utf8_lossy(file).into_owned()
    };
    let overview = page("catalog/default/component/cart/index.html");
    for shown in [
        "actions/runs/7",
        "Quality gate",
        "81.5",
        "One queue",
        "Sell tickets at sea",
        "2.4.1",
        "Ada Quay",
        "Rust",
        "50%",
    ] {
        assert!(overview.contains(shown), "the overview lacks {shown}");
    }
    for tab in ["ci-cd", "code-quality", "adrs", "activity", "coverage", "deployments"] {
        page(&format!("catalog/default/component/cart/{tab}/index.html"));
    }
    assert!(page("catalog/default/component/cart/code-quality/index.html").contains("Hotspots to review"));
    assert!(page("catalog/default/system/shop/code-quality-parts/index.html").contains("component/till/"));
    assert!(page("catalog/default/component/till/incidents/index.html").contains("out of paper"));
    assert!(page("tech-radar/index.html").contains("Languages"));
    let all = page("deployments/index.html");
    assert!(all.contains("1.0.3") && !all.contains("9.9.9"), "what no entity has is not shown");
    let rows = files.iter().find(|(path, _)| path.starts_with("search/rows-")).unwrap().1;
    let rows = String::from_utf8_lossy(rows);
    assert!(
        rows.contains("\"tech-radar/#rust\"")
            && rows.contains("\"catalog/default/component/cart/adrs/#0001-one-queue"),
        "{rows}"
    );
    for secret in ["gh-low-tide", "squ-low-tide", "pd-low-tide"] {
        assert!(files.values().all(|it| !String::from_utf8_lossy(it).contains(secret)));
    }
    let (_, again) = site.build(&["--offline"]);
    assert_eq!(server.received().len(), asked.len());
    assert!(files == again, "the data of the cache gives the same bytes");
}
