//! The times of a run to an SVG: a row for the phases, then the providers, then the requests by host.

use maud::{Markup, html};

use super::record::{Asked, Phase, Record};

/// The size of the drawing, in its own units.
const WIDTH: f64 = 1000.0;
const LABELS: f64 = 170.0;
const ROW: f64 = 14.0;

/// The most rows of one host; what does not fit beside the others lies on the last one.
const ROWS_MAX: usize = 40;

/// The most hosts that are drawn, the busiest.
const HOSTS_MAX: usize = 30;

/// The longest label, in characters.
const LABEL_MAX: usize = 26;

/// What is drawn on one row, or on several where it does not fit.
struct Group<'a> {
    label: &'a str,
    bars: Vec<Bar>,
}

struct Bar {
    class: &'static str,
    title: String,
    text: String,
    start: f64,
    waited: f64,
    length: f64,
}

/// Returns the drawing.
pub(super) fn timeline(record: &Record) -> Markup {
    let total = record.total_ms.max(1.0);
    let groups = groups(record);
    let rows: Vec<Vec<usize>> = groups.iter().map(|it| rows(&it.bars)).collect();
    let heights = rows.iter().map(|it| (it.iter().max().map_or(1, |last| last + 1)) as f64 * ROW + 8.0);
    let heights: Vec<f64> = heights.collect();
    let height = heights.iter().sum::<f64>() + 24.0;
    let x = |ms: f64| LABELS + ms.clamp(0.0, total) / total * (WIDTH - LABELS - 6.0);
    let step = step(total);
    let ticks: Vec<f64> = (0..=20).map(|it| f64::from(it) * step).filter(|it| *it <= total).collect();
    let tops: Vec<f64> = heights
        .iter()
        .scan(20.0, |top, height| {
            let own = *top;
            *top += height;
            Some(own)
        })
        .collect();
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label="Timeline of the run" {
            @for tick in &ticks {
                line.tick x1=(n(x(*tick))) x2=(n(x(*tick))) y1="16" y2=(n(height)) {}
                text.axis x=(n(x(*tick))) y="11" { (super::page::time(*tick)) }
            }
            @for ((group, rows), top) in groups.iter().zip(&rows).zip(&tops) {
                text.label x=(n(LABELS - 8.0)) y=(n(top + 11.0)) { (cut(group.label)) }
                @for (bar, row) in group.bars.iter().zip(rows) {
                    (drawn(bar, &x, top + *row as f64 * ROW))
                }
            }
        }
    }
}

fn drawn(bar: &Bar, x: &impl Fn(f64) -> f64, top: f64) -> Markup {
    let (start, active) = (x(bar.start), x(bar.start + bar.waited));
    let width = (x(bar.start + bar.length) - active).max(0.8);
    // A letter is about six units wide.
    let fits = bar.text.chars().count() as f64 * 6.2 + 6.0 < width;
    html! {
        g {
            title { (bar.title) }
            @if bar.waited > 0.0 {
                rect.wait x=(n(start)) y=(n(top)) width=(n((active - start).max(0.3))) height=(n(ROW - 3.0)) {}
            }
            rect class=(bar.class) x=(n(active)) y=(n(top)) width=(n(width)) height=(n(ROW - 3.0)) rx="1.5" {}
            @if fits { text.inside x=(n(active + 4.0)) y=(n(top + 9.0)) { (bar.text) } }
        }
    }
}

fn groups(record: &Record) -> Vec<Group<'_>> {
    let phase = |class: &'static str| {
        move |it: &Phase| Bar {
            class,
            title: format!("{}: {}", it.name, super::page::time(it.length())),
            text: it.name.clone(),
            start: it.start_ms,
            waited: 0.0,
            length: it.length(),
        }
    };
    let mut groups =
        vec![Group { label: "phases", bars: record.phases.iter().map(phase("phase")).collect() }];
    if !record.providers.is_empty() {
        let bars = record.providers.iter().map(phase("provider")).collect();
        groups.push(Group { label: "providers", bars });
    }
    let mut hosts: Vec<_> = record.hosts.iter().collect();
    hosts.sort_by(|one, other| other.1.took_ms.total_cmp(&one.1.took_ms));
    for (host, _) in hosts.into_iter().take(HOSTS_MAX) {
        let bars = record.requests.iter().filter(|it| it.host == *host).map(request).collect();
        groups.push(Group { label: host, bars });
    }
    groups
}

fn request(it: &Asked) -> Bar {
    let status = it.status.map_or_else(|| "no answer".to_owned(), |it| it.to_string());
    Bar {
        class: if it.status.is_some_and(|it| it < 400) { "request" } else { "failed" },
        title: format!("{} {status} {}", it.address, super::page::time(it.took_ms)),
        text: String::new(),
        start: it.start_ms,
        waited: it.waited_ms.min(it.took_ms),
        length: it.took_ms,
    }
}

/// Returns the row of each bar: the first that is free again when the bar begins.
fn rows(bars: &[Bar]) -> Vec<usize> {
    let mut ends: Vec<f64> = Vec::new();
    let mut rows = Vec::with_capacity(bars.len());
    for bar in bars {
        let free = ends.iter().position(|end| *end <= bar.start);
        let row = free.unwrap_or_else(|| ends.len().min(ROWS_MAX - 1));
        if row == ends.len() {
            ends.push(0.0);
        }
        if let Some(end) = ends.get_mut(row) {
            *end = end.max(bar.start + bar.length);
        }
        rows.push(row);
    }
    rows
}

/// Returns a round distance between marks, so that there are between four and ten.
fn step(total: f64) -> f64 {
    let power = 10f64.powf((total / 10.0).log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().find(|it| total / (it * power) <= 10.0);
    round.unwrap_or(10.0) * power
}

fn cut(label: &str) -> String {
    match label.chars().count() > LABEL_MAX {
        true => label.chars().take(LABEL_MAX - 1).chain(['…']).collect(),
        false => label.to_owned(),
    }
}

fn n(number: f64) -> String {
    format!("{number:.1}")
}

#[cfg(test)]
mod tests {
    use super::{Bar, ROWS_MAX, rows, step};

    fn bar(start: f64, length: f64) -> Bar {
        Bar { class: "", title: String::new(), text: String::new(), start, waited: 0.0, length }
    }

    #[test]
    fn bars_do_not_lie_on_one_another_while_there_are_rows() {
        assert_eq!(rows(&[bar(0.0, 5.0), bar(1.0, 1.0), bar(2.0, 9.0), bar(5.0, 1.0)]), [0, 1, 1, 0]);
        let many: Vec<Bar> = (0..100).map(|_| bar(0.0, 1.0)).collect();
        assert_eq!(rows(&many).into_iter().max(), Some(ROWS_MAX - 1));
    }

    #[test]
    fn marks_are_round_and_few() {
        for (total, wanted) in
            [(1.0, 0.1), (95.0, 10.0), (150.0, 20.0), (4_200.0, 500.0), (90_000.0, 10_000.0)]
        {
            assert!((step(total) - wanted).abs() < 1e-9, "{total} {}", step(total));
        }
    }
}
