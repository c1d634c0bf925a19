//! Code of a view to the sources whose data it shows, so that their states are told.

use std::collections::BTreeSet;

use super::expression::{Code, mentioned};
use super::mention::called;

/// The sources whose data an extension shows.
#[derive(Clone, Debug, Default)]
pub struct ShownSources {
    /// What they have for the entity of the page, as in `data.runs`.
    pub own: BTreeSet<String>,
    /// What they have for any key, as in `every("runs")`.
    pub all: BTreeSet<String>,
}

impl ShownSources {
    /// Reads the code of an extension.
    pub(super) fn of(codes: &[Code]) -> Self {
        Self {
            own: codes.iter().flat_map(|it| mentioned(&it.source, "data")).collect(),
            all: codes.iter().flat_map(|it| called(&it.source, "every")).collect(),
        }
    }

    /// Adds the sources of code that was added to the extension.
    pub(super) fn extend(&mut self, more: Self) {
        self.own.extend(more.own);
        self.all.extend(more.all);
    }
}
