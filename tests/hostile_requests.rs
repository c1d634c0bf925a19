//! Plugins and servers that mean harm over the network: what is not granted is not asked, and no secret goes astray.

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
#[path = "support/server.rs"]
mod server;
#[path = "support/site.rs"]
mod site;

use std::io::Write as _;

use hostile::{TEAM, build, component, plugin};
use server::{End, Received, Reply, Server};
use site::Site;

const TOKEN: &str = "tern-on-the-mast";

/// A plugin that asks one path of a server once and shows the answer on a page; `more` are further keys of the source.
fn asking(id: &str, base: &str, path: &str, more: &str) -> String {
    format!(
        "config: {{type: object, properties: {{token: {{type: string, x-visibility: secret}}, plain: {{type: string}}}}}}\npermissions: {{endpoints: [{{baseUrl: '{base}', methods: [GET, POST], paths: ['/open/**']}}]}}\nsources:\n  d: {{kind: rest, baseUrl: '{base}', scope: once, request: {{path: \"{path}\"}}, {more}}}\nextensions:\n  - kind: page\n    path: {id}\n    title: Page\n    view: {{widget: code, text: data.d | tojson}}\n"
    )
}

/// A site whose plugins are granted a server, and its configuration.
struct Harbour {
    site: Site,
    config: String,
}

impl Harbour {
    fn new(before: &str) -> Self {
        let config =
            format!("{before}catalog:\n  locations: [{{type: file, target: ./all.yaml}}]\nplugins:\n");
        let site = Site::new(&config);
        site.write("all.yaml", &[TEAM, &component("cart", "")].concat());
        Self { site, config }
    }

    /// Adds a plugin with what the operator says of it.
    fn add(&mut self, id: &str, body: &str, said: &str) {
        plugin(&self.site, id, body);
        self.config += &format!("  - {{use: ./plugins/{id}{said}}}\n");
        self.site.write("site.yaml", &self.config);
    }
}

fn granted(server: &Server) -> String {
    format!(", grant: {{network: ['http://{}']}}", server.host())
}

