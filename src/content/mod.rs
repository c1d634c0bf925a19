//! Markdown and MkDocs folders to a [`DocSet`]; Markdown and foreign HTML to [`SafeHtml`](crate::model::SafeHtml).
//!
//! [`load`] finds pages and navigation; bodies are rendered one at a time, on demand, by [`render_doc`],
//! [`render_page`] and [`render_text`]. Everything here is other people's input: nothing panics on it, and no HTML
//! leaves but through the writer of `markdown` or the sanitiser.

mod doc_set;
mod load;
mod site_pages;
mod front_matter;
mod docs_reference;
mod mkdocs;
mod navigation;
mod file_tree;
mod page_title;
mod problems;
mod source_text;
mod link;
mod html_text;
mod markdown;
mod plain_text;
mod sanitize;
mod rewrite;
mod highlight;
#[cfg(test)]
mod tests;

pub use doc_set::{DocPage, DocSet, DocSite, NavItem, NavPlacement, SitePage};
pub use highlight::Highlighter;
pub use load::load;
pub use markdown::{Heading, PageLink, Rendered, render_doc, render_page, render_text};
pub use plain_text::plain_text;
pub use sanitize::sanitize;
