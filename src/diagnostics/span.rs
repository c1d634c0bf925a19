//! A place in a file of the user: lines and columns, both from 1, columns in characters.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A line and a column, both counted from 1; the column counts characters, not bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The line, from 1. 0 means "the file as a whole".
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// A range in a file: from `start` up to, but without, `end`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The path as the user would write it, relative to the site folder.
    pub file: Arc<str>,
    /// Where the range begins.
    pub start: Position,
    /// Where the range ends (exclusive); equal to `start` for a point.
    pub end: Position,
}

impl Span {
    /// Returns the span of a whole file, which is drawn without an excerpt.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), start: Position::default(), end: Position::default() }
    }

    /// Returns a span of one point in a file.
    pub fn point(file: impl Into<Arc<str>>, line: u32, column: u32) -> Self {
        let start = Position { line, column };
        Self { file: file.into(), start, end: start }
    }

    /// Returns a span within one line, `length` characters long.
    pub fn within_line(file: impl Into<Arc<str>>, line: u32, column: u32, length: u32) -> Self {
        let start = Position { line, column };
        Self { file: file.into(), start, end: Position { line, column: column.saturating_add(length) } }
    }

    /// Returns the file as people read it: one elsewhere by its address, without the mark after the root of its tree, and
    /// one in an archive by the path or address of that.
    pub fn shown(&self) -> Cow<'_, str> {
        let packed = self.file.strip_prefix("archive+").map(|it| it.strip_prefix("file://").unwrap_or(it));
        match self.is_elsewhere() {
            true => Cow::Owned(packed.unwrap_or(&self.file).replacen("!/", "/", 1)),
            false => Cow::Borrowed(&self.file),
        }
    }

    /// Returns whether the file is one of another repository or host.
    pub fn is_elsewhere(&self) -> bool {
        self.file.contains("://")
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.start.line {
            0 => f.write_str(&self.shown()),
            line => write!(f, "{}:{}:{}", self.shown(), line, self.start.column),
        }
    }
}

/// A value and the place where the user wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}
