//! `Secret`: a text that may be sent to its host and shown to nobody.

/// A token, a password or a key. It has no printable form: `Debug` gives stars, and there is no `Display` and no
/// serialisation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text, for the request that carries it and for the search that keeps it out of the output.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns whether it is the empty text, as an unset variable gives.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn has_no_printable_form() {
        let secret = Secret::new("ghp_abc");
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "*** Some(***)");
        assert_eq!(secret.expose(), "ghp_abc");
    }
}
