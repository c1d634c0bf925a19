//! Percent-encoding of addresses (RFC 3986, section 2.1).

use percent_encoding::percent_decode_str;

/// Returns a text with `%20` and the like decoded; what is no escape stays. `None` when the result is not UTF-8.
pub fn percent_decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::percent_decoded;

    #[test]
    fn leaves_what_is_no_escape() {
        assert_eq!(percent_decoded("a%20b%C3%BC%zz%+&=").as_deref(), Some("a bü%zz%+&="));
        assert_eq!(percent_decoded("%ff"), None);
    }
}
