//! Sites whose files lie in buckets, and a cache that machines share, against a server on loopback.

#![cfg(feature = "object-store")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

#[path = "support/s3.rs"]
mod s3;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use callboard::sources::integration::Integrations;
use callboard::sources::remote::{
    Access, Cache, FetchError, Fetcher, GitPolicy, HeaderValue, HttpSettings, HttpTransport, Lock, Mode,
    RemoteReader, Request, Response, Transport, with_buckets,
};
use callboard::sources::{OriginMap, ReadError, Reader};
use s3::{KEY_ID, S3};
use serde_json::{Value, json};

/// Returns a reader for the hosts of a block `integrations`.
fn reader(block: &Value, cache: &Path, mode: Mode, lock: Lock) -> RemoteReader {
    let (integrations, errors) = Integrations::read(block);
    assert_eq!(errors, []);
    let access = Access::read(&Value::Null, &integrations).0;
    let environment = BTreeMap::new();
    let settings = HttpSettings { attempts_max: 1, ..HttpSettings::new(access, environment.clone()) };
    let transport = with_buckets(Arc::new(HttpTransport::new(settings)), &integrations, &environment);
    let fetcher = Fetcher::new(transport, Cache::new(cache), mode, lock, "2026-01-02");
    RemoteReader::new(fetcher, OriginMap::default().with_integrations(integrations), GitPolicy::default())
}

/// Returns the block for a server, with a key that it lets in.
fn block(server: &S3) -> Value {
    json!({"awsS3": [{"endpoint": server.address(), "accessKeyId": KEY_ID, "secretAccessKey": "winch-secret"}]})
}

fn today(server: &S3, cache: &Path) -> RemoteReader {
    reader(&block(server), cache, Mode::default(), Lock::default())
}

#[test]
fn a_file_is_read_once_and_then_asked_about() {
    let (server, cache) = (S3::start(), tempfile::tempdir().unwrap());
    server.put("/yard/a b/winch.yaml", "kind: Component");
    let path = format!("{}/yard!/a b/winch.yaml", server.address());
    assert_eq!(today(&server, cache.path()).read(&path).unwrap(), b"kind: Component");
    let again = today(&server, cache.path());
    assert_eq!(again.read(&path).unwrap(), b"kind: Component");
    assert_eq!(server.asked(), ["GET /yard/a b/winch.yaml 200", "GET /yard/a b/winch.yaml 304"]);
    assert_eq!(again.fetcher().count().unchanged, 1);
    server.put("/yard/a b/winch.yaml", "kind: API");
    assert_eq!(today(&server, cache.path()).read(&path).unwrap(), b"kind: API");
    let lock = again.fetcher().lock();
    let name = format!("{}/yard/a%20b/winch.yaml", server.address());
    assert_eq!(lock.addresses().collect::<Vec<_>>(), [name.as_str()]);
    let locked = Mode { locked: true, offline: true, ..Mode::default() };
    server.asked();
    assert_eq!(reader(&block(&server), cache.path(), locked, lock).read(&path).unwrap(), b"kind: Component");
    assert_eq!(server.asked(), Vec::<String>::new());
}

#[test]
fn what_is_missing_or_forbidden_says_so() {
    let (server, cache) = (S3::start(), tempfile::tempdir().unwrap());
    server.put("/yard/winch.yaml", "kind: Component");
    let root = format!("{}/yard", server.address());
    let missing = today(&server, cache.path()).read(&format!("{root}!/no.yaml"));
    assert_eq!(missing, Err(ReadError::NotFound));
    for block in [
        json!({"awsS3": [{"endpoint": server.address()}]}),
        json!({"awsS3": [{"endpoint": server.address(), "accessKeyId": "other", "secretAccessKey": "x"}]}),
    ] {
        let reader = reader(&block, cache.path(), Mode::default(), Lock::default());
        let forbidden = Err(ReadError::Fetch(FetchError::Status(403)));
        assert_eq!(reader.read(&format!("{root}!/winch.yaml")), forbidden);
        assert_eq!(reader.tree(&format!("{root}!/")), forbidden.map(|_| Vec::new()));
    }
    let nobody = reader(&json!({}), cache.path(), Mode::default(), Lock::default());
    let private = nobody.read(&format!("{root}!/winch.yaml"));
    assert!(matches!(private, Err(ReadError::Fetch(FetchError::NotAllowed(_)))), "{private:?}");
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let (server, cache) = (S3::start(), tempfile::tempdir().unwrap());
    server.put("/yard/large.yaml", vec![b' '; 33 * 1024 * 1024]);
    let large = today(&server, cache.path()).read(&format!("{}/yard!/large.yaml", server.address()));
    assert!(matches!(large, Err(ReadError::Fetch(FetchError::TooLarge(_)))), "{large:?}");
}

