//! `callboard plugin`: the program itself in folders of its own, with plugins in folders, archives and git.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]
#![allow(dead_code, reason = "the servers and the site are shared with other tests")]

#[path = "support/git_http.rs"]
mod git_http;
#[path = "support/server.rs"]
mod server;
#[path = "support/site.rs"]
mod site;

use std::path::Path;

use server::{Reply, Server};
use site::Site;

const CONFIG: &str =
    "# Our portal.\napp: {title: Yard}\ncatalog:\n  locations: [{type: file, target: ./all.yaml}]\n";

const CATALOG: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop, annotations: {tides/port: north/husum}}\nspec: {type: service, lifecycle: production, owner: team}\n---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n";

/// A plugin that shows the tides of a port.
fn manifest(version: &str, server: &str, paths: &str) -> String {
    format!(
        r#"apiVersion: plugin/v1
kind: Plugin
metadata: {{id: tides, version: {version}, title: Tides, description: High and low water., license: MIT, icon: bell}}
requires: {{portal: ">=0.1, <2"}}
permissions:
  endpoints: [{{baseUrl: "{server}", paths: [{paths}]}}]
  secrets: [TIDES_TOKEN]
params: {{port: {{from: tides/port, pattern: "^(?P<sea>[a-z]+)/.*$"}}}}
schemas: {{tide: {{type: object, properties: {{at: {{type: string}}, height: {{type: number}}}}}}}}
sources:
  tides:
    kind: rest
    scope: per-key
    key: ["{{{{ params.sea }}}}"]
    baseUrl: "{server}"
    auth: {{bearer: secrets.TIDES_TOKEN}}
    request: {{path: "/ports/{{{{ params.sea }}}}"}}
    cache: {{ttl: 1h}}
    rows: body
    map: {{at: row.at, height: row.height}}
    schema: tide
extensions:
  - kind: entity-card
    title: Tides
    view:
      widget: table
      rows: data.tides
      columns: [{{title: At, value: row.at}}]
      missing: {{annotation: tides/port, example: north/husum}}
      empty: {{title: No tides}}
"#
    )
}

fn site() -> Site {
    let mut site = Site::new(CONFIG);
    site.write("all.yaml", CATALOG);
    site.environment.push(("TIDES_TOKEN".to_owned(), "low-tide-at-noon".to_owned()));
    site
}

