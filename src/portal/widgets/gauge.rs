//! The widget `gauge`.

use std::f64::consts::PI;

use maud::{Markup, html};

use super::{Pen, number, status};
use crate::plugins::view::{Gauge, Good};

/// One band of a gauge.
struct Band {
    from: f64,
    to: f64,
    status: &'static str,
    word: &'static str,
}

/// Draws one value against its bands; `None` when there is no number.
pub(super) fn draw(pen: &mut Pen<'_>, gauge: &Gauge) -> Option<Markup> {
    let value = number::of(&pen.evaluate(gauge.value))?;
    let label = pen.text(gauge.label);
    let unit = gauge.unit.map(|it| pen.text(it)).unwrap_or_default();
    let href = gauge.href.map(|it| pen.text(it)).and_then(|it| pen.canvas.address(&it));
    let bands = bands(gauge);
    let current = bands.iter().find(|it| value < it.to).or(bands.last());
    let said = |it: f64| number::with_unit(&number::words(it), &unit);
    let (state, word) = current.map_or(("unknown", ""), |it| (it.status, it.word));
    let canvas = &pen.canvas;
    Some(html! {
        div.gauge {
            p.gauge-label { @match &href { Some(href) => a href=(href) { (label) }, None => { (label) } } }
            div.gauge-dial {
                (dial(gauge, &bands, value, state))
                p.gauge-value { (said(value)) }
            }
            @if bands.len() > 1 {
                p.gauge-word { (status::mark_as(canvas, state, word)) }
                ul.gauge-bands {
                    @for band in &bands {
                        li data-status=(band.status) { (band.word) " " (number::words(band.from)) "–" (said(band.to)) }
                    }
                }
            } @else {
                p.gauge-bands { (number::words(gauge.min)) "–" (said(gauge.max)) }
            }
        }
    })
}

/// Returns the bands from the lower to the upper end.
fn bands(gauge: &Gauge) -> Vec<Band> {
    let mut edges = vec![gauge.min];
    edges.extend(gauge.bands.iter().copied().filter(|it| *it > gauge.min && *it < gauge.max));
    edges.push(gauge.max);
    edges.dedup();
    let last = edges.len().saturating_sub(2);
    edges
        .windows(2)
        .enumerate()
        .filter_map(|(index, pair)| {
            let (from, to) = (*pair.first()?, *pair.last()?);
            let rank = if gauge.good == Good::High { index } else { last - index };
            let (status, word) = grade(rank, last);
            Some(Band { from, to, status, word })
        })
        .collect()
}

/// Returns the state of a band and its word, from the worst, 0, to the best.
pub(super) fn grade(rank: usize, best: usize) -> (&'static str, &'static str) {
    match rank {
        _ if best == 0 => ("unknown", ""),
        it if it == best => ("ok", "Good"),
        0 => ("error", "Poor"),
        _ => ("warn", "Fair"),
    }
}

const CENTRE: (f64, f64) = (80.0, 80.0);

fn dial(gauge: &Gauge, bands: &[Band], value: f64, state: &str) -> Markup {
    let share = |it: f64| ((it - gauge.min) / (gauge.max - gauge.min)).clamp(0.0, 1.0);
    html! {
        svg viewBox="0 0 160 86" aria-hidden="true" {
            @if bands.len() > 1 {
                @for band in bands {
                    path.gauge-band data-status=(band.status) d=(arc(74.0, share(band.from), share(band.to))) {}
                }
            }
            path.gauge-track d=(arc(60.0, 0.0, 1.0)) {}
            @if share(value) > 0.0 { path.gauge-arc data-status=(state) d=(arc(60.0, 0.0, share(value))) {} }
            path.gauge-needle d=(needle(share(value))) {}
        }
    }
}

fn spot(radius: f64, share: f64) -> (f64, f64) {
    let angle = PI * (1.0 - share);
    (CENTRE.0 + radius * angle.cos(), CENTRE.1 - radius * angle.sin())
}

fn arc(radius: f64, from: f64, to: f64) -> String {
    let ((x1, y1), (x2, y2)) = (spot(radius, from), spot(radius, to));
    format!("M{x1:.1} {y1:.1}A{radius} {radius} 0 0 1 {x2:.1} {y2:.1}")
}

/// A triangle at the inner side of the arc that points at the value.
fn needle(share: f64) -> String {
    let ((x1, y1), (x2, y2), (x3, y3)) =
        (spot(56.0, share), spot(42.0, share - 0.04), spot(42.0, share + 0.04));
    format!("M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}L{x3:.1} {y3:.1}z")
}
