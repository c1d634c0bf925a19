//! `ExtensionPoint`: a place in a plugin's views that modules may add to.

use serde_json::Value;

use super::node::{Node, Reading};
use crate::diagnostics::Span;

/// A place that modules may add to.
#[derive(Clone, Debug)]
pub struct ExtensionPoint {
    /// Its name.
    pub name: String,
    /// The id of the extension.
    pub target: String,
    /// The list in it, such as `view.columns`, `view.grid`, `view.stack`, or `view.stack.0.grid` further inside.
    pub field: String,
    /// Where it is declared.
    pub span: Span,
}

/// Reads one entry of `extensionPoints`.
pub(super) fn read(
    name: &str,
    value: &Value,
    pointer: &str,
    reading: &mut Reading<'_>,
) -> Option<ExtensionPoint> {
    let mut node = Node::new(value, pointer, reading)?;
    let target = node.literal("target", reading).map(str::to_owned);
    let field = node.literal("field", reading).map(str::to_owned);
    for (key, found) in [("target", &target), ("field", &field)] {
        if found.is_none() {
            node.missing(key, reading);
        }
    }
    // The name of the data that a row is of tells authors of modules what they get.
    node.literal("row", reading);
    node.finish(reading);
    Some(ExtensionPoint {
        name: name.to_owned(),
        target: target?,
        field: field?,
        span: reading.document.key_span(pointer),
    })
}
