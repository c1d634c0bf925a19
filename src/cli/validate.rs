//! `callboard validate`.

use super::arguments::ValidateArguments;
use super::format::Findings;
use super::progress::Meter;
use super::timings::Timings;
use super::{Exit, Failure, elsewhere, output, site_folder};
use crate::diagnostics::Report;
use crate::generate::{Discard, generate};

/// Reports every problem that a build would, and writes nothing.
pub(super) fn run(arguments: &ValidateArguments) -> Result<Exit, Failure> {
    let timings = Timings::begin(&arguments.timings);
    let arguments = &arguments.site;
    let input = site_folder::timed_input(arguments, timings.as_ref())?;
    let mut report = Report::new();
    let meter = Meter::new(&input.reader, timings.as_ref());
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
    if let Some(timings) = &timings {
        timings.write(&*input.reader)?;
    }
    if report.is_empty() {
        let entities = summary.map_or(0, |it| it.entities);
        output::say(&format!("{entities} entities, no problems"));
    }
    Ok(exit)
}
