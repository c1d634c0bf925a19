//! Circles where there must be a tree: `partOf`, and the parents of groups.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Catalog;
use crate::diagnostics::{Diagnostic, Report};
use crate::model::{Entity, EntityRef};

/// How many members of a circle a message names.
const NAMED_MAX: usize = 6;

/// Reports each circle once, at its member with the smallest reference.
pub(super) fn check(catalog: &Catalog, report: &mut Report) {
    for (relation, code) in [("partOf", "catalog/part-of-cycle"), ("childOf", "catalog/group-cycle")] {
        let found = circles(catalog, relation);
        report.extend(found.iter().filter_map(|circle| describe(catalog, circle, relation, code)));
    }
}

/// Returns the circles of one relation, each from its smallest member on.
///
/// A walk in depth, with a stack of its own because a chain can be as long as the catalog.
fn circles<'a>(catalog: &'a Catalog, relation: &'a str) -> BTreeSet<Vec<&'a EntityRef>> {
    let targets = |reference: &EntityRef| -> Vec<&'a EntityRef> {
        let entity = catalog.get(reference);
        let mut targets: Vec<&EntityRef> =
            entity.map(|it| it.targets(relation).collect()).unwrap_or_default();
        targets.reverse();
        targets
    };
    let mut found = BTreeSet::new();
    let mut done: BTreeSet<&EntityRef> = BTreeSet::new();
    for start in catalog.entities() {
        let mut path: Vec<&EntityRef> = Vec::new();
        let mut on_path: BTreeMap<&EntityRef, usize> = BTreeMap::new();
        let mut stack = vec![(&start.reference, 0_usize)];
        while let Some((reference, depth)) = stack.pop() {
            for left in path.drain(depth.min(path.len())..) {
                on_path.remove(left);
                done.insert(left);
            }
            if let Some(first) = on_path.get(reference) {
                found.insert(from_smallest(path.get(*first..).unwrap_or_default()));
                continue;
            }
            if done.contains(reference) || catalog.get(reference).is_none() {
                continue;
            }
            on_path.insert(reference, path.len());
            path.push(reference);
            stack.extend(targets(reference).into_iter().map(|it| (it, depth + 1)));
        }
        done.extend(path);
    }
    found
}

fn from_smallest<'a>(circle: &[&'a EntityRef]) -> Vec<&'a EntityRef> {
    let smallest = circle.iter().enumerate().min_by_key(|(_, it)| **it).map_or(0, |(index, _)| index);
    let mut circle = circle.to_vec();
    circle.rotate_left(smallest);
    circle
}

fn describe(
    catalog: &Catalog,
    circle: &[&EntityRef],
    relation: &str,
    code: &'static str,
) -> Option<Diagnostic> {
    let first = catalog.get(circle.first()?)?;
    let next: &EntityRef = circle.get(1).or(circle.first())?;
    // The edge may have been made by the other side, as `spec.children` makes `childOf`.
    let names = |holder: &Entity, target: &EntityRef| {
        holder.references.iter().find(|it| it.target == *target).map(|it| it.span.clone())
    };
    let place = first
        .references
        .iter()
        .find(|it| *it.relation == *relation && it.target == *next)
        .map(|it| it.span.clone())
        .or_else(|| catalog.get(next).and_then(|it| names(it, &first.reference)))
        .unwrap_or_else(|| first.place.name.clone());
    let mut path: Vec<String> = circle.iter().take(NAMED_MAX).map(|it| format!("`{it}`")).collect();
    if circle.len() > NAMED_MAX {
        path.push(format!("{} more", circle.len() - NAMED_MAX));
    }
    let message = match circle {
        [_] => format!("`{}` is `{relation}` itself", first.reference),
        _ => format!("`{relation}` goes in a circle: {}, and back", path.join(", ")),
    };
    Some(
        Diagnostic::warning(code, place, message)
            .about(first.reference.as_str())
            .reason("what is a part of itself has no top from which it can be found")
            .hint("remove one of these references"),
    )
}
