//! The key of a GitHub App to the token that it signs for itself: a JSON Web Token (RFC 7519) with RS256 (RFC 7518).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;

use crate::sources::Secret;

/// How far before its beginning a token already holds, in seconds, for clocks that differ.
const BEFORE: i64 = 60;

/// How long a token holds, in seconds; GitHub takes at most ten minutes from its beginning.
const LENGTH: i64 = 8 * 60;

/// Returns the token of an App at a moment in seconds since 1970.
///
/// # Errors
/// A sentence without the key, when that is not RSA of at least 2048 bits in PEM, as PKCS#1 or PKCS#8.
pub(super) fn sign(issuer: &str, key: &Secret, now: i64) -> Result<Secret, String> {
    let key = read(key)?;
    // A number is a number there too.
    let issuer = issuer.parse::<u64>().map_or_else(|_| issuer.into(), serde_json::Value::from);
    let claims = serde_json::json!({"iat": now - BEFORE, "exp": now + LENGTH, "iss": issuer});
    let head = serde_json::json!({"alg": "RS256", "typ": "JWT"});
    let encoded = |it: serde_json::Value| URL_SAFE_NO_PAD.encode(it.to_string());
    let signed = format!("{}.{}", encoded(head), encoded(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .map_err(|_| "its private key cannot sign".to_owned())?;
    Ok(Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))))
}

/// Reads a key.
pub(super) fn read(key: &Secret) -> Result<RsaKeyPair, String> {
    let no_pem = |_| "its private key is not RSA in PEM".to_owned();
    let wrong = |why: ring::error::KeyRejected| format!("its private key cannot be used: {why}");
    match PrivateKeyDer::from_pem_slice(key.expose().as_bytes()).map_err(no_pem)? {
        PrivateKeyDer::Pkcs1(it) => RsaKeyPair::from_der(it.secret_pkcs1_der()).map_err(wrong),
        PrivateKeyDer::Pkcs8(it) => RsaKeyPair::from_pkcs8(it.secret_pkcs8_der()).map_err(wrong),
        _ => Err("its private key is not RSA".to_owned()),
    }
}
