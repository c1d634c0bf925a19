//! Many entities, few requests: what three plugins ask a server, what they ask again, and what that takes.
//!
//! `CALLBOARD_SCALE=10000,3000 cargo test --release --test plugin_scale -- --nocapture` runs it with that many entities
//! and repositories, and prints the figures of `benches/README.md`.

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

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use server::{Received, Reply, Server};
use site::Site;

/// How many keys go into one request of the second plugin.
const BATCH: usize = 100;

/// How many entities share a list of the third plugin, and how many pages it has.
const GROUP: usize = 50;
const PAGES: usize = 3;

/// The moment of the first build.
const NOW_S: u64 = 1_767_312_000;

struct Scale {
    entities: usize,
    repositories: usize,
}

impl Scale {
    /// Returns a small scale, or that of the environment.
    fn read() -> Self {
        let written = std::env::var("CALLBOARD_SCALE").unwrap_or_else(|_| "300,90".to_owned());
        let (entities, repositories) = written.split_once(',').unwrap();
        Self { entities: entities.parse().unwrap(), repositories: repositories.parse().unwrap() }
    }

    fn groups(&self) -> usize {
        self.entities.div_ceil(GROUP)
    }

    fn batches(&self) -> usize {
        self.entities.div_ceil(BATCH)
    }

    /// Returns how many requests a build without a cache sends.
    fn requests(&self) -> usize {
        self.repositories + self.batches() + self.groups() * PAGES
    }
}

fn query(request: &Received, name: &str) -> String {
    let url = url::Url::parse(&format!("http://a.example{}", request.path)).unwrap();
    url.query_pairs().find(|(it, _)| it == name).map(|(_, it)| it.into_owned()).unwrap_or_default()
}

/// Answers as three services do: runs of a repository with an etag, measures of many projects, issues page by page.
fn answer(request: &Received) -> Reply {
    let path = request.path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["repos", repository, "runs"] => {
            let run = |number: usize| {
                json!({"id": number, "name": format!("Build {}", number % 3), "state": if number.is_multiple_of(4) { "failed" } else { "passed" },
                    "branch": "main", "url": format!("https://ci.example/{repository}/{number}"), "at": "2026-01-01T10:00:00Z",
                    "log": "x".repeat(200), "steps": [{"name": "test", "ms": 1200}, {"name": "lint", "ms": 300}]})
            };
            Reply::tagged(request, json!({"runs": (0..20).map(run).collect::<Vec<_>>()}).to_string())
        }
        ["measures"] => {
            let keys = query(request, "keys");
            let measures = keys.split(',').flat_map(|key| {
                [("coverage", "81.5"), ("bugs", "3"), ("smells", "12")]
                    .map(|(metric, value)| json!({"project": key, "metric": metric, "value": value}))
            });
            Reply::tagged(request, json!({"measures": measures.collect::<Vec<_>>()}).to_string())
        }
        ["groups", group, "issues"] => {
            let page: usize = query(request, "page").parse().unwrap_or(1);
            let issue = |number: usize| json!({"id": page * 100 + number, "title": format!("Issue {number} of {group}"), "open": number.is_multiple_of(2)});
            let reply = Reply::tagged(request, Value::Array((0..30).map(issue).collect()).to_string());
            match page < PAGES {
                true => reply.header("link", &format!("<{path}?page={}>; rel=\"next\"", page + 1)),
                false => reply,
            }
        }
        _ => Reply::status(404),
    }
}

fn manifest(id: &str, host: &str, rest: &str) -> String {
    format!(
        "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {{id: {id}, version: 1.0.0, title: {id}}}\npermissions: {{endpoints: [{{baseUrl: 'http://{host}'}}]}}\n{rest}"
    )
}

