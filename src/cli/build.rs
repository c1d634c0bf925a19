//! `callboard build`.

use std::path::{Path, PathBuf};

use super::arguments::BuildArguments;
use super::format::Findings;
use super::progress::Meter;
use super::timings::Timings;
use super::{Exit, Failure, elsewhere, output, site_folder};
use crate::diagnostics::Report;
use crate::generate::{Progress as _, SiteInput, Summary, generate};
use crate::publish::{Published, Publisher};

/// Makes the portal.
pub(super) fn run(arguments: &BuildArguments) -> Result<Exit, Failure> {
    let timings = Timings::begin(&arguments.timings);
    let input = site_folder::timed_input(&arguments.site, timings.as_ref())?;
    let out = out_folder(&arguments.site.site, arguments.out.as_deref())?;
    let mut report = Report::new();
    let made = make(&input, &out, timings.as_ref(), &mut report)?;
    let summary = made.as_ref().map(|(summary, _)| summary);
    let folder = site_folder::below_root(&arguments.site.site)?;
    let findings = Findings {
        report: &report,
        input: &input,
        folder: &folder,
        fail_on: arguments.site.fail_on.severity(),
        summary,
    };
    let exit = output::report(&findings, arguments.site.format);
    elsewhere::finish(
        &*input.reader,
        &site_folder::existing_folder(&arguments.site.site)?,
        &arguments.site.network,
        made.is_some(),
    )?;
    if let Some(timings) = &timings {
        timings.write(&*input.reader)?;
    }
    if let Some((summary, published)) = &made {
        output::built(summary, published, arguments.out.as_deref().unwrap_or(Path::new("dist")));
    }
    Ok(exit)
}

/// Returns the output folder: as given, else `dist` in the site folder.
pub(super) fn out_folder(site: &Path, given: Option<&Path>) -> Result<PathBuf, Failure> {
    let out = given.map_or_else(|| site.join("dist"), Path::to_path_buf);
    let absolute = std::path::absolute(&out).map_err(|error| Failure::io("the output folder", &error))?;
    let site = site_folder::existing_folder(site)?;
    let real = absolute.canonicalize().unwrap_or_else(|_| absolute.clone());
    if site.starts_with(&real) {
        return Err(Failure::usage("the output folder holds the site itself; name another with --out"));
    }
    Ok(absolute)
}

/// Makes the portal in `out`. `None` when the configuration cannot be used; the old portal stays.
pub(super) fn make(
    input: &SiteInput,
    out: &Path,
    timings: Option<&Timings>,
    report: &mut Report,
) -> Result<Option<(Summary, Published)>, Failure> {
    let publisher = Publisher::open(out).map_err(|error| Failure::io("the output folder", &error))?;
    let meter = Meter::new(&input.reader, timings);
    let result = generate(input, &publisher, &meter, report);
    let Some(summary) = result.map_err(|error| Failure::io("publishing", &error))? else { return Ok(None) };
    meter.stage("publishing", None);
    let published = publisher.finish().map_err(|error| Failure::io("publishing", &error))?;
    meter.finish();
    Ok(Some((summary, published)))
}
