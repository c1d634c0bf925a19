//! Git against its own server over HTTP, over `ssh` and from a folder, through `GitStore`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]
#![allow(dead_code, reason = "the servers are shared with other tests")]

#[path = "support/git_http.rs"]
mod git_http;
#[path = "support/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use callboard::sources::integration::Integrations;
use callboard::sources::remote::git::{
    GitCommit, GitLimits, GitReference, GitRemote, GitSettings, GitStore, History,
};
use callboard::sources::remote::{Access, FetchError, HeaderValue, HttpSettings, HttpTransport};
use callboard::sources::{GitTreeReader, Reader as _, Secret};

/// `token:low-tide-at-noon`
const TOKEN: &str = "dG9rZW46bG93LXRpZGUtYXQtbm9vbg==";

fn store(cache: &Path, host: &str, ssh: &Path) -> GitStore {
    let reading = serde_json::json!({"allow": [{"host": host}]});
    let access = Access::read(&reading, &Integrations::default()).0;
    let settings = GitSettings {
        transport: Arc::new(HttpTransport::new(HttpSettings::new(access, BTreeMap::new()))),
        ssh: ssh.to_owned(),
        ssh_allowed: Box::new(|host, _| match host {
            "git.acme.example" => Ok(()),
            other => Err(FetchError::NotAllowed(other.to_owned())),
        }),
        local_allowed: true,
        limits: GitLimits::default(),
    };
    GitStore::new(cache.to_owned(), settings)
}

fn remote(url: &str, token: &str) -> GitRemote {
    let secret = HeaderValue::Secret(Secret::new(format!("Basic {token}")));
    GitRemote { url: url.to_owned(), headers: vec![("authorization".to_owned(), secret)] }
}

fn text(commit: &GitCommit, path: &str) -> String {
    GitTreeReader::of_commit(&commit.repository, &commit.id).unwrap().read_text(path).unwrap()
}

fn file(text: &str) -> Vec<(String, String)> {
    vec![("a.txt".to_owned(), text.to_owned())]
}

