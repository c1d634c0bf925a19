//! The states of a view that has no fresh data: not set up, empty, error, stale.

use maud::{Markup, html};
use minijinja::Value;

use super::Pen;
use super::moment;
use crate::content;
use crate::model::SafeHtml;
use crate::plugins::view::{Missing, PreviewState, StateWords};

/// What is the matter with the data behind a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::portal) enum SourceState {
    /// The entity does not say what to ask for.
    NotSetUp,
    /// There is nothing to show.
    Empty,
    /// A part of the data could not be read.
    Partial {
        /// What failed, in words.
        what: String,
    },
    /// The data could not be read.
    Error {
        /// What failed, in words.
        what: String,
        /// When it was read last, in ISO 8601, if ever.
        since: Option<String>,
    },
    /// The data is older than it should be.
    Stale {
        /// When it was read, in ISO 8601.
        since: String,
        /// Why there is no newer one.
        reason: String,
    },
}

/// Draws the empty state.
pub(in crate::portal) fn draw_empty(title: &str, body: Option<&SafeHtml>) -> Markup {
    html! {
        div.empty {
            @if !title.is_empty() { p.empty-title { (title) } }
            @if let Some(body) = body { @if !body.is_empty() { div.empty-body { (body) } } }
        }
    }
}

/// Draws what to add to an entity to set a view up.
pub(super) fn draw_missing(missing: &Missing) -> Markup {
    html! {
        div.empty {
            p.empty-title { "Not set up" }
            div.empty-body {
                p { "Add this annotation to the entity's descriptor:" }
                div.code {
                    pre tabindex="0" {
                        code.language-yaml { "metadata:\n  annotations:\n    " (missing.annotation) ": " (missing.example) }
                    }
                }
            }
        }
    }
}

/// Draws the error state: what failed, and since when the data is missing.
pub(in crate::portal) fn draw_error(
    title: &str,
    what: &str,
    since: Option<&str>,
    body: Option<&SafeHtml>,
) -> Markup {
    html! {
        div.state data-state="error" {
            p.state-title { (title) }
            @if !what.is_empty() { p { (what) } }
            @if let Some(since) = since { p { "It was last read " (moment::draw(&Value::from(since))) "." } }
            @if let Some(body) = body { @if !body.is_empty() { div { (body) } } }
        }
    }
}

/// Draws the mark of data that is older than it should be; it stands above the data.
pub(in crate::portal) fn draw_stale(since: &str, reason: &str) -> Markup {
    html! {
        p.stale {
            span.badge data-tone="warn" { "Not up to date" }
            " As of " (moment::draw(&Value::from(since))) "." @if !reason.is_empty() { " " (reason) }
        }
    }
}

/// Draws the mark of data of which a part is missing; it stands above the rest.
pub(super) fn draw_partial(what: &str) -> Markup {
    html! { p.stale { span.badge data-tone="warn" { "Incomplete" } " " (what) } }
}

impl Pen<'_> {
    /// Draws the words of an empty view.
    pub(super) fn empty_state(&mut self, words: &StateWords) -> Markup {
        let (title, body) = self.words(words);
        draw_empty(&title, body.as_ref())
    }

    /// Draws the error state of a view, in the words of the view where it has some.
    pub(in crate::portal) fn error_state(
        &mut self,
        words: Option<&StateWords>,
        what: &str,
        since: Option<&str>,
    ) -> Markup {
        let (title, body) = words.map(|it| self.words(it)).unwrap_or_default();
        let title = if title.is_empty() { "The data could not be read".to_owned() } else { title };
        draw_error(&title, what, since, body.as_ref())
    }

    fn words(&mut self, words: &StateWords) -> (String, Option<SafeHtml>) {
        let title = words.title.map(|it| self.text(it)).unwrap_or_default();
        (title, words.body.map(|it| content::render_text(&self.text(it))))
    }
}

/// Returns what a preview of a state pretends. `None` for the state "not set up", which is no state of data.
pub(super) fn pretended(preview: PreviewState) -> Option<SourceState> {
    const SINCE: &str = "2026-05-03T14:05:00Z";
    match preview {
        PreviewState::Missing => None,
        PreviewState::Empty => Some(SourceState::Empty),
        PreviewState::Error => Some(SourceState::Error {
            what: "The server answered 503 Service Unavailable.".to_owned(),
            since: Some(SINCE.to_owned()),
        }),
        PreviewState::Stale => Some(SourceState::Stale {
            since: SINCE.to_owned(),
            reason: "The server answered 503 Service Unavailable.".to_owned(),
        }),
    }
}

/// Returns what a preview of the state "not set up" shows where the view names no annotation.
pub(super) fn missing_example() -> Missing {
    Missing { annotation: "example.com/project".to_owned(), example: "my-project".to_owned() }
}
