//! The widget `chart`: drawn at build into SVG, with its numbers as a table.

pub(super) mod data;
mod scale;
mod plot;
mod parts;

use maud::{Markup, html};

use super::{Pen, number, shown, sparkline};
use crate::plugins::view::{Chart, ChartForm, SERIES_MAX};

use data::{Axis, Data, Point, points};

/// The most rows of the table of numbers; of more, the last ones are shown.
const ROWS_MAX: usize = 100;

/// Draws a chart; `None` when no series has a point.
pub(super) fn draw(pen: &mut Pen<'_>, chart: &Chart) -> Option<Markup> {
    let label = chart.label.map(|it| pen.text(it)).unwrap_or_default();
    let series = series(pen, chart);
    if chart.form == ChartForm::Sparkline {
        return small(&series);
    }
    let data = Data::new(series);
    if data.series.is_empty() {
        return None;
    }
    let stacked = chart.form == ChartForm::StackedBar;
    // Names beside bars can be read at any width, and a single pile lies better than it stands.
    let lying = data.axis == Axis::Labels || stacked && data.slots().len() == 1;
    Some(match chart.form {
        ChartForm::Donut => html! { figure.chart aria-label=[named(&label)] { (parts::donut(&data)?) } },
        ChartForm::Bar | ChartForm::StackedBar if lying => {
            let known = data.series.len() == 1;
            html! {
                figure.chart aria-label=[named(&label)] {
                    (parts::lying(&data, stacked))
                    @if stacked || !known { (legend(&data, true)) }
                    @if !known { (table(&data, &label)) }
                }
            }
        }
        form => {
            let picture = match form {
                ChartForm::Bar => plot::bars(&data, false),
                ChartForm::StackedBar => plot::bars(&data, true),
                _ => plot::lines(&data, form == ChartForm::Area),
            };
            html! {
                figure.chart {
                    div.chart-box role="img" aria-label=(summary(&data, form, &label)) { (picture) }
                    (legend(&data, matches!(form, ChartForm::Bar | ChartForm::StackedBar)))
                    (table(&data, &label))
                }
            }
        }
    })
}

fn named(label: &str) -> Option<&str> {
    (!label.is_empty()).then_some(label)
}

fn series(pen: &mut Pen<'_>, chart: &Chart) -> Vec<(String, String, Vec<Point>)> {
    let mut series = Vec::new();
    match chart.rows {
        Some(rows) => {
            let Some(item) = chart.series.first() else { return series };
            for row in pen.rows(rows).into_iter().take(SERIES_MAX) {
                let scope = pen.scope.with_row(row);
                let label = item.label.map(|it| shown(&pen.evaluate_row(it, &scope))).unwrap_or_default();
                let unit = item.unit.map(|it| shown(&pen.evaluate_row(it, &scope))).unwrap_or_default();
                series.push((label, unit, points(&pen.evaluate_row(item.points, &scope))));
            }
        }
        None => {
            for item in &chart.series {
                let label = item.label.map(|it| pen.text(it)).unwrap_or_default();
                let unit = item.unit.map(|it| pen.text(it)).unwrap_or_default();
                series.push((label, unit, points(&pen.evaluate(item.points))));
            }
        }
    }
    series
}

/// Draws small lines, one a series.
fn small(series: &[(String, String, Vec<Point>)]) -> Option<Markup> {
    let drawn: Vec<(&str, Markup, String)> = series
        .iter()
        .filter_map(|(label, unit, points)| {
            let values: Vec<f64> = points.iter().map(|it| it.y).collect();
            let last = number::with_unit(&number::words(*values.last()?), unit);
            Some((label.as_str(), sparkline::draw(&values, unit)?, last))
        })
        .collect();
    if drawn.is_empty() {
        return None;
    }
    Some(html! {
        ul.sparks {
            @for (label, line, last) in &drawn {
                li { @if !label.is_empty() { span { (label) } } (line) strong { (last) } }
            }
        }
    })
}

/// Returns what those hear who do not see the chart.
fn summary(data: &Data, form: ChartForm, label: &str) -> String {
    let name = match form {
        ChartForm::Line => "Line chart",
        ChartForm::Area => "Area chart",
        _ => "Bar chart",
    };
    let (low, high) = data.places();
    let mut text = if label.is_empty() { name.to_owned() } else { format!("{name}: {label}") };
    text.push_str(&format!(", from {} to {}.", data.name(low), data.name(high)));
    for series in &data.series {
        let values = || series.points.iter().map(|it| it.1);
        let (low, high) =
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let last = series.points.last().map_or(0.0, |it| it.1);
        let label = if series.label.is_empty() { "Values" } else { &series.label };
        text.push_str(&format!(
            " {label}: lowest {}, highest {}, last {}.",
            series.said(low),
            series.said(high),
            series.said(last)
        ));
    }
    text
}

/// Draws which look is which series, with its last value.
fn legend(data: &Data, lettered: bool) -> Markup {
    let named = data.series.iter().any(|it| !it.label.is_empty());
    let single = data.slots().len() == 1;
    html! {
        @if named {
            ul.legend {
                @for (index, series) in data.series.iter().enumerate() {
                    li {
                        @if lettered { (swatch(index)) } @else { (stroke(index)) }
                        (series.label)
                        @if !lettered || single { @if let Some((_, last)) = series.points.last() { " " strong { (series.said(*last)) } } }
                    }
                }
            }
        }
    }
}

/// Draws the numbers of a chart as a table that is folded.
fn table(data: &Data, label: &str) -> Markup {
    let all = data.slots();
    let slots = all.get(all.len().saturating_sub(ROWS_MAX)..).unwrap_or_default();
    let place = if data.axis == Axis::Time { "Time" } else { "Place" };
    let caption = if label.is_empty() { "The numbers of the chart" } else { label };
    html! {
        details.chart-data {
            summary { "As a table" }
            div.table-wrap tabindex="0" role="group" aria-label=(caption) {
                table.table {
                    caption.visually-hidden { (caption) }
                    thead { tr {
                        th scope="col" { (place) }
                        @for series in &data.series { th scope="col" { @if series.label.is_empty() { "Value" } @else { (series.label) } } }
                    } }
                    tbody { @for slot in slots { tr {
                        th scope="row" { (data.name(*slot)) }
                        @for series in &data.series {
                            td data-label=(if series.label.is_empty() { "Value" } else { &series.label }) { @if let Some(value) = series.at(*slot) { (series.said(value)) } }
                        }
                    } } }
                }
            }
            @if slots.len() < all.len() { p.more { "The last " (slots.len()) " of " (super::grouped(all.len())) } }
        }
    }
}

/// Returns the class of the look of a series: a colour, and for lines a pattern of dashes.
fn look(index: usize) -> String {
    format!("s{}", index % SERIES_MAX)
}

/// Returns the letter that stands for a series where it is an area.
fn key(index: usize) -> char {
    char::from(b'A' + u8::try_from(index % SERIES_MAX).unwrap_or_default())
}

/// Draws the sample of an area, with its letter.
fn swatch(index: usize) -> Markup {
    html! {
        svg.swatch viewBox="0 0 18 18" aria-hidden="true" {
            rect.chart-bar.(look(index)) width="18" height="18" rx="4" {}
            text.chart-key x="9" y="13" text-anchor="middle" { (key(index)) }
        }
    }
}

/// Draws the sample of a line.
fn stroke(index: usize) -> Markup {
    html! {
        svg.stroke viewBox="0 0 28 10" aria-hidden="true" { path.chart-line.(look(index)) d="M0 5H28" {} }
    }
}
