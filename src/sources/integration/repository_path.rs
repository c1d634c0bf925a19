//! The parts of a path at hosts that write `owner/repository/verb/reference/path`.

use url::Url;

use crate::sources::percent_decoded;

/// The parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RepositoryPath {
    pub(super) owner: String,
    pub(super) name: String,
    /// `blob`, `tree`, `raw`, `edit` or `src`.
    pub(super) verb: String,
    /// The branch, tag or commit; one with slashes cannot be told from a folder.
    pub(super) reference: String,
    /// The path in the repository, without slashes at its ends.
    pub(super) path: String,
}

impl RepositoryPath {
    /// Reads the path of an address. `None` when it has not that form.
    pub(super) fn read(path: &str) -> Option<Self> {
        let mut parts = path.trim_start_matches('/').splitn(5, '/');
        let mut next = || parts.next().filter(|it| !it.is_empty()).map(str::to_owned);
        let (owner, name, verb, reference) = (next()?, next()?, next()?, next()?);
        let path = parts.next().unwrap_or_default().trim_matches('/').to_owned();
        Some(Self { owner, name, verb, reference, path })
    }

    /// Returns the path of the root of the repository at the reference.
    pub(super) fn root(url: &Url, verbs: &[&str]) -> Option<String> {
        let it = Self::read(url.path()).filter(|it| verbs.contains(&it.verb.as_str()))?;
        Some(format!("/{}/{}/{}/{}", it.owner, it.name, it.verb, it.reference))
    }
}

/// Percent-encodes a text as a part of a path or query (`encodeURIComponent` of ECMA-262).
pub(super) fn encoded(text: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'!')
        .remove(b'~')
        .remove(b'*')
        .remove(b'\'')
        .remove(b'(')
        .remove(b')');
    utf8_percent_encode(text, KEPT).to_string()
}

/// Decodes percent-encoding; what is not UTF-8 afterwards stays as it is.
pub(super) fn decoded(text: &str) -> String {
    percent_decoded(text).unwrap_or_else(|| text.to_owned())
}
