//! `callboard validate`.

use super::arguments::SiteArguments;
use super::format::Findings;
use super::progress::Meter;
use super::{Exit, Failure, elsewhere, output, site_folder};
use crate::diagnostics::Report;
use crate::generate::{Discard, generate};

/// Reports every problem that a build would, and writes nothing.
pub(super) fn run(arguments: &SiteArguments) -> Result<Exit, Failure> {
    let input = site_folder::input(arguments)?;
    let mut report = Report::new();
    let meter = Meter::new();
    let result = generate(&input, &Discard, &meter, &mut report);
    meter.finish();
    let summary = result.map_err(|error| Failure::io("validating", &error))?;
    let folder = site_folder::below_root(&arguments.site)?;
    let findings = Findings {
        report: &report,
        input: &input,
        folder: &folder,
        fail_on: arguments.fail_on.severity(),
        summary: summary.as_ref(),
    };
    let exit = output::report(&findings, arguments.format);
    elsewhere::share(&*input.reader)?;
    if report.is_empty() {
        let entities = summary.map_or(0, |it| it.entities);
        output::say(&format!("{entities} entities, no problems"));
    }
    Ok(exit)
}
