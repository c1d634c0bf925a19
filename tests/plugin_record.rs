//! `callboard plugin record`: what servers answer becomes a fixture without secrets, which the tests of the plugin read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

#[path = "support/server.rs"]
mod server;
#[path = "support/site.rs"]
mod site;

use server::{Reply, Server};
use site::Site;

const TOKEN: &str = "tern-on-the-mast";
const KEY: &str = "gull-in-the-rigging";

fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  annotations: {{tides.example/port: {name}, tides.example/contact: ada@harbour.example}}\nspec: {{type: service, lifecycle: production, owner: team}}\n---\n"
    )
}

fn manifest(server: &Server, tests: &str) -> String {
    let base = server.url("");
    format!(
        "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {{id: tides, version: 1.0.0, title: Tides}}\nconfig: {{type: object, properties: {{token: {{type: string, x-visibility: secret}}, key: {{type: string, x-visibility: secret}}}}}}\npermissions: {{endpoints: [{{baseUrl: '{base}'}}]}}\nparams: {{port: {{from: tides.example/port}}}}\nsources:\n  tides: {{kind: rest, baseUrl: '{base}', scope: per-key, key: ['{{{{ params.port }}}}'], request: {{path: '/ports/{{{{ params.port }}}}'}}, auth: {{bearer: config.token}}, pagination: {{style: link-header, maxPages: 3}}, rows: body, map: {{name: row.name}}}}\n  ships: {{kind: rest, baseUrl: '{base}', scope: once, request: {{path: /ships}}, auth: {{query: {{name: key, value: config.key}}}}}}\nextensions:\n  - kind: entity-card\n    title: Tides\n    view: {{widget: list, rows: data.tides, item: {{title: row.name}}}}\n{tests}"
    )
}

#[test]
fn answers_become_fixtures() {
    let server = Server::start(|request| {
        let echo = request.headers.get("authorization").cloned().unwrap_or_default();
        match request.path.as_str() {
            "/ports/north" => Reply::body(serde_json::json!([{"name": "High water", "echo": echo, "access_token": "abc", "by": "ada@harbour.example"}]).to_string())
                .header("link", "</ports/north?page=2>; rel=\"next\"")
                .header("set-cookie", "session=1"),
            "/ports/north?page=2" => Reply::body("[{\"name\": \"Low water\"}]"),
            path if path == format!("/ships?key={KEY}") => Reply::body("{\"count\": 3}"),
            _ => Reply::status(404),
        }
    });
    let site = Site::new(&format!(
        "catalog: {{locations: [{{type: file, target: ./all.yaml}}]}}\nplugins:\n  - use: ./plugins/tides\n    config: {{token: {TOKEN}, key: {KEY}}}\n    grant: {{network: ['{}']}}\n",
        server.url("")
    ));
    site.write("all.yaml", &["north", "south"].map(component).concat());
    site.write("plugins/tides/plugin.yaml", &manifest(&server, ""));
    let arguments = ["plugin", "record", "tides", "--entity", "north", "--name", "north"];
    let refused = site.run(&arguments);
    assert_eq!(refused.status.code(), Some(2), "nobody said yes");
    assert!(!site.folder.path().join("plugins/tides/fixtures").exists());
    let output = site.run(&[&arguments[..], &["--yes"]].concat());
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(!server.received().iter().any(|it| it.path.contains("south")), "one entity is asked for");
    let read =
        |path: &str| std::fs::read_to_string(site.folder.path().join("plugins/tides").join(path)).unwrap();
    let (exchanges, entity) = (read("fixtures/north.yaml"), read("fixtures/north-entity.yaml"));
    for text in [&exchanges, &entity, &told] {
        for secret in [TOKEN, KEY, "abc", "ada@harbour.example", "session=1"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    assert!(
        exchanges.contains("High water")
            && exchanges.contains("Low water")
            && entity.contains("someone@example.com"),
        "{exchanges}{entity}"
    );
    // The fixtures are what the tests of the plugin read.
    let tests = "tests:\n  - name: north\n    entity: fixtures/north-entity.yaml\n    replay: fixtures/north.yaml\n    config: {token: x, key: y}\n    expect: {requests: 3, 'data.tides[1].name': Low water, 'data.ships.count': 3}\n";
    site.write("plugins/tides/plugin.yaml", &manifest(&server, tests));
    let before = server.traffic();
    let output = site.run(&["plugin", "test", "plugins/tides"]);
    let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(server.traffic(), before);
    for (id, entity) in [("none", "north"), ("tides", "west")] {
        assert_eq!(site.run(&["plugin", "record", id, "--entity", entity, "--yes"]).status.code(), Some(2));
    }
}
