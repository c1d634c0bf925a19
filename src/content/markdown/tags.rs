//! The tags that need no thought: Markdown's to HTML's.

use pulldown_cmark::{Alignment, Tag, TagEnd};

/// Returns what a tag opens with, if it is always the same.
pub(super) fn open(tag: &Tag<'_>) -> Option<&'static str> {
    Some(match tag {
        Tag::Paragraph => "<p>",
        Tag::BlockQuote(None) => "<blockquote>\n",
        Tag::List(None) => "<ul>\n",
        Tag::List(Some(1)) => "<ol>\n",
        Tag::Item => "<li>",
        Tag::TableHead => "<thead><tr>",
        Tag::TableRow => "<tr>",
        Tag::Emphasis => "<em>",
        Tag::Strong => "<strong>",
        Tag::Strikethrough => "<del>",
        Tag::Superscript => "<sup>",
        Tag::Subscript => "<sub>",
        Tag::DefinitionList => "<dl>\n",
        Tag::DefinitionListTitle => "<dt>",
        Tag::DefinitionListDefinition => "<dd>",
        Tag::HtmlBlock => "",
        _ => return None,
    })
}

/// Returns what a tag closes with, if it is always the same.
pub(super) fn close(tag: &TagEnd) -> Option<&'static str> {
    Some(match tag {
        TagEnd::Paragraph => "</p>\n",
        TagEnd::BlockQuote(None) => "</blockquote>\n",
        TagEnd::BlockQuote(Some(_)) => "</div>\n",
        TagEnd::List(false) => "</ul>\n",
        TagEnd::List(true) => "</ol>\n",
        TagEnd::Item => "</li>\n",
        TagEnd::Table => "</tbody></table></div>\n",
        TagEnd::TableHead => "</tr></thead><tbody>\n",
        TagEnd::TableRow => "</tr>\n",
        TagEnd::Emphasis => "</em>",
        TagEnd::Strong => "</strong>",
        TagEnd::Strikethrough => "</del>",
        TagEnd::Superscript => "</sup>",
        TagEnd::Subscript => "</sub>",
        TagEnd::DefinitionList => "</dl>\n",
        TagEnd::DefinitionListTitle => "</dt>\n",
        TagEnd::DefinitionListDefinition => "</dd>\n",
        TagEnd::FootnoteDefinition => "</div>\n",
        TagEnd::HtmlBlock => "\n",
        _ => return None,
    })
}

/// Returns the opening tag of a table cell.
pub(super) fn cell(in_head: bool, alignment: Option<&Alignment>) -> &'static str {
    match (in_head, alignment) {
        (true, Some(Alignment::Left)) => "<th scope=\"col\" data-align=\"left\">",
        (true, Some(Alignment::Center)) => "<th scope=\"col\" data-align=\"center\">",
        (true, Some(Alignment::Right)) => "<th scope=\"col\" data-align=\"right\">",
        (true, _) => "<th scope=\"col\">",
        (false, Some(Alignment::Left)) => "<td data-align=\"left\">",
        (false, Some(Alignment::Center)) => "<td data-align=\"center\">",
        (false, Some(Alignment::Right)) => "<td data-align=\"right\">",
        (false, _) => "<td>",
    }
}
