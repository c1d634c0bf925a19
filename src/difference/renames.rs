//! Entities that went and entities that came to those that are the same under another name.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::Snapshot;
use super::content_key::content_key;
use crate::catalog::{FORMER_NAMES, read_former_names};
use crate::model::{Entity, EntityRef};

/// An entity that has another name or namespace now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rename {
    /// The old reference.
    pub from: EntityRef,
    /// The present one.
    pub to: EntityRef,
    /// How it is known.
    pub reason: RenameReason,
}

/// How a rename is known. The first that holds is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RenameReason {
    /// The entity says so in `callboard/former-names`.
    FormerNames,
    /// The same file holds the same document, but for the name or the namespace.
    SameDocument,
    /// The content is the same, but for the name and the title, and no other entity that came or went has it.
    SameContent,
}

/// All renames, in both directions.
#[derive(Clone, Debug, Default)]
pub(super) struct Renames {
    by_old: BTreeMap<EntityRef, (EntityRef, RenameReason)>,
    by_new: BTreeMap<EntityRef, EntityRef>,
}

impl Renames {
    /// Returns the present name of an entity that was renamed.
    pub(super) fn new_of(&self, old: &EntityRef) -> Option<&EntityRef> {
        self.by_old.get(old).map(|(new, _)| new)
    }

    /// Returns the old name of an entity that was renamed.
    pub(super) fn old_of(&self, new: &EntityRef) -> Option<&EntityRef> {
        self.by_new.get(new)
    }

    /// Returns what a reference of the base is called now.
    pub(super) fn now<'a>(&'a self, old: &'a EntityRef) -> &'a EntityRef {
        self.new_of(old).unwrap_or(old)
    }

    /// Returns all renames, sorted by old name.
    pub(super) fn into_list(self) -> Vec<Rename> {
        self.by_old.into_iter().map(|(from, (to, reason))| Rename { from, to, reason }).collect()
    }

    fn add(&mut self, old: &Entity, new: &Entity, reason: RenameReason) {
        let free = !self.by_old.contains_key(&old.reference) && !self.by_new.contains_key(&new.reference);
        if free && old.reference.kind() == new.reference.kind() {
            self.by_old.insert(old.reference.clone(), (new.reference.clone(), reason));
            self.by_new.insert(new.reference.clone(), old.reference.clone());
        }
    }
}

/// Finds the renames among the entities that are in one state alone. Candidates are looked at in the order of their
/// references, so that the result does not depend on anything else.
pub(super) fn find(base: &Snapshot, now: &Snapshot) -> Renames {
    let mut renames = Renames::default();
    let gone: Vec<&Arc<Entity>> = base.entities().filter(|it| now.get(&it.reference).is_none()).collect();
    let fresh: Vec<&Arc<Entity>> = now.entities().filter(|it| base.get(&it.reference).is_none()).collect();
    if gone.is_empty() || fresh.is_empty() {
        return renames;
    }
    for new in &fresh {
        let Some(text) = new.annotation(FORMER_NAMES) else { continue };
        for old in read_former_names(text, &new.reference).0 {
            if let (Some(old), None) = (base.get(&old), now.get(&old)) {
                renames.add(old, new, RenameReason::FormerNames);
            }
        }
    }
    let document = |it: &Entity| {
        let known = !it.place.location.is_empty();
        known.then(|| format!("{}\0{}", it.place.location, content_key(it, &["name", "namespace"])))
    };
    pair(&gone, &fresh, &mut renames, RenameReason::SameDocument, &document);
    let content = |it: &Entity| Some(content_key(it, &["name", "title"]));
    pair(&gone, &fresh, &mut renames, RenameReason::SameContent, &content);
    renames
}

type Groups<'a> = BTreeMap<(String, String), Vec<&'a Entity>>;

/// Pairs what has the same kind and key, where one entity that went and one that came have it. Of several in one file,
/// those at the same place in it are the same.
fn pair(
    gone: &[&Arc<Entity>],
    fresh: &[&Arc<Entity>],
    renames: &mut Renames,
    reason: RenameReason,
    key: &dyn Fn(&Entity) -> Option<String>,
) {
    let mut olds = Groups::new();
    for it in gone.iter().filter(|it| renames.new_of(&it.reference).is_none()) {
        if let Some(key) = key(it) {
            olds.entry((it.reference.kind().to_owned(), key)).or_default().push(it);
        }
    }
    let mut news = Groups::new();
    for it in fresh.iter().filter(|it| renames.old_of(&it.reference).is_none()) {
        if let Some(key) = key(it) {
            news.entry((it.reference.kind().to_owned(), key)).or_default().push(it);
        }
    }
    for (key, olds) in &olds {
        let news = news.get(key).map(Vec::as_slice).unwrap_or_default();
        match (olds.as_slice(), news) {
            ([old], [new]) => renames.add(old, new, reason),
            _ if reason == RenameReason::SameDocument => {
                let by_place: BTreeMap<usize, &Entity> =
                    olds.iter().map(|it| (it.place.document, *it)).collect();
                for new in news {
                    if let Some(old) = by_place.get(&new.place.document) {
                        renames.add(old, new, reason);
                    }
                }
            }
            _ => {}
        }
    }
}
