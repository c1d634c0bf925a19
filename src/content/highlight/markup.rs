//! The lexer of XML and HTML: tags, attributes, comments and character references.

use super::spans::{Class, Spans};

/// Colours markup.
pub(super) fn lex(text: &str, spans: &mut Spans<'_>) {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        spans.push(None, before);
        let (length, class) = match from {
            it if it.starts_with("<!--") => (end_of(it, "-->"), Some(Class::Comment)),
            it if it.starts_with("<![CDATA[") => (end_of(it, "]]>"), Some(Class::String)),
            it if it.starts_with("<!") || it.starts_with("<?") => (end_of(it, ">"), Some(Class::Keyword)),
            it if it.starts_with('&') => reference(it),
            it => {
                rest = tag(it, spans);
                continue;
            }
        };
        let (piece, after) = from.split_at(length.min(from.len()));
        spans.push(class, piece);
        rest = after;
    }
    spans.push(None, rest);
}

fn end_of(text: &str, end: &str) -> usize {
    text.find(end).map_or(text.len(), |it| it + end.len())
}

/// Returns the length of the character reference that the text begins with; 1 for a lone `&`.
fn reference(text: &str) -> (usize, Option<Class>) {
    let name = text.get(1..).unwrap_or_default();
    match name.find(|it: char| !it.is_ascii_alphanumeric() && it != '#') {
        Some(end) if end > 0 && name.get(end..).is_some_and(|it| it.starts_with(';')) => {
            (end + 2, Some(Class::Constant))
        }
        _ => (1, None),
    }
}

/// Colours one tag; returns what follows.
fn tag<'t>(text: &'t str, spans: &mut Spans<'_>) -> &'t str {
    let is_name = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | ':' | '.' | '@' | '#');
    let slash = if text.starts_with("</") { 2 } else { 1 };
    let name = text.get(slash..).unwrap_or_default();
    let length = name.find(|it| !is_name(it)).unwrap_or(name.len());
    if length == 0 {
        let (piece, after) = text.split_at(slash);
        spans.push(None, piece);
        return after;
    }
    let (piece, mut rest) = text.split_at(slash + length);
    spans.push(Some(Class::Tag), piece);
    while let Some(first) = rest.chars().next() {
        let (length, class) = match first {
            '>' => (1, Some(Class::Tag)),
            '/' if rest.starts_with("/>") => (2, Some(Class::Tag)),
            '<' => break,
            '"' | '\'' => {
                let inner = rest.get(1..).unwrap_or_default();
                (inner.find(first).map_or(rest.len(), |it| it + 2), Some(Class::String))
            }
            it if is_name(it) => (rest.find(|it| !is_name(it)).unwrap_or(rest.len()), Some(Class::Attribute)),
            other => (other.len_utf8(), None),
        };
        let (piece, after) = rest.split_at(length.min(rest.len()));
        spans.push(class, piece);
        rest = after;
        if piece.ends_with('>') && class == Some(Class::Tag) {
            break;
        }
    }
    rest
}
