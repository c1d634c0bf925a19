//! Tests of the requests in the name of GitHub Apps, against a GitHub in memory.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};

use super::app_token::{read, sign};
use super::{FetchError, GithubAppTransport, HeaderValue, Request, Response, Transport};
use crate::sources::Secret;
use crate::sources::integration::Integrations;

/// A key that was made for these tests and opens nothing.
const KEY: &str = "-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEArhmUkABJ9cvh/T23ZocFiDT/aKE2RqGsmyWGPbuNjimnjO0o
BR1B4mswlcpFhhB8ZHjgep/Q+GeCSKJop7XdRUh2vqxrv2qOL3o2qun838wKagVu
MCSQaI7y6eMWLxWTJCubB4fnnbUtG/Ls3LBSC4iksNrx4XF7g88HVn5mcvGLMdEz
GWgpdj9PZtAh8rodjJgUseri9HZfzsNPguEd/288KFx/Sxk5RYqoWapaGyO6DoXd
JMs3jk7vqbvsPQ6s+5GGbDGTJMXSDmYgiFeJfNCQNrk1qqfmVaQQtaGofk3G3aFm
dJoyvSHlOXkHFxiQRLzXfxIkysf/saKCvdkZnwIDAQABAoIBAAETKbBAy8JSOaPl
414lLZdmEwgL8sA5cE3BkvDDLyrSzOagVcH4/f3ACHFBotM/O11fNeXNsHRsmIGY
2VBy3X13gzrU6OdjBU2YEZ8cnwrFj4zmIOf4Lydjb27Tc11x1HzlLgYftklN6sTg
55FZAuJwkSNI1BgFuNaM4EWqfOOLjGGE0/k5mETh0ayKpt6vCyNLnai9dzPs/Jlh
aeou4EURdERNh2mQla2ns4ek4V8+Q5HDcg6IvXyCBkzeUOSKY61e8oi+cVRvMDtX
fxz4RkNaogdbDtkooPqhSk0vso4XCiH+ysLvJ+R4cPUanMqNxbX0dkAiFyYVboYG
kpaJtmkCgYEA5AS5Q2Lv+eHj+bYWQ8qKVelEwumDCwReGb3Gs1OSiptC/EiUWL94
rW2cRLLxd37Bah+WaUZ29RkRn4A3+aAVRuwbLkhtklLONHb6pT2TMpcO9ktC0ZEG
BygUT9FR+Z+NDnTGN150qsurzcMThJ1YfsqF4ECiFnvJuiPKKoO/x0cCgYEAw3b8
6Rsqyd534GBXiblykqmz8P/mPsBGnwurwNILd+djVD1FOE6tpOUDU8p05OxD2ZmU
s+Pe6i3XmpulNeBRzfnWFWijy0Iw1zgNlqAK4SH/2zx/26ZjiItZGlRECUVL/FVK
M7lL61+6SzXZ9XPgBz7Xiw+u1PA/TWJoopr+dukCgYBZI0+ZfE/8C8ank/tYPRGf
TDXJTKgh4m82+O14pS8gaFnjbiwwFYoDoln4sUucPz01U2vlc9qFLmupQuKe/2nR
8/McQMw065IZCHorpsqoeE0tE3bnnh4RJiXqnhXB1BG8mQH0G0TYkA51vdEfgrNZ
vapgZGP5DiNqVRtvS1npeQKBgC7NMslt49TqG7Hx34Puj2xmjdtKqoqj50T1um40
3OIc2T+2W/ibfiBZZW6Or2aQ274ic+SOzzUrPNCcK/a2e1/iTkxZ/b4RXzhpB3fl
YjV9upF37vVc5cAv/Wm8e33sxcDpexbfazo0dZrEjiejUyTo+xsk6iu6Sq3wvjUQ
/5ThAoGBAOOn04pB58qN4Mh/6BYV3S6g1J0aHMyMO5Xf/9IuX6bu7uvF5ivdF2Lx
VlBnKAXy/UhforLJKPSlueHsvty1kG2PAX2o181cOa10qmvN0GgwBPmaxjZHPMKL
cNdI2hf8uy6M1UC+FyRetY+t/nj5uU0A9QF4hNKeSak+hq8UTWPc
-----END RSA PRIVATE KEY-----
";

const API: &str = "https://api.github.com";

/// A GitHub that issues tokens of a given length, in seconds, and knows none but the last.
struct Github {
    installations: Value,
    length: i64,
    issued: AtomicUsize,
    revoked: AtomicUsize,
    asked: Mutex<Vec<String>>,
}

