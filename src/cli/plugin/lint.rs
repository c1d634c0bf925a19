//! `callboard plugin lint`.

use std::path::Path;

use super::arguments::LintArguments;
use super::source;
use crate::cli::arguments::Format;
use crate::cli::format::Findings;
use crate::cli::{Exit, Failure, output, site_folder};
use crate::diagnostics::Report;
use crate::generate::{Summary, lint};

/// Prints what would make a plugin better.
pub(super) fn run(arguments: &LintArguments) -> Result<Exit, Failure> {
    let opened = source::open(&arguments.plugin, &arguments.with.of_site(), true)?;
    let report = match &opened.package {
        Ok(package) => lint(package, &*opened.input.builtin),
        Err(diagnostic) => {
            let mut report = Report::new();
            report.push((**diagnostic).clone());
            report
        }
    };
    let path = Path::new(&arguments.plugin);
    let folder = if path.is_dir() { site_folder::below_root(path)? } else { String::new() };
    let summary = Summary::default();
    let findings = Findings {
        report: &report,
        input: &opened.input,
        folder: &folder,
        fail_on: arguments.fail_on.severity(),
        summary: Some(&summary),
    };
    let exit = output::report(&findings, arguments.format);
    if report.is_empty() && arguments.format == Format::Human {
        output::say("nothing to better");
    }
    Ok(exit)
}
