//! The input of the widget `table`: rows and typed columns.

use crate::model::Filter;
use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::cell::{self, Cell};

/// A table. Inside a column, `row` is the row.
#[derive(Clone, Debug)]
pub struct Table {
    /// An expression: the rows.
    pub rows: CodeId,
    /// The columns; the first one names the row.
    pub columns: Vec<Column>,
    /// How many rows are shown, 100 by default.
    pub limit: usize,
    /// Where the rest of the rows is.
    pub more: Option<CodeId>,
    /// How many rows are on the screen at once where there is script, 25 by default.
    pub page_size: usize,
    /// Whether the rows can be saved as CSV.
    pub csv: bool,
}

/// Whether and how rows are sorted by a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnSort {
    /// By the reader, if they like.
    Offered,
    /// At build, from small to large.
    Ascending,
    /// At build, from large to small.
    Descending,
    /// Not at all.
    None,
}

const SORTS: &[(&str, ColumnSort)] = &[
    ("default-asc", ColumnSort::Ascending),
    ("default-desc", ColumnSort::Descending),
    ("none", ColumnSort::None),
];

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub title: CodeId,
    /// Its cells.
    pub cell: Cell,
    /// In lists of entities: the kinds it is for.
    pub filter: Option<Filter>,
    /// Left out when no row has a value.
    pub optional: bool,
    /// The index of the plugin whose code it is.
    pub plugin: usize,
    /// How it is sorted.
    pub sort: ColumnSort,
}

/// How many rows a table shows unless it says otherwise; a hub may have thousands.
pub const ROWS_DEFAULT: usize = 100;

/// How many rows are on the screen at once unless the table says otherwise.
const PAGE_DEFAULT: usize = 25;

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Table> {
    let rows = node.required_expression("rows", reading);
    let limit = node.count("limit", reading).unwrap_or(ROWS_DEFAULT);
    let more = node.expression("more", reading);
    let columns = read_columns(node, reading);
    let page_size = node.count("pageSize", reading).unwrap_or(PAGE_DEFAULT);
    let csv = node.flag("csv", reading).unwrap_or(true);
    Some(Table { rows: rows?, columns, limit, more, page_size, csv })
}

/// Reads `columns`.
pub(in crate::plugins) fn read_columns(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Vec<Column> {
    let items = node.list("columns", reading);
    if items.is_empty() {
        node.missing("columns", reading);
    }
    items.into_iter().filter_map(|(item, pointer)| read_column(item, pointer, reading)).collect()
}

pub(in crate::plugins) fn read_column(
    value: &serde_json::Value,
    pointer: String,
    reading: &mut Reading<'_>,
) -> Option<Column> {
    let mut node = Node::new(value, pointer, reading)?;
    let column = read_column_keys(&mut node, false, reading);
    node.finish(reading);
    column
}

/// Reads the keys of a column; whether it is left out when it is empty is said by `optional`, or as given.
pub(in crate::plugins) fn read_column_keys(
    node: &mut Node<'_>,
    optional: bool,
    reading: &mut Reading<'_>,
) -> Option<Column> {
    let title = node.text("title", reading);
    if title.is_none() && !node.has("title") {
        node.missing("title", reading);
    }
    let cell = cell::read(node, reading);
    let filter = node.filter("filter", reading);
    let optional = node.flag("optional", reading).unwrap_or(optional);
    let sort = node.choice("sort", SORTS, reading).unwrap_or(ColumnSort::Offered);
    Some(Column { title: title?, cell: cell?, filter, optional, sort, plugin: reading.plugin })
}
