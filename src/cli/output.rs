//! What is printed: problems, summaries and failures.

use std::io::{IsTerminal as _, Write as _};

use super::arguments::Format;
use super::format::{self, Findings};
use super::{Exit, Failure};
use crate::generate::{FAILED, Summary};
use crate::publish::Published;

/// Prints why a command could not run.
pub(super) fn failure(failure: &Failure) {
    anstream::eprintln!("error: {}", failure.message);
}

/// Prints the problems. Returns the exit code that they make.
pub(super) fn report(findings: &Findings<'_>, format: Format) -> Exit {
    match format::document(findings, format) {
        Some(document) if document.is_empty() => {}
        Some(document) => line(&document),
        None => {
            format::drawings(findings, colour()).iter().for_each(|it| anstream::eprintln!("{it}\n"));
            let worst = findings.report.diagnostics().iter().max_by_key(|it| it.severity);
            if let Some(worst) = worst {
                anstream::eprintln!("{}", super::explain::pointer(&worst.code));
            }
        }
    }
    if format == Format::Github {
        summarize(findings);
    }
    if !findings.report.is_empty() {
        anstream::eprintln!("{}", format::counts(findings.report));
    }
    match (findings.summary, findings.fail_on) {
        (None, _) if findings.report.diagnostics().iter().any(|it| it.code == FAILED) => Exit::Failed,
        (None, _) => Exit::Usage,
        (Some(_), Some(severity)) if findings.report.has_at_least(severity) => Exit::Findings,
        _ => Exit::Clean,
    }
}

/// Adds the problems to the summary of the step, where GitHub Actions names a file for it.
fn summarize(findings: &Findings<'_>) {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|it| !it.is_empty()) else { return };
    let append = || {
        let mut file = std::fs::File::options().create(true).append(true).open(&path)?;
        let taken = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        file.write_all(format::summary(findings, taken).as_bytes())
    };
    // The problems themselves are printed already, so the run goes on.
    if let Err(error) = append() {
        anstream::eprintln!("the summary of the step could not be written: {error}");
    }
}

fn colour() -> bool {
    // An empty NO_COLOR counts as unset (no-color.org).
    std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty()) && std::io::stderr().is_terminal()
}

/// Prints what a build made.
pub(super) fn built(summary: &Summary, published: &Published, out: &std::path::Path) {
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

/// Prints text that a command was asked for, such as a line of a listing.
pub(super) fn line(text: &str) {
    let Err(error) = writeln!(std::io::stdout().lock(), "{text}") else { return };
    // Whoever reads no further, such as `head`, has what it wants.
    if error.kind() != std::io::ErrorKind::BrokenPipe {
        anstream::eprintln!("error: the standard output: {error}");
    }
    std::process::exit(Exit::Failed as i32);
}

/// Prints one line for people.
pub(super) fn say(text: &str) {
    anstream::eprintln!("{text}");
}
