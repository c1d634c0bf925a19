//! The input of the widget `iframe`: a page of a declared origin, in a frame that is loaded on demand.

use crate::diagnostics::Span;
use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

/// A frame. The title of the view, which it must have, is the frame's too.
#[derive(Clone, Debug)]
pub struct Iframe {
    /// An expression: the address, with `https`, at an origin that the plugin declares.
    pub src: CodeId,
    /// How high it is: `small`, `medium` or `large`.
    pub height: &'static str,
    /// Where the address is written.
    pub span: Span,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Iframe> {
    if !node.has("title") {
        node.missing("title", reading);
    }
    let src = node.required_expression("src", reading);
    let heights = [("small", "small"), ("medium", "medium"), ("large", "large")];
    let height = node.choice("height", &heights, reading).unwrap_or("medium");
    Some(Iframe { src: src?, height, span: reading.document.span(&node.at("src")) })
}
