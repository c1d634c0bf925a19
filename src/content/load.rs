//! The content folder and the annotations of entities to a `DocSet`.

use rayon::prelude::*;

use super::{DocSet, docs_reference, mkdocs, site_pages};
use crate::diagnostics::Report;
use crate::model::Entity;
use crate::sources::{OriginMap, Reader};

/// Reads the pages of the content folder and the documentation of all entities that have one. Bodies are not kept.
///
/// Folders are read in parallel; problems come in the order of `entities`.
pub fn load<'a>(
    content_folder: Option<&str>,
    entities: impl IntoIterator<Item = &'a Entity>,
    origin: Option<&OriginMap>,
    reader: &dyn Reader,
    report: &mut Report,
) -> DocSet {
    let mut set = match content_folder {
        Some(folder) => site_pages::load(folder, reader, report),
        None => DocSet::default(),
    };
    let documented: Vec<&Entity> =
        entities.into_iter().filter(|it| it.annotation(docs_reference::ANNOTATION).is_some()).collect();
    let read: Vec<_> = documented
        .par_iter()
        .map(|entity| match docs_reference::folder(entity, origin, reader) {
            Ok(folder) => mkdocs::load(entity, &folder, reader),
            Err(problem) => (None, vec![*problem]),
        })
        .collect();
    for (site, problems) in read {
        report.extend(problems);
        if let Some(site) = site {
            set.sites.entry(site.entity.clone()).or_insert(site);
        }
    }
    set
}
