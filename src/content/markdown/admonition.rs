//! The kinds of admonitions: MkDocs's names and GitHub's alerts to the few that have a look.

use pulldown_cmark::BlockQuoteKind;

/// MkDocs's names, each with the kind that it looks like.
const KINDS: [(&str, &str); 27] = [
    ("note", "note"),
    ("seealso", "note"),
    ("abstract", "abstract"),
    ("summary", "abstract"),
    ("tldr", "abstract"),
    ("info", "info"),
    ("todo", "info"),
    ("tip", "tip"),
    ("hint", "tip"),
    ("important", "tip"),
    ("success", "success"),
    ("check", "success"),
    ("done", "success"),
    ("question", "question"),
    ("help", "question"),
    ("faq", "question"),
    ("warning", "warning"),
    ("caution", "warning"),
    ("attention", "warning"),
    ("failure", "failure"),
    ("fail", "failure"),
    ("missing", "failure"),
    ("danger", "danger"),
    ("error", "danger"),
    ("bug", "bug"),
    ("example", "example"),
    ("quote", "quote"),
];

/// Returns the kind that a name looks like; a name of the author's own looks like a note.
pub(super) fn kind(name: &str) -> &'static str {
    let found = KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map_or("note", |(_, kind)| kind)
}

/// Returns the title of an admonition that has none of its own.
pub(super) fn title(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// Returns the kind and the title of one of GitHub's alerts.
pub(super) fn of_alert(alert: BlockQuoteKind) -> (&'static str, &'static str) {
    match alert {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("info", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("danger", "Caution"),
    }
}
