//! Data of plugins against real servers on loopback, built by the program itself.

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

use server::{Reply, Server};
use site::Site;

fn component(name: &str, annotations: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  annotations: {{{annotations}}}\nspec: {{type: service, lifecycle: production, owner: team}}\n---\n"
    )
}

const TEAM: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ada}\nspec: {memberOf: [team]}\n---\n";

#[test]
fn runs_of_a_repository_are_asked_once_and_shown() {
    let server = Server::start(|request| match request.path.as_str() {
        "/api/v3/repos/acme/shop/actions/runs?per_page=20" => {
            assert_eq!(request.headers["authorization"], "Bearer low-tide-at-noon");
            Reply::tagged(
                request,
                r#"{"workflow_runs": [
                {"id": 1, "name": "Build", "status": "completed", "conclusion": "failure", "head_branch": "main",
                 "run_started_at": "2026-01-01T10:00:00Z", "updated_at": "2026-01-01T10:05:00Z",
                 "actor": {"login": "ada"}, "html_url": "https://github.com/acme/shop/actions/runs/1"},
                {"id": 2, "name": "Build", "status": "in_progress", "conclusion": null, "head_branch": "main",
                 "run_started_at": "2026-01-02T10:00:00Z", "updated_at": "2026-01-02T10:05:00Z",
                 "actor": {"login": "ada"}, "html_url": "https://github.com/acme/shop/actions/runs/2"}]}"#,
            )
        }
        _ => Reply::status(404),
    });
    let config = format!(
        "integrations:\n  github:\n    - {{host: '{host}', apiBaseUrl: 'http://{host}/api/v3', token: low-tide-at-noon}}\nplugins:\n  - use: builtin:github-actions\ncatalog:\n  locations: [{{type: file, target: ./all.yaml}}]\n",
        host = server.host()
    );
    let site = Site::new(&config);
    let place = |slug: &str| {
        format!(
            "github.com/project-slug: {slug}, backstage.io/source-location: 'url:http://{}/acme/shop/'",
            server.host()
        )
    };
    site.write(
        "all.yaml",
        &[
            TEAM,
            &component("cart", &place("acme/shop")),
            &component("till", &place("acme/shop")),
            &component("lost", &place("acme/lost")),
            &component("odd", &place("no-slug")),
        ]
        .concat(),
    );
    let (told, files) = site.build(&[]);
    assert_eq!(server.traffic().0, 2, "{told}");
    assert!(told.contains("plugin/bad-annotation"), "{told}");
    let page = |path: &str| String::from_utf8_lossy(&files[path]).into_owned();
    let tab = page("catalog/default/component/cart/ci-cd/index.html");
    assert!(tab.contains("https://github.com/acme/shop/actions/runs/2"), "{tab}");
    assert!(page("catalog/default/component/till/index.html").contains("actions/runs/2"));
    assert!(!files.contains_key("catalog/default/component/lost/ci-cd/index.html"));
    assert!(!files.contains_key("catalog/default/component/odd/ci-cd/index.html"));
    let (_, again) = site.build(&["--offline"]);
    assert_eq!(server.traffic().0, 2);
    assert!(files == again, "the data of the cache gives the same bytes");
}
