//! Text to its form inside HTML: escaped for bodies and attributes, encoded for addresses.

use crate::sources::percent_decoded;

/// Appends text with the characters escaped that mean something in HTML, inside elements and quoted attributes.
pub(super) fn push_text(out: &mut String, text: &str) {
    let mut start = 0;
    for (index, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.push_str(text.get(start..index).unwrap_or_default());
        out.push_str(entity);
        start = index + 1;
    }
    out.push_str(text.get(start..).unwrap_or_default());
}

/// Appends an address for an attribute: spaces, quotes and the like are percent-encoded, `&` is escaped. What is
/// encoded already stays so.
pub(super) fn push_address(out: &mut String, address: &str) {
    for character in address.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '\'' => out.push_str("%27"),
            '"' | '<' | '>' | '`' | '\\' | '^' | '{' | '|' | '}' | ' ' => push_percent(out, character),
            other if other.is_control() => push_percent(out, other),
            other => out.push(other),
        }
    }
}

fn push_percent(out: &mut String, character: char) {
    let mut bytes = [0; 4];
    for byte in character.encode_utf8(&mut bytes).bytes() {
        let digit = |it: u8| char::from_digit(u32::from(it), 16).unwrap_or('0').to_ascii_uppercase();
        out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
    }
}

/// Returns text with `%20` and the like decoded; what does not decode to UTF-8 stays as it is.
pub(super) fn percent_decode(text: &str) -> String {
    percent_decoded(text).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{percent_decode, push_address, push_text};

    #[test]
    fn escapes() {
        let mut out = String::new();
        push_text(&mut out, "a<b> & \"ü\"");
        assert_eq!(out, "a&lt;b&gt; &amp; &quot;ü&quot;");
        let mut out = String::new();
        push_address(&mut out, "a b?x='1'&y=\"\u{1}%20");
        assert_eq!(out, "a%20b?x=%271%27&amp;y=%22%01%20");
        assert_eq!(percent_decode("a%20b%C3%BC%zz%"), "a bü%zz%");
        assert_eq!(percent_decode("%ff"), "%ff");
    }
}
