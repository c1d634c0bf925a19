//! How the pages of a long answer are asked for.

use crate::plugins::expression::CodeId;

/// How a server parts a list.
#[derive(Clone, Debug)]
pub enum PaginationStyle {
    /// The header `Link` names the next page (RFC 8288).
    LinkHeader,
    /// A parameter counts pages.
    Page {
        /// The parameter.
        param: String,
        /// The number of the first page.
        first: u64,
    },
    /// A parameter counts rows.
    Offset {
        /// The parameter.
        param: String,
        /// Rows a page.
        size: u64,
    },
    /// The answer holds what asks for the next page: an expression over `body`, nothing at the end. A whole address is
    /// asked as it is, anything else is the value of the parameter, or of the variable of GraphQL.
    Cursor {
        /// The parameter or variable.
        param: String,
        /// The expression.
        next: CodeId,
    },
}

/// How further pages are asked for.
#[derive(Clone, Debug)]
pub struct Pagination {
    /// How the server parts the list.
    pub style: PaginationStyle,
    /// Rows a page: with fewer, it is the last one.
    pub size: Option<u64>,
    /// The most pages of one answer.
    pub pages_max: usize,
}
