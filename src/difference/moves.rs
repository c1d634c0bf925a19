//! Pages that are no longer where they were, and whether their old addresses still lead somewhere.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::renames::Renames;
use super::{EntityLine, Snapshot, SnapshotPage};
use crate::model::EntityRef;

/// A page that is no longer where it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PageMove {
    /// The old path.
    pub from: String,
    /// The present path, or where the old address leads; `null` where neither is known.
    pub to: Option<String>,
    /// Whether the old address still leads somewhere.
    pub covered: bool,
    /// What to write if it does not.
    pub remedy: Option<Remedy>,
}

/// What to write, so that an old address leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Remedy {
    /// A name in `callboard/former-names`.
    FormerName {
        /// The entity that the annotation belongs to.
        entity: EntityRef,
        /// The name to add.
        name: String,
    },
    /// An entry of `portal.redirects`.
    Redirect {
        /// The old path.
        from: String,
        /// The present one; `null` where only the author knows it.
        to: Option<String>,
    },
}

fn page_of(reference: &EntityRef) -> String {
    format!("catalog/{}/{}/{}/", reference.namespace(), reference.kind(), reference.name())
}

fn docs_of(reference: &EntityRef) -> String {
    format!("docs/{}/{}/{}/", reference.namespace(), reference.kind(), reference.name())
}

/// Returns the pages of `base` that are elsewhere or gone. The page of an entity that was removed is told with the
/// entity, unless its address leads somewhere still.
pub(super) fn find(
    base: &Snapshot,
    now: &Snapshot,
    renames: &Renames,
    removed: &[EntityLine],
) -> Vec<PageMove> {
    let mut moves = Vec::new();
    for old in base.references() {
        let Some(new) = renames.new_of(old) else { continue };
        let remedy = || Remedy::FormerName { entity: new.clone(), name: short(old, new) };
        moves.push(moved(now, page_of(old), Some(page_of(new)), remedy()));
        if base.docs.contains(old) {
            let to = now.docs.contains(new).then(|| docs_of(new));
            moves.push(moved(now, docs_of(old), to, remedy()));
        }
    }
    for line in removed {
        for path in [page_of(&line.reference), docs_of(&line.reference)] {
            let target = now.redirects.get(&path);
            moves.extend(target.map(|it| covered(path.clone(), it)));
        }
    }
    moves.extend(markdown(base, now, renames, removed));
    moves.sort();
    moves
}

/// Returns the old name in the shortest form that `callboard/former-names` of `holder` takes.
fn short(old: &EntityRef, holder: &EntityRef) -> String {
    match old.namespace() == holder.namespace() {
        true => old.name().to_owned(),
        false => format!("{}/{}", old.namespace(), old.name()),
    }
}

fn covered(from: String, target: &str) -> PageMove {
    PageMove { from: format!("/{from}"), to: Some(target.to_owned()), covered: true, remedy: None }
}

fn moved(now: &Snapshot, from: String, to: Option<String>, remedy: Remedy) -> PageMove {
    match now.redirects.get(&from) {
        Some(target) => covered(from, target),
        None => {
            let to = to.map(|it| format!("/{it}"));
            PageMove { from: format!("/{from}"), to, covered: false, remedy: Some(remedy) }
        }
    }
}

/// Returns the pages made of Markdown that are elsewhere or gone. Those of an entity that was renamed or removed go with
/// it.
fn markdown(base: &Snapshot, now: &Snapshot, renames: &Renames, removed: &[EntityLine]) -> Vec<PageMove> {
    let (Some(before), Some(after)) = (&base.pages, &now.pages) else { return Vec::new() };
    let told: BTreeSet<String> = base
        .references()
        .filter(|it| renames.new_of(it).is_some())
        .chain(removed.iter().map(|it| &it.reference))
        .map(docs_of)
        .collect();
    // The first four folders of a page of documentation are those of its entity.
    let entity_part = |path: &str| path.match_indices('/').nth(3).map(|(at, _)| at + 1);
    let is_told =
        |path: &str| entity_part(path).and_then(|end| path.get(..end)).is_some_and(|it| told.contains(it));
    let gone: Vec<(&String, &SnapshotPage)> =
        before.iter().filter(|(path, _)| !after.contains_key(*path)).collect();
    let mut fresh: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for (path, page) in after.iter().filter(|(path, _)| !before.contains_key(*path)) {
        if let Some(digest) = &page.digest {
            fresh.entry(digest).or_default().push(path);
        }
    }
    let mut olds: BTreeMap<&str, usize> = BTreeMap::new();
    for digest in gone.iter().filter_map(|(_, page)| page.digest.as_deref()) {
        *olds.entry(digest).or_default() += 1;
    }
    let mut moves = Vec::new();
    for (path, page) in gone.into_iter().filter(|(path, _)| !is_told(path)) {
        let same = page.digest.as_deref().filter(|it| olds.get(it) == Some(&1)).and_then(|it| fresh.get(it));
        let to = same.and_then(|it| if let [only] = it.as_slice() { Some((*only).clone()) } else { None });
        let remedy =
            Remedy::Redirect { from: format!("/{path}"), to: to.as_ref().map(|it| format!("/{it}")) };
        moves.push(moved(now, path.clone(), to, remedy));
    }
    moves
}
