//! A site whose files lie elsewhere: what is asked, what is kept, and what becomes of failures. No socket is opened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use callboard::diagnostics::Report;
use callboard::generate::{Progress, SiteInput, generate};
use callboard::render::Publish;
use callboard::sources::remote::{
    Cache, FetchError, Fetcher, GitPolicy, Lock, Mode, Recorded, RecordedTransport, Refresh, RemoteReader,
};
use callboard::sources::{LocalReader, MemoryReader, Reader, SiteReader};

struct Quiet;

impl Progress for Quiet {
    fn stage(&self, _: &str, _: Option<usize>) {}
}

/// Keeps what is published.
#[derive(Default)]
struct Kept(Mutex<BTreeMap<String, Vec<u8>>>);

impl Publish for Kept {
    fn put(&self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.0.lock().unwrap().insert(path.to_owned(), bytes.to_vec());
        Ok(())
    }
}

/// What a build gave.
struct Built {
    report: Vec<String>,
    pages: BTreeMap<String, Vec<u8>>,
    asked: Vec<String>,
    lock: Lock,
}

impl Built {
    fn has(&self, code: &str) -> bool {
        self.report.iter().any(|it| it.starts_with(code))
    }

    fn page(&self, path: &str) -> &str {
        let page = self.pages.get(path).unwrap_or_else(|| panic!("no {path}: {:#?}", self.report));
        std::str::from_utf8(page).unwrap()
    }
}

/// A build of a site on a day, with a fake internet and a cache that may be used again.
#[derive(Clone)]
struct Build<'a> {
    site: &'a str,
    answers: Vec<(&'a str, Recorded)>,
    cache: &'a Path,
    mode: Mode,
    lock: Lock,
    now: &'a str,
}

impl Build<'_> {
    fn run(self) -> Built {
        let answers = self.answers.iter().map(|(url, answer)| ((*url).to_owned(), answer.clone()));
        let transport = Arc::new(RecordedTransport::new(answers));
        let own = MemoryReader::new([("site.yaml", self.site.as_bytes().to_vec())]);
        let (cache, mode, lock, now) =
            (Cache::new(self.cache), self.mode.clone(), self.lock.clone(), self.now.to_owned());
        let sender = Arc::clone(&transport);
        let reader = Arc::new(SiteReader::new(
            Arc::new(own),
            Box::new(move |hosts| {
                let fetcher =
                    Fetcher::new(Arc::clone(&sender) as _, cache.clone(), mode.clone(), lock.clone(), &now);
                Some(RemoteReader::new(fetcher, hosts.addresses.clone(), GitPolicy::default()))
            }),
        ));
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let input = SiteInput {
            reader: Arc::clone(&reader) as _,
            builtin: Arc::new(LocalReader::new(root, root).unwrap()),
            configs: vec!["site.yaml".to_owned()],
            name: "A folder".to_owned(),
            environment: BTreeMap::new(),
            origin: None,
            now: self.now.to_owned(),
            now_s: 1_767_312_000,
        };
        let (mut report, kept) = (Report::new(), Kept::default());
        generate(&input, &kept, &Quiet, &mut report).unwrap();
        let line =
            |it: &callboard::diagnostics::Diagnostic| format!("{} {} {}", it.code, it.span, it.message);
        Built {
            report: report.diagnostics().iter().map(line).collect(),
            pages: kept.0.into_inner().unwrap(),
            asked: transport.asked(),
            lock: reader.elsewhere().unwrap().fetcher().lock(),
        }
    }
}

const SITE: &str = "catalog:
  locations:
    - {type: url, target: https://github.com/acme/shop/blob/main/catalog-info.yaml}
";

const RAW: &str = "https://raw.githubusercontent.com/acme/shop/main/";

const SHOP: &str = "apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: shop}
spec: {targets: [./parts/all.yaml]}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: shop-api}
spec: {type: openapi, lifecycle: production, owner: shop-team, definition: {$text: ./openapi.yaml}}
";

const PARTS: &str = "apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop-team}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {memberOf: [shop-team]}
";

const OPENAPI: &str = "openapi: 3.0.3\ninfo: {title: The shop, version: '1'}\npaths: {}\n";

fn body(text: &str) -> Recorded {
    Recorded::Body(text.as_bytes().to_vec())
}

fn answers() -> Vec<(&'static str, Recorded)> {
    vec![
        ("https://raw.githubusercontent.com/acme/shop/main/catalog-info.yaml", body(SHOP)),
        ("https://raw.githubusercontent.com/acme/shop/main/parts/all.yaml", body(PARTS)),
        ("https://raw.githubusercontent.com/acme/shop/main/openapi.yaml", body(OPENAPI)),
    ]
}

