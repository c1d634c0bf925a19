//! One value of a table or a list of terms, in its form.

use maud::{Markup, PreEscaped, html};
use minijinja::Value;

use super::{Pen, is_nothing, shown};
use crate::content;
use crate::plugins::view::{Cell, CellForm};

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
    let sort = (cell.form == CellForm::Number || cell.form == CellForm::Time).then(|| shown(&value));
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
        CellForm::Number => html! { span.number { (joined(value)) } },
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
        CellForm::Time => {
            let text = shown(value);
            html! { time datetime=(text) { (text.get(..10).unwrap_or(&text)) } }
        }
        CellForm::Status => super::status::mark(&pen.canvas, &shown(value)),
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
fn tone(word: &str) -> &'static str {
    match word {
        "production" => "ok",
        "experimental" => "info",
        "deprecated" => "warn",
        _ => "neutral",
    }
}
