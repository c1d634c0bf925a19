//! What a user can type after `callboard plugin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::arguments::{DiffFormat, DoctorFormat, FailOn, Format, NetworkArguments};

const SOURCES: &str = "SOURCE is a folder, an archive (a .tar.gz file or its address), a git reference such as git+https://git.example/plugins#v1.2.0:FOLDER, or builtin:ID.";

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct PluginArguments {
    #[command(subcommand)]
    pub(super) command: PluginCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(super) enum PluginCommand {
    /// Lists the plugins of a site, with their extensions.
    #[command(
        after_help = "Examples:\n  callboard plugin list\n  callboard plugin list --plan\n  callboard plugin list site --format json"
    )]
    List(ListArguments),
    /// Tells whom a plugin asks and with which secrets, and which of its data reaches the output.
    #[command(
        after_help = "Examples:\n  callboard plugin explain sonarqube\n  callboard plugin explain sonarqube site --format json"
    )]
    Explain(ExplainArguments),
    /// Runs the tests that stand in a plugin's manifest, on its fixtures and without a network.
    #[command(
        after_help = "Examples:\n  callboard plugin test plugins/github-actions\n  callboard plugin test plugins/github-actions --bless"
    )]
    Test(TestArguments),
    /// Asks the real servers for one entity, and writes what they answer as fixtures, without secrets.
    #[command(after_help = "Example:\n  callboard plugin record sonarqube --entity component:default/shop")]
    Record(RecordArguments),
    /// Tells what would make a plugin better.
    #[command(
        after_help = "Examples:\n  callboard plugin lint\n  callboard plugin lint plugins/sonarqube --fail-on warning\n  callboard plugin lint sonarqube --format json"
    )]
    Lint(LintArguments),
    /// Compares two versions of a plugin, and tells which part of the version to raise.
    #[command(after_help = format!("{SOURCES} OLD may be a git revision of the folder NEW, too.\n\nExamples:\n  callboard plugin diff v1.2.0 plugins/sonarqube\n  callboard plugin diff sonarqube-1.2.0.tar.gz plugins/sonarqube --format markdown"))]
    Diff(DiffArguments),
    /// Packs a plugin into an archive that is the same for the same files, and prints its digest.
    #[command(
        after_help = "Examples:\n  callboard plugin pack\n  callboard plugin pack plugins/sonarqube --out dist/sonarqube.tar.gz"
    )]
    Pack(PackArguments),
    /// Adds a plugin to site.yaml and to the lock.
    #[command(after_help = format!("{SOURCES}\n\nExamples:\n  callboard plugin add ./plugins/sonarqube\n  callboard plugin add 'git+https://github.com/example/portal-plugins#v2.0.1:sonarqube' --grant\n  callboard plugin add builtin:github-actions --yes"))]
    Add(AddArguments),
    /// Tells what is new in the plugins of a site, and writes it to the lock; with --to, takes one from elsewhere.
    #[command(after_help = format!("{SOURCES}\n\nExamples:\n  callboard plugin update\n  callboard plugin update sonarqube --to 'git+https://github.com/example/portal-plugins#v2.1.0:sonarqube'"))]
    Update(UpdateArguments),
    /// Writes what a plugin asks for to the lock, so that builds take it.
    #[command(after_help = "Example:\n  callboard plugin accept sonarqube")]
    Accept(AcceptArguments),
    /// Takes a plugin out of site.yaml and the lock.
    #[command(after_help = "Example:\n  callboard plugin remove sonarqube")]
    Remove(RemoveArguments),
}

/// The site that a command is about.
#[derive(Clone, Debug, Args)]
pub(super) struct OfSite {
    /// The folder of site.yaml.
    #[arg(default_value = ".", value_name = "SITE")]
    pub(super) site: PathBuf,
    /// A configuration file; may be given several times, a later one over an earlier one [default: SITE/site.yaml].
    #[arg(long, value_name = "FILE")]
    pub(super) config: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) network: NetworkArguments,
}

/// The site whose configuration says which hosts may be read, for a command about plugins anywhere.
#[derive(Clone, Debug, Args)]
pub(super) struct WithSite {
    /// The folder of the site whose configuration says which hosts may be read.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(super) site: PathBuf,
    /// A configuration file; may be given several times, a later one over an earlier one [default: SITE/site.yaml].
    #[arg(long, value_name = "FILE")]
    pub(super) config: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) network: NetworkArguments,
}

