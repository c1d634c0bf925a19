//! The lexer of diffs: whole lines.

use super::spans::{Class, Spans};

/// Colours a diff.
pub(super) fn lex(text: &str, spans: &mut Spans<'_>) {
    for line in text.split_inclusive('\n') {
        let class = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] | [b'@', b'@', ..] => Some(Class::Heading),
            [b'd', b'i', b'f', b'f', b' ', ..] => Some(Class::Heading),
            [b'+' | b'>', ..] => Some(Class::Inserted),
            [b'-' | b'<', ..] => Some(Class::Deleted),
            _ => None,
        };
        spans.push(class, line);
    }
}
