//! The view of an extension on a page, with the state of the data that it shows.

use maud::html;
use minijinja::Value;

use super::entity_object::entity_of;
use super::widgets::{Drawn, Pen, SourceState, draw_error, safe};
use crate::diagnostics::Diagnostic;
use crate::facts::{Answer, State};
use crate::model::SafeHtml;
use crate::plugins::{Extension, View};

/// The most HTML of one view on one page, in bytes.
const VIEW_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What was drawn, and the line that says whose data it is and how old.
pub(super) struct DrawnView {
    pub(super) drawn: Drawn,
    pub(super) source: SafeHtml,
}

/// Draws the view of an extension. Data that is missing, failed or is old is told instead of it, or beside it.
pub(super) fn draw(pen: &mut Pen<'_>, extension: &Extension, view: &View) -> DrawnView {
    let answers = answers(pen, extension);
    let state = answers.as_ref().and_then(|it| state_of(it));
    let drawn = pen.draw_in(view, state.as_ref());
    let drawn = bounded(pen, extension, drawn);
    let source = match (&drawn, &answers) {
        (Drawn::Content(_), Some(answers)) => source_line(pen, answers),
        _ => SafeHtml::default(),
    };
    DrawnView { drawn, source }
}

/// Returns what was drawn, or an error in its place where it is more than a page can bear.
fn bounded(pen: &mut Pen<'_>, extension: &Extension, drawn: Drawn) -> Drawn {
    let bytes = match &drawn {
        Drawn::Content(html) | Drawn::Empty(html) => html.as_str().len(),
        Drawn::Nothing => 0,
    };
    if bytes <= VIEW_BYTES_MAX {
        return drawn;
    }
    let most = VIEW_BYTES_MAX / 1024 / 1024;
    let message = format!("`{}` draws more than {most} MiB on one page", extension.id);
    let diagnostic = Diagnostic::error("plugin/too-large", extension.span.clone(), message);
    pen.problems.push(diagnostic.hint("show fewer rows with `limit`, or cut long texts"));
    Drawn::Content(safe(draw_error("This part could not be drawn", "It is too large.", None, None)))
}

/// Returns what the sources have that a view shows, each `None` where it has nothing for this entity. `None` when the
/// view shows no source.
fn answers<'a>(pen: &Pen<'a>, extension: &Extension) -> Option<Vec<Option<&'a Answer>>> {
    let sources = &pen.canvas.plugins.plugins.get(extension.plugin)?.sources;
    let shown = sources.iter().filter(|it| extension.data.own.contains(&it.name));
    let entity = entity_of(&pen.scope.get("entity"));
    let facts = &pen.canvas.world.facts;
    let answer = |name: &str| facts.answer(extension.plugin, name, entity.as_ref().map(|it| &it.reference));
    let mut answers: Vec<_> = shown.map(|it| answer(&it.name)).collect();
    // What is shown of all keys has a state of its own where there are keys.
    let all = sources.iter().filter(|it| extension.data.all.contains(&it.name));
    answers.extend(all.flat_map(|it| facts.answers(extension.plugin, &it.name)).map(Some));
    (!answers.is_empty()).then_some(answers)
}

/// Returns the state that matters most: what is shown at all comes before what is not up to date.
fn state_of(answers: &[Option<&Answer>]) -> Option<SourceState> {
    let is_missing = |it: &Option<&Answer>| it.is_none_or(|it| it.state == State::Missing);
    if answers.iter().all(is_missing) {
        return Some(SourceState::NotSetUp);
    }
    let known = || answers.iter().flatten();
    let has_data = known().any(|it| !it.data.is_undefined());
    let failed = known().find_map(|it| match &it.state {
        State::Failed(what) => Some(SourceState::Error { what: what.clone(), since: None }),
        _ => None,
    });
    if let Some(failed) = failed.filter(|_| !has_data) {
        return Some(failed);
    }
    if known().all(|it| it.state == State::Empty) {
        return Some(SourceState::Empty);
    }
    known().find_map(|it| match &it.state {
        State::Stale(since, reason) => {
            Some(SourceState::Stale { since: since.clone(), reason: format!("{}.", upper_first(reason)) })
        }
        State::Failed(what) => {
            Some(SourceState::Partial { what: format!("A part of it could not be read: {what}.") })
        }
        _ => None,
    })
}

fn upper_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|it| it.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// Says whose data it is, and as of when. Data that is read with the site is as old as the portal.
fn source_line(pen: &Pen<'_>, answers: &[Option<&Answer>]) -> SafeHtml {
    let Some(at) = answers.iter().flatten().filter_map(|it| it.at).min() else { return SafeHtml::default() };
    let title = pen.canvas.plugins.plugins.get(pen.plugin).map_or("", |it| it.title.as_str());
    safe(html! { p.source { (title) ", as of " (super::widgets::draw_moment(&Value::from(at))) } })
}

impl DrawnView {
    /// Returns what a tab shows. A tab without data is not written.
    pub(super) fn into_tab(self) -> Option<SafeHtml> {
        match self.drawn {
            Drawn::Content(_) => self.into_page(),
            _ => None,
        }
    }

    /// Returns what a page shows; nothing where the view is left out.
    pub(super) fn into_page(self) -> Option<SafeHtml> {
        match self.drawn {
            Drawn::Content(body) | Drawn::Empty(body) => Some(match self.source.is_empty() {
                true => body,
                false => safe(html! { div.stack { (body) (self.source) } }),
            }),
            Drawn::Nothing => None,
        }
    }
}
