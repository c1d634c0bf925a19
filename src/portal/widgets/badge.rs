//! The widget `badge`.

use maud::{Markup, html};

use super::{Pen, number, shown};
use crate::plugins::view::Badge;

/// Tones, and the severities that have them.
const TONES: &[(&str, &str)] = &[
    ("neutral", "neutral"),
    ("ok", "ok"),
    ("warn", "warn"),
    ("error", "error"),
    ("info", "info"),
    ("critical", "error"),
    ("high", "error"),
    ("medium", "warn"),
    ("moderate", "warn"),
    ("low", "info"),
];

struct Chip {
    label: String,
    count: Option<String>,
    tone: &'static str,
    address: Option<String>,
}

/// Draws chips; `None` without rows.
pub(super) fn draw(pen: &mut Pen<'_>, badge: &Badge) -> Option<Markup> {
    let mut chips = Vec::new();
    for row in pen.rows(badge.rows) {
        let scope = pen.scope.with_row(row.clone());
        let label = badge.label.map_or_else(|| shown(&row), |it| shown(&pen.evaluate_row(it, &scope)));
        let count = badge.count.map(|it| pen.evaluate_row(it, &scope));
        let none = count.as_ref().and_then(number::of) == Some(0.0);
        let tone = pen.row_text(badge.tone, &scope);
        let tone = TONES.iter().find(|(it, _)| tone.eq_ignore_ascii_case(it)).map_or("neutral", |it| it.1);
        let href = pen.row_text(badge.href, &scope);
        chips.push(Chip {
            label,
            count: count.as_ref().map(super::table::count),
            // Nothing of something bad is not bad.
            tone: if none { "neutral" } else { tone },
            address: pen.canvas.address(&href),
        });
    }
    if chips.is_empty() {
        return None;
    }
    Some(html! {
        ul.badges {
            @for Chip { label, count, tone, address } in &chips {
                @let inner = html! { (label) @if let Some(count) = count { strong.badge-count { (count) } } };
                li {
                    @match address {
                        Some(address) => a.badge data-tone=(tone) href=(address) { (inner) },
                        None => span.badge data-tone=(tone) { (inner) },
                    }
                }
            }
        }
    })
}