fn tides() -> Server {
    Server::start(|request| match request.path.as_str() {
        "/ports/north"
            if request.headers.get("authorization").is_some_and(|it| it == "Bearer low-tide-at-noon") =>
        {
            Reply::body(r#"[{"at": "06:15", "height": 3.2}]"#)
        }
        _ => Reply::status(404),
    })
}

/// Runs a command, and returns its exit code and all that it printed.
fn run(site: &Site, arguments: &[&str]) -> (i32, String) {
    let output = site.run(arguments);
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
    (output.status.code().unwrap(), text)
}

fn read(site: &Site, path: &str) -> String {
    std::fs::read_to_string(site.folder.path().join(path)).unwrap()
}

fn page(site: &Site) -> String {
    read(site, "dist/catalog/default/component/shop/index.html")
}

#[test]
fn a_folder_is_added_built_accepted_and_removed() {
    let (site, server) = (site(), tides());
    site.write("vendor/tides/plugin.yaml", &manifest("1.0.0", &server.url(""), "\"/ports/*\""));
    let (code, told) = run(&site, &["plugin", "add", "./vendor/tides"]);
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("add --yes") && told.contains("the secret `TIDES_TOKEN`"), "{told}");
    assert_eq!(read(&site, "site.yaml"), CONFIG, "nothing was changed");
    let (code, told) = run(&site, &["plugin", "add", "./vendor/tides", "--grant", "--yes"]);
    assert_eq!(code, 0, "{told}");
    let config = read(&site, "site.yaml");
    let granted = format!("network: [\"http://{}\"]", server.host());
    assert!(
        config.starts_with(CONFIG) && config.contains("- use: ./vendor/tides\n") && config.contains(&granted),
        "{config}"
    );
    let (told, _) = site.build(&[]);
    assert!(page(&site).contains("06:15"), "{told}");
    let lock = read(&site, "callboard.lock");
    assert!(lock.contains("source: vendor/tides\n") && lock.contains("- TIDES_TOKEN\n"), "{lock}");

    let wider = manifest("1.1.0", &server.url(""), "\"/ports/*\", /admin");
    site.write("vendor/tides/plugin.yaml", &wider);
    let (code, told) = run(&site, &["build"]);
    assert!(
        code == 1 && told.contains("plugin/wider-permissions") && told.contains("plugin accept tides"),
        "{told}"
    );
    assert!(!page(&site).contains("06:15"), "the plugin is left out, and the site is built");
    assert_eq!(read(&site, "callboard.lock"), lock);
    let (code, told) = run(&site, &["plugin", "update"]);
    assert!(
        code == 1 && told.contains("tides 1.1.0 was 1.0.0") && told.contains("asks for `GET /admin`"),
        "{told}"
    );
    assert_eq!(run(&site, &["plugin", "accept", "tides"]).0, 0);
    assert_eq!(run(&site, &["build"]).0, 0);
    assert!(page(&site).contains("06:15") && read(&site, "callboard.lock").contains("- /admin\n"));

    site.write("vendor/tides/plugin.yaml", &manifest("1.2.0", &server.url(""), "\"/ports/*\""));
    assert_eq!(run(&site, &["build"]).0, 0);
    assert!(!read(&site, "callboard.lock").contains("/admin"), "whoever asks for less is let in");
    let (code, told) = run(&site, &["plugin", "remove", "tides", "--yes"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(read(&site, "site.yaml"), format!("{CONFIG}plugins: []\n"));
    assert!(!read(&site, "callboard.lock").contains("tides"));
    let (code, told) = run(&site, &["plugin", "remove", "tides", "--yes"]);
    assert!(code == 2 && told.contains("has no plugin `tides`"), "{told}");
}

#[test]
fn what_a_plugin_may_do_is_told() {
    let site = site();
    site.write("plugins/tides/plugin.yaml", &manifest("1.0.0", "https://tides.example", "\"/ports/*\""));
    let (code, told) = run(&site, &["plugin", "list"]);
    assert!(
        code == 0
            && told
                .contains("tides  plugin 1.0.0  Tides  from plugins/tides\n  on   entity-card:tides  Tides"),
        "{told}"
    );
    let (_, told) = run(&site, &["plugin", "list", "--plan", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
    let own = list.as_array().unwrap().iter().find(|it| it["id"] == "tides").unwrap().clone();
    assert_eq!(
        (own["builtin"].clone(), own["requests"][0]["requests_min"].clone()),
        (false.into(), 1.into())
    );
    let (code, told) = run(&site, &["plugin", "explain", "tides"]);
    assert_eq!(code, 0, "{told}");
    for expected in [
        "https://tides.example  not granted: GET /ports/*",
        "TIDES_TOKEN  not granted; source `tides`: as a bearer token to `https://tides.example`",
        "port  tides/port",
        "one request a key",
        "at  is shown by entity-card:tides",
        "height  is shown nowhere",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert!(!told.contains("low-tide"), "{told}");
    let (_, told) = run(&site, &["plugin", "explain", "tides", "--format", "json"]);
    let explained: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(explained["sources"][0]["fields"][1]["shown_by"], serde_json::json!([]));
    let (code, told) = run(&site, &["plugin", "explain", "tide"]);
    assert!(code == 2 && told.contains("did you mean `tides`"), "{told}");
    let (code, told) = run(&site, &["plugin", "lint", "tides", "--fail-on", "warning"]);
    assert!(
        code == 1 && told.contains("plugins/tides/plugin.yaml") && told.contains("plugin/lint-tests"),
        "{told}"
    );
    let (code, told) = run(&site, &["plugin", "lint", "plugins/tides"]);
    assert!(code == 0 && told.contains("plugin/lint-tests"), "{told}");
}

#[test]
fn an_archive_is_the_same_for_the_same_files_and_is_read_as_it_is() {
    let (site, server) = (site(), tides());
    site.write("vendor/tides/plugin.yaml", &manifest("1.0.0", &server.url(""), "\"/ports/*\""));
    site.write("vendor/tides/notes.txt", "mine");
    site.write("vendor/tides/schemas/x.json", "{}");
    let pack = |out: &str| run(&site, &["plugin", "pack", "vendor/tides", "--out", out]);
    let (code, told) = pack("a/one.tar.gz");
    assert!(code == 0 && told.contains("left out: notes.txt"), "{told}");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    site.write("vendor/tides/schemas/x.json", "{}");
    pack("a/two.tar.gz");
    let bytes = |path: &str| std::fs::read(site.folder.path().join(path)).unwrap();
    assert_eq!(bytes("a/one.tar.gz"), bytes("a/two.tar.gz"));
    let digest = told.lines().next().unwrap().to_owned();
    let (code, told) = run(&site, &["plugin", "add", "a/one.tar.gz", "--grant", "--yes"]);
    assert!(code == 0 && told.contains(&digest), "{told}");
    let (told, _) = site.build(&[]);
    assert!(page(&site).contains("06:15"), "{told}");
    assert!(read(&site, "callboard.lock").contains(&format!("digest: {digest}\n")));

    // The same name, and other files.
    site.write("vendor/tides/README.md", "changed");
    pack("a/one.tar.gz");
    let (code, told) = run(&site, &["build", "--locked"]);
    assert!(code == 1 && told.contains("plugin/digest-changed"), "{told}");
    assert_eq!(run(&site, &["build"]).0, 0, "without --locked it is taken");
    let (code, told) = run(&site, &["plugin", "update", "tides", "--to", "vendor/tides", "--yes"]);
    assert!(code == 0 && read(&site, "site.yaml").contains("use: \"./vendor/tides\""), "{told}");

    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("notes.txt", site.folder.path().join("vendor/tides/link.yaml")).unwrap();
        let (code, told) = pack("a/three.tar.gz");
        assert!(code == 2 && told.contains("`link.yaml` is a symbolic link"), "{told}");
        std::fs::remove_file(site.folder.path().join("vendor/tides/link.yaml")).unwrap();
    }
    site.write(
        "vendor/tides/plugin.yaml",
        &manifest("1.0.0", &server.url(""), "x").replace("kind: rest", "kind: rast"),
    );
    let (code, told) = pack("a/three.tar.gz");
    assert!(code == 1 && told.contains("plugin/bad-value"), "{told}");
    assert!(!site.folder.path().join("a/three.tar.gz").exists());
}

/// Returns an archive with one entry, whose name `tar` itself would refuse to write.
fn archive(name: &str, size: usize) -> Vec<u8> {
    let packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(packer);
    let mut header = tar::Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_size(size as u64);
    header.set_cksum();
    tar.append(&header, vec![0; size].as_slice()).unwrap();
    tar.into_inner().unwrap().finish().unwrap()
}

#[test]
fn a_hostile_archive_is_refused_and_the_site_is_built() {
    let site = Site::new(&format!("{CONFIG}plugins:\n  - use: ./bad.tar.gz\n"));
    site.write("all.yaml", CATALOG);
    for (bytes, expected) in [
        (archive("../plugin.yaml", 1), "leads out of the archive"),
        (archive("plugin.yaml", 40 * 1024 * 1024), "more than 16 MiB"),
        (archive("notes.txt", 1), "there is no plugin in"),
        (b"\x1f\x8bnothing".to_vec(), "is broken"),
    ] {
        std::fs::write(site.folder.path().join("bad.tar.gz"), bytes).unwrap();
        let (code, told) = run(&site, &["build"]);
        assert!(
            code == 1 && told.contains("plugin/not-found") && told.contains(expected),
            "{expected}: {told}"
        );
        assert!(page(&site).contains("shop"));
    }
    let (code, told) = run(&site, &["plugin", "add", "./bad.tar.gz", "--yes"]);
    assert!(code == 2 && told.contains("names `./bad.tar.gz` already"), "{told}");
}

fn repository(folder: &Path, version: &str, server: &str, paths: &str) -> Vec<(String, String)> {
    std::fs::create_dir_all(folder).unwrap();
    vec![("tides/plugin.yaml".to_owned(), manifest(version, server, paths))]
}

#[test]
fn a_git_reference_is_added_and_updated() {
    let (server, root) = (tides(), tempfile::tempdir().unwrap());
    let folder = root.path().join("plugins");
    git_http::repository(&folder, &repository(&folder, "1.0.0", &server.url(""), "\"/ports/*\""));
    git_http::git(&folder, &["tag", "v1.0.0"]);
    git_http::commit(&folder, &repository(&folder, "1.1.0", &server.url(""), "\"/ports/*\", /more"));
    git_http::git(&folder, &["tag", "v1.1.0"]);
    let git = git_http::serve(root.path(), None);
    let site = site();
    let config = format!("{CONFIG}backend: {{reading: {{allow: [{{host: '{}'}}]}}}}\n", git.host());
    site.write("site.yaml", &config);
    let source = |tag: &str| format!("git+{}#{tag}:tides", git.url("/plugins/.git"));
    let (code, told) = run(&site, &["plugin", "add", &source("v1.0.0"), "--grant", "--yes"]);
    assert_eq!(code, 0, "{told}");
    let lock = read(&site, "callboard.lock");
    assert!(lock.contains(&format!("source: {}\n", source("v1.0.0"))) && lock.contains("commit: "), "{lock}");
    let (told, _) = site.build(&[]);
    assert!(page(&site).contains("06:15"), "{told}");
    assert_eq!(run(&site, &["build", "--locked"]).0, 0);

    let update = ["plugin", "update", "tides", "--yes", "--to"];
    let newer = source("v1.1.0");
    let (code, told) = run(&site, &[&update[..], &[newer.as_str()]].concat());
    assert!(code == 1 && told.contains("asks for `GET /more`"), "{told}");
    assert!(read(&site, "site.yaml").contains("v1.0.0"), "nothing was changed");
    let (code, told) = run(&site, &[&update[..], &[newer.as_str(), "--accept"]].concat());
    assert_eq!(code, 0, "{told}");
    assert!(
        read(&site, "site.yaml").contains(&newer)
            && read(&site, "callboard.lock").contains("version: 1.1.0\n")
    );
    assert_eq!(run(&site, &["build", "--locked"]).0, 0);
    let (code, told) = run(&site, &["plugin", "diff", &source("v1.0.0"), &newer]);
    assert!(code == 1 && told.contains("1.1.0 is not enough"), "{told}");
}

#[test]
fn versions_are_compared() {
    let site = site();
    let folder = site.folder.path().join("vendor/tides");
    let of = |version: &str, paths: &str| {
        vec![("plugin.yaml".to_owned(), manifest(version, "https://t.example", paths))]
    };
    git_http::repository(&folder, &of("1.0.0", "/a"));
    git_http::git(&folder, &["tag", "v1.0.0"]);
    let diff = |format: &str| run(&site, &["plugin", "diff", "v1.0.0", "vendor/tides", "--format", format]);
    assert!(diff("text").1.contains("Nothing changed."));
    git_http::commit(&folder, &of("1.1.0", "/a, /b"));
    let (code, told) = diff("markdown");
    assert!(
        code == 1
            && told.contains("### Breaking\n\n- permissions: it asks for `GET /b` at `https://t.example`"),
        "{told}"
    );
    git_http::commit(&folder, &of("2.0.0", "/a, /b"));
    let (code, told) = diff("json");
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, told["enough"].clone(), told["least"].clone()), (0, true.into(), "2.0.0".into()));
    let (code, told) = run(&site, &["plugin", "diff", "nothing", "vendor/tides"]);
    assert!(code == 2 && told.contains("no git revision"), "{told}");
}

#[test]
fn a_module_needs_its_plugin() {
    let site = site();
    let module = "apiVersion: plugin/v1\nkind: Module\nmetadata: {id: tides-more, version: 0.1.0}\nextends: {plugin: tides, version: \">=2\"}\n";
    site.write("vendor/more/plugin.yaml", module);
    let (code, told) = run(&site, &["plugin", "add", "vendor/more", "--yes"]);
    assert!(
        code == 2 && told.contains("extends the plugin `tides`, which this site does not have"),
        "{told}"
    );
    site.write("plugins/tides/plugin.yaml", &manifest("1.0.0", "https://t.example", "/a"));
    let (code, told) = run(&site, &["plugin", "add", "vendor/more", "--yes"]);
    assert!(code == 2 && told.contains("the site has version 1.0.0"), "{told}");
    site.write(
        "vendor/future/plugin.yaml",
        &module.replace("0.1.0}\n", "0.1.0}\nrequires: {portal: \">=99\"}\n"),
    );
    let (code, told) = run(&site, &["plugin", "add", "vendor/future", "--yes"]);
    assert!(code == 1 && told.contains("plugin/not-compatible"), "{told}");
}
