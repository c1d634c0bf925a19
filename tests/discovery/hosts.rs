//! People at GitHub, and the other hosts.

use callboard::sources::integration::Integrations;
use serde_json::{Value, json};

use super::recorded::{accept, check, run};

#[test]
fn github_people() {
    let one = json!({"githubOrg": {"id": "production", "githubUrl": "https://github.com", "orgs": ["acme"]}});
    let run = check("githubOrg", one, &[], 4);
    accept(&run.discovered.entities);
    let jo = run.entity("User", "jo");
    assert_eq!(
        jo["spec"],
        json!({"profile": {"displayName": "Jo Harper", "email": "jo@acme.example",
            "picture": "https://avatars.githubusercontent.com/jo?v=4"}, "memberOf": ["platform"]})
    );
    let annotations = &jo["metadata"]["annotations"];
    assert_eq!(annotations["github.com/user-login"], "jo");
    assert_eq!(annotations["backstage.io/managed-by-location"], "url:https://github.com/jo");
    assert_eq!(run.entity("User", "kit")["metadata"]["description"], "Keeps the lights on");
    let watch = run.entity("Group", "watch");
    assert_eq!(watch["spec"]["parent"], "platform");
    assert_eq!(watch["spec"]["members"], json!(["Ami", "kit"]));
    assert_eq!(watch["metadata"]["annotations"]["github.com/team-slug"], "acme/watch");
    assert_eq!(
        watch["metadata"]["annotations"]["backstage.io/managed-by-location"],
        "url:https://github.com/orgs/acme/teams/watch"
    );
    assert_eq!(run.entity("Group", "platform")["spec"]["children"], json!(["watch"]));

    let two = json!({"githubOrg": [{"id": "all", "githubUrl": "https://github.com", "orgs": ["acme", "Other-Org"]}]});
    let run = check("githubOrg", two, &[], 6);
    accept(&run.discovered.entities);
    assert_eq!(run.entity("User", "jo")["spec"]["memberOf"], json!(["acme/platform", "other-org/platform"]));
    let namespaces: Vec<&Value> =
        run.discovered.entities.iter().map(|it| &it["metadata"]["namespace"]).collect();
    assert_eq!(namespaces[..3], [&json!("acme"), &json!("acme"), &json!("other-org")]);
    let all = json!({"githubOrg": {"id": "all", "githubUrl": "https://github.com"}});
    let run = check("githubOrg", all, &[], 3);
    assert_eq!(run.entity("User", "jo")["spec"]["memberOf"], json!(["platform"]));
}

#[test]
fn gitlab_projects_and_people() {
    let acme = |more: Value| {
        let mut block =
            json!({"host": "gitlab.com", "group": "acme/apps", "excludeRepos": ["acme/apps/skipped"]});
        block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"gitlab": {"acme": block}})
    };
    let all = [
        "https://gitlab.com/acme/apps/attic/old/-/blob/main/catalog-info.yaml?",
        "https://gitlab.com/acme/apps/shop/-/blob/main/catalog-info.yaml?",
        "https://gitlab.com/acme/apps/web/cart/-/blob/trunk/catalog-info.yaml?",
        "https://gitlab.com/acme/apps/web/empty/-/blob/master/catalog-info.yaml?",
    ];
    check("gitlab", acme(json!({})), &all, 2);
    check("gitlab", acme(json!({"excludeGroups": ["acme/apps/attic", "acme/apps/we"]})), &all[1..], 2);
    check("gitlab", acme(json!({"projectPattern": "/web/"})), &all[2..], 2);
    check("gitlab", acme(json!({"groupPattern": ["^acme/apps/web$"]})), &all[2..], 2);
    let branch = json!({"branch": "dev", "entityFilename": "info.yaml", "projectPattern": "shop$"});
    check("gitlab", acme(branch), &["https://gitlab.com/acme/apps/shop/-/blob/dev/info.yaml?"], 2);
    let whole = json!({"gitlab": {"host": "git.acme.example", "skipForkedRepos": true, "includeArchivedRepos": true,
        "membership": true, "topics": "backstage", "schedule": {"frequency": {"minutes": 30}}}});
    let two = [
        "https://git.acme.example/a/one/-/blob/main/catalog-info.yaml?",
        "https://git.acme.example/b/three/-/blob/main/catalog-info.yaml?",
    ];
    check("gitlab", whole, &two, 2);

    let run = check("gitlab", acme(json!({"orgEnabled": true})), &all, 5);
    let jo = run.entity("User", "jo");
    assert_eq!(jo["spec"]["memberOf"], json!(["web-checkout"]));
    assert_eq!(
        jo["spec"]["profile"]["picture"],
        "https://gitlab.com/uploads/-/system/user/avatar/2/avatar.png"
    );
    assert_eq!(jo["metadata"]["annotations"]["gitlab.com/user-login"], "https://gitlab.com/jo");
    assert_eq!(run.entity("Group", "web")["spec"]["members"], json!(["ami", "kit"]));
    assert_eq!(run.entity("Group", "web")["spec"]["parent"], Value::Null);
    let checkout = run.entity("Group", "web-checkout");
    assert_eq!((&checkout["spec"]["parent"], &checkout["spec"]["members"]), (&json!("web"), &json!(["jo"])));
    assert_eq!(checkout["metadata"]["annotations"]["gitlab.com/team-path"], "acme/apps/web/checkout");
    assert_eq!(run.discovered.entities.len(), 5);
    accept(&run.discovered.entities);
}

