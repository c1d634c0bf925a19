//! The input of the widget `list`: items with title, body, badges and history, or the lines of a log.

use serde_json::Value;

use crate::plugins::expression::{CodeForm, CodeId};
use crate::plugins::node::{Node, Reading};

use super::field::{self, ItemBody};

/// Items. Inside `item` and `groupBy`, `row` is the row.
#[derive(Clone, Debug)]
pub struct ItemList {
    /// An expression: the rows.
    pub rows: CodeId,
    /// An expression: the group of a row; groups stand in the order of their first rows.
    pub group_by: Option<CodeId>,
    /// Whether the items are lines in the type of code.
    pub log: bool,
    /// An expression: a word that links to the item.
    pub id: Option<CodeId>,
    /// An expression: the title.
    pub title: CodeId,
    /// An expression: where it leads.
    pub href: Option<CodeId>,
    /// An expression: the name of an icon.
    pub icon: Option<CodeId>,
    /// An expression: a few words.
    pub meta: Option<CodeId>,
    /// An expression: when it was.
    pub time: Option<CodeId>,
    /// An expression: its state.
    pub status: Option<CodeId>,
    /// Expressions: chips.
    pub badges: Vec<CodeId>,
    /// What there is to say.
    pub body: Option<ItemBody>,
    /// An expression: mappings with `date`, `title`, `body` and `moved`.
    pub timeline: Option<CodeId>,
    /// How many are shown.
    pub limit: usize,
    /// An expression: where the rest is.
    pub more: Option<CodeId>,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<ItemList> {
    let rows = node.required_expression("rows", reading);
    let group_by = node.expression("groupBy", reading);
    let log = node.choice("look", &[("plain", false), ("log", true)], reading).unwrap_or(false);
    let limit = node.count("limit", reading).unwrap_or(super::table::ROWS_DEFAULT);
    let more = node.expression("more", reading);
    let mut item = field::required_item(node, reading)?;
    let title = field::required_words(&mut item, "title", reading);
    let list = ItemList {
        rows: rows?,
        group_by,
        log,
        id: item.expression("id", reading),
        title: title?,
        href: item.expression("href", reading),
        icon: item.expression("icon", reading),
        meta: field::words(&mut item, "meta", reading),
        time: item.expression("time", reading),
        status: item.expression("status", reading),
        badges: read_badges(&mut item, reading),
        body: field::body(&mut item, reading),
        timeline: item.expression("timeline", reading),
        limit,
        more,
    };
    item.finish(reading);
    Some(list)
}

/// Reads `badges`: one expression, or a list of them.
fn read_badges(item: &mut Node<'_>, reading: &mut Reading<'_>) -> Vec<CodeId> {
    let pointer = item.at("badges");
    match item.value("badges") {
        Some(Value::Array(items)) => {
            let mut codes = Vec::new();
            for (index, written) in items.iter().enumerate() {
                match written.as_str() {
                    Some(source) => {
                        codes.push(reading.code(source, CodeForm::Expression, &format!("{pointer}/{index}")))
                    }
                    None => {
                        let message = "`badges` takes expressions".to_owned();
                        reading.error("plugin/bad-value", &format!("{pointer}/{index}"), message);
                    }
                }
            }
            codes
        }
        Some(_) => item.expression("badges", reading).into_iter().collect(),
        None => Vec::new(),
    }
}
