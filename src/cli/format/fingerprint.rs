//! Problems to fingerprints, by which a later run knows the same problem again.

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostic;

/// Gives each problem a fingerprint that no other one of the run has.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<String, usize>,
}

impl Fingerprints {
    /// Returns the fingerprint of the next problem: of code, path and message, and of how many equal ones came before.
    /// The line is left out, so that a problem stays the same when text above it grows.
    pub(super) fn next(&mut self, diagnostic: &Diagnostic, path: &str) -> String {
        let key = format!("{}\0{path}\0{}", diagnostic.code, diagnostic.message);
        let count = self.seen.entry(key.clone()).or_insert(0);
        let digest = blake3::hash(format!("{key}\0{count}").as_bytes()).to_hex();
        *count += 1;
        digest.get(..32).unwrap_or_default().to_owned()
    }
}
