//! What the reports of tools become: coverage, tests, analysis and definitions.

use serde_json::{Value, json};

use super::{Format, parse};

pub(super) const COBERTURA: &str = r#"<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "coverage-04.dtd">
<coverage version="7.4.0" timestamp="1712000000000" lines-valid="5" lines-covered="3" line-rate="0.6">
  <sources><source>build</source></sources>
  <packages><package name="app"><classes>
    <class name="main.py" filename="./app/main.py">
      <methods><method name="f"><lines><line number="1" hits="0"/></lines></method></methods>
      <lines>
        <line number="1" hits="4"/>
        <line number="3" hits="0"/>
        <line number="5" hits="0" branch="true" condition-coverage="50% (1/2)"/>
        <line number="9" hits="0"/>
      </lines>
    </class>
    <class name="main.py.Inner" filename="app/main.py"><lines><line number="9" hits="1"/></lines></class>
    <class name="empty.py" filename="app\sub\empty.py"><lines/></class>
  </classes></package></packages>
</coverage>"#;

pub(super) const JACOCO: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="all"><sessioninfo id="a" start="1712000000000" dump="1712000001000"/>
<group name="core"><package name="com/example"><class name="com/example/A" sourcefilename="A.java"/>
<sourcefile name="A.java"><line nr="3" mi="2" ci="0" mb="0" cb="0"/><line nr="4" mi="0" ci="5" mb="1" cb="3"/>
<counter type="LINE" missed="1" covered="1"/></sourcefile></package></group></report>"#;

pub(super) const LCOV: &str = "TN:unit\nSF:./src/b.js\nFN:1,f\nFNDA:1,f\nDA:1,3\nDA:2,0,abc\nBRDA:1,0,0,1\n\
    BRDA:1,e0,1,-\nLF:2\nLH:1\nend_of_record\nTN:other\nSF:src/b.js\nDA:2,1\nend_of_record\nSF:src/a/c.js\nLF:10\n\
    LH:4\nend_of_record\n";

pub(super) const JUNIT: &str = r#"<testsuites time="1,234.5"><testsuite name="outer">
<testsuite name="inner" tests="4" timestamp="2024-04-01T10:00:00">
  <testcase name="a" classname="C" time="0.25"/>
  <testcase name="b" time="1,000.5"><failure message="no &lt;b&gt;" type="X">trace</failure><system-out>out</system-out></testcase>
  <testcase name="c"><skipped/></testcase>
  <testcase name="d"><error type="Y">
    boom </error><rerunFailure message="again"/></testcase>
  <testcase name="e"><flakyFailure message="once">z</flakyFailure></testcase>
</testsuite></testsuite><testsuite name="summary" tests="7" failures="1" time="2"/></testsuites>"#;

pub(super) const SARIF: &str = r#"{"version": "2.1.0", "runs": [{
  "tool": {"driver": {"name": "lint", "semanticVersion": "1.2.0", "rules": [
    {"id": "r1", "helpUri": "https://lint.example/r1", "defaultConfiguration": {"level": "error"},
     "messageStrings": {"default": {"text": "no {0} in {1}"}}},
    {"id": "r2"}]}},
  "artifacts": [{"location": {"uri": "src/x%20y.rs"}}],
  "results": [
    {"ruleIndex": 0, "message": {"id": "default", "arguments": ["a", "b"]},
     "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}, "region": {"startLine": 3, "startColumn": 2}}}]},
    {"ruleId": "r2", "message": {"text": "t"}},
    {"ruleId": "r2/sub", "ruleIndex": 1, "level": "note", "message": {"text": "u"}},
    {"ruleId": "r2", "kind": "pass", "message": {"text": "v"}},
    {"ruleId": "r2", "message": {"text": "w"}, "suppressions": [{"kind": "inSource"}]},
    {"ruleId": "r2", "message": {"text": "x"}, "suppressions": [{"kind": "external", "status": "rejected"}]}]}]}"#;

pub(super) const OPENAPI: &str = "openapi: 3.1.0\ninfo: {title: Ferries, version: '2'}\npaths:\n  /b:\n    summary: x\n    \
    post: {operationId: add, tags: [w], summary: Add}\n    get: {description: List, deprecated: true}\n  /a: {delete: {}}\n";

fn read(format: Format, text: &str) -> Value {
    parse(format, "x", text.as_bytes()).unwrap()
}

#[test]
fn cobertura_becomes_coverage() {
    let wanted = json!({
        "total": {"lines": 4, "covered": 2, "percent": 50.0, "branches": 2, "branchesCovered": 1},
        "files": [
            {"path": "app/main.py", "lines": 4, "covered": 2, "percent": 50.0, "uncovered": ["3-5"], "branches": 2, "branchesCovered": 1},
            {"path": "app/sub/empty.py", "lines": 0, "covered": 0, "percent": null, "uncovered": [], "branches": 0, "branchesCovered": 0},
        ],
        "folders": [
            {"path": "app", "lines": 4, "covered": 2, "percent": 50.0},
            {"path": "app/sub", "lines": 0, "covered": 0, "percent": null},
        ],
        "generator": "cobertura 7.4.0",
        "timestamp": "2024-04-01T19:33:20Z",
    });
    assert_eq!(read(Format::Cobertura, COBERTURA), wanted);
}

