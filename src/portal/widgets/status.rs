//! The widget `status`.

use maud::{Markup, html};

use super::{Pen, is_nothing, moment, shown};
use crate::plugins::view::Status;

use super::super::canvas::Canvas;

/// A state, its icon and its word; a state that is none of these is `unknown`.
const STATES: &[(&str, &str, &str)] = &[
    ("ok", "check", "OK"),
    ("warn", "warning", "Warning"),
    ("error", "error", "Error"),
    ("running", "clock", "Running"),
    ("skipped", "arrow-right", "Skipped"),
    ("unknown", "help", "Unknown"),
];

fn state(name: &str) -> (&'static str, &'static str, &'static str) {
    STATES.iter().find(|(it, ..)| *it == name).copied().unwrap_or(("unknown", "help", "Unknown"))
}

/// Returns the name of a state, or that of the unknown one.
pub(super) fn known(name: &str) -> &'static str {
    state(name).0
}

/// Draws a state with another word than its own.
pub(super) fn mark_as(canvas: &Canvas<'_>, name: &str, word: &str) -> Markup {
    let (name, icon, _) = state(name);
    html! { span.status data-status=(name) { (canvas.icon(icon)) span.status-text { (word) } } }
}

/// Draws a state alone, for a cell of a table.
pub(super) fn mark(canvas: &Canvas<'_>, name: &str) -> Markup {
    let (_, _, word) = state(name);
    mark_as(canvas, name, word)
}

/// Draws states; `None` without rows.
pub(super) fn draw(pen: &mut Pen<'_>, status: &Status) -> Option<Markup> {
    let rows = pen.rows(status.rows);
    if rows.is_empty() {
        return None;
    }
    let mut lines = Vec::new();
    for row in rows.iter().take(status.limit) {
        let scope = pen.scope.with_row(row.clone());
        let label = shown(&pen.evaluate_row(status.label, &scope));
        let name = shown(&pen.evaluate_row(status.status, &scope));
        let meta = status.meta.map(|it| shown(&pen.evaluate_row(it, &scope))).unwrap_or_default();
        let href = status.href.map(|it| shown(&pen.evaluate_row(it, &scope))).unwrap_or_default();
        let time = status.time.map(|it| pen.evaluate_row(it, &scope)).filter(|it| !is_nothing(it));
        lines.push((label, state(&name), meta, time, pen.canvas.address(&href)));
    }
    let canvas = &pen.canvas;
    Some(html! {
        ul.statuses {
            @for (label, (name, icon, word), meta, time, address) in &lines {
                li.status data-status=(name) {
                    (canvas.icon(icon))
                    span.status-label { @match address { Some(address) => a href=(address) { (label) }, None => { (label) } } }
                    span.status-text { (word) }
                    @if !meta.is_empty() || time.is_some() {
                        span.status-meta { (meta) @if let Some(time) = time { @if !meta.is_empty() { " · " } (moment::draw(time)) } }
                    }
                }
            }
        }
        (super::more(canvas, lines.len(), rows.len(), None))
    })
}
