//! `callboard diff` against each kind of base: a revision, a folder with a site, a built portal, and what is none.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

struct Folder(PathBuf);

impl Folder {
    /// Returns a folder of its own for one test, below cargo's folder for tests.
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff").join(name);
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
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        command
            .args(arguments)
            .current_dir(&self.0)
            .env("NO_COLOR", "1")
            .env_remove("CI")
            .stdin(Stdio::null());
        command.output().unwrap()
    }

    /// Commits everything in the folder to the branch `main`, making the repository if there is none.
    fn commit(&self) {
        let repository = git2::Repository::open(&self.0).unwrap_or_else(|_| {
            let mut options = git2::RepositoryInitOptions::new();
            git2::Repository::init_opts(&self.0, options.initial_head("main")).unwrap()
        });
        let mut index = repository.index().unwrap();
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
        index.update_all(["*"], None).unwrap();
        index.write().unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let who = git2::Signature::new("Test", "test@example.com", &git2::Time::new(0, 0)).unwrap();
        let parent = repository.head().ok().map(|it| it.peel_to_commit().unwrap());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        repository.commit(Some("HEAD"), &who, &who, "a step", &tree, &parents).unwrap();
    }

    fn branch(&self, name: &str) {
        let repository = git2::Repository::open(&self.0).unwrap();
        let head = repository.head().unwrap().peel_to_commit().unwrap();
        repository.branch(name, &head, true).unwrap();
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn counts(output: &Output) -> Value {
    let value: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(output)));
    let counts = value["counts"].as_object().unwrap().iter().filter(|(_, it)| **it != json!(0));
    counts.map(|(key, it)| (key.clone(), it.clone())).collect::<serde_json::Map<_, _>>().into()
}

const BEFORE: &str = "apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: crew}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: winch, title: Winch}
spec: {type: service, lifecycle: production, owner: crew}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: gate}
spec: {type: service, lifecycle: production, owner: crew, dependsOn: ['component:winch']}
";

/// The site in a folder `portal` of the repository: the winch becomes a capstan, and the gate still asks for the winch.
fn site(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("portal/site.yaml", "app: {title: Test}\ncatalog: {locations: [{target: ./all.yaml}]}\n");
    folder.write("portal/all.yaml", BEFORE);
    folder.write("portal/content/handbook.md", "# Handbook\n");
    folder
}

fn change(folder: &Folder) {
    folder.write("portal/all.yaml", &BEFORE.replace("name: winch", "name: capstan"));
    fs::remove_file(folder.0.join("portal/content/handbook.md")).unwrap();
    folder.write("portal/content/crew/handbook.md", "# Handbook\n");
}

#[test]
fn against_a_revision() {
    let folder = site("revision");
    folder.commit();
    folder.branch("before");
    change(&folder);
    let expected = json!({"renamed": 1, "relationsBroken": 1, "pages": 2, "pagesUncovered": 2});
    let base = &["diff", "HEAD", "portal", "--format", "json"];
    assert_eq!(counts(&folder.run(base)), expected);
    folder.commit();
    assert_eq!(counts(&folder.run(base)), json!({}));
    assert_eq!(counts(&folder.run(&["diff", "HEAD~1", "portal", "--format", "json"])), expected);
    let output = folder.run(&["diff", "before", "portal"]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(
        text.contains(
            "component:default/gate dependsOn component:default/winch, which is now component:default/capstan"
        ),
        "{text}"
    );
    assert!(text.contains("/handbook/ is now at /crew/handbook/; add {from: /handbook/, to: /crew/handbook/} to portal.redirects"), "{text}");
    assert_eq!(folder.run(&["diff", "before", "portal", "--exit-code"]).status.code(), Some(1));
    assert_eq!(folder.run(&["diff", "HEAD", "portal", "--exit-code"]).status.code(), Some(0));

    let covered = BEFORE
        .replace("name: winch", "name: capstan, annotations: {callboard/former-names: winch}")
        .replace("component:winch", "component:capstan");
    folder.write("portal/all.yaml", &covered);
    folder.write("portal/site.yaml", "app: {title: Test}\ncatalog: {locations: [{target: ./all.yaml}]}\nportal: {redirects: [{from: /handbook, to: /crew/handbook}]}\n");
    let output = folder.run(&["diff", "before", "portal", "--format", "markdown"]);
    let text = stdout(&output);
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("**The catalog, compared with `before`:** 1 renamed, 1 changed otherwise, 2 pages moved")
    );
    assert_eq!(lines.next(), Some("<!-- callboard-diff -->"));
    assert!(text.contains("- `/handbook/` leads to `/crew/handbook/`"), "{text}");
}

