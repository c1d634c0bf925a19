//! One page of documentation or of the content folder to what is shown of it.

use std::cell::RefCell;
use std::sync::Arc;

use super::mkdocs_blocks::Prepared;
use super::writer::{Setting, Writer};
use crate::content::link::{LinkBase, Resolved, resolve};
use crate::content::rewrite::{Rewrite, rewrite};
use crate::content::source_text::SourceText;
use crate::content::{DocPage, DocSet, DocSite, Highlighter, SitePage, front_matter, problems, sanitize};
use crate::diagnostics::{Diagnostic, Span};
use crate::model::SafeHtml;
use crate::sources::Reader;

/// The largest page, in bytes.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How many addresses in the HTML of a page are searched for in its text.
const RAW_PLACES_MAX: usize = 500;

/// A page as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The body.
    pub html: SafeHtml,
    /// The text of the first heading of level 1. The heading itself is not in the body where it begins the page,
    /// because the header of the page shows it.
    pub title: Option<String>,
    /// The headings of the body, in order.
    pub outline: Vec<Heading>,
    /// All links and images that have an address, for the link check.
    pub links: Vec<PageLink>,
}

/// A heading of a page.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Heading {
    /// What stands after `#` in links to it.
    pub id: String,
    /// Its text.
    pub title: String,
    /// Its level, from 2 to 6.
    pub level: u8,
}

/// A link or image on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLink {
    /// The address: whole where it leads elsewhere, else a path below the root of the portal, with `?` and `#`.
    pub target: String,
    /// Whether it leads out of the portal.
    pub external: bool,
    /// Where it is written.
    pub span: Span,
}

/// Renders a page of documentation. `address` is the path of the page below the root of the portal, such as
/// `docs/default/component/shop/guide/setup`; it must end in the path of the page.
pub fn render_doc(
    site: &DocSite,
    page: &DocPage,
    address: &str,
    reader: &dyn Reader,
    highlighter: &Highlighter,
) -> (Rendered, Vec<Diagnostic>) {
    let base = LinkBase { tree: &site.tree, file: site.tree.below(&page.source), page: &page.path, address };
    render(&page.source, base, reader, highlighter)
}

/// Renders a page of the content folder.
pub fn render_page(
    set: &DocSet,
    page: &SitePage,
    reader: &dyn Reader,
    highlighter: &Highlighter,
) -> (Rendered, Vec<Diagnostic>) {
    let base = LinkBase {
        tree: &set.tree,
        file: set.tree.below(&page.source),
        page: &page.path,
        address: &page.path,
    };
    render(&page.source, base, reader, highlighter)
}

fn render(
    path: &str,
    base: LinkBase<'_>,
    reader: &dyn Reader,
    highlighter: &Highlighter,
) -> (Rendered, Vec<Diagnostic>) {
    let text = match reader.read_text(path) {
        Ok(text) => text,
        Err(error) => return (Rendered::default(), vec![problems::unreadable(path, &error)]),
    };
    if text.len() > PAGE_BYTES_MAX {
        return (Rendered::default(), vec![problems::too_large(path, PAGE_BYTES_MAX)]);
    }
    render_source(&SourceText::new(path, text), base, highlighter)
}

/// Renders the text of a page.
pub(super) fn render_source(
    source: &SourceText,
    base: LinkBase<'_>,
    highlighter: &Highlighter,
) -> (Rendered, Vec<Diagnostic>) {
    let (_, start) = front_matter::split(source.text());
    let prepared = Prepared::of_text(source.text().get(start..).unwrap_or_default(), start);
    let setting = Setting { source, base, highlighter };
    let mut writer = Writer::new(Some(setting), false);
    writer.write(&prepared, 0);
    if writer.raw {
        // Few pages hold HTML. They are written again with marks, so that only the addresses in it are rewritten.
        writer = Writer::new(Some(setting), true);
        writer.write(&prepared, 0);
        if sanitize::nests_too_much(writer.tags) {
            writer = Writer::new(Some(setting), false);
            writer.raw_as_text = true;
            writer.write(&prepared, 0);
            writer.problems.push(problems::too_much_html(Span::file(Arc::clone(source.file()))));
        } else {
            clean(&mut writer, setting);
        }
    }
    let Writer { out, title, outline, links, problems, .. } = writer;
    (Rendered { html: SafeHtml::trusted(out), title, outline, links }, problems)
}

/// Makes the output of a page with raw HTML safe, and then treats the addresses in that HTML as those of Markdown.
fn clean(writer: &mut Writer<'_>, setting: Setting<'_>) {
    let found = RefCell::new(Vec::new());
    let address = |written: &str| {
        let resolved = resolve(written, Some(setting.base));
        let href = match &resolved {
            Resolved::External(href) | Resolved::Source(href) => Rewrite::External(href.clone()),
            Resolved::Internal { href, .. } => Rewrite::Internal(href.clone()),
            Resolved::Broken { .. } | Resolved::Refused => Rewrite::Remove,
        };
        found.borrow_mut().push((written.to_owned(), resolved));
        href
    };
    writer.out = rewrite(&sanitize::clean(&writer.out), &address);
    for (index, (written, resolved)) in found.into_inner().into_iter().enumerate() {
        // The tree of the sanitiser has no places, so the place is where the address first stands in the text.
        let text = setting.source.text();
        let place = || text.find(&written).or_else(|| text.find(&written.replace('&', "&amp;")));
        let span = match if index < RAW_PLACES_MAX { place() } else { None } {
            Some(at) => setting.source.span(at..at + written.len()),
            None => Span::file(Arc::clone(setting.source.file())),
        };
        writer.record_at(&resolved, &written, span);
    }
}
