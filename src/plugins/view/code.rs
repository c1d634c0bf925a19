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
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<CodeText> {
    let text = node.required_expression("text", reading);
    let language = node.expression("language", reading);
    Some(CodeText { text: text?, language })
}
