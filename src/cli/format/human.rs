//! Problems to drawings for people: the line, a caret, the reason and the remedy.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::Findings;
use crate::diagnostics::{Drawing, Report, Severity, draw};

/// How many problems are drawn; all are counted, and all are in the formats for machines.
const DRAWN_MAX: usize = 200;

/// Returns the drawings, the worst last, where a terminal shows them, and before them how many are left out.
pub(super) fn drawings(findings: &Findings<'_>, colour: bool) -> Vec<String> {
    let texts: Mutex<BTreeMap<String, Option<Arc<str>>>> = Mutex::default();
    let text_of = |path: &str| -> Option<Arc<str>> {
        let mut texts = texts.lock().ok()?;
        let read = || findings.input.excerpt(path);
        texts.entry(path.to_owned()).or_insert_with(read).clone()
    };
    let mut sorted: Vec<_> = findings.report.diagnostics().iter().collect();
    sorted.sort_by_key(|it| it.severity);
    let skipped = sorted.len().saturating_sub(DRAWN_MAX);
    let note = format!("{skipped} less severe problems are not drawn; `--format json` has them all");
    let first = (skipped > 0).then_some(note);
    let drawn = sorted.iter().skip(skipped).map(|it| draw(it, Drawing { colour }, &text_of));
    first.into_iter().chain(drawn).collect()
}

/// Returns how many problems there are, such as `1 error, 3 warnings`.
pub(in crate::cli) fn counts(report: &Report) -> String {
    let parts: Vec<String> =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Notice, "notice")]
            .into_iter()
            .map(|(severity, word)| (report.count(severity), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .collect();
    if parts.is_empty() { "no problems".to_owned() } else { parts.join(", ") }
}
