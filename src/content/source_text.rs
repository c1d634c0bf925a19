//! `SourceText`: the text of one file, with the place of every byte of it.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostics::{Position, Span};

/// The longest line whose columns are counted in characters, in bytes; beyond, they are bytes.
const LINE_BYTES_MAX: usize = 16 * 1024;

/// The text of a file and where its lines begin.
#[derive(Debug)]
pub(super) struct SourceText {
    file: Arc<str>,
    text: String,
    line_starts: Vec<usize>,
}

impl SourceText {
    pub(super) fn new(file: &str, text: String) -> Self {
        let newlines =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(index, _)| index + 1);
        let line_starts = std::iter::once(0).chain(newlines).collect();
        Self { file: Arc::from(file), text, line_starts }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Returns the place of a range of bytes.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span {
            file: Arc::clone(&self.file),
            start: self.position(range.start),
            end: self.position(range.end),
        }
    }

    fn position(&self, byte: usize) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= byte).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        // In a line of many thousand characters nobody counts, and counting each time would take very long.
        let before = match self.text.get(start..byte) {
            Some(before) if before.len() <= LINE_BYTES_MAX => before.chars().count(),
            before => before.map_or(0, str::len),
        };
        let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Position { line: number(line), column: number(before + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::SourceText;

    #[test]
    fn counts_characters() {
        let text = SourceText::new("a.md", "one\nzwöi x\n".to_owned());
        assert_eq!(text.span(0..3).to_string(), "a.md:1:1");
        assert_eq!(text.span(10..11).to_string(), "a.md:2:6");
        assert_eq!(text.span(99..99).to_string(), "a.md:3:1");
    }
}
