//! References that lead nowhere or to the wrong kind, and dependence on what is deprecated.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::diagnostics::{Diagnostic, Report, nearest};
use crate::model::{Entity, EntityRef, Reference};

/// How many names are compared for a suggestion; larger catalogs are compared with names of the same first letter.
const CANDIDATES_MAX: usize = 2_000;

/// Reports what only the whole catalog shows.
pub(super) fn check(catalog: &Catalog, report: &mut Report) {
    let mut suggestions = BTreeMap::new();
    for entity in catalog.entities() {
        for reference in &entity.references {
            match catalog.get(&reference.target) {
                None => {
                    let near = suggestions
                        .entry(reference.target.clone())
                        .or_insert_with(|| nearest_reference(catalog, &reference.target));
                    report.push(dangling(entity, reference, near.as_deref()));
                }
                Some(target) => {
                    report.extend(deprecated(entity, reference, target));
                    report.extend(odd_owner(entity, reference, target));
                }
            }
        }
    }
}

fn dangling(entity: &Entity, reference: &Reference, near: Option<&str>) -> Diagnostic {
    let target = &reference.target;
    let diagnostic = match &*reference.relation {
        "ownedBy" => Diagnostic::warning(
            "catalog/unknown-owner",
            reference.span.clone(),
            format!("the owner `{target}` of `{}` is not in the catalog", entity.reference),
        ),
        _ => Diagnostic::warning(
            "catalog/unknown-reference",
            reference.span.clone(),
            format!(
                "`{target}`, named in `{}` of `{}`, is not in the catalog",
                reference.field, entity.reference
            ),
        ),
    }
    .about(entity.reference.as_str());
    match near {
        Some(_) => diagnostic.nearest(near),
        None => {
            diagnostic.hint(format!("add the {} to the catalog, or correct the reference", target.kind()))
        }
    }
}

fn nearest_reference(catalog: &Catalog, target: &EntityRef) -> Option<String> {
    let same_kind = catalog.of_kind(target.kind());
    let first = target.name().chars().next();
    let named = same_kind
        .iter()
        .filter(|it| same_kind.len() <= CANDIDATES_MAX || it.reference.name().chars().next() == first);
    // Names alone are compared: what all references share would make strangers look alike.
    let near = nearest(target.name(), named.clone().map(|it| it.reference.name()))?;
    named.clone().find(|it| it.reference.name() == near).map(|it| it.reference.to_string())
}

fn deprecated(entity: &Entity, reference: &Reference, target: &Entity) -> Option<Diagnostic> {
    let is_deprecated = |it: &Entity| it.text(&["spec", "lifecycle"]) == Some("deprecated");
    let depends = matches!(&*reference.relation, "dependsOn" | "consumesApi");
    (depends && is_deprecated(target) && !is_deprecated(entity)).then(|| {
        let message =
            format!("`{}` depends on `{}`, which is deprecated", entity.reference, target.reference);
        Diagnostic::warning("catalog/depends-on-deprecated", reference.span.clone(), message)
            .about(entity.reference.as_str())
            .related(
                target.place.deprecated.clone().unwrap_or_else(|| target.place.name.clone()),
                "deprecated here",
            )
            .hint("move to its successor, or change the lifecycle if it is not deprecated after all")
    })
}

/// Backstage's model lets groups and users own things; another kind owns nothing that people could ask.
fn odd_owner(entity: &Entity, reference: &Reference, target: &Entity) -> Option<Diagnostic> {
    let owns = matches!(target.reference.kind(), "group" | "user");
    (&*reference.relation == "ownedBy" && !owns).then(|| {
        let message = format!("the owner `{}` is neither a group nor a user", target.reference);
        Diagnostic::warning("catalog/odd-owner", reference.span.clone(), message)
            .about(entity.reference.as_str())
            .hint("name the group or user that answers for it")
    })
}
