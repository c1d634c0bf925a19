//! The documentation of an entity: one page a document, and its files.

use super::docs_addons::{self, Document};
use super::entity_header::frame as entity_frame;
use super::page::{Crumb, DocsFrame, DocsLink, DocsTurn, Output, TabLink};
use super::subject::Subject;
use super::{Portal, entity_page, folder, plain_page};
use crate::content::{self, DocSite, NavItem};
use crate::diagnostics::{Diagnostic, Span};

/// Composes all pages and files of one documentation. `base` is its path below the root, with a slash at its end.
pub(super) fn compose(
    subject: &Subject<'_>,
    site: &DocSite,
    base: &str,
    tabs: &[TabLink],
    emit: &mut dyn FnMut(Output),
) -> Vec<Diagnostic> {
    let portal = subject.portal;
    let mut problems = Vec::new();
    for (index, document) in site.pages.iter().enumerate() {
        let path = format!("{base}{}", folder(&document.path));
        let address = path.trim_end_matches('/');
        let (rendered, found) =
            content::render_doc(site, document, address, &*portal.world.reader, &portal.world.highlighter);
        problems.extend(found);
        let mut page = entity_frame(subject, "docs", &path, tabs, &mut problems);
        page.page.heading = rendered.title.unwrap_or_else(|| document.title.clone());
        page.page.title = match document.path.as_str() {
            "" => site.title.clone(),
            _ => format!("{} · {}", page.page.heading, site.title),
        };
        page.page.description = String::new();
        page.page.breadcrumbs = vec![
            Crumb { title: "Docs".to_owned(), href: Some("docs/".to_owned()) },
            Crumb { title: site.title.clone(), href: (!document.path.is_empty()).then(|| base.to_owned()) },
        ];
        if !document.path.is_empty() {
            page.page.breadcrumbs.push(Crumb { title: document.title.clone(), href: None });
        }
        page.notices.extend(entity_page::stale(portal, &document.source));
        page.outline = rendered.outline;
        let mut docs = frame(portal, site, base, index);
        let shown = Document {
            title: &page.page.heading,
            path: &path,
            edit_url: &docs.edit_url,
            source: &docs.source,
        };
        docs.addons = docs_addons::draw(subject, &page.root, &shown, &mut problems);
        page.docs = Some(docs);
        page.body = Some(rendered.html);
        emit(Output::Page(Box::new(page)));
    }
    for asset in &site.assets {
        problems.extend(plain_page::copy_asset(
            portal,
            asset,
            format!("{base}{}", site.asset_path(asset)),
            emit,
        ));
    }
    problems
}

fn frame(portal: &Portal<'_>, site: &DocSite, base: &str, index: usize) -> DocsFrame {
    let turn = |index: Option<usize>| {
        let page = site.pages.get(index?)?;
        Some(DocsTurn { title: page.title.clone(), href: format!("{base}{}", folder(&page.path)) })
    };
    let source = site.pages.get(index).map(|it| it.source.clone()).unwrap_or_default();
    // A file elsewhere is known by its address.
    let shown = Span::file(source.as_str()).shown().into_owned();
    DocsFrame {
        title: site.title.clone(),
        nav: site.nav.iter().map(|it| line(site, base, index, it)).collect(),
        prev: turn(index.checked_sub(1)),
        next: turn(Some(index + 1)),
        edit_url: portal.world.edit_url_of(&source).unwrap_or_default(),
        source: shown,
        addons: None,
    }
}

fn line(site: &DocSite, base: &str, current: usize, item: &NavItem) -> DocsLink {
    let items: Vec<DocsLink> = item.items.iter().map(|it| line(site, base, current, it)).collect();
    let page = item.page.and_then(|it| site.pages.get(it));
    DocsLink {
        title: item.title.clone(),
        href: match (page, &item.href) {
            (Some(page), _) => format!("{base}{}", folder(&page.path)),
            (None, Some(address)) => address.clone(),
            (None, None) => String::new(),
        },
        external: page.is_none() && item.href.is_some(),
        current: item.page == Some(current),
        open: items.iter().any(|it| it.current || it.open),
        items,
    }
}
