//! The problems of a run to text, in the form that a person or a program reads.

mod findings;
mod fingerprint;
mod human;
mod json;
mod github;
mod gitlab;
mod sarif;
mod junit;

pub(super) use findings::Findings;
pub(super) use github::summary;
pub(super) use human::counts;

use super::arguments::Format;

/// Returns the problems in one of the forms for machines. `None` for the form that is drawn for people.
pub(super) fn document(findings: &Findings<'_>, format: Format) -> Option<String> {
    match format {
        Format::Human => None,
        Format::Json => Some(json::document(findings)),
        Format::Github => Some(github::commands(findings)),
        Format::Gitlab => Some(gitlab::document(findings)),
        Format::Sarif => Some(sarif::document(findings)),
        Format::Junit => Some(junit::document(findings)),
    }
}

/// Returns the drawings of the problems, the worst last, where a terminal shows them.
pub(super) fn drawings(findings: &Findings<'_>, colour: bool) -> Vec<String> {
    human::drawings(findings, colour)
}
