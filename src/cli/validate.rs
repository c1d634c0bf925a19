//! `callboard validate`.

use super::arguments::{Format, SiteArguments};
use super::progress::Meter;
use super::{Exit, Failure, output, site_folder};
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
    let exit = output::report(&report, &input, arguments.format, arguments.fail_on, summary.as_ref());
    if arguments.format == Format::Human && report.is_empty() {
        let entities = summary.map_or(0, |it| it.entities);
        output::say(&format!("{entities} entities, no problems"));
    }
    Ok(exit)
}
