//! The widget `kv`.

use maud::{Markup, html};

use super::cell;
use super::{Pen, shown};
use crate::plugins::view::{Kv, KvItem};

use super::super::evaluate::Scope;

/// Draws terms and values; `None` when there is no term to show.
pub(super) fn draw(pen: &mut Pen<'_>, kv: &Kv) -> Option<Markup> {
    let mut rows: Vec<(String, Markup)> = Vec::new();
    match kv.rows {
        Some(id) => {
            let item = kv.items.first()?;
            for row in pen.rows(id) {
                let scope = pen.scope.with_row(row);
                rows.extend(draw_item(pen, item, &scope));
            }
        }
        None => {
            let scope = pen.scope.clone();
            for item in &kv.items {
                rows.extend(draw_item(pen, item, &scope));
            }
        }
    }
    if rows.is_empty() {
        return None;
    }
    Some(html! { dl.kv { @for (term, value) in &rows { div.kv-row { dt { (term) } dd { (value) } } } } })
}

fn draw_item(pen: &mut Pen<'_>, item: &KvItem, scope: &Scope<'_>) -> Option<(String, Markup)> {
    if let Some(condition) = item.condition
        && !pen.evaluate_row(condition, scope).is_true()
    {
        return None;
    }
    let cell = cell::draw(pen, &item.cell, scope);
    let markup = match (cell.empty, item.empty) {
        (false, _) => cell.markup,
        (true, Some(empty)) => {
            let text = shown(&pen.evaluate_row(empty, scope));
            html! { span.none { (text) } }
        }
        (true, None) => return None,
    };
    Some((shown(&pen.evaluate_row(item.label, scope)), markup))
}