fn first(cache: &Path) -> Build<'_> {
    Build {
        site: SITE,
        answers: answers(),
        cache,
        mode: Mode::default(),
        lock: Lock::default(),
        now: "2026-01-02",
    }
}

#[test]
fn locations_placeholders_and_relative_targets_are_read_from_their_host() {
    let cache = tempfile::tempdir().unwrap();
    let built = first(cache.path()).run();
    assert_eq!(built.report, Vec::<String>::new());
    let mut asked = built.asked.clone();
    asked.sort();
    assert_eq!(asked, ["catalog-info.yaml", "openapi.yaml", "parts/all.yaml"].map(|it| format!("{RAW}{it}")));
    assert!(built.page("catalog/default/api/shop-api/definition/index.html").contains("The shop"));
    let twin = built.page("api/catalog/entities/by-name/group/default/shop-team");
    for value in [
        "\"backstage.io/managed-by-location\":\"url:https://github.com/acme/shop/tree/main/parts/all.yaml\"",
        "\"backstage.io/managed-by-origin-location\":\"url:https://github.com/acme/shop/blob/main/catalog-info.yaml\"",
        "\"backstage.io/edit-url\":\"https://github.com/acme/shop/edit/main/parts/all.yaml\"",
        "\"backstage.io/source-location\":\"url:https://github.com/acme/shop/tree/main/parts/\"",
    ] {
        assert!(twin.replace(": ", ":").contains(value), "{value} is not in {twin}");
    }
}

#[test]
fn a_second_build_asks_whether_anything_changed_and_an_offline_one_asks_nothing() {
    let cache = tempfile::tempdir().unwrap();
    let one = first(cache.path()).run();
    let two = first(cache.path()).run();
    assert_eq!(two.asked.len(), 3);
    let mode = Mode { offline: true, locked: true, ..Mode::default() };
    let nobody = vec![];
    let three = Build { mode, answers: nobody, lock: two.lock.clone(), ..first(cache.path()) }.run();
    assert_eq!(three.asked, Vec::<String>::new());
    assert!(one.pages == two.pages && two.pages == three.pages, "the output differs");
    assert_eq!((one.lock.to_text(), two.lock.to_text()), (two.lock.to_text(), three.lock.to_text()));
}

#[test]
fn a_locked_build_takes_nothing_newer_than_the_lock() {
    let cache = tempfile::tempdir().unwrap();
    let one = first(cache.path()).run();
    let locked = Mode { locked: true, ..Mode::default() };
    let changed = || {
        let mut answers = answers();
        answers[1].1 = body(&PARTS.replace("shop-team", "other-team"));
        answers
    };
    let same =
        Build { mode: locked.clone(), lock: one.lock.clone(), answers: changed(), ..first(cache.path()) }
            .run();
    assert!(same.pages == one.pages);
    assert_eq!(same.asked, Vec::<String>::new(), "the cache holds what the lock names");
    let empty = tempfile::tempdir().unwrap();
    let newer =
        Build { mode: locked, lock: one.lock.clone(), answers: changed(), ..first(empty.path()) }.run();
    assert!(newer.has("location/unreadable"), "{:#?}", newer.report);
    assert!(
        newer.report.iter().any(|it| it.contains("not the one that the lock names")),
        "{:#?}",
        newer.report
    );
}

#[test]
fn a_host_that_fails_costs_nothing_that_was_read_before() {
    let cache = tempfile::tempdir().unwrap();
    let one = first(cache.path()).run();
    let dead = || {
        let mut answers = answers();
        answers[1].1 = Recorded::Error(FetchError::Unreachable("connection refused".to_owned()));
        answers
    };
    let two = Build { answers: dead(), now: "2026-01-05", ..first(cache.path()) }.run();
    assert!(two.has("location/stale"), "{:#?}", two.report);
    let page = two.page("catalog/default/group/shop-team/index.html");
    assert!(page.contains("2026-01-02") && page.contains("connection refused"), "{page}");
    assert_eq!(one.lock.to_text(), {
        let again = first(cache.path()).run();
        again.lock.to_text()
    });
    let warn = SITE.replace("yaml}", "yaml, onError: warn}");
    let warned = Build { site: &warn, answers: dead(), ..first(cache.path()) }.run();
    assert!(warned.has("location/unreadable"), "{:#?}", warned.report);
    assert!(!warned.pages.contains_key("catalog/default/group/shop-team/index.html"));
    let fail = SITE.replace("yaml}", "yaml, onError: fail}");
    let failed = Build { site: &fail, answers: dead(), ..first(cache.path()) }.run();
    assert!(failed.has("location/failed") && failed.pages.is_empty(), "{:#?}", failed.report);
}

