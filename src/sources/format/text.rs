//! Bytes to text, and text to its lines.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{FormatError, bounds};

/// Returns the bytes as text, without a byte order mark. XML may say that it is in ISO 8859-1.
pub(super) fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, FormatError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text))),
        Err(_) if is_latin(bytes) => Ok(Cow::Owned(bytes.iter().copied().map(char::from).collect())),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = good.iter().filter(|it| **it == b'\n').count() + 1;
            Err(FormatError::new("it is not text in UTF-8").at_line(line))
        }
    }
}

fn is_latin(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    let declaration = head.split(|it| *it == b'>').next().unwrap_or_default().to_ascii_lowercase();
    declaration.starts_with(b"<?xml") && declaration.windows(10).any(|it| it == b"iso-8859-1")
}

/// Returns `{text, lines}`.
pub(super) fn parse(text: &str) -> Result<Value, FormatError> {
    if text.lines().nth(bounds::NODES_MAX).is_some() {
        return Err(bounds::too_many());
    }
    Ok(json!({"text": text, "lines": text.lines().collect::<Vec<_>>()}))
}
