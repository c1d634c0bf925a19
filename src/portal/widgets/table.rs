//! The widget `table`.

use maud::{Markup, html};
use minijinja::Value;

use super::super::entity_object::entity_of;
use super::super::evaluate::Scope;
use super::cell::{self, DrawnCell};
use super::{Pen, grouped, more, shown};
use crate::plugins::CodeId;
use crate::plugins::view::{Column, Table};

/// Draws a table; `None` without rows.
pub(super) fn draw(pen: &mut Pen<'_>, table: &Table, title: Option<CodeId>) -> Option<Markup> {
    let rows = pen.rows(table.rows);
    if rows.is_empty() {
        return None;
    }
    let total = rows.len();
    let href = table.more.map(|it| pen.text(it)).filter(|it| !it.is_empty());
    let caption = title.map(|it| pen.text(it)).unwrap_or_default();
    let columns: Vec<&Column> = table.columns.iter().collect();
    let shown = total.min(table.limit);
    let body = draw_rows(pen, &columns, rows.into_iter().take(table.limit), &caption);
    Some(html! { (body) (more(&pen.canvas, shown, total, href.as_deref())) })
}

/// Returns the scope of a column that another plugin adds: with its configuration, and its data of the row's entity.
fn scope_of<'a>(pen: &Pen<'_>, plugin: usize, scope: &Scope<'a>) -> Scope<'a> {
    let entity = entity_of(&scope.get("row"));
    let (data, history) = pen.canvas.world.facts.variables(plugin, entity.as_ref().map(|it| &it.reference));
    let config = pen.canvas.program.config(plugin);
    scope.with(vec![("config".into(), config), ("data".into(), data), ("history".into(), history)])
}

/// Draws the table element for some rows and columns.
pub(in crate::portal) fn draw_rows(
    pen: &mut Pen<'_>,
    columns: &[&Column],
    rows: impl Iterator<Item = Value>,
    caption: &str,
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
            table.table data-sortable {
                caption.visually-hidden { (caption) }
                thead { tr { @for (index, title) in titles.iter().enumerate() { @if is_kept(index) { th scope="col" { (title) } } } } }
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

/// Returns a count as a heading shows it.
pub(in crate::portal) fn count(value: &Value) -> String {
    value.as_usize().map_or_else(|| shown(value), grouped)
}
