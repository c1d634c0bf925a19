//! The program itself: exit codes, the output folder, and a site that stays whole when a build is killed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

struct Folder(PathBuf);

impl Folder {
    /// Returns a folder of its own for one test, below cargo's folder for tests.
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.0.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        command
            .args(arguments)
            .current_dir(&self.0)
            .env("NO_COLOR", "1")
            .env_remove("CI")
            .stdin(Stdio::null());
        command
    }

    /// Returns every file below a folder with its bytes.
    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let root = self.0.join(folder);
        let mut files = BTreeMap::new();
        let mut open = vec![root.clone()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => open.push(path),
                    false => {
                        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                        files.insert(name, fs::read(path).unwrap());
                    }
                }
            }
        }
        files
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const COMPONENT: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: NAME}\nspec: {type: service, lifecycle: production, owner: crew}\n";

fn site(name: &str, components: usize) -> Folder {
    let folder = Folder::new(name);
    folder.write("site.yaml", "app: {title: Test}\ncatalog: {locations: [{target: ./all.yaml}]}\n");
    let mut all = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: crew}\nspec: {type: team, children: []}\n".to_owned();
    for index in 0..components {
        all.push_str("---\n");
        all.push_str(&COMPONENT.replace("NAME", &format!("part-{index}")));
    }
    folder.write("all.yaml", &all);
    folder
}

