//! Bare web addresses in text to links, as GitHub and Backstage draw them.

use crate::content::html_text::{push_address, push_text};

/// Appends text in which `http://…` and `https://…` are links with the attribute `mark`; returns their addresses.
pub(super) fn push_linked(out: &mut String, text: &str, mark: &str) -> Vec<String> {
    let mut rest = text;
    let mut found = Vec::new();
    while let Some(at) = next(rest) {
        let (before, from) = rest.split_at(at);
        let address = from.get(..length(from)).unwrap_or_default();
        push_text(out, before);
        out.push_str("<a href=\"");
        push_address(out, address);
        out.push_str("\" rel=\"noopener\"");
        out.push_str(mark);
        out.push('>');
        push_text(out, address);
        found.push(address.to_owned());
        out.push_str("</a>");
        rest = from.get(address.len()..).unwrap_or_default();
    }
    push_text(out, rest);
    found
}

/// Returns whether text holds such an address.
pub(super) fn has_address(text: &str) -> bool {
    text.contains("://") && next(text).is_some()
}

/// Returns where the next address begins.
fn next(text: &str) -> Option<usize> {
    text.match_indices("://").find_map(|(at, _)| {
        let before = text.get(..at)?;
        let start = ["https", "http"].iter().find_map(|it| before.ends_with(it).then(|| at - it.len()))?;
        let free = text.get(..start)?.chars().next_back().is_none_or(|it| !it.is_alphanumeric());
        let host = text.get(at + 3..)?.chars().next().is_some_and(char::is_alphanumeric);
        (free && host).then_some(start)
    })
}

/// Returns how long the address at the start of the text is, without the punctuation that ends a sentence.
fn length(text: &str) -> usize {
    let end = text.find(|it: char| it.is_whitespace() || matches!(it, '<' | '>' | '"' | '`' | '|'));
    let address = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    let count = |wanted: u8| address.bytes().filter(|it| *it == wanted).count();
    let mut surplus = count(b')').saturating_sub(count(b'('));
    let ends_sentence =
        |byte: u8| matches!(byte, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'_' | b'~');
    let mut length = address.len();
    for byte in address.bytes().rev() {
        match byte {
            b')' if surplus > 0 => surplus -= 1,
            other if ends_sentence(other) => {}
            _ => break,
        }
        length -= 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::push_linked;

    #[test]
    fn links_addresses() {
        for (text, wanted) in [
            ("see https://a.b/c?d=1&e.", "see [https://a.b/c?d=1&amp;e]."),
            ("(http://x.y/z_(1))", "([http://x.y/z_(1)])"),
            ("xhttp://a https:// ftp://a", "xhttp://a https:// ftp://a"),
            ("ahttps://b https://c", "ahttps://b [https://c]"),
        ] {
            let mut out = String::new();
            push_linked(&mut out, text, "");
            let links = out.split("<a href=\"").count() - 1;
            let plain = wanted.replace(['[', ']'], "");
            assert_eq!(links, wanted.matches('[').count(), "{out}");
            assert!(wanted.matches('[').count() > 0 || out == plain, "{out}");
            if let Some((_, inner)) = wanted.split_once('[') {
                let inner = inner.split(']').next().unwrap();
                assert!(out.contains(&format!("rel=\"noopener\">{inner}</a>")), "{out}");
            }
        }
    }
}
