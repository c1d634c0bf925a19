//! The widgets: a view and its data to HTML, complete without script; one file a widget.

mod number;
mod moment;
mod state;
mod footer;
mod sparkline;
mod cell;
mod table;
mod kv;
mod link;
mod badge;
mod people;
mod markdown;
mod code;
mod code_lines;
mod status;
mod graph;
mod graph_layout;
mod chart;
mod stat;
mod item_list;
mod timeline;
mod score;
mod iframe;
mod gauge;
mod radar;
mod radar_places;

use maud::{Markup, html};
use minijinja::Value;

use super::canvas::Canvas;
use super::entity_object::entity_of;
use super::evaluate::Scope;
use crate::content;
use crate::diagnostics::{Diagnostic, Spanned};
use crate::model::SafeHtml;
use crate::plugins::view::{Missing, PreviewState, ViewBody};
use crate::plugins::{CodeId, View};

pub(super) use iframe::origins as frame_origins;
pub(super) use moment::draw as draw_moment;
pub(super) use state::{SourceState, draw_empty, draw_error};
pub(super) use table::draw_rows as draw_table;

/// What drawing a view gives.
#[derive(Clone, Debug)]
pub(super) enum Drawn {
    /// Something to show.
    Content(SafeHtml),
    /// The empty state: what there is none of, and how to add it.
    Empty(SafeHtml),
    /// The view is left out.
    Nothing,
}

/// Draws views with one set of variables.
pub(super) struct Pen<'a> {
    pub(super) canvas: Canvas<'a>,
    pub(super) scope: Scope<'a>,
    pub(super) plugin: usize,
    pub(super) problems: Vec<Diagnostic>,
}

