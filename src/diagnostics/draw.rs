//! Draws diagnostics for people: the line, a caret, the reason and the remedy.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Severity, Span};

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub struct Drawing {
    /// With terminal colours.
    pub colour: bool,
}

/// The longest excerpt, in characters: a minified file must not fill the screen.
const EXCERPT_CHARS_MAX: usize = 400;

/// Returns one diagnostic as text. `text_of` gives the text of a file by the path of a span;
/// where it gives none, the problem is drawn without an excerpt.
pub fn draw(
    diagnostic: &Diagnostic,
    drawing: Drawing,
    text_of: &dyn Fn(&str) -> Option<std::sync::Arc<str>>,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::INFO.with_name("notice"),
    };
    let message = printable(&diagnostic.message);
    let mut groups = vec![level.primary_title(message).id(diagnostic.code.to_string()).element(excerpt(
        &diagnostic.span,
        None,
        AnnotationKind::Primary,
        text_of,
    ))];
    if let Some(group) = groups.first_mut() {
        let mut elements: Vec<Element<'_>> = Vec::new();
        for related in &diagnostic.related {
            elements.push(excerpt(&related.span, Some(&related.label), AnnotationKind::Context, text_of));
        }
        if let Some(reason) = &diagnostic.reason {
            elements.push(Level::NOTE.message(printable(reason)).into());
        }
        if let Some(hint) = &diagnostic.hint {
            elements.push(Level::HELP.message(printable(hint)).into());
        }
        let filled = std::mem::replace(group, Group::with_level(Level::NOTE));
        *group = filled.elements(elements);
    }
    let renderer = if drawing.colour { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(110).render(&groups)
}

fn excerpt<'a>(
    span: &'a Span,
    label: Option<&'a str>,
    kind: AnnotationKind,
    text_of: &dyn Fn(&str) -> Option<std::sync::Arc<str>>,
) -> Element<'a> {
    let line_number = span.start.line as usize;
    let origin = || {
        let origin = Origin::path(span.shown());
        match line_number {
            0 => origin.into(),
            line => origin.line(line).char_column(span.start.column as usize).into(),
        }
    };
    let Some(line_index) = line_number.checked_sub(1) else { return origin() };
    let Some(text) = text_of(&span.file) else { return origin() };
    let Some(line) = text.lines().nth(line_index) else { return origin() };
    let line: String = printable(line).chars().take(EXCERPT_CHARS_MAX).collect();
    let from = byte_of_column(&line, span.start.column);
    let to =
        if span.end.line == span.start.line { byte_of_column(&line, span.end.column) } else { line.len() };
    let annotation = kind.span(from..to.max(from)).label(label.map(printable));
    Snippet::source(line).line_start(line_number).path(span.shown()).annotation(annotation).into()
}

fn byte_of_column(line: &str, column: u32) -> usize {
    let index = column.saturating_sub(1) as usize;
    line.char_indices().nth(index).map_or(line.len(), |(byte, _)| byte)
}

/// Replaces control characters, which could move the cursor or recolour the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|it| if it.is_control() && it != '\n' { ' ' } else { it }).collect()
}
