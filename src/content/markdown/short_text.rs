//! Short texts of entities, such as descriptions, to HTML; thousands of them a build.

use super::mkdocs_blocks::Prepared;
use super::writer::Writer;
use crate::content::html_text::push_text;
use crate::content::{rewrite, sanitize};
use crate::model::SafeHtml;

/// The longest text, in bytes; the rest is cut off.
const TEXT_BYTES_MAX: usize = 256 * 1024;

/// Renders a short text: no heading ids, and relative links are shown as text, since it has no place that they
/// could start from.
pub fn render_text(markdown: &str) -> SafeHtml {
    let text = cut(markdown.trim());
    if text.is_empty() {
        return SafeHtml::default();
    }
    // Most descriptions are one plain sentence.
    if is_plain(text) {
        let mut out = String::with_capacity(text.len() + 8);
        out.push_str("<p>");
        push_text(&mut out, text);
        out.push_str("</p>\n");
        return SafeHtml::trusted(out);
    }
    let prepared = Prepared::plain(text);
    let mut writer = Writer::new(None, false);
    writer.write(&prepared, 0);
    if writer.raw {
        writer = Writer::new(None, true);
        writer.write(&prepared, 0);
        if sanitize::nests_too_much(writer.tags) {
            writer = Writer::new(None, false);
            writer.raw_as_text = true;
            writer.write(&prepared, 0);
            return SafeHtml::trusted(writer.out);
        }
        let remove = |written: &str| match crate::content::link::resolve(written, None) {
            crate::content::link::Resolved::External(href) => rewrite::Rewrite::External(href),
            crate::content::link::Resolved::Internal { href, .. } => rewrite::Rewrite::Internal(href),
            _ => rewrite::Rewrite::Remove,
        };
        writer.out = rewrite::rewrite(&sanitize::clean(&writer.out), &remove);
    }
    SafeHtml::trusted(writer.out)
}

fn cut(text: &str) -> &str {
    if text.len() <= TEXT_BYTES_MAX {
        return text;
    }
    let end = (0..=TEXT_BYTES_MAX).rev().find(|it| text.is_char_boundary(*it)).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}

/// Returns whether no character of the text can mean anything in Markdown.
fn is_plain(text: &str) -> bool {
    let starts_block =
        text.starts_with(|it: char| it.is_ascii_digit() || matches!(it, '#' | '-' | '+' | '>' | '='));
    let special = |it: u8| {
        matches!(
            it,
            b'\n' | b'\r' | b'\t' | b'*' | b'_' | b'[' | b'`' | b'<' | b'&' | b'\\' | b'~' | b'|' | b':' | 0
        )
    };
    !starts_block && !text.bytes().any(special)
}
