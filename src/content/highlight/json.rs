//! The lexer of JSON, with the comments of its dialects.

use super::data::{quoted_end, scalar_class};
use super::spans::{Class, Spans};

/// Colours JSON.
pub(super) fn lex(text: &str, spans: &mut Spans<'_>) {
    let bytes = text.as_bytes();
    let slice = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let (mut at, mut plain) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        let (end, class) = match byte {
            b'"' => {
                let end = quoted_end(bytes, at + 1, b'"', b'\\').min(text.len());
                (end, Some(if is_key(bytes, end) { Class::Key } else { Class::String }))
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => (find(text, at, "\n"), Some(Class::Comment)),
            b'/' if bytes.get(at + 1) == Some(&b'*') => (find(text, at + 2, "*/"), Some(Class::Comment)),
            b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                let end = word_end(bytes, at + 1);
                (end, scalar_class(slice(at, end)))
            }
            _ => (at + 1, None),
        };
        if class.is_some() {
            spans.push(None, slice(plain, at));
            spans.push(class, slice(at, end));
            plain = end;
        }
        at = end;
    }
    spans.push(None, slice(plain, text.len()));
}

fn is_key(bytes: &[u8], end: usize) -> bool {
    let rest = bytes.get(end..).unwrap_or_default();
    rest.iter().find(|it| !it.is_ascii_whitespace()) == Some(&b':')
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let is_word = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'+' | b'_');
    at + rest.iter().position(|it| !is_word(it)).unwrap_or(rest.len())
}

/// Returns the byte after the next `end`.
fn find(text: &str, at: usize, end: &str) -> usize {
    let found = text.get(at..).and_then(|it| it.find(end));
    found.map_or(text.len(), |it| at + it + end.len())
}
