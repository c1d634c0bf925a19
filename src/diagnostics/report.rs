//! All the problems of a run, in an order that does not depend on threads.

use super::{Diagnostic, Severity};

/// The problems found so far.
///
/// Stages push in the order of the input. Parallel workers return their own list,
/// which the caller joins in input order; nothing here is shared between threads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Returns an empty report.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds several problems.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(diagnostics);
    }

    /// Drops the problems that are not to be kept.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.diagnostics.retain(keep);
    }

    /// Changes every problem.
    pub fn for_each_mut(&mut self, change: impl FnMut(&mut Diagnostic)) {
        self.diagnostics.iter_mut().for_each(change);
    }

    /// Sorts by place, then code, and drops exact repetitions.
    pub fn sort(&mut self) {
        self.diagnostics.sort_by(|a, b| {
            (&a.span, &a.code, &a.message, a.severity).cmp(&(&b.span, &b.code, &b.message, b.severity))
        });
        self.diagnostics.dedup();
    }

    /// Returns the problems.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns the problems by value.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Returns how many problems have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|it| it.severity == severity).count()
    }

    /// Returns whether any problem is at least as bad as `severity`.
    pub fn has_at_least(&self, severity: Severity) -> bool {
        self.diagnostics.iter().any(|it| it.severity >= severity)
    }

    /// Returns whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }
}