#[test]
fn a_token_goes_to_no_other_host() {
    let run = run("gitlab", json!({"gitlab": {"leak": {"host": "gitlab.com", "group": "leak"}}}));
    assert_eq!(run.asked.len(), 1);
    assert_eq!(run.targets(), ["https://gitlab.com/leak/shop/-/blob/main/catalog-info.yaml?"]);
    assert!(run.problems[0].contains("its next page is at another host"), "{:?}", run.problems);
}

#[test]
fn other_hosts() {
    let shop = "https://bitbucket.org/acme/shop/src/main/catalog-info.yaml";
    let legacy = "https://bitbucket.org/acme/legacy/src/master/catalog-info.yaml";
    check("bitbucketCloud", json!({"bitbucketCloud": {"workspace": "acme"}}), &[legacy, shop], 2);
    let filters = json!({"bitbucketCloud": {"workspace": "acme", "filters": {"projectKey": "W.*", "repoSlug": "shop"}}});
    check("bitbucketCloud", filters, &[shop], 2);
    let level = json!({"bitbucketCloud": {"workspace": "acme", "level": "project", "filters": {"projectKey": "WEB"}}});
    check("bitbucketCloud", level, &[shop], 2);

    let server = |filters: Value| json!({"bitbucketServer": {"host": "bitbucket.acme.example", "catalogPath": "/catalog-info.yaml", "filters": filters}});
    let browse = |it: &str| format!("https://bitbucket.acme.example/projects/{it}/browse/catalog-info.yaml?");
    let all = [browse("OPS/repos/tools"), browse("WEB/repos/cart"), browse("WEB/repos/shop")];
    check("bitbucketServer", server(json!({})), &all.each_ref().map(String::as_str), 2);
    check("bitbucketServer", server(json!({"projectKey": "WEB", "repoSlug": "s.*"})), &[&all[2]], 2);

    let azure =
        |org: &str, project: &str| json!({"azureDevOps": {"id": {"organization": org, "project": project}}});
    let targets = [
        "https://dev.azure.com/acme/Web%20Shop/_git/cart?path=/catalog-info.yaml",
        "https://dev.azure.com/acme/Web%20Shop/_git/shop?path=/catalog-info.yaml",
    ];
    check("azureDevOps", azure("acme", "Web Shop"), &targets, 2);
    let listed = ["https://dev.azure.com/plain/Web/_git/shop?path=/catalog-info.yaml?"];
    check("azureDevOps", azure("plain", "Web"), &listed, 2);

    let gitea = json!({"gitea": {"id": {"host": "gitea.acme.example", "organization": "acme", "catalogPath": "a.yaml"}}});
    let targets = [
        "https://gitea.acme.example/acme/cart/src/branch/main/a.yaml?",
        "https://gitea.acme.example/acme/shop/src/branch/main/a.yaml?",
    ];
    check("gitea", gitea, &targets, 2);
}

#[test]
fn targets_are_addresses_that_the_integration_reads() {
    let (integrations, _) = Integrations::read(&json!({
        "gitea": [{"host": "gitea.acme.example"}], "bitbucketServer": [{"host": "bitbucket.acme.example"}],
    }));
    for (target, fetched) in [
        (
            "https://github.com/acme/tools/blob/feature%2Fnext/catalog-info.yaml",
            "https://raw.githubusercontent.com/acme/tools/feature%2Fnext/catalog-info.yaml",
        ),
        (
            "https://bitbucket.acme.example/projects/WEB/repos/shop/browse/catalog-info.yaml",
            "https://bitbucket.acme.example/rest/api/1.0/projects/WEB/repos/shop/raw/catalog-info.yaml",
        ),
    ] {
        let host = integrations.by_url(target).unwrap();
        let address = host.file_fetch(target).unwrap().unwrap();
        assert!(address.starts_with(fetched), "{target} is read from {address}");
    }
}