#[test]
fn what_is_gone_is_gone() {
    let cache = tempfile::tempdir().unwrap();
    first(cache.path()).run();
    let mut answers = answers();
    answers[1].1 = Recorded::Status(404);
    let built = Build { answers, ..first(cache.path()) }.run();
    assert!(built.has("location/not-found"), "{:#?}", built.report);
}

#[test]
fn each_status_is_told_at_the_line_that_names_the_location() {
    for (answer, says) in [
        (Recorded::Status(401), "wants to know who asks"),
        (Recorded::Status(403), "does not let"),
        (Recorded::Status(429), "too many requests"),
        (Recorded::Status(503), "status 503"),
        (Recorded::Error(FetchError::TimedOut("the answer".to_owned())), "took too long"),
        (Recorded::Error(FetchError::Truncated), "broke off"),
        (Recorded::Error(FetchError::NotAllowed("x".to_owned())), "not among the hosts"),
    ] {
        let cache = tempfile::tempdir().unwrap();
        let mut answers = answers();
        answers[0].1 = answer;
        let built = Build { answers, ..first(cache.path()) }.run();
        let found = built.report.iter().find(|it| it.contains(says));
        assert!(found.is_some_and(|it| it.contains("site.yaml:3:27")), "{says}: {:#?}", built.report);
        assert!(built.pages.contains_key("index.html"), "one dead host costs the portal");
    }
}

#[test]
fn refresh_reads_anew() {
    let cache = tempfile::tempdir().unwrap();
    first(cache.path()).run();
    let glob = globset::Glob::new("**/all.yaml").unwrap().compile_matcher();
    let mode = Mode { refresh: Some(Refresh::Matching(glob)), ..Mode::default() };
    let built = Build { mode, ..first(cache.path()) }.run();
    assert_eq!(built.asked.len(), 3);
    assert_eq!(built.report, Vec::<String>::new());
}

/// An archive as GitHub makes it.
fn archive(files: &[(&str, &str)]) -> Recorded {
    let packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(packer);
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("acme-shop-0123456/{path}"), text.as_bytes()).unwrap();
    }
    Recorded::Body(tar.into_inner().unwrap().finish().unwrap())
}

const ARCHIVE: &str = "https://codeload.github.com/acme/shop/tar.gz/main";

fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  annotations: {{backstage.io/techdocs-ref: 'dir:.'}}\nspec: {{type: service, lifecycle: production, owner: shop-team}}\n"
    )
}