impl Github {
    fn new(installations: Value, length: i64) -> Arc<Self> {
        let (issued, revoked) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(Self { installations, length, issued, revoked, asked: Mutex::default() })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Transport for Github {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        let sent = request.headers.iter().find_map(|(name, value)| match value {
            HeaderValue::Secret(it) if name == "authorization" => Some(it.expose().to_owned()),
            HeaderValue::Issued(_) => panic!("a grant is not to be sent"),
            _ => None,
        });
        let sent = sent.unwrap_or_else(|| "nobody".to_owned());
        let is_app = sent.contains('.');
        let path = request.url.strip_prefix(API).unwrap().to_owned();
        self.asked.lock().unwrap().push(format!("{path} {}", if is_app { "app" } else { &sent }));
        let (status, body) = match path.as_str() {
            "/rate_limit" => (401, Value::Null),
            "/app/installations?per_page=100&page=1" if is_app => (200, self.installations.clone()),
            it if it.ends_with("/access_tokens") && is_app => {
                std::thread::sleep(std::time::Duration::from_millis(20));
                let count = self.issued.fetch_add(1, Ordering::Relaxed) + 1;
                let start: jiff::Timestamp = "2026-11-24T05:00:00Z".parse().unwrap();
                let end = start + jiff::SignedDuration::from_secs(self.length);
                let id = it.split('/').nth(3).unwrap();
                (201, json!({"token": format!("ghs_{id}_{count}"), "expires_at": end.to_string()}))
            }
            _ if is_app => (404, Value::Null),
            _ if sent.ends_with(&format!("_{}", self.revoked.load(Ordering::Relaxed))) => (401, Value::Null),
            _ => (200, json!(sent)),
        };
        let date = ("date".to_owned(), "Tue, 24 Nov 2026 05:00:00 GMT".to_owned());
        Ok(Response {
            status,
            headers: BTreeMap::from([date]),
            url: request.url.clone(),
            body: Box::new(Cursor::new(body.to_string().into_bytes())),
        })
    }
}

fn acme_and_yard() -> Value {
    json!([
        {"id": 7, "account": {"login": "Acme"}},
        {"id": 8, "account": {"login": "yard"}, "suspended_by": {"login": "boss"}},
    ])
}

fn integrations(app: Value, token: &str) -> Integrations {
    let mut entry = json!({"appId": 17, "clientId": "Iv1", "clientSecret": "a client's", "webhookSecret": "a hook's",
        "privateKey": KEY});
    for (key, value) in app.as_object().unwrap() {
        entry[key] = value.clone();
    }
    Integrations::read(&json!({"github": [{"host": "github.com", "token": token, "apps": [entry]}]})).0
}

fn request(integrations: &Integrations, path: &str) -> Request {
    let url = format!("{API}{path}");
    Request { headers: integrations.headers(&url), ..Request::get(url) }
}

/// Returns who asked for a file of an owner, as the host saw it, or why nobody could.
fn asker(github: &Arc<Github>, app: Value, token: &str, owner: &str) -> String {
    let integrations = integrations(app, token);
    let transport = GithubAppTransport::new(Arc::clone(github) as Arc<dyn Transport>, &integrations);
    match transport.send(&request(&integrations, &format!("/repos/{owner}/shop/contents/a"))) {
        Ok(response) => serde_json::from_slice(&response.bytes().unwrap()).unwrap(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_owner_has_the_token_of_its_installation() {
    let github = Github::new(acme_and_yard(), 3600);
    for (app, token, owner, wanted) in [
        (json!({}), "", "acme", "Bearer ghs_7_1"),
        (json!({}), "t1", "acme", "Bearer ghs_7_2"),
        (json!({}), "t1", "sea", "Bearer t1"),
        (json!({}), "", "sea", "nobody"),
        (json!({"allowedInstallationOwners": ["ACME"]}), "", "acme", "Bearer ghs_7_3"),
        (json!({"allowedInstallationOwners": ["sea"]}), "t1", "acme", "Bearer t1"),
        (json!({"publicAccess": true}), "t1", "sea", "Bearer ghs_7_4"),
        (
            json!({}),
            "t1",
            "yard",
            "there is no token to ask with: the GitHub App 17: its installation for `yard` is suspended",
        ),
        (
            json!({"privateKey": "no key at all"}),
            "t1",
            "acme",
            "there is no token to ask with: the GitHub App 17: its private key is not RSA in PEM",
        ),
        (json!({"privateKey": ""}), "t1", "acme", "Bearer t1"),
        (json!({"privateKey": KEY.replace('\n', "\\n")}), "", "acme", "Bearer ghs_7_5"),
    ] {
        assert_eq!(asker(&github, app.clone(), token, owner), wanted, "{app} {owner}");
    }
}

#[test]
fn an_address_without_owner_has_the_only_installation() {
    let one = Github::new(json!([{"id": 9, "account": {"login": "sea"}}]), 3600);
    let both = Github::new(
        json!([{"id": 9, "account": {"login": "sea"}}, {"id": 7, "account": {"login": "acme"}}]),
        3600,
    );
    let integrations = integrations(json!({}), "");
    let ask = |github: &Arc<Github>, body: &str| {
        let transport = GithubAppTransport::new(Arc::clone(github) as Arc<dyn Transport>, &integrations);
        let asked = Request {
            body: body.as_bytes().to_vec(),
            ..request(&integrations, "/installation/repositories")
        };
        transport.send(&asked).map(|it| String::from_utf8(it.bytes().unwrap()).unwrap())
    };
    assert_eq!(ask(&one, "").unwrap(), "\"Bearer ghs_9_1\"");
    assert!(ask(&both, "").unwrap_err().to_string().contains("several installations"));
    assert_eq!(ask(&both, "{\"variables\": {\"org\": \"acme\"}}").unwrap(), "\"Bearer ghs_7_1\"");
}

#[test]
fn a_token_serves_until_shortly_before_its_end() {
    for (length, issued) in [(3600, 1), (600, 3)] {
        let github = Github::new(acme_and_yard(), length);
        let integrations = integrations(json!({}), "");
        let transport = GithubAppTransport::new(Arc::clone(&github) as Arc<dyn Transport>, &integrations);
        for _ in 0..3 {
            transport.send(&request(&integrations, "/repos/acme/shop")).unwrap();
        }
        assert_eq!(github.issued.load(Ordering::Relaxed), issued);
        // The time, the installations and the tokens were asked for besides.
        assert_eq!(transport.own_requests(), 2 + issued as u64);
        assert_eq!(github.asked().len() as u64, 3 + transport.own_requests());
    }
}

#[test]
fn a_token_that_was_taken_back_is_renewed() {
    let github = Github::new(acme_and_yard(), 3600);
    let integrations = integrations(json!({}), "");
    let transport = GithubAppTransport::new(Arc::clone(&github) as Arc<dyn Transport>, &integrations);
    transport.send(&request(&integrations, "/repos/acme/shop")).unwrap();
    github.revoked.store(1, Ordering::Relaxed);
    let response = transport.send(&request(&integrations, "/repos/acme/shop")).unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(github.asked().last().unwrap(), "/repos/acme/shop Bearer ghs_7_2");
}

#[test]
fn threads_ask_once() {
    let github = Github::new(acme_and_yard(), 3600);
    let integrations = integrations(json!({}), "");
    let transport = GithubAppTransport::new(Arc::clone(&github) as Arc<dyn Transport>, &integrations);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| transport.send(&request(&integrations, "/repos/acme/shop")).unwrap());
        }
    });
    assert_eq!((github.issued.load(Ordering::Relaxed), transport.own_requests()), (1, 3));
}

