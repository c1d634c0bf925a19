//! Series to bars that lie, one a name, and to the parts of a ring.

use maud::{Markup, html};

use super::data::Data;
use super::{key, look};

/// The most names that are drawn; the table has them all.
const NAMES_MAX: usize = 40;

/// The share, in percent, from which a part holds a letter.
const KEY_SHARE_MIN: f64 = 6.0;

/// Draws lying bars, side by side or one after the other. Names and values are text.
pub(super) fn lying(data: &Data, stacked: bool) -> Markup {
    let slots = data.slots();
    let sum = |slot: f64| data.series.iter().filter_map(|it| it.at(slot)).map(|it| it.max(0.0)).sum::<f64>();
    let longest = match stacked {
        true => slots.iter().map(|it| sum(*it)).fold(0.0, f64::max),
        false => data.values().1.max(0.0),
    };
    let share = |value: f64| if longest > 0.0 { (value.max(0.0) / longest * 100.0).min(100.0) } else { 0.0 };
    html! {
        ul.lying {
            @for slot in slots.iter().take(NAMES_MAX) {
                li {
                    @if slots.len() > 1 || !data.labels.is_empty() { span.lying-name { (data.name(*slot)) } }
                    @if stacked {
                        @if let Some(first) = data.series.first() { @if slots.len() > 1 { span.lying-value { (first.said(sum(*slot))) } } }
                        (row(data, *slot, &share))
                    } @else {
                        @for (index, series) in data.series.iter().enumerate() {
                            @if let Some(value) = series.at(*slot) {
                                @if data.series.len() > 1 { span.lying-key { (key(index)) } }
                                span.lying-value { (series.said(value)) }
                                svg.lying-bar width="100%" height="10" aria-hidden="true" {
                                    rect.chart-track width="100%" height="10" rx="3" {}
                                    rect.chart-bar.(look(index)) width=(percent(share(value))) height="10" rx="3" {}
                                }
                            }
                        }
                    }
                }
            }
        }
        @if slots.len() > NAMES_MAX { p.more { "The first " (NAMES_MAX) " of " (super::super::grouped(slots.len())) } }
    }
}

fn row(data: &Data, slot: f64, share: &dyn Fn(f64) -> f64) -> Markup {
    let mut left = 0.0;
    let mut parts = Vec::new();
    for (index, series) in data.series.iter().enumerate() {
        let Some(value) = series.at(slot).filter(|it| *it > 0.0) else { continue };
        parts.push((index, series, value, left, share(value)));
        left += share(value);
    }
    html! {
        svg.lying-bar width="100%" height="20" aria-hidden="true" {
            @for (index, series, value, left, width) in &parts {
                rect.chart-bar.(look(*index)) x=(percent(*left)) width=(percent((width - 0.3).max(0.2))) height="20" {
                    title { (series.label) ": " (series.said(*value)) }
                }
                @if *width >= KEY_SHARE_MIN {
                    text.chart-key x=(percent(left + width / 2.0)) y="14" text-anchor="middle" { (key(*index)) }
                }
            }
        }
    }
}

/// One part of a ring.
struct Part {
    name: String,
    said: String,
    value: f64,
}

/// Draws the parts of a whole: the points of one series, or the sums of several.
pub(super) fn donut(data: &Data) -> Option<Markup> {
    let parts = match data.series.as_slice() {
        [one] => one.points.iter().map(|(at, value)| part(data.name(*at), *value, &one.unit)).collect(),
        several => several
            .iter()
            .map(|it| part(it.label.clone(), it.points.iter().map(|it| it.1).sum(), &it.unit))
            .collect::<Vec<_>>(),
    };
    let (parts, rest) = joined(parts.into_iter().filter(|it| it.value > 0.0).collect(), data.unit());
    let total: f64 = parts.iter().chain(&rest).map(|it| it.value).sum();
    if total <= 0.0 {
        return None;
    }
    let share = |it: &Part| it.value / total * 100.0;
    let mut turned = 0.0;
    let drawn: Vec<(usize, &Part, f64)> = parts
        .iter()
        .chain(&rest)
        .enumerate()
        .map(|(index, it)| {
            let from = turned;
            turned += share(it);
            (index, it, from)
        })
        .collect();
    Some(html! {
        div.donut {
            svg viewBox="0 0 160 160" width="160" height="160" aria-hidden="true" {
                @for (index, part, from) in &drawn {
                    circle.donut-part.(look(*index)) cx="80" cy="80" r="60" pathLength="100" stroke-dasharray={ (format!("{:.2}", (share(part) - 0.6).max(0.2))) " 100" } stroke-dashoffset=(format!("{:.2}", -from)) transform="rotate(-90 80 80)" {
                        title { (part.name) ": " (part.said) }
                    }
                }
                @for (index, part, from) in &drawn {
                    @if share(part) >= KEY_SHARE_MIN {
                        @let (x, y) = middle(from + share(part) / 2.0);
                        text.chart-key x=(x) y=(y) text-anchor="middle" { (key(*index)) }
                    }
                }
                text.donut-total x="80" y="86" text-anchor="middle" { (super::super::number::short(total)) }
            }
            table.donut-table {
                thead.visually-hidden { tr { th scope="col" { "Part" } th scope="col" { "Value" } th scope="col" { "Share" } } }
                tbody {
                    @for (index, part, _) in &drawn {
                        tr {
                            th scope="row" { (super::swatch(*index)) (part.name) }
                            td { (part.said) }
                            td { (super::super::number::words(share(part).round())) "%" }
                        }
                    }
                }
            }
        }
    })
}

fn part(name: String, value: f64, unit: &str) -> Part {
    use super::super::number;
    Part { name, said: number::with_unit(&number::words(value), unit), value }
}

/// Returns as many parts as there are looks for; the smallest ones are one together.
fn joined(mut parts: Vec<Part>, unit: &str) -> (Vec<Part>, Option<Part>) {
    use crate::plugins::view::SERIES_MAX;
    if parts.len() <= SERIES_MAX {
        return (parts, None);
    }
    parts.sort_by(|a, b| b.value.total_cmp(&a.value));
    let small = parts.split_off(SERIES_MAX - 1);
    let rest = part(format!("{} others", small.len()), small.iter().map(|it| it.value).sum(), unit);
    (parts, Some(rest))
}

fn middle(share: f64) -> (String, String) {
    let angle = (share / 100.0 - 0.25) * std::f64::consts::TAU;
    (format!("{:.1}", 80.0 + 60.0 * angle.cos()), format!("{:.1}", 80.0 + 60.0 * angle.sin() + 4.0))
}

fn percent(number: f64) -> String {
    format!("{:.2}%", number)
}