/// Bytes that decompress to 64 MiB of zeros.
fn bomb() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..64 {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn what_is_not_granted_is_not_asked() {
    let server = Server::start(|_| Reply::body("[1]"));
    let port = server.host().rsplit(':').next().unwrap().to_owned();
    let mut harbour = Harbour::new("");
    let hosts = [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "2130706433",
        "0177.0.0.1",
        "0x7f.1",
        "127.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ];
    for (index, host) in hosts.iter().enumerate() {
        let id = format!("n-{index}");
        harbour.add(&id, &asking(&id, &format!("http://{host}:{port}"), "/open/x", ""), "");
    }
    harbour.add("n-cloud", &asking("n-cloud", "http://169.254.169.254", "/open/latest/meta-data", ""), "");
    harbour.add("n-undeclared", &asking("n-undeclared", &server.url(""), "/closed", ""), &granted(&server));
    harbour.add("n-other", &asking("n-other", &server.url(""), "/open/x", ""), "");
    harbour.add(
        "n-password",
        &asking("n-password", &format!("http://a:b@{}", server.host()), "/open/x", ""),
        &granted(&server),
    );
    harbour.add(
        "n-post",
        &asking("n-post", &server.url(""), "/open/x", "")
            .replace("methods: [GET, POST]", "methods: [GET]")
            .replace("request: {", "request: {method: POST, "),
        &granted(&server),
    );
    for (index, path) in [
        "/open/../closed",
        "/open/%2e%2e/closed",
        "/open/..%2fclosed",
        "/open/..\\\\closed",
        "//evil.example/open/x",
        "/open/x/../../closed",
    ]
    .iter()
    .enumerate()
    {
        let id = format!("p-{index}");
        harbour.add(&id, &asking(&id, &server.url(""), path, ""), &granted(&server));
    }
    // An origin in the configuration of one plugin is nothing to another.
    harbour.add(
        "n-config",
        &asking("n-config", "http://a.example", "/open/x", ""),
        &format!(", config: {{plain: '{}'}}", server.url("")),
    );
    let outcome = build(&harbour.site, &[]);
    assert_eq!(server.traffic().0, 0, "{:?} {}", server.received(), outcome.told);
    assert_eq!(outcome.exit, Some(1));
    for id in ["n-0", "n-1", "n-2", "n-3", "n-4", "n-5", "n-6", "n-7", "n-8", "n-cloud", "n-other"] {
        assert!(outcome.told.contains(&format!("the plugin `{id}` may not read")), "{id}: {}", outcome.told);
    }
    for id in ["n-undeclared", "n-post"] {
        assert!(outcome.of(id).contains("plugin/not-declared"), "{id}: {:?}", outcome.of(id));
    }
    for index in 0..6 {
        let told = outcome.of(&format!("p-{index}"));
        assert!(
            told.contains("plugin/source-failed") || told.contains("plugin/not-declared"),
            "p-{index}: {told:?}"
        );
    }
    assert!(outcome.page("catalog/default/component/cart/index.html").contains("cart"));
}

#[test]
fn redirects_lead_nowhere_else() {
    let inner = Server::start(|_| Reply::body("[\"stolen\"]"));
    let (there, here) = (inner.url("/open/x"), inner.host());
    let server = Server::start(move |request| {
        let to = |it: &str| Reply::status(302).header("location", it);
        match request.path.as_str() {
            "/open/inner" => to(&there),
            "/open/cloud" => to("http://169.254.169.254/latest/meta-data"),
            "/open/file" => to("file:///etc/passwd"),
            "/open/loop" => to("/open/loop"),
            "/open/user" => to("http://a:b@127.0.0.1/"),
            "/open/nowhere" => to("http://"),
            path if path.starts_with("/open/own") => Reply::body("[\"own\"]"),
            _ => to("/open/own"),
        }
    });
    // The site may read the inner server, and one plugin is granted it; neither is anything to the others.
    let mut harbour = Harbour::new(&format!("backend: {{reading: {{allow: [{{host: '{here}'}}]}}}}\n"));
    let token = format!(", config: {{token: {TOKEN}}}");
    let said = format!("{}{token}", granted(&server));
    for id in ["inner", "cloud", "file", "loop", "user", "nowhere", "fine"] {
        let body = asking(
            &format!("r-{id}"),
            &server.url(""),
            &format!("/open/{id}"),
            "auth: {bearer: config.token}",
        );
        harbour.add(&format!("r-{id}"), &body, &said);
    }
    harbour.add(
        "r-holder",
        &asking("r-holder", &server.url(""), "/open/own", ""),
        &format!(", grant: {{network: ['{}']}}", inner.url("")),
    );
    let both =
        format!(", grant: {{network: ['http://{}', 'http://{}']}}{token}", server.host(), inner.host());
    harbour.add(
        "r-both",
        &asking("r-both", &server.url(""), "/open/inner", "auth: {bearer: config.token}"),
        &both,
    );
    let outcome = build(&harbour.site, &[]);
    for id in ["inner", "cloud", "file", "loop", "user", "nowhere"] {
        assert!(outcome.of(&format!("r-{id}")).contains("plugin/source-failed"), "{id}: {}", outcome.told);
    }
    assert_eq!(outcome.of("r-fine").len(), 0, "{}", outcome.told);
    assert!(outcome.page("r-fine/index.html").contains("own"));
    assert!(outcome.page("r-both/index.html").contains("stolen"), "it was granted both");
    let asked = inner.received();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(!asked[0].headers.contains_key("authorization"), "no secret goes to another host");
    assert_eq!(outcome.holding(TOKEN), Vec::<&str>::new());
    assert!(!outcome.told.contains(TOKEN));
}

#[test]
fn answers_are_bounded() {
    let (bomb, nested) = (bomb(), format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)));
    let server = Server::start(move |request| {
        let page = |next: &str| Reply::body("[1, 2]").header("link", &format!("<{next}>; rel=\"next\""));
        match request.path.split('?').next().unwrap() {
            "/open/bomb" => Reply::body(bomb.clone()).header("content-encoding", "gzip"),
            "/open/large" => Reply { body: vec![b' '; 20 << 20], ..Reply::status(200) },
            "/open/endless" => {
                Reply { end: End::Cut(1 << 20), body: vec![b' '; 2 << 20], ..Reply::status(200) }
            }
            "/open/nested" => Reply::body(nested.clone()),
            "/open/rows" => Reply::body(format!("[{}1]", "{\"a\":1},".repeat(1_100_000))),
            "/open/many" => Reply::body(format!("[{}1]", "1,".repeat(900_000))),
            "/open/circle" => page("/open/circle"),
            "/open/other" => page("http://127.0.0.1:1/open/x"),
            "/open/forever" => {
                let number: usize =
                    request.path.rsplit('=').next().and_then(|it| it.parse().ok()).unwrap_or(0);
                page(&format!("/open/forever?page={}", number + 1))
            }
            "/open/html" => Reply::body("<html>log in").header("content-type", "text/html"),
            "/open/status" => Reply::status(418),
            "/open/cursor" => Reply::body("{\"rows\": [1], \"next\": \"/x\"}"),
            "/open/big-pages" => {
                let number: usize =
                    request.path.rsplit('=').next().and_then(|it| it.parse().ok()).unwrap_or(0);
                let link = format!("</open/big-pages?page={}>; rel=\"next\"", number + 1);
                Reply::body(format!("[\"{}\"]", "x".repeat(15 << 20))).header("link", &link)
            }
            _ => Reply::body("{}"),
        }
    });
    let mut harbour = Harbour::new("");
    let links = "pagination: {style: link-header, maxPages: 100}";
    let cursor = "pagination: {style: cursor, next: \"'http://HOST/closed'\"}";
    for (id, more) in [
        ("bomb", ""),
        ("large", ""),
        ("endless", ""),
        ("nested", ""),
        ("rows", ""),
        ("many", "rows: body, map: {x: row}"),
        ("circle", links),
        ("other", links),
        ("forever", links),
        ("html", ""),
        ("status", ""),
        ("cursor", cursor),
        ("big-pages", links),
        ("xml", "format: xml"),
        ("csv", "format: csv"),
    ] {
        let more = more.replace("HOST", &server.host());
        let id = format!("a-{id}");
        let path = format!("/open/{}", id.trim_start_matches("a-"));
        harbour.add(&id, &asking(&id, &server.url(""), &path, &more), &granted(&server));
    }
    let outcome = build(&harbour.site, &[]);
    let failed = ["bomb", "large", "endless", "nested", "rows", "circle", "html", "status", "big-pages"];
    for id in failed {
        assert!(outcome.of(&format!("a-{id}")).contains("plugin/source-failed"), "{id}: {:?}", outcome.codes);
    }
    assert!(outcome.of("a-cursor").contains("plugin/not-declared"), "{:?}", outcome.codes);
    let asked = |path: &str| server.received().iter().filter(|it| it.path.starts_with(path)).count();
    assert_eq!(asked("/open/forever"), 100);
    assert_eq!(asked("/open/circle"), 1);
    assert_eq!(asked("/closed"), 0, "an address that a plugin computes is a request of its own");
    assert!(outcome.page("catalog/default/component/cart/index.html").contains("cart"));
}

