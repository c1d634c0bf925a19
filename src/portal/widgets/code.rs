//! The widget `code`.

use maud::{Markup, html};

use super::code_lines::Lines;
use super::{Pen, shown};
use crate::plugins::view::CodeText;

/// The longest text that is shown, in bytes; the rest is in the entity's JSON and in its source.
const TEXT_BYTES_MAX: usize = 512 * 1024;

/// Draws source text; `None` when there is none.
pub(super) fn draw(pen: &mut Pen<'_>, code: &CodeText) -> Option<Markup> {
    let text = pen.text(code.text);
    if text.trim().is_empty() {
        return None;
    }
    let language = code.language.map(|it| shown(&pen.evaluate(it))).unwrap_or_default();
    let language: String = language.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '-').collect();
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let shown_text = text.get(..end).unwrap_or_default();
    let set_off = code.highlight.map(|it| pen.evaluate(it)).unwrap_or_default();
    let marks = code.marks.map(|it| pen.evaluate(it)).unwrap_or_default();
    let lines = Lines::of(code.numbers, code.first, &set_off, &marks);
    let highlighted = pen.canvas.world.highlighter.highlight(&language, shown_text);
    Some(html! {
        div.code {
            pre tabindex="0" {
                code class=[(!language.is_empty()).then(|| format!("language-{language}"))] {
                    @match &lines { Some(lines) => { (lines.draw(highlighted.as_str())) }, None => { (highlighted) } }
                }
            }
        }
        @if end < text.len() { p.more { "The first 512 KiB of " (super::grouped(text.len() / 1024)) " KiB" } }
    })
}
