//! The input of the widget `code`: source text with highlighting.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

/// A source text.
#[derive(Clone, Debug)]
pub struct CodeText {
    /// An expression: the text.
    pub text: CodeId,
    /// An expression: the language.
    pub language: Option<CodeId>,
    /// An expression: lines that are set off, as numbers, ranges such as `"3-5"`, or a list of those.
    pub highlight: Option<CodeId>,
    /// An expression: mappings with `line`, `mark` (`ok`, `warn`, `error` or `info`) and `text`.
    pub marks: Option<CodeId>,
    /// Whether lines are numbered.
    pub numbers: bool,
    /// The number of the first line.
    pub first: usize,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<CodeText> {
    let text = node.required_expression("text", reading);
    let language = node.expression("language", reading);
    let highlight = node.expression("highlight", reading);
    let marks = node.expression("marks", reading);
    let numbers = node.flag("lineNumbers", reading).unwrap_or(false);
    let first = node.count("firstLine", reading).unwrap_or(1);
    Some(CodeText { text: text?, language, highlight, marks, numbers, first })
}
