//! `FormatError`: why bytes are not of a format, and where.

/// Why bytes are not of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// What is wrong, as the end of a sentence.
    pub message: String,
    /// The line, from 1, if it is known.
    pub line: Option<u32>,
    /// The column, from 1, if it is known.
    pub column: Option<u32>,
}

impl FormatError {
    /// Returns an error about the whole.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), line: None, column: None }
    }

    /// Returns the same error at a line, from 1, unless it has one.
    pub(super) fn at_line(mut self, line: usize) -> Self {
        self.line = self.line.or(u32::try_from(line).ok());
        self
    }

    /// Returns the same error at a line and a column, both from 1.
    pub(super) fn at(self, line: usize, column: usize) -> Self {
        Self { column: u32::try_from(column).ok(), ..self.at_line(line) }
    }

    /// Returns the same error at a byte of a text.
    pub(super) fn at_byte(self, text: &str, byte: usize) -> Self {
        if self.line.is_some() {
            return self;
        }
        let mut end = byte.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(..end).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.at(line, column)
    }
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, " (line {line}, column {column})"),
            (Some(line), None) => write!(f, " (line {line})"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for FormatError {}