#[test]
fn folders_and_patterns_are_listed_page_by_page() {
    let (server, cache) = (S3::start(), tempfile::tempdir().unwrap());
    for number in 0..2_300 {
        server.put(&format!("/yard/docs/{number:04}.md"), "x");
    }
    for path in [
        "docs/.hidden/x.md",
        "docs/img/a.svg",
        "docs2/x.md",
        "a/one/catalog-info.yaml",
        "b/catalog-info.yaml",
    ] {
        server.put(&format!("/yard/{path}"), "x");
    }
    server.put("/yard/docs/img", "");
    let root = format!("{}/yard!/", server.address());
    let reader = today(&server, cache.path());
    let tree = reader.tree(&format!("{root}docs")).unwrap();
    assert_eq!(tree.len(), 2_301);
    assert_eq!(tree.last().unwrap(), &format!("{root}docs/img/a.svg"));
    assert_eq!(server.asked(), ["GET /yard?list 200"; 3]);
    for (glob, found) in [
        ("**/catalog-info.yaml", &["a/one/catalog-info.yaml", "b/catalog-info.yaml"][..]),
        ("a/*/catalog-info.yaml", &["a/one/catalog-info.yaml"]),
        ("docs/000[1-2].md", &["docs/0001.md", "docs/0002.md"]),
        ("b/catalog-info.yaml", &["b/catalog-info.yaml"]),
        ("none/*.yaml", &[]),
    ] {
        let found: Vec<String> = found.iter().map(|it| format!("{root}{it}")).collect();
        assert_eq!(reader.search(&format!("{root}{glob}")).unwrap(), found, "{glob}");
    }
    assert_eq!(reader.tree(&format!("{root}none")), Err(ReadError::NotFound));
    let again = today(&server, cache.path());
    assert_eq!(again.tree(&format!("{root}docs")).unwrap().len(), 2_301);
    assert_eq!(again.fetcher().count().unchanged, 1, "a list that is the same is not written again");
}

/// Runs the program, and returns what it says and its exit code.
fn callboard(arguments: &[&str], environment: &[(&str, &str)]) -> (String, i32) {
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(arguments)
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    (String::from_utf8_lossy(&run.stderr).into_owned(), run.status.code().unwrap())
}

/// A site whose catalog lies in a bucket of one server.
fn site(server: &S3) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let address = server.address();
    let mut locations = String::new();
    for name in ["crane", "hull", "winch"] {
        server.put(
            &format!("/yard/{name}.yaml"),
            format!(
                "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {{name: {name}}}\nspec: {{owner: crew}}\n---\n\
                 apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: {name}-crew}}\nspec: {{type: team, children: []}}\n"
            ),
        );
        locations.push_str(&format!("    - {{type: url, target: '{address}/yard/{name}.yaml'}}\n"));
    }
    let text = format!(
        "integrations:\n  awsS3:\n    - {{endpoint: '{address}', accessKeyId: {KEY_ID}, secretAccessKey: winch-secret}}\ncatalog:\n  locations:\n{locations}"
    );
    std::fs::write(folder.path().join("site.yaml"), text).unwrap();
    folder
}

/// Fetches the shards of a site on one machine each, and builds it on another, which asks nothing of the host.
fn shards_and_a_build(share: &str, environment: &[(&str, &str)]) {
    let server = S3::start();
    let site = site(&server);
    let path = site.path().to_str().unwrap();
    for shard in ["1/2", "2/2"] {
        let machine = tempfile::tempdir().unwrap();
        let cache = machine.path().to_str().unwrap();
        let fetch =
            ["fetch", path, "--shard", shard, "--cache", cache, "--cache-to", share, "--fail-on", "never"];
        let (said, code) = callboard(&fetch, environment);
        assert_eq!(code, 0, "{said}");
    }
    assert_eq!(server.asked().len(), 3);
    let machine = tempfile::tempdir().unwrap();
    let (cache, out) = (machine.path().join("cache"), machine.path().join("dist"));
    let (cache, out) = (cache.to_str().unwrap(), out.to_str().unwrap());
    let build = [
        "build",
        path,
        "--cached",
        "--cache",
        cache,
        "--cache-from",
        share,
        "--cache-to",
        share,
        "--out",
        out,
    ];
    let (said, code) = callboard(&[&build[..], &["--fail-on", "never"]].concat(), environment);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("3 contents taken, 0 contents"), "{said}");
    assert_eq!(server.asked(), Vec::<String>::new());
    for name in ["crane", "hull", "winch"] {
        assert!(Path::new(out).join(format!("catalog/default/system/{name}/index.html")).is_file(), "{said}");
    }
    // Another build asks whether anything has changed, and gives the day of that.
    let machine = tempfile::tempdir().unwrap();
    let cache = machine.path().to_str().unwrap();
    let fetch =
        ["fetch", path, "--cache", cache, "--cache-from", share, "--cache-to", share, "--fail-on", "never"];
    let (said, code) = callboard(&fetch, environment);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("3 requests, 3 unchanged"), "{said}");
    assert_eq!(server.asked().iter().filter(|it| it.ends_with(" 304")).count(), 3);
}

#[test]
fn machines_share_a_folder() {
    let share = tempfile::tempdir().unwrap();
    shards_and_a_build(share.path().join("below").to_str().unwrap(), &[]);
}