#[test]
fn jacoco_becomes_coverage() {
    let report = read(Format::Jacoco, JACOCO);
    let file = json!({"path": "core/com/example/A.java", "lines": 2, "covered": 1, "percent": 50.0, "uncovered": ["3"],
        "branches": 4, "branchesCovered": 3});
    assert_eq!(report["files"], json!([file]));
    assert_eq!(report["timestamp"], "2024-04-01T19:33:21Z");
    assert_eq!(report["folders"].as_array().unwrap().len(), 3);
}

#[test]
fn lcov_becomes_coverage() {
    let report = read(Format::Lcov, LCOV);
    assert_eq!(
        report["total"],
        json!({"lines": 12, "covered": 6, "percent": 50.0, "branches": 2, "branchesCovered": 1})
    );
    let paths: Vec<&Value> = report["files"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
    assert_eq!(paths, ["src/a/c.js", "src/b.js"]);
    for (text, wanted) in [
        ("x: y\n", "no line begins with `SF:`, so it is no trace file of lcov"),
        ("SF:a\nDA:1,2\n", "`a` has no `end_of_record` (line 2)"),
        ("SF:a\nDA:1\n", "`DA:1` lacks a number (line 2)"),
        ("SF:a\nSF:b\n", "the file before has no `end_of_record` (line 2)"),
        ("SF:a\nwhat\n", "this is no line of a trace file, such as `DA:1,2` (line 2)"),
    ] {
        assert_eq!(parse(Format::Lcov, "x", text.as_bytes()).unwrap_err().to_string(), wanted);
    }
}

#[test]
fn a_report_of_another_kind_is_refused() {
    for (format, text, wanted) in [
        (
            Format::Cobertura,
            "<report/>",
            "the root of Cobertura is `coverage`, not `report` (line 1, column 1)",
        ),
        (Format::Jacoco, "<coverage/>", "the root of JaCoCo is `report`, not `coverage` (line 1, column 1)"),
        (
            Format::Junit,
            "<a/>",
            "the root of JUnit's results is `testsuites` or `testsuite`, not `a` (line 1, column 1)",
        ),
        (Format::Sarif, "{}", "this is no SARIF: it has no list `runs`"),
        (Format::Openapi, "a: 1", "this is no OpenAPI: it has neither `openapi` nor `swagger`"),
    ] {
        assert_eq!(parse(format, "x", text.as_bytes()).unwrap_err().to_string(), wanted);
    }
}

#[test]
fn junit_becomes_suites() {
    let report = read(Format::Junit, JUNIT);
    let counts: Vec<&Value> =
        ["tests", "failures", "errors", "skipped", "seconds"].iter().map(|it| &report[*it]).collect();
    assert_eq!(counts, [&json!(12), &json!(2), &json!(1), &json!(1), &json!(1002.75)]);
    let suites = report["suites"].as_array().unwrap();
    let names: Vec<&Value> = suites.iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["inner", "summary"]);
    assert_eq!(suites[0]["timestamp"], "2024-04-01T10:00:00");
    assert_eq!(
        suites[0]["cases"],
        json!([
            {"name": "a", "class": "C", "seconds": 0.25, "status": "ok", "outcome": "passed", "message": null},
            {"name": "b", "class": "", "seconds": 1000.5, "status": "error", "outcome": "failure", "message": "no <b>"},
            {"name": "c", "class": "", "seconds": 0.0, "status": "skipped", "outcome": "skipped", "message": null},
            {"name": "d", "class": "", "seconds": 0.0, "status": "error", "outcome": "error", "message": "boom"},
            {"name": "e", "class": "", "seconds": 0.0, "status": "ok", "outcome": "passed", "message": null},
        ])
    );
}

#[test]
fn sarif_becomes_results() {
    let report = read(Format::Sarif, SARIF);
    assert_eq!(report["counts"], json!({"error": 1, "warning": 2, "note": 1}));
    let run = &report["runs"][0];
    assert_eq!((&run["tool"], &run["version"]), (&json!("lint"), &json!("1.2.0")));
    let first = json!({"rule": "r1", "level": "error", "message": "no a in b", "path": "src/x y.rs", "line": 3, "column": 2,
        "url": "https://lint.example/r1"});
    assert_eq!(run["results"][0], first);
    let levels: Vec<&Value> = run["results"].as_array().unwrap().iter().map(|it| &it["level"]).collect();
    assert_eq!(levels, ["error", "warning", "note", "none", "warning"]);
}

#[test]
fn openapi_becomes_operations() {
    let wanted = json!({"title": "Ferries", "version": "2", "description": null, "operations": [
        {"method": "GET", "path": "/b", "summary": "List", "id": null, "tags": [], "deprecated": true},
        {"method": "POST", "path": "/b", "summary": "Add", "id": "add", "tags": ["w"], "deprecated": false},
        {"method": "DELETE", "path": "/a", "summary": null, "id": null, "tags": [], "deprecated": false},
    ]});
    assert_eq!(read(Format::Openapi, OPENAPI), wanted);
    let swagger = "{\"swagger\": \"2.0\", \"paths\": {\"/a\": {\"get\": {\"summary\": \"s\"}}}}";
    assert_eq!(read(Format::Openapi, swagger)["operations"][0]["summary"], "s");
}
