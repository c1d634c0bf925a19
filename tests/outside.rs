//! What stands between the program and a host: proxies of the environment, and certificates of a company.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]
#![allow(dead_code, reason = "the server is shared with other tests")]

#[path = "support/server.rs"]
mod server;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;

use server::{Reply, Server};

const TEAM: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n";

/// Validates a site of one address in an environment, and returns what was told.
fn told(host: &str, target: &str, environment: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "backend: {{reading: {{allow: [{{host: '{host}'}}]}}}}\ncatalog:\n  locations:\n    - {{type: url, target: '{target}'}}\n"
    );
    std::fs::write(folder.path().join("site.yaml"), config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
    command.args(["validate", "--fail-on", "never"]).current_dir(folder.path());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"]
    {
        command.env_remove(name).env_remove(name.to_ascii_lowercase());
    }
    let output = command.envs(environment.iter().copied()).output().unwrap();
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn proxies_of_the_environment_are_used() {
    // A tunnel to itself: after CONNECT, the same connection carries the request.
    let proxy = Server::start(|request| match (request.method.as_str(), request.path.as_str()) {
        ("CONNECT", "files.acme.example:80") => Reply::body(""),
        ("GET", "/team.yaml") => Reply::body(TEAM),
        _ => Reply::status(404),
    });
    let address = format!("http://{}", proxy.host());
    let (host, target) = ("files.acme.example", "http://files.acme.example/team.yaml");
    let text = told(host, target, &[("http_proxy", &address)]);
    assert!(!text.contains("location/"), "{text}");
    assert_eq!(proxy.traffic().0, 2, "the tunnel, and the request in it");
    let text = told(host, target, &[("http_proxy", &address), ("no_proxy", "acme.example")]);
    assert!(text.contains("cannot be reached"), "{text}");
    assert_eq!(proxy.traffic().0, 2, "what is excepted does not go through the proxy");
    let text = told("other.example", target, &[("http_proxy", &address)]);
    assert!(text.contains("location/not-allowed-host"), "{text}");
    assert_eq!(proxy.traffic().0, 2, "a proxy does not widen what may be read");
}

/// Answers every request over TLS, with a certificate of an authority of its own. Returns the port and the authority.
fn tls_server() -> (u16, String) {
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = parameters.self_signed(&authority_key).unwrap();
    let pem = authority.pem();
    let issuer = rcgen::Issuer::new(parameters, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let leaf = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &issuer).unwrap();
    let private = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], private)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("localhost:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = BufReader::new(rustls::StreamOwned::new(connection, stream));
            let mut line = String::new();
            // A client that does not trust the certificate goes away.
            while tls.read_line(&mut line).is_ok_and(|it| it > 2) {
                line.clear();
            }
            let answer = format!(
                "HTTP/1.1 200 x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{TEAM}",
                TEAM.len()
            );
            let _ = tls.get_mut().write_all(answer.as_bytes());
            tls.get_mut().conn.send_close_notify();
            let _ = tls.get_mut().flush();
        }
    });
    (port, pem)
}

#[test]
fn certificates_of_a_company_are_trusted_when_they_are_named() {
    let (port, pem) = tls_server();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, pem).unwrap();
    let file = file.to_str().unwrap();
    let (host, target) = (format!("localhost:{port}"), format!("https://localhost:{port}/team.yaml"));
    let text = told(&host, &target, &[]);
    assert!(text.contains("cannot be reached"), "{text}");
    for name in ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"] {
        let text = told(&host, &target, &[(name, file)]);
        assert!(!text.contains("location/"), "{name}: {text}");
    }
}
