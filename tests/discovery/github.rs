//! GitHub: filters, files that are there, failures and budgets.

use callboard::discovery::Discovered;
use serde_json::{Value, json};

use super::recorded::{Run, check, run};

#[test]
fn github_repositories() {
    let all = [
        "https://github.com/acme/cart/blob/main/catalog-info.yaml?",
        "https://github.com/acme/mono/blob/main/catalog-info.yaml?",
        "https://github.com/acme/payments-fork/blob/main/catalog-info.yaml?",
        "https://github.com/acme/shop/blob/main/catalog-info.yaml?",
        "https://github.com/acme/tools/blob/feature%2Fnext/catalog-info.yaml?",
    ];
    check("github", json!({"github": {"organization": "acme"}}), &all, 2);
    let one = |filters: Value, repositories: &[usize]| {
        let expected: Vec<&str> = repositories.iter().map(|it| all[*it]).collect();
        check(
            "github",
            json!({"github": {"id": {"organization": "acme", "filters": filters}}}),
            &expected,
            2,
        );
    };
    one(json!({"repository": "shop|cart"}), &[0, 3]);
    one(json!({"repository": "(?!pay).*", "visibility": ["public"]}), &[0, 1, 3]);
    one(json!({"allowForks": false, "visibility": ["internal", "public"]}), &[0, 1, 3, 4]);
    one(json!({"topic": {"include": ["backstage"]}}), &[0, 3]);
    one(json!({"topic": {"include": ["backstage"], "exclude": ["experiments"]}}), &[3]);
    let archived = json!({"github": {"organization": "acme", "catalogPath": "/x.yaml",
        "filters": {"allowArchived": true, "branch": "dev", "repository": "old"}}});
    check("github", archived, &["https://github.com/acme/old/blob/dev/x.yaml?"], 2);
}

#[test]
fn github_files_that_are_there() {
    let checked = json!({"github": {"organization": "acme", "validateLocationsExist": true}});
    check("github", checked, &["https://github.com/acme/shop/blob/main/catalog-info.yaml"], 1);
    let globs = |check| {
        json!({"github": {"organization": "acme", "catalogPath": "/packages/*/catalog-info.yaml",
        "validateLocationsExist": check, "filters": {"allowForks": false}}})
    };
    // A tree that is too large leaves the pattern to the reader, and a branch that is not there gives nothing.
    let found = [
        "https://github.com/acme/mono/blob/main/packages/a/catalog-info.yaml",
        "https://github.com/acme/mono/blob/main/packages/b%20c/catalog-info.yaml",
        "https://github.com/acme/shop/blob/main/packages/*/catalog-info.yaml?",
    ];
    check("github", globs(true), &found, 6);
    let left = [
        "https://github.com/acme/cart/blob/main/packages/*/catalog-info.yaml?",
        "https://github.com/acme/mono/blob/main/packages/*/catalog-info.yaml?",
        "https://github.com/acme/shop/blob/main/packages/*/catalog-info.yaml?",
        "https://github.com/acme/tools/blob/feature%2Fnext/packages/*/catalog-info.yaml?",
    ];
    check("github", globs(false), &left, 2);
}

#[test]
fn github_elsewhere() {
    let app = json!({"github": {"app": 1234}});
    let targets = [
        "https://github.com/acme/shop/blob/main/catalog-info.yaml?",
        "https://github.com/other/kiosk/blob/main/catalog-info.yaml?",
    ];
    check("github", app, &targets, 2);
    let enterprise =
        json!({"github": {"organization": "inner", "host": "ghe.acme.example", "codeowners": true}});
    let run =
        check("github", enterprise, &["https://ghe.acme.example/inner/shop/blob/main/catalog-info.yaml?"], 1);
    assert!(run.discovered.locations[0].codeowners);
    assert_eq!(run.discovered.locations[0].provider, "github:default");
}

#[test]
fn what_fails_costs_nothing_that_was_found() {
    let first = |owner: &str| format!("https://github.com/{owner}/first/blob/main/catalog-info.yaml?");
    for (owner, targets, problem) in [
        (
            "busy",
            vec![first("busy")],
            "discovery/failed: the provider `github:default` could not ask for everything: the host's budget of \
             requests is spent until 2026-01-02T03:04:05Z (what it had found is kept: 1 file)",
        ),
        (
            "points",
            vec![first("points")],
            "discovery/failed: the provider `github:default` could not ask for everything: the host's budget of \
             requests is spent for now (what it had found is kept: 1 file)",
        ),
        (
            "odd",
            vec![],
            "discovery/failed: the provider `github:default` could not ask for everything: the answer is not what was \
             asked for: `repositories.nodes` is no list (it had found nothing before)",
        ),
        (
            "login",
            vec![],
            "discovery/failed: the provider `github:default` could not ask for everything: the answer is not what was \
             asked for: it is no JSON: expected value at line 1 column 1 (it had found nothing before)",
        ),
        (
            "nobody",
            vec![],
            "discovery/failed: the provider `github:default` could not ask for everything: the host says: Could not \
             resolve to a RepositoryOwner with the login of 'nobody'. (it had found nothing before)",
        ),
        (
            "partly",
            vec!["https://github.com/partly/open/blob/main/catalog-info.yaml?".to_owned()],
            "discovery/failed: the provider `github:default` could not ask for everything: the host says: Resource \
             protected by organization SAML enforcement. (what it had found is kept: 1 file)",
        ),
    ] {
        let run = run("github", json!({"github": {"organization": owner}}));
        assert_eq!(run.targets(), targets, "{owner}");
        assert_eq!(run.problems, [problem], "{owner}");
    }
}

#[test]
fn a_provider_keeps_to_its_budget() {
    let run = run(
        "github",
        json!({"github": {
            "a": {"organization": "acme", "requestsMax": 1},
            "b": {"organization": "busy", "requestsMax": 1},
            "c": {"organization": "acme", "requestsMax": 4, "catalogPath": "packages/*/catalog-info.yaml",
                "validateLocationsExist": true},
        }}),
    );
    assert_eq!(run.discovered.requests, 6);
    let said: Vec<&str> = run.problems.iter().map(|it| it.split(" (").next().unwrap()).collect();
    assert_eq!(
        said,
        [
            "discovery/budget-spent: the provider `github:a` stopped after 1 request",
            "discovery/budget-spent: the provider `github:b` stopped after 1 request",
            "discovery/budget-spent: the provider `github:c` stopped after 4 requests",
        ]
    );
    let targets = run.targets();
    // What could not be looked into keeps its pattern.
    assert!(
        targets.contains(&"https://github.com/acme/mono/blob/main/packages/a/catalog-info.yaml".to_owned())
    );
    let left = "https://github.com/acme/payments-fork/blob/main/packages/*/catalog-info.yaml?";
    assert!(targets.contains(&left.to_owned()), "{targets:#?}");
    let none = run_nothing();
    assert_eq!((none.discovered, none.problems.len()), (Discovered::default(), 0));
}

fn run_nothing() -> Run {
    run("github", json!({"github": {}}))
}
