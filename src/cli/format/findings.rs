//! `Findings`: the problems of a run, and what the formats need to know besides.

use std::cmp::Reverse;

use crate::diagnostics::{Diagnostic, Report, Severity, Span};
use crate::generate::{SiteInput, Summary};
use crate::sources::join;

/// The problems of a run.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Findings<'a> {
    /// The problems, in the order of their places.
    pub(in crate::cli) report: &'a Report,
    /// What was read.
    pub(in crate::cli) input: &'a SiteInput,
    /// The site folder as seen from the root of its repository; empty when they are the same.
    pub(in crate::cli) folder: &'a str,
    /// The least severity that counts as a failure, if any does.
    pub(in crate::cli) fail_on: Option<Severity>,
    /// What was made; `None` when the configuration cannot be used.
    pub(in crate::cli) summary: Option<&'a Summary>,
}

impl<'a> Findings<'a> {
    /// Returns the problems, the worst first, each severity in the order of places.
    pub(super) fn worst_first(&self) -> Vec<&'a Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.report.diagnostics().iter().collect();
        sorted.sort_by_key(|it| Reverse(it.severity));
        sorted
    }

    /// Returns the path of a file as seen from the root of the repository.
    /// `None` for what is no file there: the site as a whole, and what comes with the program.
    pub(super) fn path(&self, span: &Span) -> Option<String> {
        if span.file.starts_with("builtin:") || span.is_elsewhere() {
            return None;
        }
        let path = join(self.folder, &span.file);
        (!path.is_empty() && path != self.folder).then_some(path)
    }

    /// Returns whether a problem counts as a failure.
    pub(super) fn fails(&self, severity: Severity) -> bool {
        let unusable = self.summary.is_none() && severity == Severity::Error;
        unusable || self.fail_on.is_some_and(|least| severity >= least)
    }
}

/// Returns message, reason and hint, joined by `separator`.
pub(super) fn text(diagnostic: &Diagnostic, separator: &str) -> String {
    let mut text = diagnostic.message.clone();
    for (label, part) in [("note", &diagnostic.reason), ("help", &diagnostic.hint)] {
        if let Some(part) = part {
            text.push_str(&format!("{separator}{label}: {part}"));
        }
    }
    text
}
