//! Pages of the content folder, and the page for addresses that do not exist.

use super::page::{Crumb, Output};
use super::{Portal, folder, redirect_page};
use crate::content::{self, SitePage};
use crate::diagnostics::{Diagnostic, Span};

/// The largest file that is copied to the portal, in bytes.
const ASSET_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Composes a page of the content folder; `usize::MAX` is the home page where no plugin has one.
pub(super) fn compose_content(
    portal: &Portal<'_>,
    index: usize,
    emit: &mut dyn FnMut(Output),
) -> Vec<Diagnostic> {
    let docs = &portal.world.docs;
    let Some(source) = docs.pages.get(index).or(docs.home.as_ref().filter(|_| index == usize::MAX)) else {
        return Vec::new();
    };
    let (rendered, problems) =
        content::render_page(docs, source, &*portal.world.reader, &portal.world.highlighter);
    let mut page = portal.page("content", &folder(&source.path), &source.title, &source.description);
    page.page.heading = rendered.title.unwrap_or_else(|| source.title.clone());
    page.page.breadcrumbs = breadcrumbs(portal, source);
    page.outline = rendered.outline;
    page.body = Some(rendered.html);
    page.edit_url = portal.world.edit_url_of(&source.source).unwrap_or_default();
    emit(Output::Page(Box::new(page)));
    problems
}

/// The pages above a page, as far as there are any.
fn breadcrumbs(portal: &Portal<'_>, page: &SitePage) -> Vec<Crumb> {
    let above = page.path.match_indices('/').filter_map(|(at, _)| page.path.get(..at));
    let mut crumbs: Vec<Crumb> = above
        .filter_map(|path| portal.world.docs.pages.iter().find(|it| it.path == path))
        .map(|it| Crumb { title: it.title.clone(), href: Some(folder(&it.path)) })
        .collect();
    if !crumbs.is_empty() {
        crumbs.push(Crumb { title: page.title.clone(), href: None });
    }
    crumbs
}

/// Copies an asset of the content folder.
pub(super) fn compose_asset(
    portal: &Portal<'_>,
    index: usize,
    emit: &mut dyn FnMut(Output),
) -> Vec<Diagnostic> {
    let docs = &portal.world.docs;
    let Some(source) = docs.assets.get(index) else { return Vec::new() };
    copy_asset(portal, source, docs.asset_path(source).to_owned(), emit)
}

/// Copies a file to the portal.
pub(super) fn copy_asset(
    portal: &Portal<'_>,
    source: &str,
    path: String,
    emit: &mut dyn FnMut(Output),
) -> Vec<Diagnostic> {
    match portal.world.reader.read(source) {
        Ok(bytes) if bytes.len() > ASSET_BYTES_MAX => {
            let message = "the file is larger than 16 MiB and is left out";
            vec![Diagnostic::warning("content/too-large", Span::file(source), message)]
        }
        Ok(bytes) => {
            emit(Output::File { path, bytes });
            Vec::new()
        }
        Err(error) => vec![Diagnostic::warning(
            "content/unreadable",
            Span::file(source),
            format!("the file cannot be read: {error}"),
        )],
    }
}

/// Composes the page for addresses that do not exist. It is served at any depth, so its links begin at the base path.
pub(super) fn compose_not_found(portal: &Portal<'_>, emit: &mut dyn FnMut(Output)) -> Vec<Diagnostic> {
    let mut page = portal.page("not-found", "404.html", "Page not found", "");
    page.root.clone_from(&portal.settings.base_path);
    page.redirects = (!portal.redirects.is_empty()).then(|| redirect_page::LIST.to_owned());
    emit(Output::Page(Box::new(page)));
    Vec::new()
}