impl WithSite {
    pub(super) fn of_site(&self) -> OfSite {
        OfSite { site: self.site.clone(), config: self.config.clone(), network: self.network.clone() }
    }
}

#[derive(Clone, Debug, Args)]
pub(super) struct ListArguments {
    #[command(flatten)]
    pub(super) of: OfSite,
    /// Read the catalog, and count what each plugin is going to ask.
    #[arg(long)]
    pub(super) plan: bool,
    /// How the list is printed.
    #[arg(long, value_enum, default_value_t = DoctorFormat::Human)]
    pub(super) format: DoctorFormat,
}

#[derive(Clone, Debug, Args)]
pub(super) struct ExplainArguments {
    /// The id of the plugin.
    #[arg(value_name = "ID")]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) of: OfSite,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = DoctorFormat::Human)]
    pub(super) format: DoctorFormat,
}

#[derive(Clone, Debug, Args)]
pub(super) struct RecordArguments {
    /// The id of the plugin.
    #[arg(value_name = "ID")]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) of: OfSite,
    /// The entity that is asked for, such as `component:default/shop`.
    #[arg(long, value_name = "REF")]
    pub(super) entity: String,
    /// The name of the files: fixtures/NAME.yaml and fixtures/NAME-entity.yaml.
    #[arg(long, default_value = "recorded", value_name = "NAME")]
    pub(super) name: String,
    /// The folder of the plugin [default: where the site has it].
    #[arg(long, value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
    /// Leave addresses of people as they are.
    #[arg(long)]
    pub(super) with_emails: bool,
    /// Ask nothing.
    #[arg(long)]
    pub(super) yes: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct LintArguments {
    /// The folder or archive of a plugin, an address, or the id of a plugin of the site.
    #[arg(default_value = ".", value_name = "PATH|ID")]
    pub(super) plugin: String,
    #[command(flatten)]
    pub(super) with: WithSite,
    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(super) fail_on: FailOn,
    /// How problems are printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
}

#[derive(Clone, Debug, Args)]
pub(super) struct DiffArguments {
    /// The old version.
    #[arg(value_name = "OLD")]
    pub(super) old: String,
    /// The new version.
    #[arg(default_value = ".", value_name = "NEW")]
    pub(super) new: String,
    #[command(flatten)]
    pub(super) with: WithSite,
    /// How the difference is printed.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(super) format: DiffFormat,
}

#[derive(Clone, Debug, Args)]
pub(super) struct PackArguments {
    /// The folder of the plugin.
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) path: PathBuf,
    /// The archive [default: ID-VERSION.tar.gz].
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct AddArguments {
    /// Where the plugin comes from.
    #[arg(value_name = "SOURCE")]
    pub(super) source: String,
    #[command(flatten)]
    pub(super) of: OfSite,
    /// Write what it needs to `grant`, too.
    #[arg(long)]
    pub(super) grant: bool,
    /// Ask nothing.
    #[arg(long)]
    pub(super) yes: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct UpdateArguments {
    /// The id of the plugin; all, if there is none.
    #[arg(value_name = "ID")]
    pub(super) id: Option<String>,
    #[command(flatten)]
    pub(super) of: OfSite,
    /// Where it comes from now.
    #[arg(long, value_name = "SOURCE", requires = "id")]
    pub(super) to: Option<String>,
    /// Take it even though it asks for more than before.
    #[arg(long)]
    pub(super) accept: bool,
    /// Ask nothing.
    #[arg(long)]
    pub(super) yes: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct AcceptArguments {
    /// The id of the plugin.
    #[arg(value_name = "ID")]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) of: OfSite,
}

#[derive(Clone, Debug, Args)]
pub(super) struct RemoveArguments {
    /// The id of the plugin.
    #[arg(value_name = "ID")]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) of: OfSite,
    /// Ask nothing.
    #[arg(long)]
    pub(super) yes: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct TestArguments {
    /// The folders of the plugins.
    #[arg(default_value = ".", value_name = "FOLDER")]
    pub(super) folders: Vec<PathBuf>,
    /// Writes the HTML that was drawn in the place of what was expected; the difference is what is reviewed.
    #[arg(long)]
    pub(super) bless: bool,
}
