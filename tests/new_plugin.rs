//! `callboard new plugin`: what it writes passes its own tests and lints at once, whatever was answered.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]
#![allow(dead_code, reason = "the site is shared with other tests")]

#[path = "support/site.rs"]
mod site;

use site::Site;

const SHAPES: &[&str] = &["rest", "graphql", "file", "tree", "git", "catalog", "sql", "frame", "none"];

/// Runs the program, and returns what it printed.
fn run(site: &Site, arguments: &[&str]) -> (Option<i32>, String) {
    let output = site.run(arguments);
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code(), text)
}

#[test]
fn every_shape_passes_its_own_tests_and_lints() {
    let site = Site::new("catalog: {locations: [{type: file, target: ./all.yaml}]}\n");
    site.write("all.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n");
    for shape in SHAPES {
        // The views of the others are those of the first one.
        let parts: &[&str] = match *shape {
            "rest" | "catalog" | "frame" | "none" => &["all", "card", "tab", "page"],
            _ => &["all"],
        };
        for shows in parts {
            let (id, folder) = (format!("{shape}-{shows}"), format!("plugins/{shape}-{shows}"));
            let (exit, told) = run(&site, &["new", "plugin", &id, "--shape", shape, "--shows", shows, "--yes"]);
            assert_eq!(exit, Some(0), "{id}: {told}");
            assert!(told.contains(&format!("{folder}/plugin.yaml")), "{told}");
            let manifest = std::fs::read_to_string(site.folder.path().join(&folder).join("plugin.yaml")).unwrap();
            let is_mark = |it: &str| it.starts_with(|it: char| it.is_ascii_uppercase());
            assert!(!manifest.split('@').skip(1).any(is_mark), "{manifest}");
            let (exit, told) = run(&site, &["plugin", "test", &folder]);
            assert_eq!(exit, Some(0), "{id}: {told}\n{manifest}");
            assert!(told.contains(" passed, 0 failed") && !told.contains("warning"), "{id}: {told}");
            let (exit, told) = run(&site, &["plugin", "lint", &folder, "--fail-on", "notice"]);
            assert_eq!(exit, Some(0), "{id}: {told}\n{manifest}");
        }
    }
    let (told, files) = site.build(&[]);
    assert!(told.contains("entities") && !told.contains("plugin/bad"), "{told}");
    assert!(files.contains_key("rest-all/index.html"));
}

#[test]
fn answers_are_options_too() {
    let site = Site::new("plugins: [{use: ./mine/tide-table, grant: {network: ['https://tides.example']}}]\n");
    let arguments = [
        "new", "plugin", "tide-table", "--title", "Tides & \"waves\"", "--shape", "rest", "--url", "https://tides.example/api/", "--path",
        "/ports/{key}/tides", "--annotation", "tides.example/port", "--shows", "card,page", "--folder", "mine",
    ];
    let (exit, told) = run(&site, &arguments);
    assert_eq!(exit, Some(0), "nothing is asked where nobody can answer: {told}");
    assert!(told.contains("https://tides.example\""), "{told}");
    let manifest = std::fs::read_to_string(site.folder.path().join("mine/tide-table/plugin.yaml")).unwrap();
    for part in ["https://tides.example/api\"", "/ports/{{ params.key }}/tides", "/ports/**/tides", "tides.example/port"] {
        assert!(manifest.contains(part), "{part}: {manifest}");
    }
    assert_eq!(run(&site, &["plugin", "test", "mine/tide-table"]).0, Some(0));
    assert_eq!(run(&site, &["plugin", "lint", "mine/tide-table", "--fail-on", "notice"]).0, Some(0));
    let (exit, told) = run(&site, &arguments);
    assert_eq!((exit, told.contains("is there already")), (Some(2), true), "{told}");
    for (id, more) in [
        ("Tide", vec![]), ("a--b", vec![]), ("../a", vec![]), ("", vec![]), ("ok", vec!["--url", "ftp://a"]), ("ok", vec!["--url", "https://a'b.example"]),
        ("ok", vec!["--path", "x"]), ("ok", vec!["--path", "/{{ config }}"]), ("ok", vec!["--annotation", "a: b"]), ("ok", vec!["--shape", "frame", "--url", "http://a.example"]),
    ] {
        let (exit, told) = run(&site, &[vec!["new", "plugin", id, "--yes"], more.clone()].concat());
        assert_eq!(exit, Some(2), "{id} {more:?}: {told}");
        assert!(!site.folder.path().join("plugins").exists(), "nothing is written");
    }
}
