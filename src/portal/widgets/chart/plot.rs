//! Series to lines, areas and upright bars over two axes; labels keep their size at any width.

use maud::{Markup, html};

use super::data::{Data, SLOTS_MAX, Series};
use super::scale::{self, Scale};
use super::{key, look};

/// The height of the plot, in pixels, without the labels below it.
const HEIGHT: f64 = 200.0;

/// The space above the plot.
const TOP: f64 = 10.0;

/// The space for labels below it.
const BOTTOM: f64 = 26.0;

/// The most points that are marked by dots.
const DOTS_MAX: usize = 60;

/// How wide a bar must be, in percent, to hold a letter.
const KEY_WIDTH_MIN: f64 = 2.5;

fn y_of(scale: &Scale, value: f64) -> f64 {
    TOP + HEIGHT * (1.0 - scale.share(value))
}

/// Draws lines, and the areas below them.
pub(super) fn lines(data: &Data, filled: bool) -> Markup {
    let values = scale::of_values(data.values(), filled, data.unit());
    let places = scale::of_places(data);
    let dotted = data.series.iter().map(|it| it.points.len()).sum::<usize>() <= DOTS_MAX;
    frame(
        &values,
        &places
            .ticks
            .iter()
            .map(|(at, words)| (places.share(*at) * 100.0, words.clone()))
            .collect::<Vec<_>>(),
        &html! {
            svg.chart-paths x="0" y=(TOP) width="100%" height=(HEIGHT) viewBox="0 0 2000 1000" preserveAspectRatio="none" {
                @for (index, series) in data.series.iter().enumerate() {
                    @let path = path(series, &places, &values);
                    @if filled { path.chart-fill.(look(index)) d={ (path) (closing(series, &places, &values)) } {} }
                    path.chart-line.(look(index)) d=(path) vector-effect="non-scaling-stroke" {}
                }
            }
            @for (index, series) in data.series.iter().enumerate() {
                @if dotted || series.points.len() == 1 {
                    @for (at, value) in &series.points {
                        circle.chart-dot.(look(index)) cx=(percent(places.share(*at) * 100.0)) cy=(px(y_of(&values, *value))) r="3" {
                            title { (data.name(*at)) ": " (series.said(*value)) }
                        }
                    }
                }
            }
        },
    )
}

fn path(series: &Series, places: &Scale, values: &Scale) -> String {
    let mut path = String::new();
    for (index, (at, value)) in series.points.iter().enumerate() {
        let (x, y) = (places.share(*at) * 2000.0, (1.0 - values.share(*value)) * 1000.0);
        path.push_str(&format!("{}{x:.0} {y:.0}", if index == 0 { "M" } else { "L" }));
    }
    path
}

/// Returns the way back along the zero line.
fn closing(series: &Series, places: &Scale, values: &Scale) -> String {
    let zero = (1.0 - values.share(0.0)) * 1000.0;
    let x = |it: Option<&(f64, f64)>| it.map_or(0.0, |it| places.share(it.0) * 2000.0);
    format!("L{:.0} {zero:.0}L{:.0} {zero:.0}z", x(series.points.last()), x(series.points.first()))
}

/// Draws upright bars, side by side or on top of each other.
pub(super) fn bars(data: &Data, stacked: bool) -> Markup {
    let all = data.slots();
    let slots = all.get(all.len().saturating_sub(SLOTS_MAX)..).unwrap_or_default();
    let span = if stacked { (0.0, highest_sum(data, slots)) } else { data.values() };
    let values = scale::of_values(span, true, data.unit());
    let width = 100.0 / slots.len().max(1) as f64;
    let ticks: Vec<(f64, String)> = scale::some(slots)
        .into_iter()
        .filter_map(|at| Some((slots.iter().position(|it| *it == at)?, data.name(at))))
        .map(|(index, words)| ((index as f64 + 0.5) * width, words))
        .collect();
    frame(
        &values,
        &ticks,
        &html! {
            @for (index, slot) in slots.iter().enumerate() {
                @let left = index as f64 * width;
                @if stacked { (stack(data, *slot, left, width, &values, index + 1 == slots.len())) }
                @else { (group(data, *slot, left, width, &values, index + 1 == slots.len())) }
            }
        },
    )
}

