//! `List`: a page that lists entities, in buckets so that no page grows with the catalog.

use serde_json::Value;

use crate::model::Filter;
use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::table::{self, Column};

/// A list of entities.
#[derive(Clone, Debug)]
pub struct List {
    /// Which entities.
    pub filter: Option<Filter>,
    /// Whether there is one list a kind, at the page's path and the kind.
    pub by_kind: bool,
    /// The kind whose list stands at the page's own path, when there is one list a kind.
    pub first: Option<String>,
    /// The columns; `row` is the entity.
    pub columns: Vec<Column>,
    /// What to say when there is nothing; Markdown.
    pub empty: Option<CodeId>,
}

pub(super) fn read(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<List> {
    let mut node = Node::new(value, pointer, reading)?;
    let filter = node.filter("filter", reading);
    let by_kind = node.flag("byKind", reading).unwrap_or(false);
    let first = node.literal("first", reading).map(str::to_lowercase);
    let columns = table::read_columns(&mut node, reading);
    let empty = node.text("empty", reading);
    node.finish(reading);
    Some(List { filter, by_kind, first, columns, empty })
}
