//! The plan, and mistakes in `catalog.providers`.

use std::collections::BTreeMap;

use callboard::config;
use callboard::diagnostics::Report;
use callboard::discovery::plan;
use callboard::sources::MemoryReader;
use serde_json::json;

use super::recorded::settings;

#[test]
fn the_plan_is_plain_data() {
    let (settings, report) = settings(&json!({
        "github": {"organization": "acme"},
        "githubOrg": {"id": "p", "githubUrl": "https://github.com", "orgs": ["a", "b"]},
        "gitlab": {"x": {"host": "gitlab.com", "group": "acme/apps", "orgEnabled": true, "requestsMax": 50}},
    }));
    assert!(report.is_empty());
    assert_eq!(
        serde_json::to_value(plan(&settings)).unwrap(),
        json!({"providers": [
            {"name": "github:default", "address": "https://github.com/acme", "requests_min": 1, "requests_max": 1000},
            {"name": "githubOrg:p", "address": "https://github.com", "requests_min": 4, "requests_max": 1000},
            {"name": "gitlab:x", "address": "https://gitlab.com/acme/apps", "requests_min": 3, "requests_max": 50},
        ]})
    );
    assert_eq!(plan(&settings).requests(), (8, 2050));
}

#[test]
fn mistakes_of_the_configuration() {
    for (providers, expected) in [
        (
            json!({"github": {"organization": "a", "fliters": {}}}),
            "discovery/unknown-key: `catalog.providers.github.fliters` is not a known key",
        ),
        (
            json!({"github": {"x/y": {"organization": "a", "filters": {"topic": {"includes": []}}}}}),
            "discovery/unknown-key: `catalog.providers.github.x/y.filters.topic.includes` is not a known key",
        ),
        (
            json!({"github": {"organization": ["a"]}}),
            "discovery/bad-provider: `catalog.providers.github.organization` is not a text",
        ),
        (
            json!({"github": {"organization": "a", "requestsMax": 0}}),
            "discovery/bad-provider: `catalog.providers.github.requestsMax` is not a whole number from 1 to 1000000",
        ),
        (json!({"github": "acme"}), "discovery/bad-provider: `catalog.providers.github` is not a mapping"),
        (
            json!({"github": {"organization": "a", "host": "git.acme.example"}}),
            "discovery/bad-provider: no integration describes the host `git.acme.example`",
        ),
        (
            json!({"githubOrg": {"githubUrl": "github.com"}}),
            "discovery/bad-provider: `github.com` is not an address",
        ),
        (
            json!({"bitbucketCloud": {"workspace": "a", "level": "all"}}),
            "discovery/bad-provider: `all` is neither `workspace` nor `project`",
        ),
        (
            json!({"gitea": {"id": {"host": "gitea.acme.example"}}}),
            "discovery/bad-provider: `catalog.providers.gitea.id` has no `organization`",
        ),
        (
            json!({"scimOrg": {"file": []}}),
            "discovery/bad-provider: `catalog.providers.scimOrg` has no `file`",
        ),
        (
            json!({"microsoftGraphOrg": {"id": {}}}),
            "discovery/unknown-provider: the provider `microsoftGraphOrg` is not read",
        ),
    ] {
        let (_, report) = settings(&providers);
        let told: Vec<_> =
            report.diagnostics().iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
        assert_eq!(told, [expected], "{providers}");
    }
}

#[test]
fn variables_are_needed_where_a_provider_is_read() {
    let load = |text: String| {
        let (reader, mut report) = (MemoryReader::new([("conf/site.yaml", text)]), Report::new());
        let files = ["conf/site.yaml".to_owned()];
        let site = config::load(&files, &BTreeMap::new(), &[], &reader, &mut report);
        site.map(|it| it.providers)
    };
    let (_, report) = settings(&json!({"none": {}}));
    let known = report.diagnostics()[0].reason.clone().unwrap();
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    assert_eq!(known.len(), 9);
    for name in known {
        let text =
            |key: &str| format!("catalog: {{providers: {{{name}: {{a: {{{key}: '${{MISSING}}'}}}}}}}}\n");
        assert_eq!(load(text("organization")), None, "{name}");
        assert!(load(text("schedule")).is_some(), "{name}");
    }
    let other = "catalog: {providers: {ldapOrg: {a: {bind: {secret: '${MISSING}'}}}}}\n";
    assert!(load(other.to_owned()).is_some());
    // Files are relative to the configuration that names them.
    let files =
        "catalog: {providers: {ldifOrg: {file: people.ldif}, scimOrg: {a: {file: [../x.json, y.json]}}}}\n";
    let expected = json!({"ldifOrg": {"file": "conf/people.ldif"}, "scimOrg": {"a": {"file": ["x.json", "conf/y.json"]}}});
    assert_eq!(load(files.to_owned()), Some(expected));
}