fn site_of(scale: &Scale, server: &Server) -> Site {
    let host = server.host();
    let uses: String = ["runs", "measures", "issues"]
        .iter()
        .map(|id| format!("  - {{use: ./plugins/{id}, grant: {{network: ['http://{host}']}}}}\n"))
        .collect();
    let site = Site::new(&format!(
        "catalog:\n  locations: [{{type: file, target: './catalog/*.yaml'}}]\nplugins:\n{uses}"
    ));
    site.write("plugins/runs/plugin.yaml", &manifest("runs", &host, &format!("params: {{repository: {{from: scale.example/repository, pattern: '^[a-z0-9-]+$'}}}}\nsources:\n  runs:\n    kind: rest\n    baseUrl: 'http://{host}'\n    scope: per-key\n    key: ['{{{{ params.repository }}}}']\n    request: {{path: '/repos/{{{{ params.repository }}}}/runs'}}\n    cache: {{ttl: 1h, conditional: etag}}\n    rows: body.runs\n    map: {{name: row.name, status: \"'error' if row.state == 'failed' else 'ok'\", branch: row.branch, url: row.url, at: row.at}}\n    sort: {{by: name}}\nextensions:\n  - kind: entity-content\n    path: runs\n    title: Runs\n    view:\n      widget: table\n      rows: data.runs\n      columns: [{{title: Run, value: row.name, href: row.url, as: link}}, {{title: Status, value: row.status, as: status}}, {{title: At, value: row.at, as: time}}]\n")));
    site.write("plugins/measures/plugin.yaml", &manifest("measures", &host, &format!("params: {{project: {{from: scale.example/project}}}}\nsources:\n  measures:\n    kind: rest\n    baseUrl: 'http://{host}'\n    scope: per-key\n    key: ['{{{{ params.project }}}}']\n    batch: {{size: {BATCH}}}\n    request: {{path: /measures, query: {{keys: \"{{{{ batch.keys | join(',') }}}}\"}}}}\n    distribute: {{rows: body.measures, by: row.project}}\n    cache: {{ttl: 1h}}\n    reduce: {{coverage: 'rows | pick(\"metric\", \"coverage\", \"value\") | float', bugs: 'rows | pick(\"metric\", \"bugs\", \"value\") | int'}}\n    facts: {{measures.bugs: bugs}}\nextensions:\n  - kind: entity-card\n    type: info\n    title: Measures\n    view: {{widget: kv, items: [{{label: Coverage, value: data.measures.coverage}}, {{label: Bugs, value: data.measures.bugs}}]}}\n")));
    site.write("plugins/issues/plugin.yaml", &manifest("issues", &host, &format!("params: {{group: {{from: scale.example/group}}}}\nsources:\n  issues:\n    kind: rest\n    baseUrl: 'http://{host}'\n    scope: per-key\n    key: ['{{{{ params.group }}}}']\n    request: {{path: '/groups/{{{{ params.group }}}}/issues'}}\n    pagination: {{style: link-header, maxPages: 5}}\n    cache: {{ttl: 1h}}\n    rows: body\n    where: row.open\n    limit: 10\nextensions:\n  - kind: entity-card\n    title: Issues\n    view: {{widget: list, rows: data.issues, limit: 5, item: {{title: row.title}}}}\n")));
    let mut files: BTreeMap<usize, String> = BTreeMap::new();
    files.insert(0, "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n---\n".to_owned());
    for index in 0..scale.entities {
        let (repository, group) = (index % scale.repositories, index / GROUP);
        files.entry(1 + index / 500).or_default().push_str(&format!("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: part-{index:05}\n  annotations: {{scale.example/repository: repo-{repository}, scale.example/project: project-{index}, scale.example/group: group-{group}}}\nspec: {{type: service, lifecycle: production, owner: team}}\n---\n"));
    }
    for (number, text) in files {
        site.write(&format!("catalog/{number:03}.yaml"), &text);
    }
    site
}

/// What a run took: wall and processor seconds, and the peak of memory in MiB. Zeros where the system does not tell.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    wall_s: f64,
    cpu_s: f64,
    peak_mib: u64,
}