#[test]
fn a_refusal_is_remembered_and_names_the_app() {
    let github = Github::new(json!({"message": "no list"}), 3600);
    let integrations = integrations(json!({}), "");
    let transport = GithubAppTransport::new(Arc::clone(&github) as Arc<dyn Transport>, &integrations);
    for _ in 0..2 {
        let error = transport.send(&request(&integrations, "/repos/acme/shop")).unwrap_err();
        assert!(error.to_string().contains("the GitHub App 17"), "{error}");
    }
    assert_eq!(github.asked().len(), 2);
}

#[test]
fn all_secrets_are_known() {
    let github = Github::new(acme_and_yard(), 3600);
    let integrations = integrations(json!({}), "t1");
    let transport = GithubAppTransport::new(github, &integrations);
    transport.send(&request(&integrations, "/repos/acme/shop")).unwrap();
    assert_eq!(transport.secrets(), [Secret::new("ghs_7_1")]);
    let known = integrations.secrets();
    for secret in ["t1", "a client's", "a hook's", KEY, KEY.lines().nth(3).unwrap()] {
        assert!(known.contains(&Secret::new(secret)), "{secret}");
    }
    assert!(!format!("{integrations:?}").contains("a client's"));
}

#[test]
fn tokens_are_signed_with_either_form_of_key() {
    let pkcs1: String = KEY.lines().filter(|it| !it.starts_with("--")).collect();
    let pkcs1 = STANDARD.decode(pkcs1).unwrap();
    let [high, low] = u16::try_from(pkcs1.len()).unwrap().to_be_bytes();
    let algorithm = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
    let inner = [&[2, 1, 0][..], &algorithm, &[4, 0x82, high, low], &pkcs1].concat();
    let [high, low] = u16::try_from(inner.len()).unwrap().to_be_bytes();
    let pkcs8 = STANDARD.encode([&[0x30, 0x82, high, low][..], &inner].concat());
    let name = "PRIVATE KEY";
    let pkcs8 = format!("-----BEGIN {name}-----\n{pkcs8}\n-----END {name}-----\n");
    for key in [KEY, &pkcs8] {
        let token = sign("17", &Secret::new(key), 1_000_000).unwrap();
        let (signed, signature) = token.expose().rsplit_once('.').unwrap();
        let public = read(&Secret::new(KEY)).unwrap().public().as_ref().to_vec();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
        public.verify(signed.as_bytes(), &signature).unwrap();
        let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.').unwrap().1).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims, json!({"iat": 999_940, "exp": 1_000_480, "iss": 17}));
    }
}
