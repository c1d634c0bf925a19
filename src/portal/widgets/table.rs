//! The widget `table`.

use std::cmp::Ordering;

use maud::{Markup, html};
use minijinja::Value;

use super::super::entity_object::entity_of;
use super::super::evaluate::Scope;
use super::cell::{self, DrawnCell};
use super::moment::Moment;
use super::{Pen, grouped, is_nothing, more, number, shown};
use crate::plugins::CodeId;
use crate::plugins::view::{CellForm, Column, ColumnSort, Table};

/// Draws a table; `None` without rows.
pub(super) fn draw(pen: &mut Pen<'_>, table: &Table, title: Option<CodeId>) -> Option<Markup> {
    let mut rows = pen.rows(table.rows);
    if rows.is_empty() {
        return None;
    }
    sort(pen, table, &mut rows);
    let total = rows.len();
    let href = table.more.map(|it| pen.text(it)).filter(|it| !it.is_empty());
    let caption = title.map(|it| pen.text(it)).unwrap_or_default();
    let columns: Vec<&Column> = table.columns.iter().collect();
    let shown = total.min(table.limit);
    let tools = Tools { page_size: Some(table.page_size).filter(|it| *it < shown), csv: table.csv };
    let body = draw_table(pen, &columns, rows.into_iter().take(table.limit), &caption, tools);
    Some(html! { (body) (more(&pen.canvas, shown, total, href.as_deref())) })
}

/// Returns the scope of a column that another plugin adds: with its configuration, and its data of the row's entity.
fn scope_of<'a>(pen: &Pen<'_>, plugin: usize, scope: &Scope<'a>) -> Scope<'a> {
    let entity = entity_of(&scope.get("row"));
    let (data, history) = pen.canvas.world.facts.variables(plugin, entity.as_ref().map(|it| &it.reference));
    let config = pen.canvas.program.config(plugin);
    scope.with(vec![("config".into(), config), ("data".into(), data), ("history".into(), history)])
}

/// Sorts all rows by the column that asks for it, before any is left out. Rows without a value go last.
fn sort(pen: &mut Pen<'_>, table: &Table, rows: &mut Vec<Value>) {
    let wanted = |it: &&Column| matches!(it.sort, ColumnSort::Ascending | ColumnSort::Descending);
    let Some(column) = table.columns.iter().find(wanted) else { return };
    let mut keyed: Vec<(SortKey, Value)> = Vec::with_capacity(rows.len());
    for row in rows.drain(..) {
        let scope = pen.scope.with_row(row.clone());
        keyed.push((SortKey::of(&pen.evaluate_row(column.cell.value, &scope), column.cell.form), row));
    }
    let down = column.sort == ColumnSort::Descending;
    keyed.sort_by(|(a, _), (b, _)| a.compare(b, down));
    rows.extend(keyed.into_iter().map(|(_, row)| row));
}

/// What a row is sorted by.
enum SortKey {
    Number(f64),
    Text(String),
    Nothing,
}

impl SortKey {
    fn of(value: &Value, form: CellForm) -> Self {
        if is_nothing(value) {
            return Self::Nothing;
        }
        let time = matches!(form, CellForm::Time | CellForm::Date).then(|| Moment::of(value)).flatten();
        match time.map(|it| it.seconds as f64).or_else(|| number::of(value)) {
            Some(number) => Self::Number(number),
            None => match entity_of(value) {
                Some(entity) => Self::Text(entity.title().to_lowercase()),
                None => Self::Text(shown(value).to_lowercase()),
            },
        }
    }

    fn compare(&self, other: &Self, down: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Nothing, Self::Nothing) => return Ordering::Equal,
            (Self::Nothing, _) => return Ordering::Greater,
            (_, Self::Nothing) => return Ordering::Less,
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        };
        if down { order.reverse() } else { order }
    }
}

/// What the script of the portal adds to a table.
#[derive(Clone, Copy, Default)]
struct Tools {
    page_size: Option<usize>,
    csv: bool,
}

/// Draws the table element for some rows and columns.
pub(in crate::portal) fn draw_rows(
    pen: &mut Pen<'_>,
    columns: &[&Column],
    rows: impl Iterator<Item = Value>,
    caption: &str,
) -> Markup {
    draw_table(pen, columns, rows, caption, Tools::default())
}

fn draw_table(
    pen: &mut Pen<'_>,
    columns: &[&Column],
    rows: impl Iterator<Item = Value>,
    caption: &str,
    tools: Tools,
) -> Markup {
    let titles: Vec<String> = columns.iter().map(|it| pen.text(it.title)).collect();
    let mut lines: Vec<Vec<DrawnCell>> = Vec::new();
    for row in rows {
        let scope = pen.scope.with_row(row);
        let line = columns.iter().map(|column| match column.plugin == pen.plugin {
            true => cell::draw(pen, &column.cell, &scope),
            false => {
                let scope = scope_of(pen, column.plugin, &scope);
                cell::draw(pen, &column.cell, &scope)
            }
        });
        lines.push(line.collect());
    }
    let kept: Vec<bool> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            !column.optional || lines.iter().any(|line| line.get(index).is_some_and(|it| !it.empty))
        })
        .collect();
    let is_kept = |index: usize| kept.get(index).copied().unwrap_or(false);
    let caption = if caption.is_empty() { titles.join(", ") } else { caption.to_owned() };
    html! {
        div.table-wrap {
            table.table data-sortable data-page-size=[tools.page_size] data-csv[tools.csv] {
                caption.visually-hidden { (caption) }
                thead { tr { @for (index, (title, column)) in titles.iter().zip(columns).enumerate() { @if is_kept(index) { (head(title, column)) } } } }
                tbody {
                    @for line in &lines {
                        tr {
                            @for (index, (cell, title)) in line.iter().zip(&titles).enumerate() {
                                @if index == 0 {
                                    th scope="row" data-label=(title) { (cell.markup) }
                                } @else if is_kept(index) {
                                    td data-label=(title) data-sort=[cell.sort.as_deref()] { (cell.markup) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn head(title: &str, column: &Column) -> Markup {
    let sorted = match column.sort {
        ColumnSort::Ascending => Some("ascending"),
        ColumnSort::Descending => Some("descending"),
        ColumnSort::Offered | ColumnSort::None => None,
    };
    html! { th scope="col" aria-sort=[sorted] data-unsorted[column.sort == ColumnSort::None] { (title) } }
}

/// Returns a count as a heading shows it.
pub(in crate::portal) fn count(value: &Value) -> String {
    value.as_usize().map_or_else(|| shown(value), grouped)
}
