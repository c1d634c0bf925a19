//! The input of the widget `kv`: terms and their values.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::cell::{self, Cell};

/// A list of terms.
#[derive(Clone, Debug)]
pub struct Kv {
    /// The terms, in order; or one item for each row.
    pub items: Vec<KvItem>,
    /// An expression: rows, each shown by the first item with `row`.
    pub rows: Option<CodeId>,
}

/// One term.
#[derive(Clone, Debug)]
pub struct KvItem {
    /// The term.
    pub label: CodeId,
    /// Its value. A term without a value is left out, unless `empty` is given.
    pub cell: Cell,
    /// What to show when there is no value.
    pub empty: Option<CodeId>,
    /// Left out unless this is true.
    pub condition: Option<CodeId>,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Kv> {
    let rows = node.expression("rows", reading);
    let items = match rows {
        Some(_) => {
            let pointer = node.at("item");
            node.value("item").map(|it| vec![(it, pointer)]).unwrap_or_default()
        }
        None => node.list("items", reading),
    };
    if items.is_empty() {
        node.missing(if rows.is_some() { "item" } else { "items" }, reading);
    }
    let items = items.into_iter().filter_map(|(item, pointer)| read_item(item, pointer, reading)).collect();
    Some(Kv { items, rows })
}

fn read_item(value: &serde_json::Value, pointer: String, reading: &mut Reading<'_>) -> Option<KvItem> {
    let mut node = Node::new(value, pointer, reading)?;
    let label = node.text("label", reading);
    if !node.has("label") {
        node.missing("label", reading);
    }
    let cell = cell::read(&mut node, reading);
    let empty = node.text("empty", reading);
    let condition = node.expression("if", reading);
    node.finish(reading);
    Some(KvItem { label: label?, cell: cell?, empty, condition })
}