fn highest_sum(data: &Data, slots: &[f64]) -> f64 {
    let sum =
        |slot: &f64| data.series.iter().filter_map(|it| it.at(*slot)).map(|it| it.max(0.0)).sum::<f64>();
    slots.iter().map(sum).fold(0.0, f64::max)
}

fn group(data: &Data, slot: f64, left: f64, width: f64, values: &Scale, last: bool) -> Markup {
    let (inner, each) = (width * 0.76, width * 0.76 / data.series.len().max(1) as f64);
    let zero = y_of(values, 0.0);
    html! {
        @for (index, series) in data.series.iter().enumerate() {
            @if let Some(value) = series.at(slot) {
                @let y = y_of(values, value);
                @let x = left + (width - inner) / 2.0 + index as f64 * each;
                rect.chart-bar.(look(index)) x=(percent(x)) y=(px(y.min(zero))) width=(percent(each * 0.94)) height=(px((y - zero).abs().max(1.0))) {
                    title { (data.name(slot)) ", " (series.label) ": " (series.said(value)) }
                }
                @if last && data.series.len() > 1 && (y - zero).abs() > 16.0 && each > KEY_WIDTH_MIN {
                    text.chart-key x=(percent(x + each * 0.47)) y=(px((y + zero) / 2.0 + 4.0)) text-anchor="middle" { (key(index)) }
                }
            }
        }
    }
}

fn stack(data: &Data, slot: f64, left: f64, width: f64, values: &Scale, last: bool) -> Markup {
    let mut below = 0.0;
    let mut parts = Vec::new();
    for (index, series) in data.series.iter().enumerate() {
        let Some(value) = series.at(slot).filter(|it| *it > 0.0) else { continue };
        parts.push((index, series, value, y_of(values, below + value), y_of(values, below)));
        below += value;
    }
    html! {
        @for (index, series, value, top, bottom) in &parts {
            @let height = (bottom - top - 1.0).max(0.5);
            rect.chart-bar.(look(*index)) x=(percent(left + width * 0.12)) y=(px(*top)) width=(percent(width * 0.76)) height=(px(height)) {
                title { (data.name(slot)) ", " (series.label) ": " (series.said(*value)) }
            }
            @if last && height > 14.0 && width > KEY_WIDTH_MIN {
                text.chart-key x=(percent(left + width / 2.0)) y=(px((top + bottom) / 2.0 + 3.5)) text-anchor="middle" { (key(*index)) }
            }
        }
    }
}

/// Draws the axes around a plot. The labels of values have a column of their own, since nothing shrinks them.
fn frame(values: &Scale, ticks: &[(f64, String)], inner: &Markup) -> Markup {
    let height = px(TOP + HEIGHT + BOTTOM);
    let longest = values.ticks.iter().map(|it| it.1.chars().count()).max().unwrap_or(1);
    let column = longest * 8 + 12;
    html! {
        svg.chart-values width=(column) height=(height) aria-hidden="true" {
            @for (at, words) in &values.ticks {
                text x=(column - 8) y=(px(y_of(values, *at) + 4.0)) text-anchor="end" { (words) }
            }
        }
        svg.chart-plot width="100%" height=(height) aria-hidden="true" {
            @for (at, _) in &values.ticks {
                line.chart-grid x1="0" x2="100%" y1=(px(y_of(values, *at))) y2=(px(y_of(values, *at))) data-zero[*at == 0.0] {}
            }
            (inner)
            @for (index, (x, words)) in ticks.iter().enumerate() {
                text.chart-tick data-odd[index % 2 == 1] x=(percent(*x)) y=(px(TOP + HEIGHT + 19.0)) text-anchor=(anchor(*x)) { (words) }
            }
        }
    }
}

/// Labels at the edges stay inside.
fn anchor(x: f64) -> &'static str {
    match x {
        it if it < 4.0 => "start",
        it if it > 96.0 => "end",
        _ => "middle",
    }
}

fn percent(number: f64) -> String {
    format!("{:.2}%", number)
}

fn px(number: f64) -> String {
    format!("{:.1}", number)
}
