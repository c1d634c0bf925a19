//! The widget `markdown`.

use maud::{Markup, html};

use super::Pen;
use crate::content;
use crate::plugins::view::Markdown;

/// Draws formatted text; `None` when there is none.
pub(super) fn draw(pen: &mut Pen<'_>, markdown: &Markdown) -> Option<Markup> {
    let text = pen.text(markdown.text);
    let html = content::render_text(&text);
    (!html.is_empty()).then(|| html! { div.prose { (html) } })
}
