//! Problems to workflow commands of GitHub Actions, which annotate files, and to a table for the summary of the step.

use super::findings::text;
use super::{Findings, counts};
use crate::diagnostics::{Diagnostic, Severity, Span};

/// The most bytes that GitHub shows of the summary of one step.
const SUMMARY_BYTES_MAX: usize = 1024 * 1024;

/// What is kept free for the heading, and for the line that says how much is left out.
const FRAME_BYTES_MAX: usize = 400;

/// The longest text of a cell, in characters: one problem must not take the room of all.
const CELL_CHARS_MAX: usize = 2000;

/// Returns one command a line, the worst first: GitHub shows ten of each level a step.
pub(super) fn commands(findings: &Findings<'_>) -> String {
    let lines: Vec<String> = findings.worst_first().into_iter().map(|it| command(findings, it)).collect();
    lines.join("\n")
}

fn command(findings: &Findings<'_>, diagnostic: &Diagnostic) -> String {
    let mut properties = Vec::new();
    if let Some(path) = findings.path(&diagnostic.span) {
        properties.push(("file", path));
        properties.extend(place(&diagnostic.span));
    }
    properties.push(("title", diagnostic.code.to_string()));
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{} {}::{}", diagnostic.severity, properties.join(","), data(&text(diagnostic, "\n")))
}

/// Returns the properties of a place. GitHub takes columns only where the range lies in one line.
fn place(span: &Span) -> Vec<(&'static str, String)> {
    let (start, end) = (span.start, span.end);
    if start.line == 0 {
        return Vec::new();
    }
    let mut properties = vec![("line", start.line)];
    if end.line == start.line {
        properties.extend([("col", start.column), ("endLine", end.line), ("endColumn", end.column)]);
    } else if end.line > start.line {
        properties.push(("endLine", end.line));
    } else {
        properties.push(("col", start.column));
    }
    properties.into_iter().map(|(name, value)| (name, value.to_string())).collect()
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Returns the summary of the step as Markdown: the counts, and a table of the problems, the worst first.
/// `taken` is how many bytes the summary of the step has already.
pub(in crate::cli) fn summary(findings: &Findings<'_>, taken: usize) -> String {
    let room = SUMMARY_BYTES_MAX.saturating_sub(taken + FRAME_BYTES_MAX);
    if room == 0 {
        // GitHub drops the whole summary when it is too long.
        return String::new();
    }
    let mut out = format!("### Callboard: {}\n\n", counts(findings.report));
    let problems = findings.worst_first();
    if problems.is_empty() {
        return out;
    }
    out.push_str("| Severity | Place | Problem | Code |\n| --- | --- | --- | --- |\n");
    let mut shown = 0;
    for problem in &problems {
        let row = row(findings, problem);
        if out.len() + row.len() > room {
            break;
        }
        out.push_str(&row);
        shown += 1;
    }
    let left = problems.len() - shown;
    if left > 0 {
        out.push_str(&format!("\n{left} more are left out: GitHub shows 1 MiB a step.\n"));
    }
    out.push('\n');
    out
}

fn row(findings: &Findings<'_>, diagnostic: &Diagnostic) -> String {
    let span = &diagnostic.span;
    let file = findings.path(span).unwrap_or_else(|| span.shown().into_owned());
    let place = match span.start.line {
        0 => file,
        line => format!("{file}:{line}:{}", span.start.column),
    };
    let parts: Vec<String> = text(diagnostic, "\0").split('\0').map(cell).collect();
    let severity = match diagnostic.severity {
        Severity::Error => "**error**",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    };
    format!("| {severity} | {} | {} | {} |\n", cell(&place), parts.join("<br>"), cell(&diagnostic.code))
}

/// Escapes text for a cell of a table: nothing in it is Markdown or HTML, and it stays in its line.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, character) in text.chars().enumerate() {
        if index == CELL_CHARS_MAX {
            out.push('…');
            break;
        }
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' | '`' | '\\' | '*' | '_' | '[' | ']' | '~' | '$' | '#' | '!' => {
                out.push('\\');
                out.push(character);
            }
            // No mention of a user, and no address that is made a link.
            '@' => out.push_str("&#64;"),
            it if it.is_control() => out.push(' '),
            it => out.push(it),
        }
    }
    out
}
