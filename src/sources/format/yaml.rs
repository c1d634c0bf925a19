//! YAML text to a value, with the semantics of Backstage.

use std::sync::Arc;

use serde_json::Value;

use super::FormatError;
use crate::sources::yaml;

/// How many bytes may be parsed; the nodes of the parser need many times as much.
const BYTES_MAX: usize = 4 << 20;

/// How many bytes times anchors may be parsed: the parser keeps a copy of what each anchor names, and anchors can be
/// nested.
const ANCHOR_BYTES_MAX: usize = 32 << 20;

/// Parses a stream: one document is its value, several are a list of them, none is `null`.
pub(super) fn parse(name: &str, text: &str) -> Result<Value, FormatError> {
    if text.len() > BYTES_MAX {
        return Err(FormatError::new(format!("YAML may have at most {} MiB", BYTES_MAX >> 20)));
    }
    if anchors(text).saturating_mul(text.len()) > ANCHOR_BYTES_MAX {
        return Err(FormatError::new("it has too many anchors for its size"));
    }
    let mut documents = Vec::new();
    for document in yaml::parse(&Arc::from(name), text) {
        let document = document.map_err(|problem| {
            let start = problem.span.start;
            FormatError { message: problem.message, line: Some(start.line), column: Some(start.column) }
        })?;
        documents.extend(document.map(|it| it.json()));
    }
    let last = documents.pop().unwrap_or_default();
    if documents.is_empty() {
        return Ok(last);
    }
    documents.push(last);
    Ok(Value::Array(documents))
}

/// Returns how many anchors there can be at most: `&` with a name after it, where a value can begin.
fn anchors(text: &str) -> usize {
    let mut before = b' ';
    let mut count = 0;
    for pair in text.as_bytes().windows(2) {
        let [this, next] = pair else { continue };
        let begins = before.is_ascii_whitespace() || b"[{,:".contains(&before);
        count += usize::from(*this == b'&' && begins && !next.is_ascii_whitespace());
        before = *this;
    }
    count
}
