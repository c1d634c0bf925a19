//! The widget `badge`.

use maud::{Markup, html};

use super::{Pen, shown};
use crate::plugins::view::Badge;

const TONES: &[&str] = &["neutral", "ok", "warn", "error", "info"];

/// Draws chips; `None` without rows.
pub(super) fn draw(pen: &mut Pen<'_>, badge: &Badge) -> Option<Markup> {
    let mut chips: Vec<(String, &str, Option<String>)> = Vec::new();
    for row in pen.rows(badge.rows) {
        let scope = pen.scope.with_row(row.clone());
        let label = badge.label.map_or_else(|| shown(&row), |it| shown(&pen.evaluate_row(it, &scope)));
        let tone = badge.tone.map(|it| shown(&pen.evaluate_row(it, &scope))).unwrap_or_default();
        let tone = TONES.iter().find(|it| **it == tone).copied().unwrap_or("neutral");
        let href = badge.href.map(|it| shown(&pen.evaluate_row(it, &scope))).unwrap_or_default();
        chips.push((label, tone, pen.canvas.address(&href)));
    }
    if chips.is_empty() {
        return None;
    }
    Some(html! {
        ul.badges {
            @for (label, tone, address) in &chips {
                li {
                    @match address {
                        Some(address) => a.badge data-tone=(tone) href=(address) { (label) },
                        None => span.badge data-tone=(tone) { (label) },
                    }
                }
            }
        }
    })
}
