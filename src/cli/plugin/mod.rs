//! `callboard plugin`: what authors and operators of plugins need, one file a subcommand.

mod arguments;
mod source;
mod site_file;
mod lock_file;
mod list;
mod explain;
mod test;
mod record;
mod lint;
mod diff;
mod pack;
mod add;
mod update;
mod remove;

pub(super) use arguments::PluginArguments;

use super::arguments::{FailOn, Format, SiteArguments};
use super::format::Findings;
use super::{Exit, Failure, output};
use crate::diagnostics::{Report, Severity};
use crate::generate::{SiteInput, Summary};
use arguments::{OfSite, PluginCommand};

/// Runs the subcommand.
pub(super) fn run(arguments: &PluginArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        PluginCommand::Test(arguments) => test::run(arguments),
        PluginCommand::List(arguments) => list::run(arguments),
        PluginCommand::Explain(arguments) => explain::run(arguments),
        PluginCommand::Record(arguments) => record::run(arguments),
        PluginCommand::Lint(arguments) => lint::run(arguments),
        PluginCommand::Diff(arguments) => diff::run(arguments),
        PluginCommand::Pack(arguments) => pack::run(arguments),
        PluginCommand::Add(arguments) => add::run(arguments),
        PluginCommand::Update(arguments) => update::run(arguments),
        PluginCommand::Accept(arguments) => update::accept(arguments),
        PluginCommand::Remove(arguments) => remove::run(arguments),
    }
}

/// Returns what fails in the tests of the plugin in a folder, each in a sentence that names its test.
#[cfg(feature = "serve")]
pub(super) fn test_failures(folder: &std::path::Path) -> Result<Vec<String>, Failure> {
    test::failures(folder)
}

/// Returns the arguments of a site as other commands have them.
fn site_arguments(of: &OfSite) -> SiteArguments {
    SiteArguments {
        site: of.site.clone(),
        config: of.config.clone(),
        origin: None,
        fail_on: FailOn::Error,
        format: Format::Human,
        now: None,
        network: of.network.clone(),
    }
}

/// Prints problems for people, and says whether there are errors among them.
fn tell(report: &Report, input: &SiteInput) -> bool {
    let summary = Summary::default();
    let findings =
        Findings { report, input, folder: "", fail_on: Some(Severity::Error), summary: Some(&summary) };
    output::report(&findings, Format::Human) == Exit::Findings
}

/// Prints why the configuration of a site cannot be used.
fn unusable(report: &Report, input: &SiteInput) -> Exit {
    let findings = Findings { report, input, folder: "", fail_on: None, summary: None };
    output::report(&findings, Format::Human)
}

fn unknown_id(id: &str, near: Option<String>) -> Failure {
    Failure::usage(match near {
        Some(near) => format!("the site has no plugin `{id}`; did you mean `{near}`?"),
        None => format!("the site has no plugin `{id}`; `callboard plugin list` names all"),
    })
}
