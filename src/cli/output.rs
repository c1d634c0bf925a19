//! What is printed: problems, summaries and failures.

#![expect(clippy::print_stdout, reason = "this is where the program speaks")]

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::arguments::{FailOn, Format};
use super::{Exit, Failure};
use crate::diagnostics::{Drawing, Report, Severity, draw};
use crate::generate::{SiteInput, Summary};
use crate::publish::Published;

/// How many problems are drawn for people; all are counted, and all are in `--format json`.
const DRAWN_MAX: usize = 200;

/// Prints why a command could not run.
pub(super) fn failure(failure: &Failure) {
    anstream::eprintln!("error: {}", failure.message);
}

/// Prints the problems. Returns the exit code that they make.
pub(super) fn report(
    report: &Report,
    input: &SiteInput,
    format: Format,
    fail_on: FailOn,
    summary: Option<&Summary>,
) -> Exit {
    match format {
        Format::Human => human(report, input),
        Format::Json => json(report, summary),
    }
    match (summary, fail_on.severity()) {
        (None, _) => Exit::Usage,
        (Some(_), Some(severity)) if report.has_at_least(severity) => Exit::Findings,
        _ => Exit::Clean,
    }
}

/// Draws the problems, the worst last, where a terminal shows them.
fn human(report: &Report, input: &SiteInput) {
    let texts: Mutex<BTreeMap<String, Option<Arc<str>>>> = Mutex::default();
    let text_of = |path: &str| -> Option<Arc<str>> {
        let mut texts = texts.lock().ok()?;
        let read = || input.reader.read_text(path).ok().map(Arc::from);
        texts.entry(path.to_owned()).or_insert_with(read).clone()
    };
    let drawing = Drawing { colour: colour() };
    let mut sorted: Vec<_> = report.diagnostics().iter().collect();
    sorted.sort_by_key(|it| it.severity);
    let skipped = sorted.len().saturating_sub(DRAWN_MAX);
    if skipped > 0 {
        anstream::eprintln!("{skipped} less severe problems are not drawn; `--format json` has them all\n");
    }
    for diagnostic in sorted.iter().skip(skipped) {
        anstream::eprintln!("{}\n", draw(diagnostic, drawing, &text_of));
    }
    if let Some(worst) = sorted.last() {
        anstream::eprintln!("{}", super::explain::pointer(&worst.code));
    }
    if !report.is_empty() {
        anstream::eprintln!("{}", counts(report));
    }
}

fn colour() -> bool {
    // An empty NO_COLOR counts as unset (no-color.org).
    std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty()) && std::io::stderr().is_terminal()
}

/// Returns how many problems there are, such as `1 error, 3 warnings`.
pub(super) fn counts(report: &Report) -> String {
    let parts: Vec<String> =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Notice, "notice")]
            .into_iter()
            .map(|(severity, word)| (report.count(severity), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .collect();
    if parts.is_empty() { "no problems".to_owned() } else { parts.join(", ") }
}

fn json(report: &Report, summary: Option<&Summary>) {
    let summary = summary.map(|it| json!({"entities": it.entities, "pages": it.pages, "files": it.files}));
    let value = json!({
        "diagnostics": report.diagnostics(),
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
        "notices": report.count(Severity::Notice),
        "summary": summary,
    });
    println!("{value}");
}

/// Prints what a build made.
pub(super) fn built(summary: &Summary, published: &Published, out: &std::path::Path, format: Format) {
    if format == Format::Human {
        anstream::eprintln!(
            "{} entities, {} pages in {}: {} files written, {} removed, {} unchanged",
            summary.entities,
            summary.pages,
            out.display(),
            published.written,
            published.removed,
            published.unchanged
        );
    }
}

/// Prints one line of a listing.
pub(super) fn line(text: &str) {
    println!("{text}");
}

/// Prints one line for people.
pub(super) fn say(text: &str) {
    anstream::eprintln!("{text}");
}