impl Pen<'_> {
    /// Evaluates code with the variables of the page.
    fn evaluate(&mut self, id: CodeId) -> Value {
        self.canvas.program.evaluate(id, &self.scope, &mut self.problems)
    }

    /// Evaluates code for one row.
    fn evaluate_row(&mut self, id: CodeId, scope: &Scope<'_>) -> Value {
        self.canvas.program.evaluate(id, scope, &mut self.problems)
    }

    /// Evaluates code to text; nothing gives the empty text.
    fn text(&mut self, id: CodeId) -> String {
        shown(&self.evaluate(id))
    }

    /// Evaluates code for one row to text; no code gives the empty text.
    fn row_text(&mut self, id: Option<CodeId>, scope: &Scope<'_>) -> String {
        id.map(|it| shown(&self.evaluate_row(it, scope))).unwrap_or_default()
    }

    /// Evaluates code to a list of rows.
    fn rows(&mut self, id: CodeId) -> Vec<Value> {
        let value = self.evaluate(id);
        value.try_iter().map(Iterator::collect).unwrap_or_default()
    }

    /// Draws a view with its heading.
    pub(super) fn draw(&mut self, view: &View) -> Drawn {
        self.draw_in(view, None)
    }

    /// Draws a view with its heading, whose data is in a state.
    pub(super) fn draw_in(&mut self, view: &View, source: Option<&SourceState>) -> Drawn {
        if let Some(condition) = view.condition
            && !self.evaluate(condition).is_true()
        {
            return Drawn::Nothing;
        }
        if let Some(missing) = view.missing.as_ref().filter(|it| !self.has_annotation(it)) {
            return self.draw_missing(view, missing);
        }
        if source == Some(&SourceState::NotSetUp) {
            return match &view.missing {
                Some(missing) => self.draw_missing(view, missing),
                None => Drawn::Nothing,
            };
        }
        let drawn = match view.preview {
            Some(PreviewState::Missing) => {
                let example = state::missing_example();
                self.draw_missing(view, view.missing.as_ref().unwrap_or(&example))
            }
            preview => {
                let pretended = preview.and_then(state::pretended);
                self.draw_as(view, pretended.as_ref().or(source))
            }
        };
        self.with_footer(view, drawn)
    }

    fn draw_missing(&mut self, view: &View, missing: &Missing) -> Drawn {
        let title = view.title.map(|it| self.text(it)).filter(|it| !it.is_empty());
        Drawn::Empty(safe(headed(title.as_deref(), &safe(state::draw_missing(missing)))))
    }

    /// Draws a view whose data is in a state; `None` when there is nothing the matter with it.
    fn draw_as(&mut self, view: &View, source: Option<&SourceState>) -> Drawn {
        let body = match (source, &view.body) {
            (Some(SourceState::Empty), _) => Drawn::Nothing,
            (Some(SourceState::Error { what, since }), _) => {
                let error = self.error_state(view.error.as_ref(), what, since.as_deref());
                Drawn::Content(safe(error))
            }
            (_, ViewBody::Stack(views)) => self.arrange(views, "stack"),
            (_, ViewBody::Grid(views)) => self.arrange(views, "grid"),
            _ => self.widget(view).map_or(Drawn::Nothing, |it| Drawn::Content(safe(it))),
        };
        let body = match (body, source) {
            (Drawn::Content(body), Some(SourceState::Stale { since, reason })) => {
                Drawn::Content(safe(html! { (state::draw_stale(since, reason)) (body) }))
            }
            (Drawn::Content(body), Some(SourceState::Partial { what })) => {
                Drawn::Content(safe(html! { (state::draw_partial(what)) (body) }))
            }
            (body, _) => body,
        };
        let title = view.title.map(|it| self.text(it)).filter(|it| !it.is_empty());
        match (body, &view.empty) {
            (Drawn::Content(body), _) => Drawn::Content(safe(headed(title.as_deref(), &body))),
            (_, Some(empty)) => {
                let empty = safe(self.empty_state(empty));
                Drawn::Empty(safe(headed(title.as_deref(), &empty)))
            }
            (Drawn::Empty(body), None) => Drawn::Empty(safe(headed(title.as_deref(), &body))),
            (Drawn::Nothing, None) if view.preview.is_some() => {
                Drawn::Empty(safe(headed(title.as_deref(), &safe(draw_empty("Nothing to show", None)))))
            }
            (Drawn::Nothing, None) => Drawn::Nothing,
        }
    }

    fn with_footer(&mut self, view: &View, drawn: Drawn) -> Drawn {
        let Some(footer) = view.footer.as_ref() else { return drawn };
        match drawn {
            Drawn::Content(body) => {
                let footer = footer::draw(self, footer);
                Drawn::Content(safe(html! { (body) @if let Some(footer) = footer { (footer) } }))
            }
            other => other,
        }
    }

    fn has_annotation(&self, missing: &Missing) -> bool {
        entity_of(&self.scope.get("entity")).is_none_or(|it| it.annotation(&missing.annotation).is_some())
    }

    /// Draws one widget; `None` when it has nothing to show.
    fn widget(&mut self, view: &View) -> Option<Markup> {
        match &view.body {
            ViewBody::Table(it) => table::draw(self, it, view.title),
            ViewBody::Kv(it) => kv::draw(self, it),
            ViewBody::Link(it) => link::draw(self, it),
            ViewBody::Badge(it) => badge::draw(self, it),
            ViewBody::People(it) => people::draw(self, it),
            ViewBody::Markdown(it) => markdown::draw(self, it),
            ViewBody::Code(it) => code::draw(self, it),
            ViewBody::Status(it) => status::draw(self, it),
            ViewBody::Graph(it) => graph::draw(self, it),
            ViewBody::Chart(it) => chart::draw(self, it),
            ViewBody::Stat(it) => stat::draw(self, it),
            ViewBody::ItemList(it) => item_list::draw(self, it),
            ViewBody::Timeline(it) => timeline::draw(self, it),
            ViewBody::Score(it) => score::draw(self, it),
            ViewBody::Iframe(it) => iframe::draw(self, it, view.title),
            ViewBody::Gauge(it) => gauge::draw(self, it),
            ViewBody::Radar(it) => radar::draw(self, it),
            ViewBody::Template(name) => self.template(name),
            ViewBody::Stack(_) | ViewBody::Grid(_) => None,
        }
    }

    /// Draws views one below the other or side by side. It has content when one of them has.
    fn arrange(&mut self, views: &[View], class: &str) -> Drawn {
        let drawn: Vec<(u8, Drawn)> = views.iter().map(|it| (it.span, self.draw(it))).collect();
        let html_of = |it: &Drawn| match it {
            Drawn::Content(html) | Drawn::Empty(html) => Some(html.clone()),
            Drawn::Nothing => None,
        };
        let parts: Vec<(u8, SafeHtml)> =
            drawn.iter().filter_map(|(span, it)| Some((*span, html_of(it)?))).collect();
        if parts.is_empty() {
            return Drawn::Nothing;
        }
        let markup = html! {
            div class=(class) {
                @for (span, part) in &parts {
                    @if class == "grid" {
                        div.grid-cell data-span=(if *span == 0 { "full".to_owned() } else { span.to_string() }) { (part) }
                    } @else { (part) }
                }
            }
        };
        match drawn.iter().any(|(_, it)| matches!(it, Drawn::Content(_))) {
            true => Drawn::Content(safe(markup)),
            false => Drawn::Empty(safe(markup)),
        }
    }

    fn template(&mut self, name: &Spanned<String>) -> Option<Markup> {
        match self.canvas.program.render(self.plugin, name, &self.scope) {
            Ok(html) if html.trim().is_empty() => None,
            Ok(html) => {
                let clean = content::sanitize(&html, self.canvas.root);
                Some(html! { div.template { (clean) } })
            }
            Err(problem) => {
                self.problems.push(*problem);
                let title = "This part could not be drawn";
                Some(draw_error(title, "Its template failed when the portal was built.", None, None))
            }
        }
    }
}

fn headed(title: Option<&str>, body: &SafeHtml) -> Markup {
    match title {
        Some(title) => html! { section.section { h2 { (title) } (body) } },
        None => html! { (body) },
    }
}

/// Takes what maud has made: every value in it is escaped or safe already.
pub(super) fn safe(markup: Markup) -> SafeHtml {
    SafeHtml::trusted(markup.into_string())
}

/// Returns a value as text; nothing is the empty text.
pub(super) fn shown(value: &Value) -> String {
    if is_nothing(value) {
        return String::new();
    }
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

/// Returns whether a value is undefined, null, an empty text or an empty list.
pub(super) fn is_nothing(value: &Value) -> bool {
    value.is_undefined()
        || value.is_none()
        || value.as_str() == Some("")
        || (value.len() == Some(0) && !value.is_number())
}

/// Draws the line below a list that was cut.
fn more(canvas: &Canvas<'_>, shown: usize, total: usize, href: Option<&str>) -> Markup {
    let address = href.and_then(|it| canvas.address(it));
    html! {
        @if total > shown {
            p.more {
                @match address {
                    Some(address) => a href=(address) { "Show all " (grouped(total)) },
                    None => { "The first " (grouped(shown)) " of " (grouped(total)) },
                }
            }
        }
    }
}

/// Returns a text cut to a number of characters.
fn cut(text: &str, chars_max: usize) -> String {
    match text.chars().count() > chars_max {
        true => text.chars().take(chars_max - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// Returns a number with its thousands parted by commas.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