/// A repository with three commits, a branch and a tag. Returns its folder and the first commit.
fn harbour(root: &Path) -> (PathBuf, String) {
    let folder = root.join("harbour");
    git_http::repository(&folder, &file("one"));
    let first = git_http::git(&folder, &["rev-parse", "HEAD"]);
    git_http::git(&folder, &["tag", "-a", "v1", "-m", "the first"]);
    git_http::commit(&folder, &file("two"));
    git_http::git(&folder, &["branch", "feature/y"]);
    git_http::commit(&folder, &file("three"));
    git_http::git(&folder, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    (folder, first)
}

#[test]
fn branches_tags_and_commits_over_http() {
    let (root, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (folder, first) = harbour(root.path());
    let server = git_http::serve(root.path(), Some(TOKEN));
    let new = || store(cache.path(), &server.host(), Path::new("ssh"));
    let at = remote(&server.url("/harbour/.git"), TOKEN);
    let named = |name: &str| GitReference::Named(name.to_owned());
    for (reference, expected) in [
        (GitReference::Head, "three"),
        (named("main"), "three"),
        (named("feature/y"), "two"),
        (GitReference::Branch("feature/y".to_owned()), "two"),
        (named("v1"), "one"),
        (GitReference::Tag("v1".to_owned()), "one"),
        (named(&first), "one"),
        (GitReference::Commit(first.clone()), "one"),
    ] {
        let commit = new().fetch(&at, &reference, None).unwrap();
        assert_eq!(text(&commit, "a.txt"), expected, "{reference}");
    }
    let before = server.traffic().0;
    assert_eq!(new().fetch(&at, &named("main"), None).unwrap().received, 0);
    assert_eq!(server.traffic().0, before + 1, "the references alone");
    new().fetch(&at, &GitReference::Commit(first), None).unwrap();
    assert_eq!(server.traffic().0, before + 1, "a commit that is there needs no request");
    git_http::git(&folder, &["commit", "-q", "--amend", "-m", "another"]);
    let commit = new().fetch(&at, &named("main"), None).unwrap();
    assert!(commit.forced && commit.received > 0);
}

#[test]
fn history_is_fetched_where_it_is_asked_for() {
    let (root, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    harbour(root.path());
    let server = git_http::serve(root.path(), None);
    let at = remote(&server.url("/harbour/.git"), TOKEN);
    let store = store(cache.path(), &server.host(), Path::new("ssh"));
    let shallow = store.fetch(&at, &GitReference::Head, None).unwrap();
    let count = |it: &GitCommit| git_http::git(&it.repository, &["rev-list", "--count", &it.id]);
    assert_eq!(count(&shallow), "1");
    let whole = store.fetch(&at, &GitReference::Head, Some(0)).unwrap();
    assert_eq!(count(&whole), "3");
    let history = History::open(&whole.repository, Some(&whole.id)).unwrap();
    assert_eq!(history.last_change("a.txt").unwrap().id, whole.id);
    let contributors = history.contributors();
    assert_eq!((contributors.people[0].name.as_str(), contributors.people[0].commits), ("Ada", 3));
    assert_eq!(history.tags()[0].name, "v1");
}

#[test]
fn what_cannot_be_fetched_is_told_apart() {
    let (root, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    harbour(root.path());
    let server = git_http::serve(root.path(), Some(TOKEN));
    let store = store(cache.path(), &server.host(), Path::new("ssh"));
    let fetch = |path: &str, token: &str, reference: GitReference| {
        store.fetch(&remote(&server.url(path), token), &reference, None).unwrap_err()
    };
    assert_eq!(fetch("/harbour/.git", "wrong", GitReference::Head), FetchError::Status(401));
    assert_eq!(fetch("/nothing.git", TOKEN, GitReference::Head), FetchError::Status(404));
    let missing = fetch("/harbour/.git", TOKEN, GitReference::Branch("nothing".to_owned()));
    assert!(missing.to_string().contains("has no branch `nothing`"), "{missing}");
    let elsewhere = remote("https://git.other.example/x.git", TOKEN);
    let refused = store.fetch(&elsewhere, &GitReference::Head, None).unwrap_err();
    assert!(matches!(refused, FetchError::NotAllowed(_)), "{refused}");
    for url in [
        "git://git.acme.example/x",
        "https://u:p@git.acme.example/x",
        "ssh://-oProxyCommand=x/y",
        "ext::sh -c x",
    ] {
        let refused = store.fetch(&remote(url, TOKEN), &GitReference::Head, None).unwrap_err();
        assert!(matches!(refused, FetchError::BadAddress(_)), "{url}: {refused}");
    }
}

#[test]
fn each_repository_is_asked_once_however_many_threads_want_it() {
    let (root, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for index in 0..20 {
        git_http::repository(&root.path().join(format!("r{index}")), &file("x"));
    }
    let server = git_http::serve(root.path(), None);
    let store = store(cache.path(), &server.host(), Path::new("ssh"));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for index in 0..20 {
                    let at = remote(&server.url(&format!("/r{index}/.git")), TOKEN);
                    store.fetch(&at, &GitReference::Head, None).unwrap();
                }
            });
        }
    });
    let lists = server.received().iter().filter(|it| it.path.contains("/info/refs")).count();
    assert_eq!(lists, 20);
}

#[cfg(unix)]
#[test]
fn ssh_is_the_users_own_program() {
    use std::os::unix::fs::PermissionsExt as _;

    let (root, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (folder, _) = harbour(root.path());
    let program = root.path().join("ssh");
    let told = root.path().join("told");
    // What stands after the host is the command for the other side, which is this machine here.
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >{}\nfor last; do :; done\nexec sh -c \"$last\"\n",
        told.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let store = store(cache.path(), "unused.example", &program);
    let url = format!("ssh://git@git.acme.example:2222{}", folder.display());
    let commit = store.fetch(&remote(&url, TOKEN), &GitReference::Named("main".to_owned()), None).unwrap();
    assert_eq!(text(&commit, "a.txt"), "three");
    let told = std::fs::read_to_string(told).unwrap();
    for word in ["BatchMode=yes", "2222", "git@git.acme.example", "git-upload-pack"] {
        assert!(told.contains(word), "{told}");
    }
    assert!(!told.contains("low-tide"), "{told}");
    let other = remote("ssh://git@git.other.example/x", TOKEN);
    let refused = store.fetch(&other, &GitReference::Head, None).unwrap_err();
    assert!(matches!(refused, FetchError::NotAllowed(_)), "{refused}");
}

#[test]
fn a_folder_of_this_machine() {
    let (root, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (folder, _) = harbour(root.path());
    let store = store(cache.path(), "unused.example", Path::new("ssh"));
    let url = format!("file://{}", folder.display());
    let commit = store.fetch(&remote(&url, TOKEN), &GitReference::Tag("v1".to_owned()), None).unwrap();
    assert_eq!(text(&commit, "a.txt"), "one");
}
