//! The usual variables to the roots that certificates are judged by.

use std::collections::BTreeMap;
use std::path::Path;

use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};
#[cfg(feature = "sql")]
use rustls_pki_types::CertificateDer;
use ureq::tls::{Certificate, RootCerts};

/// Returns what the machine trusts, and besides it what `SSL_CERT_FILE`, `SSL_CERT_DIR` and `NODE_EXTRA_CA_CERTS` name;
/// and which of them cannot be read.
pub(super) fn roots(environment: &BTreeMap<String, String>) -> (RootCerts, Vec<String>) {
    let named = named(environment);
    if named.is_empty() {
        return (RootCerts::PlatformVerifier, Vec::new());
    }
    let mut problems = Vec::new();
    for (name, result) in &named {
        if result.certs.is_empty() {
            problems.push(format!("`{name}` names no certificates that can be read"));
        }
    }
    let all = named.into_iter().flat_map(|(_, result)| result.certs).chain(load_native_certs().certs);
    let all = all.map(|it| Certificate::from_der(&it).to_owned());
    (RootCerts::from(all), problems)
}

/// Returns the same roots one by one, for connections that are not of HTTP.
#[cfg(feature = "sql")]
pub(in crate::sources) fn trusted_certificates(
    environment: &BTreeMap<String, String>,
) -> Vec<CertificateDer<'static>> {
    let named = named(environment).into_iter().flat_map(|(_, result)| result.certs);
    named.chain(load_native_certs().certs).collect()
}

fn named(environment: &BTreeMap<String, String>) -> Vec<(&'static str, CertificateResult)> {
    let value = |name: &str| environment.get(name).filter(|it| !it.is_empty());
    let mut named = Vec::new();
    for name in ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"] {
        if let Some(file) = value(name) {
            named.push((name, load_certs_from_paths(Some(Path::new(file)), None)));
        }
    }
    for folder in value("SSL_CERT_DIR").map(std::env::split_paths).into_iter().flatten() {
        named.push(("SSL_CERT_DIR", load_certs_from_paths(None, Some(&folder))));
    }
    named
}