#[test]
fn machines_share_a_bucket() {
    let store = S3::start();
    let environment = [
        ("AWS_ENDPOINT_URL", store.address()),
        ("AWS_ACCESS_KEY_ID", KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", "winch-secret"),
    ];
    shards_and_a_build("s3://ci/callboard", &environment);
    let paths = store.paths();
    assert_eq!(paths.iter().filter(|it| it.starts_with("/ci/callboard/contents/")).count(), 3);
    assert_eq!(paths.iter().filter(|it| it.starts_with("/ci/callboard/entries/")).count(), 3);
    assert_eq!(paths.len(), 6);
}

#[test]
fn a_store_that_refuses_is_told() {
    let (server, store) = (S3::start(), S3::start());
    let site = site(&server);
    let path = site.path().to_str().unwrap();
    let environment = [("AWS_ENDPOINT_URL", store.address())];
    let from = ["validate", path, "--cache-from", "s3://ci", "--fail-on", "never"];
    let (said, code) = callboard(&from, &environment);
    assert!(code == 0 && said.contains("--cache-from") && said.contains("403"), "{code}: {said}");
    let (said, code) =
        callboard(&["fetch", path, "--cache-to", "s3://ci", "--fail-on", "never"], &environment);
    assert!(code == 3 && said.contains("--cache-to") && said.contains("403"), "{code}: {said}");
    for address in ["ftp://ci", "s3://", "az://ci"] {
        let (said, code) = callboard(&["validate", path, "--cache-from", address], &[]);
        assert!(code == 2 && said.contains("shared cache"), "{address}: {code}: {said}");
    }
}

/// Notes the requests of the stores, and answers each with the same file.
#[derive(Default)]
struct Noting(Mutex<Vec<Request>>);

impl Transport for Noting {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        self.0.lock().unwrap().push(request.clone());
        let headers =
            [("etag", "\"1\""), ("content-length", "1"), ("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Ok(Response { status: 200, headers, url: request.url.clone(), body: Box::new(&b"x"[..]) })
    }
}

#[test]
fn each_provider_is_asked_in_its_way_and_secrets_have_no_printable_form() {
    let azure_key = "d2luY2gtc2VjcmV0";
    let block = json!({
        "awsS3": [{"accessKeyId": KEY_ID, "secretAccessKey": "winch-secret"}],
        "azureBlobStorage": [
            {"accountName": "keyed", "accountKey": azure_key},
            {"accountName": "signed", "sasToken": "?sv=1&sig=winch"},
            {"accountName": "open"},
        ],
    });
    let (integrations, errors) = Integrations::read(&block);
    assert_eq!(errors, []);
    // The variables are for another account, and for nobody else.
    let environment = [("AZURE_STORAGE_ACCOUNT_NAME", "other"), ("AWS_REGION", "eu-west-1")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    for (address, asked, scheme) in [
        (
            "https://yard.s3.eu-north-1.amazonaws.com/a%20b/c.yaml",
            "https://yard.s3.eu-north-1.amazonaws.com/a%20b/c.yaml",
            "AWS4-HMAC-SHA256 Credential=winch-key/",
        ),
        ("https://s3.amazonaws.com/yard/c.yaml", "https://s3.amazonaws.com/yard/c.yaml", "AWS4-HMAC-SHA256"),
        ("https://storage.cloud.google.com/yard/c.yaml", "https://storage.googleapis.com/yard/c%2Eyaml", ""),
        (
            "https://keyed.blob.core.windows.net/yard/c.yaml",
            "https://keyed.blob.core.windows.net/yard/c.yaml",
            "SharedKey keyed:",
        ),
        (
            "https://signed.blob.core.windows.net/yard/c.yaml",
            "https://signed.blob.core.windows.net/yard/c.yaml?sv=1&sig=winch",
            "",
        ),
        (
            "https://open.blob.core.windows.net/yard/c.yaml",
            "https://open.blob.core.windows.net/yard/c.yaml",
            "",
        ),
    ] {
        let noting = Arc::new(Noting::default());
        let transport = with_buckets(Arc::clone(&noting) as _, &integrations, &environment);
        let answer =
            transport.send(&Request::get(address)).unwrap_or_else(|error| panic!("{address}: {error}"));
        assert_eq!((answer.status, answer.header("etag")), (200, Some("\"1\"")));
        assert_eq!(answer.bytes().unwrap(), b"x");
        let requests = noting.0.lock().unwrap();
        assert_eq!(requests.iter().map(|it| it.url.as_str()).collect::<Vec<_>>(), [asked]);
        let header = requests[0].headers.iter().find(|(name, _)| name == "authorization");
        let text = header.map(|(_, value)| match value {
            HeaderValue::Secret(secret) => secret.expose().to_owned(),
            other => panic!("{address}: the header is {other:?}"),
        });
        assert!(text.unwrap_or_default().starts_with(scheme), "{address}");
        assert_eq!(header.is_some(), !scheme.is_empty(), "{address}");
    }
}
