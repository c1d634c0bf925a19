//! The input of the widget `markdown`: formatted text, sanitised.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

/// A formatted text.
#[derive(Clone, Debug)]
pub struct Markdown {
    /// An expression: the Markdown.
    pub text: CodeId,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Markdown> {
    Some(Markdown { text: node.required_expression("text", reading)? })
}
