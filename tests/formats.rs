//! The formats for machines, and the commands for shells, editors and troubled people.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

/// The root of a repository, with a site in its folder `portal, 1`.
struct Repository(PathBuf);

const SITE: &str = "portal, 1";

/// One error, one warning and one notice; names and texts hold what formats must escape.
const DESCRIPTORS: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: part, tags: [\"a|b`<i>,100%\\n::error::x]]>&\\u0001\"]}
spec: {type: service, lifecycle: production, owner: nobody}
---
apiVersion: example.com/v1
kind: Runbook
metadata: {name: foreign}
spec: {owner: crew}
";

impl Repository {
    fn new(name: &str, descriptors: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        let site = root.join(SITE);
        fs::create_dir_all(&site).unwrap();
        // Enough of a repository to be found as one.
        fs::create_dir_all(root.join(".git/objects")).unwrap();
        fs::create_dir_all(root.join(".git/refs")).unwrap();
        fs::write(root.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
        let remote = "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = git@github.com:acme/shop.git\n";
        fs::write(root.join(".git/config"), remote).unwrap();
        fs::write(site.join("site.yaml"), "catalog: {locations: [{target: './ä.yaml'}]}\n").unwrap();
        fs::write(site.join("ä.yaml"), descriptors).unwrap();
        Self(root)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        command
            .args(arguments)
            .current_dir(self.0.join(SITE))
            .env("NO_COLOR", "1")
            .env_remove("CI")
            .env_remove("GITHUB_STEP_SUMMARY")
            .stdin(Stdio::null());
        command
    }

    fn validate(&self, format: &str, more: &[&str]) -> String {
        let output = self.command(&[&["validate", "--format", format][..], more].concat()).output().unwrap();
        stdout(&output)
    }

    fn json(&self, format: &str) -> Value {
        serde_json::from_str(&self.validate(format, &[])).unwrap()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn github_gets_one_command_a_line_with_the_worst_first() {
    let repository = Repository::new("format-github", DESCRIPTORS);
    let text = repository.validate("github", &[]);
    let lines: Vec<&str> = text.lines().collect();
    let levels: Vec<&str> = lines.iter().map(|it| it.split(' ').next().unwrap()).collect();
    assert_eq!(levels, ["::error", "::warning", "::notice"], "{text}");
    assert_eq!(
        lines[0],
        "::error file=portal%2C 1/ä.yaml,line=3,col=31,endLine=3,endColumn=67,title=entity/bad-format::\
         `a|b`<i>,100%25%0A::error::x]]>&\u{1}` is not a valid tag%0A\
         note: a tag has lower-case letters, digits, `:`, `+` and `#`, parted by single hyphens, at most 63%0A\
         help: write `a-b-i-100-::error::x`"
    );
}

#[test]
fn the_summary_of_a_step_is_a_table_that_is_bounded() {
    let repository = Repository::new("format-summary", DESCRIPTORS);
    let file = repository.0.join("summary.md");
    let run = || {
        let mut command = repository.command(&["validate", "--format", "github"]);
        command.env("GITHUB_STEP_SUMMARY", &file).output().unwrap();
        fs::read_to_string(&file).unwrap()
    };
    fs::write(&file, "Before\n").unwrap();
    let text = run();
    assert!(
        text.starts_with("Before\n### Callboard: 1 error, 1 warning, 1 notice\n\n| Severity |"),
        "{text}"
    );
    let rows: Vec<&str> = text.lines().filter(|it| it.starts_with("| ")).skip(2).collect();
    assert_eq!(rows.len(), 3);
    assert!(
        rows[0].starts_with(
            "| **error** | portal, 1/ä.yaml:3:31 | \\`a\\|b\\`&lt;i&gt;,100% ::error::x\\]\\]&gt;&amp; "
        ),
        "{}",
        rows[0]
    );
    fs::write(&file, "x".repeat(1024 * 1024 - 900)).unwrap();
    let text = run();
    assert!(text.len() <= 1024 * 1024, "{}", text.len());
    assert!(text.contains(" more are left out"), "{}", &text[1024 * 1024 - 900..]);
}

#[test]
fn gitlab_gets_a_report_with_fingerprints_that_last() {
    let repository = Repository::new("format-gitlab", &format!("{DESCRIPTORS}---\n{DESCRIPTORS}"));
    let issues = repository.json("gitlab");
    let issues = issues.as_array().unwrap();
    assert_eq!(issues[0]["check_name"], "entity/bad-format");
    assert_eq!(issues[0]["severity"], "major");
    assert_eq!(issues[0]["location"], json!({"path": "portal, 1/ä.yaml", "lines": {"begin": 3}}));
    let of = |issues: &[Value]| -> Vec<String> {
        issues.iter().map(|it| it["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let all = of(issues);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), issues.len(), "unique for equal problems too");
    let file = repository.0.join(SITE).join("ä.yaml");
    fs::write(&file, format!("# A line more.\n{}", fs::read_to_string(&file).unwrap())).unwrap();
    let moved = repository.json("gitlab");
    assert_eq!(moved[0]["location"]["lines"]["begin"], 4);
    assert_eq!(of(moved.as_array().unwrap()), all, "the same problems on other lines");
}

#[test]
fn sarif_has_each_rule_once_and_places_below_the_root() {
    let repository = Repository::new("format-sarif", &format!("{DESCRIPTORS}---\n{DESCRIPTORS}"));
    let log = repository.json("sarif");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert!(run["originalUriBaseIds"]["SRCROOT"].is_object());
    let rules: Vec<&Value> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().collect();
    let ids: BTreeSet<&str> = rules.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len());
    assert!(rules.iter().all(|it| it["shortDescription"]["text"].is_string()));
    let results = run["results"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(matches!(result["level"].as_str().unwrap(), "error" | "warning" | "note"));
    }
    let place = &results[0]["locations"][0]["physicalLocation"];
    let expected = json!({
        "artifactLocation": {"uri": "portal%2C%201/%C3%A4.yaml", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 3, "startColumn": 31, "endLine": 3, "endColumn": 67},
    });
    assert_eq!(place, &expected);
    let text = results[0]["message"]["text"].as_str().unwrap();
    assert!(text.contains("\nnote: ") && text.contains("\nhelp: "), "{text}");
    let duplicate = results.iter().find(|it| it["ruleId"] == "catalog/duplicate-entity").unwrap();
    assert!(duplicate["relatedLocations"][0]["message"]["text"].is_string());
    let fingerprints: BTreeSet<String> =
        results.iter().map(|it| it["partialFingerprints"].to_string()).collect();
    assert_eq!(fingerprints.len(), results.len());
}

/// Returns the start tags, each with its attributes, and the text of a report. Fails where it is not well-formed.
fn xml(text: &str) -> (Vec<String>, String) {
    let forbidden = |it: char| it.is_control() && !matches!(it, '\t' | '\n' | '\r');
    assert!(!text.contains(forbidden), "{text}");
    let (mut reader, mut tags, mut inside) = (Reader::from_str(text), Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let mut line = format!("{:?}", tag.name());
                for attribute in tag.attributes() {
                    line.push_str(&format!(" {:?}", attribute.unwrap()));
                }
                tags.push(line);
            }
            Event::Text(text) => inside.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => inside.push_str(&format!("&{};", &*reference)),
            Event::Eof => return (tags, inside),
            _ => {}
        }
    }
}

#[test]
fn junit_is_well_formed_and_counts_what_fails() {
    let repository = Repository::new("format-junit", DESCRIPTORS);
    let report = |more: &[&str]| repository.validate("junit", more);
    let (tags, text) = xml(&report(&[]));
    let of = |tags: &[String], name: &str| tags.iter().filter(|it| it.contains(name)).count();
    assert_eq!(
        (of(&tags, "(failure)"), of(&tags, "(testcase)"), of(&tags, "(system-out)")),
        (1, 1, 1),
        "{tags:?}"
    );
    assert!(text.contains("portal, 1/ä.yaml:4:"), "{text}");
    let (tags, _) = xml(&report(&["--fail-on", "warning"]));
    assert_eq!(of(&tags, "(failure)"), 2);
    let (tags, _) = xml(&report(&["--fail-on", "never"]));
    assert_eq!(of(&tags, "(failure)"), 0);
    fs::write(repository.0.join(SITE).join("ä.yaml"), "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: crew}\nspec: {type: team, children: []}\n").unwrap();
    let (tags, _) = xml(&report(&[]));
    assert_eq!(of(&tags, "(testcase)"), 1, "a passing one");
}

#[test]
fn people_read_the_other_stream() {
    let repository = Repository::new("format-streams", DESCRIPTORS);
    for format in ["json", "gitlab", "sarif"] {
        let output = repository.command(&["build", "--format", format]).output().unwrap();
        assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok(), "{format}");
        let people = String::from_utf8(output.stderr.clone()).unwrap();
        assert!(people.contains("1 error, 1 warning, 1 notice") && people.contains("entities"), "{people}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_reported_too() {
    let repository = Repository::new("format-unusable", DESCRIPTORS);
    fs::write(repository.0.join(SITE).join("site.yaml"), "catalog: {locations: 7}\n").unwrap();
    let log = repository.json("sarif");
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    assert_eq!(repository.json("gitlab")[0]["location"]["path"], "portal, 1/site.yaml");
    let (tags, _) = xml(&repository.validate("junit", &["--fail-on", "never"]));
    assert!(tags.iter().any(|it| it.contains("failure")));
}

#[test]
fn shells_and_editors_get_what_they_ask_for() {
    let repository = Repository::new("format-shells", DESCRIPTORS);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = repository.command(&["completions", shell]).output().unwrap();
        assert!(stdout(&output).contains("--fail-on") || stdout(&output).contains("fail-on"), "{shell}");
    }
    for file in ["entity", "site", "plugin"] {
        let output = repository.command(&["schema", file]).output().unwrap();
        let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(schema["type"], "object", "{file}");
    }
}

#[test]
fn doctor_says_what_is_there_and_what_is_not() {
    let repository = Repository::new("format-doctor", DESCRIPTORS);
    let checks = |code: i32| -> Value {
        let output = repository.command(&["doctor", "--format", "json"]).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", stdout(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let of = |value: &Value, name: &str| -> (String, String) {
        let check = value["checks"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap().clone();
        (check["state"].as_str().unwrap().to_owned(), check["text"].as_str().unwrap().to_owned())
    };
    let value = checks(0);
    assert_eq!(
        of(&value, "origin"),
        ("ok".to_owned(), "https://github.com/acme/shop/blob/main/portal, 1".to_owned())
    );
    assert_eq!(of(&value, "catalog"), ("ok".to_owned(), "1 location, 1 file with 2 entities".to_owned()));
    assert_eq!(of(&value, "address").0, "warn");
    assert!(of(&value, "output").1.ends_with("free"));
    let site = repository.0.join(SITE);
    fs::write(
        site.join("site.yaml"),
        "app: {baseUrl: '${NO_SUCH}'}\ncatalog: {locations: [{target: ./no.yaml}]}\n",
    )
    .unwrap();
    let value = checks(1);
    assert_eq!(of(&value, "environment").0, "fail");
    assert_eq!(of(&value, "configuration").0, "fail");
    fs::write(site.join("site.yaml"), "app: {baseUrl: /x/}\ncatalog: {locations: [{target: ./no.yaml}]}\n")
        .unwrap();
    fs::create_dir_all(site.join("dist")).unwrap();
    fs::write(site.join("dist/thesis.txt"), "years of work").unwrap();
    let value = checks(1);
    assert_eq!((of(&value, "catalog").0, of(&value, "output").0), ("fail".to_owned(), "fail".to_owned()));
    assert_eq!(of(&value, "address").0, "ok");
    let output = repository.command(&["doctor"]).output().unwrap();
    assert!(stdout(&output).lines().any(|it| it.starts_with("fail  output")), "{}", stdout(&output));
}