#[test]
fn patterns_and_documentation_are_read_from_one_archive() {
    let cache = tempfile::tempdir().unwrap();
    let (cart, till) = (component("cart"), component("till"));
    let whole = archive(&[
        ("teams.yaml", PARTS),
        ("cart/catalog-info.yaml", &cart),
        ("cart/mkdocs.yml", "site_name: The cart\nnav: [{Home: index.md}, {Wheels: wheels.md}]\n"),
        (
            "cart/docs/index.md",
            "# The cart\n\nSee [the wheels](wheels.md) and [the till](../../till/catalog-info.yaml).\n",
        ),
        ("cart/docs/wheels.md", "# Wheels\n\n![a wheel](wheel.svg)\n"),
        ("cart/docs/wheel.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("till/catalog-info.yaml", &till),
        ("till/docs/index.md", "# The till\n"),
        ("till/secret.bin", "not wanted"),
    ]);
    let site = "catalog:
  locations:
    - {type: url, target: 'https://github.com/acme/shop/blob/main/*/catalog-info.yaml'}
    - {type: url, target: 'https://github.com/acme/shop/blob/main/teams.yaml'}
";
    let build = || Build { site, answers: vec![(ARCHIVE, whole.clone())], ..first(cache.path()) };
    let one = build().run();
    assert_eq!(one.report, Vec::<String>::new());
    assert_eq!(one.asked, [ARCHIVE], "the archive serves every file of it");
    let page = one.page("docs/default/component/cart/index.html");
    assert!(page.contains("the wheels") && page.contains("wheels/"), "{page}");
    assert!(page.contains("https://github.com/acme/shop/blob/main/till/catalog-info.yaml"), "{page}");
    assert!(
        one.pages
            .keys()
            .any(|it| it.starts_with("docs/default/component/cart/") && it.ends_with("wheel.svg"))
    );
    let two = build().run();
    assert!(one.pages == two.pages);
    let mode = Mode { offline: true, locked: true, ..Mode::default() };
    let three = Build { mode, lock: two.lock, answers: Vec::new(), ..build() }.run();
    assert!(three.asked.is_empty() && one.pages == three.pages, "{:#?}", three.report);
}

#[test]
fn documentation_that_cannot_be_read_costs_its_entity_nothing() {
    let cache = tempfile::tempdir().unwrap();
    let cart = component("cart");
    let mut answers = answers();
    answers[0].1 = body(&cart);
    answers.push((ARCHIVE, Recorded::Status(502)));
    let built = Build { answers, ..first(cache.path()) }.run();
    let told = built.report.iter().find(|it| it.starts_with("content/docs-unreadable"));
    let told = told.unwrap_or_else(|| panic!("{:#?}", built.report));
    assert!(told.contains("https://github.com/acme/shop/blob/main/catalog-info.yaml:5:"), "{told}");
    assert!(built.pages.contains_key("catalog/default/component/cart/index.html"));
}

const ORGANISATION: &str = "catalog:
  providers:
    github:
      acme: {organization: acme, codeowners: true}
";

#[test]
fn repositories_are_discovered_and_owners_come_from_codeowners() {
    let cache = tempfile::tempdir().unwrap();
    let page = serde_json::json!({"data": {"repositoryOwner": {"repositories": {
        "nodes": [
            {"name": "shop", "owner": {"login": "acme"}, "url": "https://github.com/acme/shop", "isArchived": false, "isFork": false,
             "visibility": "PUBLIC", "defaultBranchRef": {"name": "main"}, "repositoryTopics": {"nodes": []}},
            {"name": "old", "owner": {"login": "acme"}, "url": "https://github.com/acme/old", "isArchived": true, "isFork": false,
             "visibility": "PUBLIC", "defaultBranchRef": {"name": "main"}, "repositoryTopics": {"nodes": []}},
        ],
        "pageInfo": {"hasNextPage": false, "endCursor": null},
    }}}});
    let cart = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart}\nspec: {type: service, lifecycle: production}\n";
    let answers = || {
        vec![
            ("https://api.github.com/graphql", body(&page.to_string())),
            ("https://raw.githubusercontent.com/acme/shop/main/catalog-info.yaml", body(cart)),
            ("https://raw.githubusercontent.com/acme/shop/main/CODEOWNERS", body("* @acme/shop-team\n")),
        ]
    };
    let site = ORGANISATION;
    let built = Build { site, answers: answers(), ..first(cache.path()) }.run();
    let twin = built.page("api/catalog/entities/by-name/component/default/cart").replace(": ", ":");
    assert!(twin.contains("\"owner\":\"group:default/shop-team\""), "{twin} {:#?}", built.report);
    assert!(
        !built.asked.iter().any(|it| it.contains("acme/old")),
        "an archived repository: {:#?}",
        built.asked
    );
    let mode = Mode { offline: true, locked: true, ..Mode::default() };
    let again = Build { site, mode, lock: built.lock, answers: Vec::new(), ..first(cache.path()) }.run();
    assert!(again.asked.is_empty() && again.pages == built.pages, "{:#?}", again.report);
}

#[test]
fn plugins_and_layouts_may_lie_elsewhere() {
    let cache = tempfile::tempdir().unwrap();
    let whole = archive(&[
        (
            "plugins/tides/plugin.yaml",
            "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: tides, title: Tides}\nextensions:\n  - {kind: page, path: /tides, title: Tides, view: {template: tides}}\n",
        ),
        ("plugins/tides/templates/tides.html", "<p>High water at noon</p>\n"),
        ("look/assets/tide.txt", "an asset of the look"),
    ]);
    let site = "plugins:
  - use: https://github.com/acme/shop/tree/main/plugins/tides
portal:
  layouts: https://github.com/acme/shop/tree/main/look
";
    let built = Build { site, answers: vec![(ARCHIVE, whole)], ..first(cache.path()) }.run();
    assert!(built.page("tides/index.html").contains("High water at noon"), "{:#?}", built.report);
    assert!(built.pages.keys().any(|it| it.starts_with("assets/tide-")), "{:#?}", built.pages.keys());
    assert_eq!(built.asked, [ARCHIVE]);
}