#[test]
fn exit_codes_are_as_promised() {
    let folder = site("exit-codes", 1);
    assert_eq!(code(&folder.run(&["validate"])), 0);
    folder.write("all.yaml", &COMPONENT.replace("NAME", "alone"));
    assert_eq!(code(&folder.run(&["validate"])), 0, "an unknown owner is a warning");
    assert_eq!(code(&folder.run(&["validate", "--fail-on", "warning"])), 1);
    folder.write("all.yaml", &COMPONENT.replace("lifecycle: production, ", "").replace("NAME", "alone"));
    let output = folder.run(&["validate"]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("all.yaml:4:7"), "{}", stderr(&output));
    assert_eq!(code(&folder.run(&["validate", "--fail-on", "never"])), 0);
    folder.write("site.yaml", "catalog: {locations: 7}\n");
    assert_eq!(code(&folder.run(&["validate"])), 2);
    folder.write("site.yaml", "app: {title: '${NO_SUCH_VARIABLE}'}\n");
    let output = folder.run(&["build"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("NO_SUCH_VARIABLE"), "{}", stderr(&output));
    assert_eq!(code(&folder.run(&["validate", "nowhere"])), 2);
    assert_eq!(code(&folder.run(&["frobnicate"])), 2);
}

#[test]
fn codes_are_explained() {
    let folder = site("explain", 0);
    let output = folder.run(&["explain", "catalog/unknown-owner"]);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(text.starts_with("# `catalog/unknown-owner`\n"), "{text}");
    for part in ["## Wrong", "## Reported", "warning[catalog/unknown-owner]", "## Right"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let list = String::from_utf8(folder.run(&["explain"]).stdout).unwrap();
    let line = list.lines().find(|it| it.starts_with("catalog/unknown-owner ")).unwrap();
    assert!(line.ends_with("The owner of an entity is not in the catalog."), "{line}");
    assert!(list.lines().count() > 50 && list.lines().is_sorted(), "{list}");
    let output = folder.run(&["explain", "catalog/unknown-owners"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("did you mean `catalog/unknown-owner`?"), "{}", stderr(&output));
    assert_eq!(code(&folder.run(&["explain", "nonsense"])), 2);
}

#[test]
fn the_worst_problem_is_pointed_at_once() {
    let folder = site("explain-worst", 0);
    folder.write("all.yaml", &COMPONENT.replace("NAME", "a b").replace("crew", "gone"));
    let text = stderr(&folder.run(&["validate"]));
    assert_eq!(text.matches("` tells more").count(), 1, "{text}");
    assert!(text.contains("`callboard explain entity/bad-format` tells more"), "{text}");
    folder.write("all.yaml", "");
    assert!(!stderr(&folder.run(&["validate"])).contains("tells more"));
}

#[test]
fn json_holds_every_problem_with_its_place() {
    let folder = site("json", 0);
    folder.write("all.yaml", &COMPONENT.replace("NAME", "alone").replace("crew", "[]"));
    let output = folder.run(&["validate", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &value["diagnostics"][0];
    assert_eq!(first["code"], "entity/wrong-type");
    assert_eq!(first["span"]["start"], serde_json::json!({"line": 4, "column": 53}));
    assert_eq!(value["errors"], 1);
}

#[test]
fn several_configurations_merge() {
    let folder = site("layers", 1);
    folder.write("base.yaml", "app: {title: Base}\norganization: {name: Yard}\n");
    let output = folder.run(&["build", "--config", "base.yaml", "--config", "site.yaml", "--out", "out"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let home = String::from_utf8(folder.files("out")["index.html"].clone()).unwrap();
    assert!(home.contains("<title>Test</title>") && home.contains("Yard"));
}

#[test]
fn only_what_changed_is_written() {
    let folder = site("incremental", 150);
    let build = || stderr(&folder.run(&["build", "--out", "out", "--now", "2026-01-01"]));
    assert!(build().contains("0 unchanged"));
    let before = folder.files("out");
    assert!(build().contains(" 0 files written, 0 removed"), "nothing changed");
    assert_eq!(before, folder.files("out"));
    let all = fs::read_to_string(folder.0.join("all.yaml")).unwrap();
    folder.write("all.yaml", &all.replacen("name: part-7}", "name: part-7, title: Seven}", 1));
    for round in 0..3 {
        let line = build();
        let after = folder.files("out");
        let changed = after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).count();
        assert!((1..12).contains(&changed), "{changed} files differ in round {round}: {line}");
        assert!(
            String::from_utf8_lossy(&after["catalog/default/component/part-7/index.html"]).contains("Seven")
        );
    }
    folder.write("all.yaml", &all);
    build();
    assert_eq!(before, folder.files("out"), "the first site again, from the second generation");
    folder.write("all.yaml", &COMPONENT.replace("NAME", "other"));
    build();
    assert!(!folder.0.join("out/catalog/default/component/part-7").exists(), "empty folders go too");
}

#[test]
fn a_folder_of_others_is_never_touched() {
    let folder = site("foreign", 1);
    folder.write("precious/thesis.txt", "years of work");
    for arguments in [["build", "--out", "precious"], ["clean", "--out", "precious"], ["build", "--out", "."]]
    {
        let output = folder.run(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", stderr(&output));
    }
    assert_eq!(fs::read_to_string(folder.0.join("precious/thesis.txt")).unwrap(), "years of work");
    assert_eq!(code(&folder.run(&["build", "--out", "made"])), 0);
    assert_eq!(code(&folder.run(&["clean", "--out", "made"])), 0);
    assert!(!folder.0.join("made").exists() && !folder.0.join(".made.callboard").exists());
}

#[test]
fn a_failed_build_leaves_the_old_site() {
    let folder = site("failed", 2);
    folder.run(&["build", "--out", "out"]);
    let before = folder.files("out");
    folder.write("site.yaml", "app: [");
    assert_eq!(code(&folder.run(&["build", "--out", "out"])), 2);
    assert_eq!(before, folder.files("out"));
}

#[test]
fn a_killed_build_leaves_the_old_site_whole() {
    let folder = site("killed", 1500);
    assert_eq!(code(&folder.run(&["build", "--out", "out", "--now", "2026-01-01"])), 0);
    let before = folder.files("out");
    folder.write("site.yaml", "app: {title: Changed}\ncatalog: {locations: [{target: ./all.yaml}]}\n");
    let mut child = folder.command(&["build", "--out", "out"]).stderr(Stdio::null()).spawn().unwrap();
    let staging = folder.0.join(".out.callboard/next/catalog/default/component");
    let start = Instant::now();
    while fs::read_dir(&staging).map_or(0, Iterator::count) < 20 {
        assert!(start.elapsed() < Duration::from_secs(60), "the build never began to write");
        assert!(child.try_wait().unwrap().is_none(), "the build ended before it could be killed");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(before, folder.files("out"), "the site on show is the old one, whole");
    let output = folder.run(&["build", "--out", "out"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let after = folder.files("out");
    assert_eq!(before.keys().collect::<Vec<_>>().len(), after.len());
    assert!(String::from_utf8_lossy(&after["index.html"]).contains("Changed"));
}

#[test]
fn entities_are_judged_one_line_a_document() {
    let folder = site("entities", 1);
    let output = folder.run(&["entities", "--format", "jsonl"]);
    let lines: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["ref"], "component:default/part-0");
    assert_eq!(
        lines[1]["relations"],
        serde_json::json!([{"type": "ownedBy", "target": "group:default/crew"}])
    );
}

#[test]
fn an_address_is_told_with_all_that_belongs_to_it() {
    let folder = site("url", 1);
    let address = |arguments: &[&str]| -> serde_json::Value {
        let output = folder.run(&[&["url", "--format", "json"], arguments].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let base = "https://gitlab.com/yard/winch/-/blob/main/a/catalog-info.yaml";
    assert_eq!(
        address(&["./b.yaml", "--base", base, "--line", "7"]),
        serde_json::json!({
            "url": "./b.yaml", "base": base, "line": 7,
            "integration": {"type": "gitlab", "host": "gitlab.com"},
            "resolved": "https://gitlab.com/yard/winch/-/blob/main/a/b.yaml#L7",
            "edit": "https://gitlab.com/yard/winch/-/edit/main/a/b.yaml#L7",
            "source": "https://gitlab.com/yard/winch/-/blob/main/a/",
            "fileFetch": "https://gitlab.com/api/v4/projects/yard%2Fwinch/repository/files/a%2Fb.yaml/raw?ref=main#L7",
            "archive": null,
        })
    );
    let elsewhere = address(&["https://files.yard.example/x.yaml"]);
    assert_eq!(
        (&elsewhere["integration"], &elsewhere["fileFetch"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!(code(&folder.run(&["url", "./b.yaml", "--base", "mailto:x@yard.example"])), 2);
}

#[test]
fn a_portal_that_was_built_is_no_input() {
    let folder = site("no-input", 0);
    fs::remove_file(folder.0.join("site.yaml")).unwrap();
    for file in ["catalog-info.yaml", "docs/samples/catalog-info.yaml"] {
        let path = folder.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, COMPONENT.replace("NAME", &format!("n{}", file.len()))).unwrap();
    }
    for out in ["dist", "dist", "public"] {
        let output = folder.run(&["build", "--out", out]);
        assert!(!stderr(&output).contains("duplicate"), "{}", stderr(&output));
        let copy = folder.0.join(out).join("catalog-info.yaml");
        fs::write(copy, COMPONENT.replace("NAME", "n17")).unwrap();
    }
}

#[test]
fn secrets_of_a_server_may_be_missing() {
    let folder = site("secrets", 1);
    let config = "integrations:\n  github:\n    - host: github.com\n      token: ${NO_SUCH_TOKEN_HERE}\n";
    fs::write(folder.0.join("app-config.yaml"), config).unwrap();
    let output = folder.run(&["build", "--config", "app-config.yaml", "--config", "site.yaml"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stderr(&output).contains("notice[config/missing-variable]"), "{}", stderr(&output));
}

#[test]
fn where_the_time_went_is_written_on_request() {
    let folder = site("timings", 20);
    let build = ["build", "--timings"];
    let output = folder.command(&build).env("CI", "true").output().unwrap();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stderr(&output).contains("where the time went: callboard-timings.html"), "{}", stderr(&output));
    let stages: Vec<String> = ["catalog", "pages", "publishing"]
        .map(|it| stderr(&output).matches(&format!("\n{it}")).count().to_string())
        .into();
    assert_eq!(stages, ["1", "1", "1"], "{}", stderr(&output));
    let page = fs::read_to_string(folder.0.join("callboard-timings.html")).unwrap();
    assert!(page.contains("publishing") && page.contains("<svg") && !page.contains("<script"), "{page}");
    for command in ["validate", "fetch", "build"] {
        let output = folder.run(&[command, "--timings=times.json"]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let times = fs::read(folder.0.join("times.json")).unwrap();
        let times: serde_json::Value = serde_json::from_slice(&times).unwrap();
        let names: Vec<&str> =
            times["phases"].as_array().unwrap().iter().filter_map(|it| it["name"].as_str()).collect();
        assert_eq!(names[..2], ["configuration", "catalog"], "{command} {names:?}");
        assert!(times["requests"].as_array().unwrap().is_empty());
        assert!(times["phases"].as_array().unwrap().iter().all(|it| it["length_ms"].is_number()));
    }
    fs::remove_file(folder.0.join("callboard-timings.html")).unwrap();
    assert_eq!(code(&folder.run(&["build"])), 0);
    assert!(!folder.0.join("callboard-timings.html").exists());
    assert_eq!(code(&folder.run(&["build", "--timings=nowhere/times.json"])), 3);
}
