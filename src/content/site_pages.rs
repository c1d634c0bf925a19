//! The content folder to the pages of the site itself.

use rayon::prelude::*;

use super::file_tree::FileTree;
use super::source_text::SourceText;
use super::{DocSet, SitePage, front_matter, mkdocs, page_title, problems};
use crate::diagnostics::{Diagnostic, Report};
use crate::sources::{OriginMap, ReadError, Reader};

/// Reads the content folder; one that is not there holds nothing.
pub(super) fn load(
    folder: &str,
    origin: Option<&OriginMap>,
    reader: &dyn Reader,
    report: &mut Report,
) -> DocSet {
    let folder = crate::sources::normalize(folder);
    let files = match reader.tree(&folder) {
        Ok(files) => files,
        Err(ReadError::NotFound) => return DocSet::default(),
        Err(error) => {
            report.push(problems::unreadable(&folder, &error));
            return DocSet::default();
        }
    };
    let mut tree = FileTree::new(&folder, origin);
    let (addresses, mut found) = mkdocs::addresses(&folder, &files);
    let assets = mkdocs::assets(&folder, &files, &mut found);
    report.extend(found);
    addresses.iter().for_each(|(source, path)| tree.add_page(source, path));
    assets.iter().for_each(|source| tree.add_asset(source));
    let read: Vec<_> = addresses.into_par_iter().map(|(source, path)| page(source, path, reader)).collect();
    let mut set = DocSet { assets, tree, ..DocSet::default() };
    for (page, problems) in read {
        report.extend(problems);
        match page {
            Some(page) if page.path.is_empty() => set.home = Some(page),
            Some(page) => set.pages.push(page),
            None => {}
        }
    }
    set.pages.sort_by(|a, b| a.path.cmp(&b.path));
    set
}

fn page(source: String, path: String, reader: &dyn Reader) -> (Option<SitePage>, Vec<Diagnostic>) {
    let text = match reader.read_text(&source) {
        Ok(text) => SourceText::new(&source, text),
        Err(error) => return (None, vec![problems::unreadable(&source, &error)]),
    };
    let mut problems = Vec::new();
    let front = match front_matter::split(text.text()) {
        (Some(front), _) => front_matter::read(text.file(), front, &mut problems),
        (None, _) => front_matter::FrontMatter::default(),
    };
    let title = front.title.or_else(|| page_title::of_text(text.text()));
    let title = title.unwrap_or_else(|| match path.as_str() {
        "" => "Home".to_owned(),
        path => page_title::of_name(path),
    });
    let mut nav = front.nav;
    if let Some(nav) = nav.as_mut().filter(|it| it.title.is_empty()) {
        nav.title = title.clone();
    }
    let description = front.description.unwrap_or_default();
    (Some(SitePage { source, path, title, description, nav }), problems)
}
