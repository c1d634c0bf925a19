//! Numbers to a small line without axes, with its course in words.

use maud::{Markup, html};

use super::number;

/// The most points that are drawn.
const POINTS_MAX: usize = 200;

/// Draws a line; `None` for less than two numbers.
pub(super) fn draw(values: &[f64], unit: &str) -> Option<Markup> {
    let (first, last) = (values.first()?, values.last().filter(|_| values.len() > 1)?);
    let (low, high) = range(values);
    let path = path(values, low, high);
    let said = |it: f64| number::with_unit(&number::words(it), unit);
    Some(html! {
        span.spark {
            svg viewBox="0 0 200 48" preserveAspectRatio="none" aria-hidden="true" {
                path.spark-area d={ (path) "V48H0z" } {}
                path.spark-line d=(path) vector-effect="non-scaling-stroke" {}
            }
            span.visually-hidden {
                "From " (said(*first)) " to " (said(*last)) " over " (values.len()) " points, lowest " (said(low)) ", highest " (said(high))
            }
        }
    })
}

fn range(values: &[f64]) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (low, high)
}

fn path(values: &[f64], low: f64, high: f64) -> String {
    let step = values.len().div_ceil(POINTS_MAX).max(1);
    let kept: Vec<f64> = values.iter().rev().step_by(step).rev().copied().collect();
    let last = (kept.len().max(2) - 1) as f64;
    let mut path = String::new();
    for (index, value) in kept.iter().enumerate() {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        let (x, y) = ((index as f64 / last * 200.0).round(), (45.0 - share * 42.0).round());
        path.push_str(&format!("{}{x} {y}", if index == 0 { "M" } else { "L" }));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_line_says_its_course() {
        let html = draw(&[3.0, 9.0, 2.0, 7.5], "%").unwrap().into_string();
        assert!(html.contains("From 3% to 7.5% over 4 points, lowest 2%, highest 9%"));
        assert!(html.contains("M0 39L67 3L133 45L200 12"));
        assert!(draw(&[3.0], "").is_none());
        assert!(draw(&[5.0; 1000], "").unwrap().into_string().len() < 3000);
    }
}
