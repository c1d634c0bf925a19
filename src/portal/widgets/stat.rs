//! The widget `stat`.

use maud::{Markup, html};
use minijinja::Value;

use super::chart::data::{Point, points};
use super::{Pen, is_nothing, number, shown, sparkline};
use crate::plugins::view::{Good, Stat};

/// How a number changed.
struct Change {
    icon: &'static str,
    tone: &'static str,
    words: String,
}

/// Draws a number; `None` when there is none.
pub(super) fn draw(pen: &mut Pen<'_>, stat: &Stat) -> Option<Markup> {
    let value = pen.evaluate(stat.value);
    if is_nothing(&value) {
        return None;
    }
    let label = pen.text(stat.label);
    let unit = stat.unit.map(|it| pen.text(it)).unwrap_or_default();
    let trend = stat.trend.map(|it| points(&pen.evaluate(it))).unwrap_or_default();
    let delta = stat.delta.map(|it| pen.evaluate(it));
    let change = change(&trend, delta.as_ref(), &unit, stat.good);
    let href = stat.href.map(|it| pen.text(it)).and_then(|it| pen.canvas.address(&it));
    let text = number::of(&value).map_or_else(|| shown(&value), number::words);
    let line = sparkline::draw(&trend.iter().map(|it| it.y).collect::<Vec<_>>(), &unit);
    Some(html! {
        div.stat {
            p.stat-label { @match &href { Some(href) => a href=(href) { (label) }, None => { (label) } } }
            p.stat-value { (text) @if !unit.is_empty() { span.stat-unit data-close[unit == "%"] { (unit) } } }
            @if let Some(change) = change {
                p.stat-change data-tone=(change.tone) { span aria-hidden="true" { (change.icon) } " " (change.words) }
            }
            @if let Some(line) = line { (line) }
        }
    })
}

fn change(trend: &[Point], delta: Option<&Value>, unit: &str, good: Option<Good>) -> Option<Change> {
    let first = trend.first();
    let (delta, since) = match delta {
        Some(delta) => (number::of(delta)?, String::new()),
        None => {
            let (first, last) = (first?, trend.last().filter(|_| trend.len() > 1)?);
            let since = first
                .moment()
                .map_or_else(|| format!(" over {} points", trend.len()), |it| format!(" since {}", it.day()));
            (last.y - first.y, since)
        }
    };
    if delta == 0.0 {
        return Some(Change { icon: "→", tone: "neutral", words: format!("No change{since}") });
    }
    let up = delta > 0.0;
    let better = good.map(|it| (it == Good::High) == up);
    let judged = match better {
        Some(true) => ", better",
        Some(false) => ", worse",
        None => "",
    };
    Some(Change {
        icon: if up { "▲" } else { "▼" },
        tone: match better {
            Some(true) => "ok",
            Some(false) => "error",
            None => "neutral",
        },
        words: format!(
            "{}{}{since}{judged}",
            if up { "+" } else { "" },
            number::with_unit(&number::words(delta), unit)
        ),
    })
}
