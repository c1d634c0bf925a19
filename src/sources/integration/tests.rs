//! Tests of the integrations: an address, a base, and what belongs to it, for every provider.

use serde_json::json;

use super::{AddressError, Integrations, Provider};

fn integrations() -> Integrations {
    let block = json!({
        "github": [{"host": "ghe.yard.example", "apiBaseUrl": "https://ghe.yard.example/api/v3", "token": "t"}],
        "gitlab": [{"host": "yard.example:8443", "apiBaseUrl": "https://yard.example:8443/lab/api/v4", "baseUrl": "https://yard.example:8443/lab"}],
        "bitbucketServer": [{"host": "bucket.yard.example"}],
        "gitea": [{"host": "tea.yard.example"}],
        "gerrit": [{"host": "review.yard.example", "gitilesBaseUrl": "https://review.yard.example/g/", "password": "p"}],
        "harness": [{"host": "harness.yard.example"}],
        "awsCodeCommit": [{"region": "eu-north-1"}],
    });
    let (integrations, errors) = Integrations::read(&block);
    assert_eq!(errors, []);
    integrations
}

/// Checks what an address means against a base, where it is edited and where it is read.
fn check(address: &str, base: &str, wanted: [&str; 3]) {
    let integrations = integrations();
    let host = integrations.by_url(base).unwrap();
    let resolved = host.resolve(address, base, None).unwrap();
    let fetched = match host.file_fetch(&resolved) {
        Some(Ok(address)) => address,
        Some(Err(AddressError(message))) => message,
        None => String::new(),
    };
    assert_eq!([resolved.as_str(), &host.edit(&resolved), &fetched], wanted, "{address} at {base}");
}

#[test]
fn hosts_for_repositories_have_their_addresses() {
    check(
        "./c.yaml",
        "https://github.com/yard/winch/blob/main/a/b.yaml",
        [
            "https://github.com/yard/winch/tree/main/a/c.yaml",
            "https://github.com/yard/winch/edit/main/a/c.yaml",
            "https://raw.githubusercontent.com/yard/winch/main/a/c.yaml",
        ],
    );
    check(
        "/c.yaml",
        "https://ghe.yard.example/yard/winch/tree/main/a/b.yaml",
        [
            "https://ghe.yard.example/yard/winch/tree/main/c.yaml",
            "https://ghe.yard.example/yard/winch/edit/main/c.yaml",
            "https://ghe.yard.example/api/v3/repos/yard/winch/contents/c.yaml?ref=main",
        ],
    );
    check(
        "../d e.yaml",
        "https://yard.example:8443/lab/sea/winch/-/blob/main/a/b.yaml",
        [
            "https://yard.example:8443/lab/sea/winch/-/blob/main/d%20e.yaml",
            "https://yard.example:8443/lab/sea/winch/-/edit/main/d%20e.yaml",
            "https://yard.example:8443/lab/api/v4/projects/sea%2Fwinch/repository/files/d%20e.yaml/raw?ref=main",
        ],
    );
    check(
        "/c.yaml",
        "https://bitbucket.org/yard/winch/src/main/a/b.yaml",
        [
            "https://bitbucket.org/yard/winch/src/main/c.yaml",
            "https://bitbucket.org/yard/winch/src/main/c.yaml?mode=edit&at=main",
            "https://api.bitbucket.org/2.0/repositories/yard/winch/src/main/c.yaml",
        ],
    );
    check(
        "/c.yaml",
        "https://bucket.yard.example/projects/Y/repos/winch/browse/a/b.yaml?at=dev",
        [
            "https://bucket.yard.example/projects/Y/repos/winch/browse/c.yaml?at=dev",
            "https://bucket.yard.example/projects/Y/repos/winch/browse/c.yaml",
            "https://bucket.yard.example/rest/api/1.0/projects/Y/repos/winch/raw/c.yaml?at=dev",
        ],
    );
    check(
        "./c.yaml",
        "https://dev.azure.com/yard/sea/_git/winch?path=/a/b.yaml&version=GBdev",
        [
            "https://dev.azure.com/yard/sea/_git/winch?path=%2Fa%2Fc.yaml&version=GBdev",
            "https://dev.azure.com/yard/sea/_git/winch?path=%2Fa%2Fc.yaml&version=GBdev",
            "https://dev.azure.com/yard/sea/_apis/git/repositories/winch/items?api-version=6.0&path=%2Fa%2Fc.yaml&version=dev",
        ],
    );
}