#[test]
fn against_a_folder_and_against_what_it_was_built_to() {
    let (before, after) = (site("folder"), site("folder-after"));
    change(&after);
    assert_eq!(before.run(&["build", "portal", "--out", "built"]).status.code(), Some(0));
    let base = before.0.join("portal");
    let output = after.run(&["diff", base.to_str().unwrap(), "portal", "--format", "json"]);
    assert_eq!(counts(&output), json!({"renamed": 1, "relationsBroken": 1, "pages": 2, "pagesUncovered": 2}));
    let output = after.run(&["diff", "./portal", "portal", "--exit-code"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), "no differences\n"));

    let built = before.0.join("built");
    let output = after.run(&["diff", built.to_str().unwrap(), "portal", "--format", "json"]);
    // A built portal does not tell which of its pages were Markdown.
    assert_eq!(counts(&output), json!({"renamed": 1, "relationsBroken": 1, "pages": 1, "pagesUncovered": 1}));
    assert_eq!(counts(&before.run(&["diff", "./built", "portal", "--format", "json"])), json!({}));

    before.write("portal/site.yaml", "catalog: {locations: [{target: ./all.yaml}]}\nportal: {api: false}\n");
    assert_eq!(before.run(&["build", "portal", "--out", "built"]).status.code(), Some(0));
    let output = before.run(&["diff", "./built", "portal"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("diff/no-twins"), "{}", stderr(&output));
}

#[test]
fn against_what_is_no_base() {
    let folder = site("no-base");
    let refused = |base: &str, words: &str| {
        let output = folder.run(&["diff", base, "portal"]);
        assert_eq!(output.status.code(), Some(2), "{base}");
        assert!(stderr(&output).contains(words), "{base}: {}", stderr(&output));
    };
    folder.write("else/callboard.lock", "{}");
    folder.commit();
    refused("else/callboard.lock", "cannot be used");
    refused("callboard.lock", "there is no");
    refused("nothing", "the repository has no such branch, tag or commit");
    refused("portal/all.yaml", "is a file and not a folder");
    refused("HEAD:portal", "no git revision");
    refused("HEAD~7", "no git revision");
}

#[test]
fn a_name_that_is_both_is_a_revision_unless_written_as_a_path() {
    let folder = site("both");
    folder.commit();
    folder.branch("portal");
    change(&folder);
    let found = |base: &str| counts(&folder.run(&["diff", base, "portal", "--format", "json"]));
    assert_ne!(found("portal"), json!({}), "the branch");
    assert_eq!(found("./portal"), json!({}), "the folder");
    assert_ne!(found("refs/heads/portal"), json!({}), "a path that does not exist is a revision");
}

#[test]
fn mistakes_in_either_state_do_not_stop_it() {
    let folder = site("mistakes");
    folder.write("portal/all.yaml", &format!("{BEFORE}---\nkind: [\n"));
    folder.commit();
    folder.write("portal/all.yaml", &format!("{BEFORE}---\nkind: Component\nmetadata: 7\n"));
    let output = folder.run(&["diff", "HEAD", "portal", "--exit-code"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), "no differences\n"));
    assert!(stderr(&output).contains("the base has 1 error"), "{}", stderr(&output));
    folder.write("portal/site.yaml", "catalog: 7\n");
    let output = folder.run(&["diff", "HEAD", "portal"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("config/bad-value"), "{}", stderr(&output));
}
