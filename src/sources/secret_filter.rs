//! `SecretFilter`: finds secrets in what is about to be shown, however they are encoded.

use std::borrow::Cow;
use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Secret;

/// Shorter texts are not looked for: they are words of any page.
const BYTES_MIN: usize = 6;

/// Finds secrets as they are, percent-encoded, escaped for HTML and JSON, in hexadecimal, and in Base64 at any offset.
pub struct SecretFilter {
    patterns: Option<AhoCorasick>,
}

impl SecretFilter {
    /// Returns a filter for these secrets.
    pub fn new(secrets: &[Secret]) -> Self {
        let long = secrets.iter().map(Secret::expose).filter(|it| it.len() >= BYTES_MIN);
        let forms: BTreeSet<Vec<u8>> = long.flat_map(forms).collect();
        // Building fails beyond billions of states alone.
        let patterns = if forms.is_empty() { None } else { AhoCorasick::new(&forms).ok() };
        Self { patterns }
    }

    /// Returns whether a secret is in a content.
    pub fn finds(&self, content: &[u8]) -> bool {
        self.patterns.as_ref().is_some_and(|it| it.is_match(content))
    }

    /// Returns a text with each secret as stars, one for each character, so that columns stay.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Some(patterns) = self.patterns.as_ref().filter(|it| it.is_match(text)) else {
            return Cow::Borrowed(text);
        };
        let mut masked = String::with_capacity(text.len());
        let mut from = 0;
        for found in patterns.find_iter(text) {
            masked.push_str(text.get(from..found.start()).unwrap_or_default());
            let secret = text.get(found.range()).unwrap_or_default();
            masked.extend(secret.chars().map(|_| '*'));
            from = found.end();
        }
        masked.push_str(text.get(from..).unwrap_or_default());
        Cow::Owned(masked)
    }
}

/// Returns the forms that a secret can have in a file.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let html = secret
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#x27;");
    let json = serde_json::to_string(secret).unwrap_or_default();
    let hex: String = secret.bytes().map(|it| format!("{it:02x}")).collect();
    let mut forms = vec![
        secret.to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        html.replace("&#x27;", "&#39;"),
        html,
        json.trim_matches('"').to_owned(),
        hex.to_uppercase(),
        hex,
    ];
    for offset in 0..3 {
        let padded = [vec![0; offset], secret.as_bytes().to_vec()].concat();
        for text in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            // The characters at both ends depend on what stands beside the secret.
            let start = (offset * 8).div_ceil(6);
            let end = padded.len() * 8 / 6;
            forms.extend(text.get(start..end).filter(|it| it.len() >= BYTES_MIN).map(str::to_owned));
        }
    }
    forms.into_iter().map(String::into_bytes).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::SecretFilter;
    use crate::sources::Secret;

    #[test]
    fn finds_each_common_form() {
        let secret = "p&ss \"wörd\"/?";
        let filter = SecretFilter::new(&[Secret::new(secret)]);
        for text in [
            format!("<p>{secret}</p>"),
            "<p>p&amp;ss &quot;wörd&quot;/?</p>".to_owned(),
            serde_json::json!({"a": secret}).to_string(),
            "?q=p%26ss+%22w%C3%B6rd%22%2F%3F&x".to_owned(),
            "?q=p%26ss%20%22w%C3%B6rd%22%2F%3F&x".to_owned(),
            secret.bytes().map(|it| format!("{it:02x}")).collect::<String>(),
            STANDARD.encode(secret),
            STANDARD.encode(format!("user:{secret}")),
            STANDARD.encode(format!("user1:{secret} and more")),
            URL_SAFE.encode(format!("user12:{secret}!")),
        ] {
            assert!(filter.finds(text.as_bytes()), "{text}");
            assert!(!filter.mask(&text).contains(secret));
        }
        assert!(!filter.finds(b"p&ss word"));
        assert_eq!(SecretFilter::new(&[Secret::new("abc")]).mask("abc"), "abc");
        assert_eq!(SecretFilter::new(&[Secret::new("tökens")]).mask("a tökens b"), "a ****** b");
    }
}
