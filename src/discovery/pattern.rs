//! Regular expressions and globs as providers write them, bounded in the work that they may cost.

use globset::{GlobBuilder, GlobMatcher};

/// The most steps back of one match, so that a text cannot be made that takes for ever.
const STEPS_MAX: usize = 100_000;

/// The longest expression, in bytes.
const BYTES_MAX: usize = 4_096;

/// A regular expression. Backstage's are JavaScript's, which look ahead, as in `^(?!test-)`.
#[derive(Clone, Debug)]
pub(super) struct Pattern(fancy_regex::Regex);

impl Pattern {
    /// Compiles an expression; `whole` anchors it at both ends, in the way of Backstage: a `^` and a `$` are added where
    /// there is none, so that of alternatives only the first and the last are anchored.
    pub(super) fn new(text: &str, whole: bool) -> Result<Self, String> {
        if text.len() > BYTES_MAX {
            return Err(format!("it is longer than {BYTES_MAX} bytes"));
        }
        let compile = |text: &str| {
            let built = fancy_regex::RegexBuilder::new(text).backtrack_limit(STEPS_MAX).build();
            built.map(Self).map_err(|error| error.to_string())
        };
        // What is wrong is told of the text as written.
        let written = compile(text)?;
        if !whole {
            return Ok(written);
        }
        let start = if text.starts_with('^') { "" } else { "^" };
        let end = if text.ends_with('$') { "" } else { "$" };
        compile(&format!("{start}{text}{end}"))
    }

    /// Returns whether a text matches; one that takes too many steps does not.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text).unwrap_or(false)
    }
}

/// Returns whether a filter that may be missing takes a text.
pub(super) fn allows(pattern: Option<&Pattern>, text: &str) -> bool {
    pattern.is_none_or(|it| it.matches(text))
}

/// Compiles a glob in which `*` stays within one folder.
pub(super) fn glob(pattern: &str) -> Option<GlobMatcher> {
    GlobBuilder::new(pattern).literal_separator(true).build().ok().map(|it| it.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_are_bounded_and_look_ahead() {
        let check = |text: &str, whole, subject: &str| Pattern::new(text, whole).unwrap().matches(subject);
        assert!(check("^(?!test-).*$", true, "shop"));
        assert!(!check("^(?!test-).*$", true, "test-shop"));
        assert!(!check("shop", true, "shopping"));
        assert!(check("shop|cart", true, "shopping") && !check("(shop|cart)", true, "shopping"));
        assert!(check("shop", false, "acme/shop"));
        assert!(check("[\\s\\S]*", false, ""));
        // The back reference makes it a search with steps back, which end.
        assert!(!check("^(a*)*\\1b$", false, &"a".repeat(2_000)));
        assert!(Pattern::new("(", true).is_err());
        assert!(Pattern::new(&"a".repeat(5_000), true).is_err());
    }
}