fn header<'a>(received: &'a [Received], path: &str, name: &str) -> Option<&'a str> {
    received.iter().find(|it| it.path.starts_with(path))?.headers.get(name).map(String::as_str)
}

#[test]
fn requests_cannot_be_split() {
    let server = Server::start(|_| Reply::body("[]"));
    let mut harbour = Harbour::new("");
    let crlf = "'a\\r\\nx-evil: 1\\r\\n\\r\\nGET /closed HTTP/1.1\\r\\n\\r\\n'";
    let quoted = crlf.replace('\'', "\"");
    let asked = |id: &str, request: &str| {
        asking(id, &server.url(""), "/open/x", "")
            .replace("request: {path: \"/open/x\"}", &format!("request: {{path: '/open/{id}', {request}}}"))
    };
    harbour.add("h-header", &asked("h-header", &format!("headers: {{x-a: {quoted}}}")), &granted(&server));
    harbour.add("h-name", &asked("h-name", "headers: {\"x-a: 1\\r\\nx-evil\": b}"), &granted(&server));
    harbour.add("h-host", &asked("h-host", "headers: {Host: evil.example, Cookie: a, Content-Length: '999', Transfer-Encoding: chunked, connection: close, Expect: 100-continue, Upgrade: h2c}"), &granted(&server));
    harbour.add(
        "h-query",
        &asked("h-query", &format!("query: {{a: {quoted}, \"b&c=d\": '1&e=2#f'}}")),
        &granted(&server),
    );
    let path = asking("h-path", &server.url(""), "/open/h-path%0d%0a?x=1#y\\r\\nx-evil: 1", "");
    harbour.add("h-path", &path, &granted(&server));
    // Keys with `&` and line ends, in one request for several.
    let batched = format!(
        "permissions: {{endpoints: [{{baseUrl: '{0}', paths: ['/open/**']}}]}}\nparams: {{k: {{from: evil.example/k}}}}\nsources:\n  d: {{kind: rest, baseUrl: '{0}', scope: per-key, key: ['{{{{ params.k }}}}'], batch: {{size: 10}}, request: {{path: /open/batch, query: {{keys: \"{{{{ batch.keys | join(',') }}}}\"}}}}, distribute: {{rows: body, by: row.k}}}}\n",
        server.url("")
    );
    harbour.add("h-batch", &batched, &granted(&server));
    harbour.site.write(
        "all.yaml",
        &[
            TEAM,
            &component("cart", "evil.example/k: \"a&admin=1\\r\\nx-evil: 1\""),
            &component("till", "evil.example/k: '../../closed?x=#'"),
        ]
        .concat(),
    );
    let outcome = build(&harbour.site, &[]);
    let received = server.received();
    assert!(
        received.iter().all(|it| !it.headers.contains_key("x-evil") && it.path.starts_with("/open/")),
        "{received:?}"
    );
    assert_eq!(header(&received, "/open/h-host", "host"), Some(server.host().as_str()));
    assert_eq!(header(&received, "/open/h-host", "cookie"), None);
    for id in ["h-header", "h-name"] {
        assert!(outcome.of(id).contains("plugin/source-failed"), "{id}: {}", outcome.told);
    }
    let query = &received.iter().find(|it| it.path.starts_with("/open/h-query")).unwrap().path;
    assert!(query.contains("b%26c%3Dd=1%26e%3D2%23f"), "{query}");
    let batch = &received.iter().find(|it| it.path.starts_with("/open/batch")).unwrap().path;
    assert!(!batch.contains('&') && !batch.contains('#'), "{batch}");
}

