//! What the lexers of data formats share: quoted texts, and which plain words are numbers or constants.

use super::spans::Class;

/// Returns the byte after a quoted text that begins at `at`, or the end of the text where it is never closed.
/// A quote is escaped by `escape` before it, or by being doubled where `escape` is the quote itself.
pub(super) fn quoted_end(bytes: &[u8], at: usize, quote: u8, escape: u8) -> usize {
    let mut next = at;
    while let Some(byte) = bytes.get(next) {
        next += 1;
        if *byte == escape && (escape != quote || bytes.get(next) == Some(&quote)) {
            next += 1;
        } else if *byte == quote {
            return next;
        }
    }
    bytes.len()
}

/// Returns the class of a plain scalar.
pub(super) fn scalar_class(text: &str) -> Option<Class> {
    match text {
        "true" | "false" | "null" | "~" | "True" | "False" | "TRUE" | "FALSE" | "Null" | "NULL" => {
            Some(Class::Constant)
        }
        other => is_number(other).then_some(Class::Number),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|it: char| it.is_ascii_digit()) {
        return false;
    }
    match digits.strip_prefix("0x") {
        Some(hex) => !hex.is_empty() && hex.bytes().all(|it| it.is_ascii_hexdigit()),
        None => {
            let decimal = digits
                .bytes()
                .all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'e' | b'E' | b'-' | b'+'));
            decimal && digits.parse::<f64>().is_ok()
        }
    }
}
