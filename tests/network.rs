//! Whole builds against real servers on loopback: git over HTTP, many addresses, and failures of every kind.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]
#![allow(dead_code, reason = "the servers are shared with other tests")]

#[path = "support/git_http.rs"]
mod git_http;
#[path = "support/server.rs"]
mod server;
#[path = "support/site.rs"]
mod site;

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use server::{End, Reply, Server};
use site::Site;

fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  annotations: {{backstage.io/techdocs-ref: 'dir:.'}}\nspec: {{type: service, lifecycle: production, owner: team}}\n"
    )
}

const TEAM: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ada}\nspec: {memberOf: [team]}\n";

fn numbers(told: &str) -> (usize, usize, usize) {
    let line = told.lines().find(|it| it.contains("read from elsewhere")).unwrap_or_else(|| panic!("{told}"));
    let found: Vec<usize> =
        line.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse().ok()).collect();
    (found[0], found[1], found[2])
}

#[test]
fn three_hundred_repositories_over_git() {
    let root = tempfile::tempdir().unwrap();
    let count = 300;
    for index in 0..count {
        let name = format!("part-{index:03}");
        let files = [
            ("catalog-info.yaml".to_owned(), component(&name)),
            ("mkdocs.yml".to_owned(), format!("site_name: {name}\n")),
            ("docs/index.md".to_owned(), format!("# The {name}\n")),
        ];
        git_http::repository(&root.path().join(format!("{name}.git")), &files);
    }
    // `token:low-tide-at-noon`
    let server = git_http::serve(root.path(), Some("dG9rZW46bG93LXRpZGUtYXQtbm9vbg=="));
    let mut config = format!(
        "integrations:\n  gitea:\n    - {{host: '{host}', baseUrl: 'http://{host}', username: token, password: low-tide-at-noon}}\ncatalog:\n  locations:\n    - {{type: file, target: ./team.yaml}}\n",
        host = server.host()
    );
    for index in 0..count {
        let target = server.url(&format!("/part-{index:03}.git#main:catalog-info.yaml"));
        config.push_str(&format!("    - {{type: url, target: 'git+{target}'}}\n"));
    }
    let site = Site::new(&config);
    std::fs::write(site.folder.path().join("team.yaml"), TEAM).unwrap();
    let (told, one) = site.build(&[]);
    assert!(told.contains("302 entities"), "{told}");
    assert!(one.contains_key("docs/default/component/part-299/index.html"));
    assert_eq!(numbers(&told), (count, 3 * count, 0), "{told}");
    let (first, first_bytes) = server.traffic();
    assert_eq!(first, 3 * count, "the references, where the history ends, and a pack, for each repository");
    let (told, two) = site.build(&[]);
    let (second, second_bytes) = server.traffic();
    assert_eq!(second - first, count, "the list of references alone");
    assert_eq!(numbers(&told), (count, count, count), "{told}");
    assert!(second_bytes - first_bytes < first_bytes / 2, "no pack is sent again");
    let (_, three) = site.build(&["--offline", "--locked"]);
    assert_eq!(server.traffic().0, second, "no request");
    assert!(one == two && two == three, "the output differs");
    // A change in one repository, a forced one in another.
    git_http::commit(
        &root.path().join("part-000.git"),
        &[("docs/index.md".to_owned(), "# Changed\n".to_owned())],
    );
    git_http::git(&root.path().join("part-001.git"), &["commit", "-q", "--amend", "-m", "another"]);
    let (_, four) = site.build(&["--locked"]);
    assert!(four == one, "a locked build takes nothing newer");
    let (_, five) = site.build(&[]);
    let page = String::from_utf8(five["docs/default/component/part-000/index.html"].clone()).unwrap();
    assert!(page.contains("Changed"));
}

#[test]
fn a_thousand_addresses_at_fifty_milliseconds() {
    let server = Server::start(|request| {
        let name = request.path.trim_start_matches('/').trim_end_matches(".yaml").to_owned();
        let text = component(&name).replace("  annotations: {backstage.io/techdocs-ref: 'dir:.'}\n", "");
        Reply { delay: Duration::from_millis(50), ..Reply::tagged(request, text) }
    });
    let mut config = format!(
        "backend: {{reading: {{allow: [{{host: '{}'}}]}}}}\ncatalog:\n  locations:\n    - {{type: file, target: ./team.yaml}}\n",
        server.host()
    );
    for index in 0..1_000 {
        config.push_str(&format!(
            "    - {{type: url, target: '{}'}}\n",
            server.url(&format!("/part-{index:04}.yaml"))
        ));
    }
    let site = Site::new(&config);
    std::fs::write(site.folder.path().join("team.yaml"), TEAM).unwrap();
    let plan = String::from_utf8(site.run(&["fetch", "--plan", "--format", "json"]).stdout).unwrap();
    assert!(plan.contains("\"requests_min\":1000"), "{plan}");
    let (told, one) = site.build(&[]);
    assert_eq!((numbers(&told), server.traffic().0), ((1_000, 1_000, 0), 1_000), "{told}");
    assert!(server.at_once() <= 8, "a host gets eight requests at a time");
    let (_, bytes) = server.traffic();
    let (told, two) = site.build(&[]);
    assert_eq!(numbers(&told), (1_000, 1_000, 1_000), "{told}");
    assert_eq!(server.traffic(), (2_000, bytes), "the second build is answered with 304 alone");
    let (_, three) = site.build(&["--offline", "--locked"]);
    assert_eq!(server.traffic().0, 2_000, "no request");
    assert!(one == two && two == three, "the output differs");
}

