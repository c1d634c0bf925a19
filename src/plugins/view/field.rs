//! Fields that several widgets share: words by row, an item, a body, and plain numbers.

use serde_json::Value;

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

/// Reads words that are computed for each row: an expression, or a translated text `{t: key}`.
pub(super) fn words(node: &mut Node<'_>, key: &'static str, reading: &mut Reading<'_>) -> Option<CodeId> {
    match node.value(key)? {
        Value::Object(_) => node.text(key, reading),
        _ => node.expression(key, reading),
    }
}

/// Reads words that are computed for each row and must be there.
pub(super) fn required_words(
    node: &mut Node<'_>,
    key: &'static str,
    reading: &mut Reading<'_>,
) -> Option<CodeId> {
    if !node.has(key) {
        node.missing(key, reading);
    }
    words(node, key, reading)
}

/// Reads a text that must be there.
pub(super) fn required_text(
    node: &mut Node<'_>,
    key: &'static str,
    reading: &mut Reading<'_>,
) -> Option<CodeId> {
    if !node.has(key) {
        node.missing(key, reading);
    }
    node.text(key, reading)
}

/// Returns the node of `item`.
pub(super) fn item<'a>(node: &mut Node<'a>, reading: &mut Reading<'_>) -> Option<Node<'a>> {
    let pointer = node.at("item");
    node.value("item").and_then(|it| Node::new(it, pointer, reading))
}

/// Returns the node of `item`, which must be there.
pub(super) fn required_item<'a>(node: &mut Node<'a>, reading: &mut Reading<'_>) -> Option<Node<'a>> {
    if !node.has("item") {
        node.missing("item", reading);
    }
    item(node, reading)
}

/// Reads one number that is taken as it is.
pub(super) fn number(node: &mut Node<'_>, key: &'static str, reading: &mut Reading<'_>) -> Option<f64> {
    let pointer = node.at(key);
    let number = node.value(key)?.as_f64();
    if number.is_none() {
        reading.error("plugin/bad-value", &pointer, format!("`{key}` takes a number"));
    }
    number
}

/// Reads a list of numbers that are taken as they are, from small to large.
pub(super) fn numbers(node: &mut Node<'_>, key: &'static str, reading: &mut Reading<'_>) -> Vec<f64> {
    let mut numbers = Vec::new();
    for (item, pointer) in node.list(key, reading) {
        match item.as_f64() {
            Some(number) => numbers.push(number),
            None => reading.error("plugin/bad-value", &pointer, format!("`{key}` takes a list of numbers")),
        }
    }
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// Which end of a range is the good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Good {
    /// More is better.
    High,
    /// Less is better.
    Low,
}

/// Reads `good`.
pub(super) fn good(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Good> {
    node.choice("good", &[("high", Good::High), ("low", Good::Low)], reading)
}

/// A body of an item.
#[derive(Clone, Copy, Debug)]
pub enum ItemBody {
    /// An expression: plain text.
    Text(CodeId),
    /// An expression: Markdown.
    Markdown(CodeId),
}

/// Reads `body`: an expression, or `{markdown: expression}`.
pub(super) fn body(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ItemBody> {
    let pointer = node.at("body");
    match node.value("body")? {
        value @ Value::Object(map) if map.contains_key("markdown") => {
            let mut inner = Node::new(value, pointer, reading)?;
            let markdown = inner.expression("markdown", reading);
            inner.finish(reading);
            markdown.map(ItemBody::Markdown)
        }
        _ => words(node, "body", reading).map(ItemBody::Text),
    }
}
