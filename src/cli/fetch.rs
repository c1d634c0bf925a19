//! `callboard fetch`: what lies elsewhere into the cache and the lock.

use super::arguments::{FetchArguments, Format};
use super::format::Findings;
use super::progress::Meter;
use super::timings::Timings;
use super::{Exit, Failure, elsewhere, output, site_folder};
use crate::diagnostics::Report;
use crate::generate::{FetchPlan, Shard, Summary, fetch, plan};

/// Reads all that a build reads from elsewhere, or says what that would be.
pub(super) fn run(arguments: &FetchArguments) -> Result<Exit, Failure> {
    let folder = site_folder::existing_folder(&arguments.site.site)?;
    let shard = arguments.shard.as_deref().map(shard).transpose()?;
    let timings = Timings::begin(&arguments.timings);
    let mut site = arguments.site.clone();
    // A plan sends nothing: what plugins ask is planned for the entities that the cache has.
    site.network.offline |= arguments.plan && !site.network.locked;
    let input = site_folder::timed_input(&site, timings.as_ref())?;
    let mut report = Report::new();
    let planned = arguments.plan.then(|| elsewhere::lock(&folder)).transpose()?;
    if let Some(lock) = planned {
        return match plan(&input, &lock.unwrap_or_default(), &mut report) {
            Some(plan) => {
                show(&plan, arguments.site.format)?;
                Ok(Exit::Clean)
            }
            None => Ok(output::report(&findings(arguments, &report, &input, None), arguments.site.format)),
        };
    }
    let meter = Meter::new(&input.reader, timings.as_ref());
    let entities = fetch(&input, shard, &meter, &mut report);
    meter.finish();
    let summary = entities.map(|entities| Summary { entities, ..Summary::default() });
    let exit = output::report(&findings(arguments, &report, &input, summary.as_ref()), arguments.site.format);
    // A part of the work knows a part of the lock.
    elsewhere::finish(
        &*input.reader,
        &folder,
        &arguments.site.network,
        shard.is_none() && summary.is_some(),
    )?;
    if let Some(timings) = &timings {
        timings.write(&*input.reader)?;
    }
    if let Some(summary) = summary {
        output::say(&format!("{} entities", summary.entities));
    }
    Ok(exit)
}

fn findings<'a>(
    arguments: &FetchArguments,
    report: &'a Report,
    input: &'a crate::generate::SiteInput,
    summary: Option<&'a Summary>,
) -> Findings<'a> {
    Findings { report, input, folder: "", fail_on: arguments.site.fail_on.severity(), summary }
}

fn shard(text: &str) -> Result<Shard, Failure> {
    let parts = text.split_once('/');
    let numbers = parts.and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
    match numbers {
        Some((index, count)) if (1..=count).contains(&index) => Ok(Shard { index, count }),
        _ => Err(Failure::usage(format!("--shard {text}: write it as in 3/10, the third of ten"))),
    }
}

fn show(plan: &FetchPlan, format: Format) -> Result<(), Failure> {
    match format {
        Format::Human => {
            for it in &plan.providers {
                output::line(&format!(
                    "provider  {:24}  {} to {} requests  {}",
                    it.name, it.requests_min, it.requests_max, it.address
                ));
            }
            for (host, reads) in &plan.hosts {
                output::line(&format!("host      {host:24}  {reads} reads"));
            }
            for it in &plan.plugins {
                output::line(&format!(
                    "plugin    {:24}  {} to {} requests  {} keys of {} entities, {}",
                    format!("{}/{}", it.plugin, it.source),
                    it.requests_min,
                    it.requests_max,
                    it.keys,
                    it.entities,
                    it.kind
                ));
            }
            output::line(&match plan.locked {
                true => format!("{} requests, as many as the lock has reads", plan.requests_min),
                false => format!(
                    "at least {} requests; a lock, once there is one, tells how many",
                    plan.requests_min
                ),
            });
        }
        Format::Json => output::line(&serde_json::to_string(plan).unwrap_or_default()),
        _ => return Err(Failure::usage("a plan is printed with --format human or json")),
    }
    Ok(())
}