#[test]
fn secrets_stay_secret() {
    let server = Server::start(|request| {
        // A server that echoes what it was told, as some do in their errors.
        let told = request.headers.get("authorization").cloned().unwrap_or_default();
        Reply::body(serde_json::json!([{"echo": told, "path": request.path}]).to_string())
    });
    let mut harbour = Harbour::new("");
    let token = format!("{}, config: {{token: {TOKEN}}}", granted(&server));
    let shown = |id: &str, expression: &str| {
        format!(
            "config: {{type: object, properties: {{token: {{type: string, x-visibility: secret}}}}}}\nextensions:\n  - kind: entity-card\n    title: \"{{{{ config.token }}}}\"\n    name: {id}\n    view: {{widget: kv, items: [{{label: \"{{{{ config.token }}}}\", value: '{expression}'}}]}}\n"
        )
    };
    for (index, expression) in [
        "config.token",
        "config.token | string",
        "config.token ~ \"x\"",
        "config | tojson",
        "config.token | list | join",
        "config.token[0]",
        "config.token | upper",
        "[config.token] | join",
        "config.token == \"tern-on-the-mast\"",
        "config.token | urlencode",
        "config.token | length",
        "config.token | replace(\"a\", \"b\")",
        "config | pprint",
        "debug()",
    ]
    .iter()
    .enumerate()
    {
        let id = format!("k-{index}");
        harbour.add(&id, &shown(&id, expression), &format!(", config: {{token: {TOKEN}}}"));
    }
    // In a path, a query and a header of a request, where `auth` alone may put it.
    harbour.add("k-path", &asking("k-path", &server.url(""), "/open/{{ config.token }}", ""), &token);
    let query = asking("k-query", &server.url(""), "/open/query", "").replace(
        "request: {",
        "request: {query: {t: \"{{ config.token }}\"}, headers: {x-t: \"{{ config.token }}\"}, ",
    );
    harbour.add("k-query", &query, &token);
    let index = "sources:\n  d: {kind: embed, scope: once, map: {x: config.token}, index: {rows: \"[config]\", title: row.token, text: config.token, href: '/{{ config.token }}'}, facts: {t: config.token}}\n";
    harbour.add(
        "k-index",
        &format!(
            "config: {{type: object, properties: {{token: {{type: string, x-visibility: secret}}}}}}\n{index}"
        ),
        &format!(", config: {{token: {TOKEN}}}"),
    );
    let outcome = build(&harbour.site, &[]);
    assert_eq!(outcome.holding(TOKEN), Vec::<&str>::new());
    assert!(!outcome.told.contains(TOKEN), "{}", outcome.told);
    let received = server.received();
    assert!(
        received
            .iter()
            .all(|it| !it.path.contains(TOKEN) && !it.headers.values().any(|it| it.contains(TOKEN))),
        "{received:?}"
    );
    assert!(outcome.files.contains_key("index.html"));
}