#[test]
fn a_bucket_is_read_by_its_store_and_belongs_to_no_integration() {
    let hosts = Integrations::read(&json!({"awsS3": [{}]})).0;
    let address = "https://yard.s3.eu-west-1.amazonaws.com/dir/catalog-info.yaml";
    assert_eq!(hosts.by_url(address), None);
    assert_eq!(hosts.that_reads(address).map(|it| it.provider), Some(Provider::AwsS3));
}

#[test]
fn other_hosts_have_their_addresses() {
    check(
        "c.yaml",
        "https://tea.yard.example/yard/winch/src/branch/main/a/b.yaml",
        [
            "https://tea.yard.example/yard/winch/src/branch/main/a/c.yaml",
            "https://tea.yard.example/yard/winch/_edit/main/a/c.yaml",
            "https://tea.yard.example/api/v1/repos/yard/winch/contents/a/c.yaml?ref=main",
        ],
    );
    check(
        "/c.yaml",
        "https://review.yard.example/g/sea/winch/+/refs/heads/main/a/b.yaml",
        [
            "https://review.yard.example/g/sea/winch/+/refs/heads/main/c.yaml",
            "https://review.yard.example/admin/repos/edit/repo/sea/winch/branch/refs/heads/main/file/c.yaml",
            "https://review.yard.example/a/projects/sea%2Fwinch/branches/main/files/c.yaml/content",
        ],
    );
    check(
        "./c.yaml",
        "https://harness.yard.example/ng/account/y/module/code/orgs/o/projects/p/repos/winch/files/main/~/a/b.yaml",
        [
            "https://harness.yard.example/ng/account/y/module/code/orgs/o/projects/p/repos/winch/files/main/~/a/c.yaml",
            "https://harness.yard.example/ng/account/y/module/code/orgs/o/projects/p/repos/winch/files/main/~/a/c.yaml",
            "https://harness.yard.example/gateway/code/api/v1/repos/y/o/p/winch/+/raw/a/c.yaml?routingId=y&git_ref=refs/heads/main",
        ],
    );
    check(
        "/c.yaml",
        "https://eu-north-1.console.aws.amazon.com/codesuite/codecommit/repositories/winch/browse/refs/heads/main/--/a/b.yaml",
        [
            "https://eu-north-1.console.aws.amazon.com/codesuite/codecommit/repositories/winch/browse/refs/heads/main/--/c.yaml",
            "https://eu-north-1.console.aws.amazon.com/codesuite/codecommit/repositories/winch/files/edit/refs/heads/main/--/c.yaml",
            "",
        ],
    );
}

#[test]
fn a_host_is_matched_with_its_port() {
    let integrations = integrations();
    let provider = |address| integrations.by_url(address).map(|it| it.provider.as_str());
    assert_eq!(provider("https://yard.example:8443/lab/a/b"), Some("gitlab"));
    assert_eq!(provider("https://yard.example/lab/a/b"), None);
    assert_eq!(provider("https://GITHUB.com/a/b"), Some("github"));
    assert_eq!(provider("mailto:a@b.example"), None);
}

#[test]
fn says_which_entry_cannot_be_used() {
    let (_, errors) = Integrations::read(
        &json!({"gitlab": [{"host": "a.example"}], "gerrit": [{"host": "b.example"}], "github": [{}]}),
    );
    let pointers: Vec<&str> = errors.iter().map(|it| it.pointer.as_str()).collect();
    assert_eq!(pointers, ["/github/0", "/gitlab/0", "/gerrit/0"]);
}