/// Builds a site of one address, and returns what was told.
fn told_of(server: &Server, extra: &str) -> String {
    let config = format!(
        "backend: {{reading: {{allow: [{{host: '{}'}}]}}}}\ncatalog:\n  locations:\n    - {{type: url, target: '{}'{extra}}}\n",
        server.host(),
        server.url("/team.yaml")
    );
    Site::new(&config).build(&[]).0
}

#[test]
fn each_failure_ends_in_its_own_words() {
    let bomb = || {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::copy(&mut std::io::Read::take(std::io::repeat(b' '), 64 * 1024 * 1024), &mut packer)
            .unwrap();
        packer.finish().unwrap()
    };
    let cases: Vec<(&str, Reply, &str)> = vec![
        ("401", Reply::status(401), "wants to know who asks"),
        ("403", Reply::status(403), "does not let"),
        ("404", Reply::status(404), "there is no such file"),
        ("truncated", Reply { end: End::Cut(20), ..Reply::body(TEAM) }, "broke off"),
        ("page", Reply::body("<html>").header("content-type", "text/html"), "a page of HTML"),
        ("bomb", Reply::body(bomb()).header("content-encoding", "gzip"), "larger than 32 MiB"),
        (
            "private",
            Reply::status(302).header("location", "http://169.254.169.254/latest/meta-data"),
            "not among the hosts",
        ),
        ("loop", Reply::status(302).header("location", "/team.yaml"), "redirects too often"),
        ("spent", Reply::status(429).header("retry-after", "3600"), "budget of requests is spent"),
    ];
    for (name, reply, words) in cases {
        let server = Server::start(move |_| reply.clone());
        let told = told_of(&server, "");
        assert!(told.contains(words), "{name}: {told}");
        assert!(told.contains("site.yaml:4:27"), "{name}: {told}");
        assert!(told.contains("pages in dist"), "{name}: the portal is made all the same: {told}");
    }
}

#[test]
fn a_bad_moment_of_a_host_is_waited_for() {
    for status in [429, 503] {
        let asked = AtomicUsize::new(0);
        let server = Server::start(move |request| match asked.fetch_add(1, Ordering::SeqCst) {
            0 => Reply::status(status).header("retry-after", "1"),
            _ => Reply::tagged(request, TEAM),
        });
        let told = told_of(&server, "");
        assert!(told.contains("2 entities"), "{told}");
        assert_eq!(server.traffic().0, 2);
    }
}

#[test]
fn a_failing_host_can_end_the_run() {
    let server = Server::start(|_| Reply::status(403));
    let config = format!(
        "backend: {{reading: {{allow: [{{host: '{}'}}]}}}}\ncatalog:\n  locations:\n    - {{type: url, target: '{}', onError: fail}}\n",
        server.host(),
        server.url("/team.yaml")
    );
    let output = Site::new(&config).run(&["build"]);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_token_stays_at_its_host_and_is_told_to_nobody() {
    let elsewhere = Server::start(|_| Reply::body(TEAM));
    let target = elsewhere.url("/team.yaml");
    let server = Server::start(move |_| Reply::status(302).header("location", &target));
    let config = format!(
        "integrations:\n  gitea:\n    - {{host: '{host}', baseUrl: 'http://{host}', password: low-tide-at-noon}}\nbackend: {{reading: {{allow: [{{host: '{other}'}}]}}}}\ncatalog:\n  locations:\n    - {{type: url, target: 'http://{host}/acme/shop/src/branch/main/team.yaml'}}\n    - {{type: url, target: 'low-tide-at-noon'}}\n",
        host = server.host(),
        other = elsewhere.host()
    );
    let (told, _) = Site::new(&config).build(&[]);
    assert!(!told.contains("low-tide-at-noon"), "{told}");
    assert!(server.received().iter().all(|it| it.headers.contains_key("authorization")));
    assert!(elsewhere.received().iter().all(|it| !it.headers.contains_key("authorization")));
    assert!(!elsewhere.received().is_empty(), "{told}");
}

#[test]
fn shards_fill_one_cache() {
    let server = Server::start(|request| {
        let name = request.path.trim_start_matches('/').trim_end_matches(".yaml").to_owned();
        Reply::tagged(
            request,
            component(&name).replace("  annotations: {backstage.io/techdocs-ref: 'dir:.'}\n", ""),
        )
    });
    let mut config =
        format!("backend: {{reading: {{allow: [{{host: '{}'}}]}}}}\ncatalog:\n  locations:\n", server.host());
    for index in 0..40 {
        config.push_str(&format!(
            "    - {{type: url, target: '{}'}}\n",
            server.url(&format!("/part-{index}.yaml"))
        ));
    }
    let site = Site::new(&config);
    let cache = tempfile::tempdir().unwrap();
    let cache = cache.path().to_str().unwrap();
    let children: Vec<_> = (1..=4)
        .map(|index| {
            let folder = site.folder.path().to_owned();
            let cache = cache.to_owned();
            std::thread::spawn(move || {
                let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
                let shard = format!("{index}/4");
                let arguments = ["fetch", "--shard", &shard, "--cache", &cache];
                command.args(arguments).current_dir(folder).output().unwrap()
            })
        })
        .collect();
    for child in children {
        let output = child.join().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(server.traffic().0, 40, "each address is of one part");
    let (_, bytes) = server.traffic();
    let (told, _) = site.build(&["--cache", cache]);
    assert_eq!(numbers(&told), (40, 40, 40), "{told}");
    assert_eq!(server.traffic().1, bytes, "nothing is sent again");
}
