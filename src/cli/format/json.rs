//! Problems to one JSON object of our own form, which holds all that is known.

use serde_json::json;

use super::Findings;
use crate::diagnostics::Severity;

/// Returns the object.
pub(super) fn document(findings: &Findings<'_>) -> String {
    let report = findings.report;
    let summary =
        findings.summary.map(|it| json!({"entities": it.entities, "pages": it.pages, "files": it.files}));
    json!({
        "diagnostics": report.diagnostics(),
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
        "notices": report.count(Severity::Notice),
        "summary": summary,
    })
    .to_string()
}
