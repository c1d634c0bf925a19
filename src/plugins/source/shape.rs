//! What is made of an answer: rows, fields, order, and what is derived.

use crate::plugins::expression::CodeId;

/// The order of rows.
#[derive(Clone, Debug)]
pub struct Sort {
    /// The field.
    pub by: String,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// What is made of an answer.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// An expression over `body`: the rows.
    pub rows: Option<CodeId>,
    /// An expression over `row`: which rows are kept.
    pub keep: Option<CodeId>,
    /// The fields of a row, each an expression over `row`.
    pub map: Vec<(String, CodeId)>,
    /// The order of the rows.
    pub sort: Option<Sort>,
    /// The most rows.
    pub limit: Option<usize>,
    /// The fields of one object, each an expression over `rows` and `body`.
    pub reduce: Vec<(String, CodeId)>,
    /// Further lists, by name, made of the same answer.
    pub derive: Vec<(String, Shape)>,
}

impl Shape {
    /// Returns whether something is made of rows, wherever they come from.
    pub fn makes_rows(&self) -> bool {
        let has_code = self.keep.is_some() || !self.map.is_empty() || !self.reduce.is_empty();
        has_code || self.sort.is_some() || self.limit.is_some()
    }

    /// Returns whether the data is a list.
    pub fn is_list(&self) -> bool {
        self.reduce.is_empty() && (self.rows.is_some() || !self.map.is_empty()) && self.derive.is_empty()
    }
}

/// Rows for the search of the site.
#[derive(Clone, Debug)]
pub struct Index {
    /// An expression over `data` and `rows`: the rows.
    pub rows: CodeId,
    /// An expression over `row`: the title.
    pub title: CodeId,
    /// An expression over `row`: the text.
    pub text: Option<CodeId>,
    /// A text over `row`: where it leads, below the root.
    pub href: CodeId,
    /// The name of the search-result type.
    pub kind: String,
}