#[test]
fn a_server_that_echoes_a_secret_stops_the_build() {
    let server = Server::start(|request| {
        use base64::Engine as _;
        let told = request.headers.get("authorization").cloned().unwrap_or_default();
        let encoded = base64::engine::general_purpose::STANDARD.encode(&told);
        match request.path.as_str() {
            "/open/plain" => Reply::body(serde_json::json!([told]).to_string()),
            _ => Reply::body(serde_json::json!([encoded]).to_string()),
        }
    });
    for path in ["plain", "encoded"] {
        let mut harbour = Harbour::new("");
        harbour.add(
            "e-echo",
            &asking("e-echo", &server.url(""), &format!("/open/{path}"), "auth: {bearer: config.token}"),
            &format!("{}, config: {{token: {TOKEN}}}", granted(&server)),
        );
        let outcome = build(&harbour.site, &[]);
        assert!(outcome.told.contains("publish/secret"), "{}", outcome.told);
        assert_ne!(outcome.exit, Some(0));
        assert!(outcome.files.is_empty(), "nothing is published");
        assert!(!outcome.told.contains(TOKEN));
    }
}

#[test]
fn a_token_that_a_plugin_does_not_mark_is_not_published() {
    let mut harbour = Harbour::new("");
    let body = "config: {type: object, properties: {token: {type: string}}}\nextensions:\n  - kind: page\n    path: u\n    title: U\n    view: {widget: markdown, text: '\"Token \" ~ config.token'}\n";
    harbour.add("u-plain", body, ", config: {token: '${HARBOUR_TOKEN}'}");
    harbour.site.environment.push(("HARBOUR_TOKEN".to_owned(), TOKEN.to_owned()));
    let outcome = build(&harbour.site, &[]);
    assert!(outcome.told.contains("publish/secret"), "{}", outcome.told);
    assert!(outcome.files.is_empty() && !outcome.told.contains(TOKEN), "{}", outcome.told);
}

#[test]
fn a_secret_of_the_address_is_kept_nowhere() {
    let server = Server::start(|request| match request.path.starts_with("/open/ok") {
        true => Reply::body("[\"fine\"]"),
        false => Reply::status(500),
    });
    let mut harbour = Harbour::new("");
    for path in ["ok", "broken"] {
        let id = format!("q-{path}");
        let body = asking(
            &id,
            &server.url(""),
            &format!("/open/{path}"),
            "auth: {query: {name: key, value: config.token}}",
        );
        harbour.add(&id, &body, &format!("{}, config: {{token: {TOKEN}}}", granted(&server)));
    }
    let outcome = build(&harbour.site, &["--timings"]);
    assert!(outcome.page("q-ok/index.html").contains("fine"), "{}", outcome.told);
    assert!(server.received().iter().all(|it| it.path.contains(TOKEN)));
    assert!(!outcome.told.contains(TOKEN), "{}", outcome.told);
    for entry in walkdir::WalkDir::new(harbour.site.folder.path()).into_iter().flatten() {
        let path = entry.path().display().to_string();
        if entry.file_type().is_file() && !path.ends_with("site.yaml") {
            let bytes = std::fs::read(entry.path()).unwrap();
            assert!(!bytes.windows(TOKEN.len()).any(|it| it == TOKEN.as_bytes()), "{path}");
        }
    }
}
