//! The content folder and the annotations of entities to a `DocSet`.

use super::{DocSet, docs_reference, mkdocs, problems, site_pages};
use crate::diagnostics::{Diagnostic, Report};
use crate::model::Entity;
use crate::sources::{OriginMap, Reader, in_parallel};

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
        Some(folder) => site_pages::load(folder, origin, reader, report),
        None => DocSet::default(),
    };
    let (mut documented, mut borrowing) = (Vec::new(), Vec::new());
    for entity in entities {
        if entity.annotation(docs_reference::ENTITY_ANNOTATION).is_some() {
            borrowing.push(entity);
        }
        if entity.annotation(docs_reference::ANNOTATION).is_some() {
            documented.push(entity);
        }
    }
    let documented: Vec<_> =
        documented.into_iter().map(|it| (it, docs_reference::folder(it, origin, reader))).collect();
    let read = in_parallel(
        &documented,
        |(_, folder)| folder.as_deref().unwrap_or_default(),
        |(entity, folder)| match folder {
            Ok(folder) => mkdocs::load(entity, folder, origin, reader),
            Err(problem) => (None, vec![Diagnostic::clone(problem)]),
        },
    );
    for (site, problems) in read {
        report.extend(problems);
        if let Some(site) = site {
            set.sites.entry(site.entity.clone()).or_insert(site);
        }
    }
    for entity in borrowing.into_iter().filter(|it| set.site_of(it).is_none()) {
        let key = docs_reference::ENTITY_ANNOTATION;
        let span = docs_reference::annotation_span(entity, key, reader);
        report.push(problems::unknown_entity(span, entity.annotation(key).unwrap_or_default()));
    }
    set
}
