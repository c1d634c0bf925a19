//! The input of the widget `link`: links with icons, also in place of actions.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

/// Links. Inside an item, `row` is the row.
#[derive(Clone, Debug)]
pub struct Link {
    /// An expression: the rows, each shown by the first item; without it the items stand for themselves.
    pub rows: Option<CodeId>,
    /// The links.
    pub items: Vec<LinkItem>,
    /// How they look.
    pub look: LinkLook,
    /// How many are shown.
    pub limit: usize,
}

/// How links look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkLook {
    /// One a line.
    List,
    /// Side by side, small.
    Buttons,
    /// Side by side, large.
    Tiles,
}

/// One link. A link without an address is left out.
#[derive(Clone, Debug)]
pub struct LinkItem {
    /// An expression when there are rows, else a text.
    pub label: CodeId,
    /// An expression: the address.
    pub href: CodeId,
    /// The name of an icon: an expression when there are rows, else a text.
    pub icon: Option<CodeId>,
    /// An expression: a few words beside it.
    pub meta: Option<CodeId>,
}

const LOOKS: &[(&str, LinkLook)] =
    &[("list", LinkLook::List), ("buttons", LinkLook::Buttons), ("tiles", LinkLook::Tiles)];

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Link> {
    let rows = node.expression("rows", reading);
    let pointer = node.at("item");
    let items = match rows {
        Some(_) => node.value("item").map(|it| vec![(it, pointer)]).unwrap_or_default(),
        None => node.list("items", reading),
    };
    if items.is_empty() {
        node.missing(if rows.is_some() { "item" } else { "items" }, reading);
    }
    let by_row = rows.is_some();
    let items =
        items.into_iter().filter_map(|(item, pointer)| read_item(item, pointer, by_row, reading)).collect();
    let look_pointer = node.at("look");
    let look = node.literal("look", reading).map(|name| (name, LOOKS.iter().find(|(it, _)| *it == name)));
    let look = match look {
        None => LinkLook::List,
        Some((_, Some((_, look)))) => *look,
        Some((name, None)) => {
            reading.error(
                "plugin/bad-value",
                &look_pointer,
                format!("links cannot look like `{name}`; there are list, buttons, tiles"),
            );
            LinkLook::List
        }
    };
    let limit = node.count("limit", reading).unwrap_or(super::table::ROWS_DEFAULT);
    Some(Link { rows, items, look, limit })
}

fn read_item(
    value: &serde_json::Value,
    pointer: String,
    by_row: bool,
    reading: &mut Reading<'_>,
) -> Option<LinkItem> {
    let mut node = Node::new(value, pointer, reading)?;
    if !node.has("label") {
        node.missing("label", reading);
    }
    let (label, icon) = match by_row {
        true => (super::field::words(&mut node, "label", reading), node.expression("icon", reading)),
        false => (node.text("label", reading), node.text("icon", reading)),
    };
    let href = node.required_expression("href", reading);
    let meta = node.expression("meta", reading);
    node.finish(reading);
    Some(LinkItem { label: label?, href: href?, icon, meta })
}
