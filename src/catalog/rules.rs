//! `Rules`: which kinds of entities the site lets in (`catalog.rules`).

/// A list of allowed kinds; no list allows everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The kinds that are let in, in any case; `None` lets in all.
    pub allowed: Option<Vec<String>>,
}

impl Rules {
    /// Returns whether an entity of this kind is let in.
    pub fn allows(&self, kind: &str) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.iter().any(|it| it.eq_ignore_ascii_case(kind)))
    }
}
