//! Markdown to [`Rendered`]: safe HTML with its title, outline and links.

mod admonition;
mod attribute_list;
mod autolink;
mod elements;
mod heading_id;
mod mkdocs_blocks;
mod page;
mod short_text;
mod tags;
mod writer;
#[cfg(test)]
mod tests;

pub use page::{Heading, PageLink, Rendered, render_doc, render_page};
pub use short_text::render_text;

/// The extensions of CommonMark that are on everywhere; math and subscript are not, since they change ordinary prose.
pub(super) fn options() -> pulldown_cmark::Options {
    use pulldown_cmark::Options;
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
}
