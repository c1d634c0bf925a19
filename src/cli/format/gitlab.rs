//! Problems to a Code Quality report of GitLab.

use serde::Serialize;

use super::Findings;
use super::findings::text;
use super::fingerprint::Fingerprints;
use crate::diagnostics::Severity;

/// One problem, in GitLab's words.
#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Returns the report, the worst first.
pub(super) fn document(findings: &Findings<'_>) -> String {
    let mut fingerprints = Fingerprints::default();
    let mut issues = Vec::new();
    for diagnostic in findings.worst_first() {
        // GitLab wants a path and a line of each problem.
        let path = findings.path(&diagnostic.span).unwrap_or_else(|| diagnostic.span.shown().into_owned());
        issues.push(Issue {
            description: text(diagnostic, "; "),
            check_name: diagnostic.code.to_string(),
            fingerprint: fingerprints.next(diagnostic, &path),
            severity: match diagnostic.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Notice => "info",
            },
            location: Location { path, lines: Lines { begin: diagnostic.span.start.line.max(1) } },
        });
    }
    serde_json::to_string_pretty(&issues).unwrap_or_default()
}
