//! The widget `score`.

use maud::{Markup, html};
use minijinja::Value;

use super::{Pen, gauge, more, number, shown};
use crate::plugins::view::Score;

use super::super::evaluate::Scope;

struct Drawn {
    label: String,
    rule: String,
    href: Option<String>,
    mark: Mark,
}

enum Mark {
    /// A grade, its tone, and what is said of it.
    Grade { grade: String, status: &'static str, said: String },
    /// A number in a ring.
    Ring { share: f64, number: String, status: &'static str, said: String },
}

/// Draws scores; `None` without rows that have one.
pub(super) fn draw(pen: &mut Pen<'_>, score: &Score) -> Option<Markup> {
    let rows = pen.rows(score.rows);
    let total = rows.len();
    let mut drawn = Vec::new();
    for row in rows.into_iter().take(score.limit) {
        let scope = pen.scope.with_row(row.clone());
        drawn.extend(one(pen, score, &row, &scope));
    }
    if drawn.is_empty() {
        return None;
    }
    let shown = drawn.len().max(total.min(score.limit));
    Some(html! {
        ul.scores {
            @for it in &drawn {
                li.score {
                    (mark(&it.mark))
                    span.score-main {
                        span.score-label { @match &it.href { Some(href) => a href=(href) { (it.label) }, None => { (it.label) } } }
                        @if !it.rule.is_empty() { span.score-rule { (it.rule) } }
                    }
                }
            }
        }
        (more(&pen.canvas, shown, total, None))
    })
}

fn one(pen: &mut Pen<'_>, score: &Score, row: &Value, scope: &Scope<'_>) -> Option<Drawn> {
    let mut field = |code: Option<crate::plugins::CodeId>, key: &str| match code {
        Some(code) => pen.evaluate_row(code, scope),
        None => row.get_attr(key).unwrap_or_default(),
    };
    let label = shown(&field(score.label, "label"));
    let value = field(score.value, "value");
    let rule = shown(&field(score.rule, "rule"));
    let href = shown(&field(score.href, "href"));
    let mark = if score.scale.is_empty() { ring(score, &value) } else { grade(score, &value) }?;
    Some(Drawn { label, rule, href: pen.canvas.address(&href), mark })
}

/// Returns the grade of a value: that of the same key, else of the highest key not above it.
fn grade(score: &Score, value: &Value) -> Option<Mark> {
    let text = shown(value);
    let number = number::of(value);
    let key = |it: &str| it.trim().parse::<f64>().ok();
    let same = score
        .scale
        .iter()
        .position(|(it, grade)| *it == text || *grade == text || (number.is_some() && key(it) == number));
    let index = same.or_else(|| {
        let number = number?;
        let below = score.scale.iter().enumerate().filter_map(|(index, (it, _))| Some((index, key(it)?)));
        below.filter(|(_, it)| *it <= number).max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(index, _)| index)
    })?;
    let (_, grade) = score.scale.get(index)?;
    let worst = score.scale.len().saturating_sub(1).max(1);
    let status = match index as f64 / worst as f64 {
        it if it < 0.34 => "ok",
        it if it < 0.67 => "warn",
        _ => "error",
    };
    let best = score.scale.first().map(|(_, it)| it.as_str()).unwrap_or_default();
    let last = score.scale.last().map(|(_, it)| it.as_str()).unwrap_or_default();
    Some(Mark::Grade { grade: grade.clone(), status, said: format!(" on a scale from {best} to {last}") })
}

fn ring(score: &Score, value: &Value) -> Option<Mark> {
    let number = number::of(value)?;
    let best = score.bands.len();
    let rank = score.bands.iter().filter(|it| number >= **it).count();
    let (status, word) = gauge::grade(rank, best);
    let share = (number / score.max).clamp(0.0, 1.0);
    let mut said = format!(" of {}", number::words(score.max));
    if !word.is_empty() {
        said.push_str(&format!(", {}", word.to_lowercase()));
    }
    Some(Mark::Ring { share, number: number::words(number), status, said })
}

fn mark(mark: &Mark) -> Markup {
    match mark {
        Mark::Grade { grade, status, said } => html! {
            span.grade data-status=(status) { (grade) span.visually-hidden { (said) } }
        },
        Mark::Ring { share, number, status, said } => html! {
            span.ring data-status=(status) {
                svg viewBox="0 0 44 44" aria-hidden="true" {
                    circle.ring-track cx="22" cy="22" r="19" {}
                    @if *share > 0.0 {
                        circle.ring-arc cx="22" cy="22" r="19" pathLength="100" stroke-dasharray={ (format!("{:.1}", share * 100.0)) " 100" } transform="rotate(-90 22 22)" {}
                    }
                }
                span.ring-number { (number) }
                span.visually-hidden { (said) }
            }
        },
    }
}
