//! One value of a table or a list of terms, in its form.

use maud::{Markup, PreEscaped, html};
use minijinja::Value;
use minijinja::value::ValueKind;

use super::moment::{self, Moment};
use super::{Pen, chart, is_nothing, number, people, shown, sparkline};
use crate::content;
use crate::plugins::view::{Cell, CellForm};

use super::super::entity_object::entity_of;
use super::super::evaluate::Scope;

/// A drawn value.
pub(super) struct DrawnCell {
    pub(super) markup: Markup,
    /// Whether there was no value.
    pub(super) empty: bool,
    /// What to sort by, where the text is not it.
    pub(super) sort: Option<String>,
}

/// Draws a cell for the scope of a row.
pub(super) fn draw(pen: &mut Pen<'_>, cell: &Cell, scope: &Scope<'_>) -> DrawnCell {
    let value = pen.evaluate_row(cell.value, scope);
    if is_nothing(&value) {
        return DrawnCell { markup: html! {}, empty: true, sort: None };
    }
    let href = cell.href.map(|it| shown(&pen.evaluate_row(it, scope))).filter(|it| !it.is_empty());
    let address = href.as_deref().and_then(|it| pen.canvas.address(it));
    let sort = sort_key(cell.form, &value);
    let inner = form(pen, cell.form, &value, address.is_some());
    let markup = match address {
        Some(address) if cell.form != CellForm::Entity => html! { a href=(address) { (inner) } },
        _ => inner,
    };
    DrawnCell { markup, empty: false, sort }
}

fn form(pen: &Pen<'_>, form: CellForm, value: &Value, linked: bool) -> Markup {
    match form {
        CellForm::Text => html! { (joined(value)) },
        CellForm::Number => {
            html! { span.number { (number::of(value).map_or_else(|| joined(value), number::words)) } }
        }
        CellForm::Percent => html! {
            span.number { (number::of(value).map_or_else(|| joined(value), |it| number::with_unit(&number::words(it), "%"))) }
        },
        CellForm::Duration => {
            html! { span.number { (number::of(value).map_or_else(|| joined(value), number::duration)) } }
        }
        CellForm::Sparkline => {
            let values: Vec<f64> = chart::data::points(value).iter().map(|it| it.y).collect();
            sparkline::draw(&values, "").unwrap_or_else(|| html! { (joined(value)) })
        }
        CellForm::Person => persons(pen, value),
        CellForm::Code => html! { code { (joined(value)) } },
        CellForm::Entity => pen.canvas.entity(value),
        CellForm::Badge => {
            let items = items(value);
            html! { ul.badges { @for item in &items { li { span.badge data-tone=(tone(item)) { (item) } } } } }
        }
        CellForm::Link => {
            let text = joined(value);
            match pen.canvas.address(&text).filter(|_| !linked) {
                Some(address) => html! { a href=(address) { (text) } },
                None => html! { (text) },
            }
        }
        CellForm::Email => {
            let text = joined(value);
            match text.contains('@')
                && !text.contains(|it: char| it.is_whitespace() || it == '?' || it == '&')
            {
                true => html! { a href={ "mailto:" (text) } { (text) } },
                false => html! { (text) },
            }
        }
        CellForm::Markdown => {
            let html = content::render_text(&shown(value));
            // One paragraph stands in a cell without the space around a paragraph.
            let trimmed = html.as_str().trim();
            let single = trimmed
                .strip_prefix("<p>")
                .and_then(|it| it.strip_suffix("</p>"))
                .filter(|it| !it.contains("<p>"));
            match single {
                Some(inner) => html! { (PreEscaped(inner)) },
                None => html! { div.prose { (html) } },
            }
        }
        CellForm::Time => moment::draw(value),
        CellForm::Date => Moment::of(value).map_or_else(|| html! { (shown(value)) }, |it| it.draw_day()),
        CellForm::Status => super::status::mark(&pen.canvas, &shown(value)),
    }
}

/// Returns what to sort by, where the text is not it.
fn sort_key(form: CellForm, value: &Value) -> Option<String> {
    match form {
        CellForm::Number | CellForm::Percent | CellForm::Duration => {
            Some(number::of(value).map_or_else(|| shown(value), |it| it.to_string()))
        }
        CellForm::Time | CellForm::Date => {
            Some(Moment::of(value).map_or_else(|| shown(value), |it| it.seconds.to_string()))
        }
        CellForm::Sparkline => chart::data::points(value).last().map(|it| it.y.to_string()),
        _ => None,
    }
}

/// Draws one person, or several.
fn persons(pen: &Pen<'_>, value: &Value) -> Markup {
    let one = value.as_str().is_some() || entity_of(value).is_some() || value.kind() != ValueKind::Seq;
    match one {
        true => people::named(pen, value).unwrap_or_default(),
        false => {
            html! { @for it in value.try_iter().into_iter().flatten() { (people::named(pen, &it).unwrap_or_default()) } }
        }
    }
}

fn items(value: &Value) -> Vec<String> {
    match value.as_str() {
        Some(text) => vec![text.to_owned()],
        None => value
            .try_iter()
            .map(|it| it.map(|it| shown(&it)).collect())
            .unwrap_or_else(|_| vec![shown(value)]),
    }
}

fn joined(value: &Value) -> String {
    items(value).join(", ")
}

/// The tones of words that have a well-known one: the customary lifecycles of Backstage.
pub(super) fn tone(word: &str) -> &'static str {
    match word {
        "production" => "ok",
        "experimental" => "info",
        "deprecated" => "warn",
        _ => "neutral",
    }
}
