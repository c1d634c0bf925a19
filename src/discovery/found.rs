//! `Found`: what one provider has found so far.

use std::collections::BTreeMap;

use serde_json::Value;

use super::client::Failure;
use super::people;

/// The most files, and the most people and groups, that one provider may find.
const FOUND_MAX: usize = 500_000;

/// The most complaints that are kept.
const COMPLAINTS_MAX: usize = 100;

/// What is kept, whatever happens afterwards.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By target, whether the file may be missing.
    pub(super) locations: BTreeMap<String, bool>,
    /// By reference.
    pub(super) entities: BTreeMap<String, Value>,
    /// What went wrong without ending the work, in order.
    pub(super) complaints: Vec<Failure>,
}

impl Found {
    /// Adds a file that is known to be there.
    pub(super) fn file(&mut self, target: String) {
        if self.has_room(self.locations.len()) {
            self.locations.insert(target, false);
        }
    }

    /// Adds a file that may be there.
    pub(super) fn file_or_none(&mut self, target: String) {
        if self.has_room(self.locations.len()) {
            self.locations.entry(target).or_insert(true);
        }
    }

    /// Adds an entity, or completes the one that is there.
    pub(super) fn entity(&mut self, entity: Value) {
        if self.has_room(self.entities.len()) {
            people::join_into(&mut self.entities, entity);
        }
    }

    fn has_room(&mut self, count: usize) -> bool {
        let has_room = count < FOUND_MAX;
        if !has_room && !self.complaints.contains(&Failure::TooMany(FOUND_MAX)) {
            self.complaints.push(Failure::TooMany(FOUND_MAX));
        }
        has_room
    }

    /// Notes what went wrong; the work goes on.
    pub(super) fn complain(&mut self, failure: Failure) {
        if self.complaints.len() < COMPLAINTS_MAX {
            self.complaints.push(failure);
        }
    }
}
