//! Entities of one kind with the same title, which readers cannot tell apart.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::model::Entity;

/// Reports a title that an earlier entity of the same kind has.
pub(super) fn check(catalog: &Catalog, report: &mut Report) {
    let mut seen: BTreeMap<(&str, String), &Entity> = BTreeMap::new();
    for entity in catalog.entities() {
        // A name alone may be the same in two namespaces, which the portal shows with it.
        let Some(title) = entity.text(&["metadata", "title"]).filter(|it| !it.trim().is_empty()) else {
            continue;
        };
        let key = (entity.reference.kind(), title.trim().to_lowercase());
        if let Some(first) = seen.get(&key) {
            let message = format!(
                "`{}` and `{}` have the same title, `{}`",
                first.reference,
                entity.reference,
                title.trim()
            );
            report.push(
                Diagnostic::notice("catalog/duplicate-title", place(entity), message)
                    .about(entity.reference.as_str())
                    .related(place(first), "the other one")
                    .reason("lists and links show titles, so readers cannot tell the two apart")
                    .hint("give one of them a title of its own"),
            );
        } else {
            seen.insert(key, entity);
        }
    }
}

fn place(entity: &Entity) -> Span {
    entity.place.title.clone().unwrap_or_else(|| entity.place.name.clone())
}