/// Runs the program at a moment and measures it.
fn run(site: &Site, at_s: u64, arguments: &[&str]) -> (Taken, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
    command.args(arguments).current_dir(site.folder.path()).env("SOURCE_DATE_EPOCH", at_s.to_string());
    let out = site.folder.path().join("told.txt");
    let file = std::fs::File::create(&out).unwrap();
    let began = Instant::now();
    let mut child =
        command.stdout(Stdio::from(file.try_clone().unwrap())).stderr(Stdio::from(file)).spawn().unwrap();
    let mut taken = Taken::default();
    loop {
        let status = child.try_wait().unwrap();
        if let Ok(text) = std::fs::read_to_string(format!("/proc/{}/status", child.id())) {
            let peak = text.lines().find_map(|it| it.strip_prefix("VmHWM:"));
            let kib = peak.and_then(|it| it.trim().trim_end_matches(" kB").trim().parse::<u64>().ok());
            taken.peak_mib = kib.map_or(taken.peak_mib, |it| it / 1024);
        }
        if let Ok(text) = std::fs::read_to_string(format!("/proc/{}/stat", child.id())) {
            let after = text.rsplit(')').next().unwrap_or_default();
            let ticks: u64 =
                after.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
            taken.cpu_s = taken.cpu_s.max(ticks as f64 / 100.0);
        }
        if let Some(status) = status {
            taken.wall_s = began.elapsed().as_secs_f64();
            let told = std::fs::read_to_string(&out).unwrap();
            assert!(status.success(), "{told}");
            return (taken, told);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Returns a digest of every file of the portal.
fn portal(site: &Site) -> BTreeMap<String, blake3::Hash> {
    let dist = site.folder.path().join("dist");
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&dist).into_iter().flatten() {
        let path = entry.path().strip_prefix(&dist).unwrap().display().to_string();
        if entry.file_type().is_file() && path != ".callboard" {
            files.insert(path, blake3::hash(&std::fs::read(entry.path()).unwrap()));
        }
    }
    files
}

#[test]
fn many_entities_need_few_requests() {
    let scale = Scale::read();
    let server = Server::start(answer);
    let site = site_of(&scale, &server);
    #[expect(clippy::print_stderr, reason = "its figures are what the full run is for")]
    let report = |name: &str, taken: Taken| {
        let (requests, bytes) = server.traffic();
        eprintln!(
            "{name}: {:.2} s wall, {:.2} s of CPU, {} MiB, {requests} requests and {bytes} bytes so far",
            taken.wall_s, taken.cpu_s, taken.peak_mib
        );
    };
    let (taken, plan) = run(&site, NOW_S, &["fetch", "--plan", "--format", "json"]);
    report("plan", taken);
    let plan: Value =
        serde_json::from_str(plan.lines().find(|it| it.starts_with('{')).unwrap_or(&plan)).unwrap();
    let sources = plan["plugins"].as_array().unwrap();
    let of = |id: &str, key: &str| {
        sources.iter().find(|it| it["plugin"] == id).unwrap_or_else(|| panic!("{plan}"))[key]
            .as_u64()
            .unwrap() as usize
    };
    assert_eq!(server.traffic().0, 0, "a plan asks nobody");
    assert_eq!((of("runs", "requests_min"), of("runs", "keys")), (scale.repositories, scale.repositories));
    assert_eq!((of("measures", "requests_min"), of("measures", "keys")), (scale.batches(), scale.entities));
    assert_eq!(
        (of("issues", "requests_min"), of("issues", "requests_max")),
        (scale.groups(), scale.groups() * 5)
    );

    let (taken, told) = run(&site, NOW_S, &["build", "--threads", "1"]);
    report("cold", taken);
    let received = server.received();
    assert_eq!(received.len(), scale.requests(), "{told}");
    let sent = |prefix: &str| received.iter().filter(|it| it.path.starts_with(prefix)).count();
    assert_eq!(sent("/repos/"), of("runs", "requests_min"), "what was planned is what was sent");
    assert_eq!(sent("/measures"), of("measures", "requests_min"));
    assert_eq!(sent("/groups/"), scale.groups() * PAGES);
    let paths: BTreeSet<&str> = received.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths.len(), received.len(), "nothing is asked twice");
    assert!(server.at_once() <= 8, "a host gets eight requests at a time");
    let one = portal(&site);
    let page = std::fs::read_to_string(
        site.folder.path().join("dist/catalog/default/component/part-00042/index.html"),
    )
    .unwrap();
    assert!(page.contains("81.5") && page.contains("Issue 2 of group-0"), "{page}");

    let (taken, _) = run(&site, NOW_S, &["build", "--offline", "--threads", "8"]);
    report("offline", taken);
    assert_eq!(server.traffic().0, scale.requests(), "no request");
    assert!(one == portal(&site), "the same bytes with one thread and with eight, with a server and without");

    let before = server.traffic();
    let (taken, _) = run(&site, NOW_S + 60, &["build"]);
    report("within the hour", taken);
    assert_eq!(server.traffic(), before, "no request while the answers hold");

    let (taken, _) = run(&site, NOW_S + 2 * 3_600, &["build"]);
    report("two hours later", taken);
    let after = server.traffic();
    assert_eq!(after.0 - before.0, scale.requests());
    assert_eq!(after.1, before.1, "every answer is that nothing has changed");
}
