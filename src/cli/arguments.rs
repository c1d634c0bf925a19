//! What a user can type.

use std::path::PathBuf;

use super::new::NewArguments;
use super::plugin::PluginArguments;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::diagnostics::Severity;

/// Turns catalog-info.yaml files, declarative plugins and Markdown into a static developer portal.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    /// How many threads to use; one for each core by default.
    #[arg(long, global = true, value_name = "N")]
    pub(super) threads: Option<usize>,
}

const EXAMPLES: &str = "Examples:
  callboard build                     the site of this folder into dist/
  callboard build ../catalog --out /srv/portal
  callboard serve                     the same, rebuilt and reloaded as files change
  callboard validate --format json    the problems alone, for a script
  callboard entities catalog/ --format jsonl
  callboard explain catalog/unknown-owner
  callboard diff main                 what changed in the catalog since the branch main

Exit codes: 0 nothing at or above --fail-on, 1 problems at or above it, 2 wrong usage or configuration, 3 a source or the disk failed, 4 a defect of Callboard.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Makes the portal.
    #[command(
        after_help = "Examples:\n  callboard build\n  callboard build site --out public --fail-on warning\n  callboard build --config app-config.yaml --config site.yaml"
    )]
    Build(BuildArguments),
    /// Makes the portal, serves it on this machine, and makes it anew as files change.
    #[cfg(feature = "serve")]
    #[command(after_help = "Examples:\n  callboard serve\n  callboard serve site --port 8080")]
    Serve(ServeArguments),
    /// Reports every problem and writes nothing.
    #[command(
        after_help = "Examples:\n  callboard validate\n  callboard validate --fail-on warning\n  callboard validate --format json"
    )]
    Validate(ValidateArguments),
    /// Reads what lies elsewhere into the cache and callboard.lock, and renders nothing.
    #[command(
        after_help = "Examples:\n  callboard fetch\n  callboard fetch --plan\n  callboard fetch --shard 3/10 --cache /mnt/cache"
    )]
    Fetch(FetchArguments),
    /// Judges entity files as Backstage does, one line a YAML document. No site.yaml is read.
    #[command(
        after_help = "Examples:\n  callboard entities\n  callboard entities catalog/ other.yaml --format jsonl\n  callboard entities . --origin https://github.com/acme/shop/blob/main/"
    )]
    Entities(EntitiesArguments),
    /// Tells what a diagnostic code means, with an example and its remedy; without a code, lists all.
    #[command(after_help = "Examples:\n  callboard explain\n  callboard explain catalog/unknown-owner")]
    Explain(ExplainArguments),
    /// Tells which integration answers for an address, and where it is edited and read. Nothing is fetched.
    #[command(
        after_help = "Examples:\n  callboard url https://github.com/acme/shop/blob/main/catalog-info.yaml\n  callboard url ./openapi.yaml --base https://gitlab.com/acme/shop/-/blob/main/catalog-info.yaml --format json"
    )]
    Url(UrlArguments),
    /// Says whether all that a build needs is there. Nothing is written, and no network is used.
    #[command(after_help = "Examples:\n  callboard doctor\n  callboard doctor site --format json")]
    Doctor(DoctorArguments),
    /// Prints the JSON Schema of a kind of file, for editors.
    #[command(after_help = "Example:\n  callboard schema entity > catalog-info.schema.json")]
    Schema(SchemaArguments),
    /// Prints what a shell needs to complete commands and options.
    #[command(
        after_help = "Examples:\n  callboard completions bash > /etc/bash_completion.d/callboard\n  callboard completions fish > ~/.config/fish/completions/callboard.fish"
    )]
    Completions(CompletionsArguments),
    /// Tells what changed in the catalog since another state of the site.
    #[command(
        after_help = "BASE is a git revision of the repository that SITE lies in, a folder with a site, or a folder that Callboard built. A name with `/` or `.` in it is a path if there is one; any other name is a revision first. Write `./main` for a folder called main, and `refs/heads/x` for a branch that is called as a folder is.\n\nExamples:\n  callboard diff HEAD~1\n  callboard diff origin/main --format markdown\n  callboard diff ./dist site --exit-code"
    )]
    Diff(DiffArguments),
    /// Lists, explains, tests, records, checks, compares, packs, adds and updates plugins.
    Plugin(PluginArguments),
    /// Writes the beginning of a plugin.
    New(NewArguments),
    /// Removes what Callboard wrote: the output folder, its other generation, and the preview of serve.
    #[command(after_help = "Example:\n  callboard clean --out public")]
    Clean(CleanArguments),
}

#[derive(Clone, Debug, Args)]
pub(super) struct SiteArguments {
    /// The folder of site.yaml. A folder without one is taken as a catalog.
    #[arg(default_value = ".", value_name = "SITE")]
    pub(super) site: PathBuf,
    /// A configuration file; may be given several times, a later one over an earlier one [default: SITE/site.yaml].
    #[arg(long, value_name = "FILE")]
    pub(super) config: Vec<PathBuf>,
    /// The repository tree that the folder is a copy of, so that links into it are read from the folder
    /// [default: the git remote].
    #[arg(long, value_name = "URL")]
    pub(super) origin: Option<String>,
    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(super) fail_on: FailOn,
    /// How problems are printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// The time of the input, as a date, a time or seconds since 1970 [default: SOURCE_DATE_EPOCH, else now].
    #[arg(long, value_name = "TIME")]
    pub(super) now: Option<String>,
    #[command(flatten)]
    pub(super) network: NetworkArguments,
}

/// What is kept about the run itself.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct TimingsArguments {
    /// Write where the time went: a page, or JSON where the name ends so [default: callboard-timings.html].
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "callboard-timings.html")]
    pub(super) timings: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct ValidateArguments {
    #[command(flatten)]
    pub(super) site: SiteArguments,
    #[command(flatten)]
    pub(super) timings: TimingsArguments,
}

/// How what lies elsewhere is read.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Reading elsewhere")]
pub(super) struct NetworkArguments {
    /// Open no socket: what the cache does not hold is missing.
    #[arg(long)]
    pub(super) offline: bool,
    /// Read nothing newer than callboard.lock, and leave that as it is.
    #[arg(long, conflicts_with = "refresh")]
    pub(super) locked: bool,
    /// Read anew, without asking whether it has changed: everything, or the addresses that match.
    #[arg(long, value_name = "GLOB", num_args = 0..=1, require_equals = true, default_missing_value = "", conflicts_with = "offline")]
    pub(super) refresh: Option<String>,
    /// Ask no host again for what the cache holds, or a shared one; `serve` does so after its first build.
    #[arg(long, conflicts_with_all = ["refresh", "locked"])]
    pub(super) cached: bool,
    /// The most requests of the run; what is beyond is missing.
    #[arg(long, value_name = "N")]
    pub(super) requests_max: Option<u64>,
    /// Let git+file:// addresses be read, which is any repository of this machine.
    #[arg(long)]
    pub(super) allow_local_git: bool,
    /// The folder of the cache; several builds may share it [default: SITE/.callboard/cache].
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
    /// Where other machines have put what they read: s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://CONTAINER/PREFIX or a
    /// folder. What the cache lacks is taken from there, with --offline too.
    #[arg(long, value_name = "URL")]
    pub(super) cache_from: Option<String>,
    /// Where to put what this run has read, for others; the same forms.
    #[arg(long, value_name = "URL")]
    pub(super) cache_to: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct BuildArguments {
    #[command(flatten)]
    pub(super) site: SiteArguments,
    /// Where the portal goes [default: SITE/dist].
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) timings: TimingsArguments,
}

#[cfg(feature = "serve")]
#[derive(Clone, Debug, Args)]
pub(super) struct ServeArguments {
    #[command(flatten)]
    pub(super) site: SiteArguments,
    /// The port on this machine.
    #[arg(long, default_value_t = 4173)]
    pub(super) port: u16,
}

#[derive(Clone, Debug, Args)]
pub(super) struct FetchArguments {
    #[command(flatten)]
    pub(super) site: SiteArguments,
    /// Say what would be asked, and ask nothing.
    #[arg(long)]
    pub(super) plan: bool,
    /// Read one of several parts, as in 3/10; the lock is left as it is.
    #[arg(long, value_name = "N/COUNT", conflicts_with = "plan")]
    pub(super) shard: Option<String>,
    #[command(flatten)]
    pub(super) timings: TimingsArguments,
}

#[derive(Clone, Debug, Args)]
pub(super) struct EntitiesArguments {
    /// Files or folders; in a folder, every YAML file that holds an entity.
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The repository tree that the folder is a copy of; no git remote is looked at.
    #[arg(long, value_name = "URL")]
    pub(super) origin: Option<String>,
    /// Know the kinds of Backstage's ai-model module too.
    #[arg(long)]
    pub(super) model: bool,
    /// The only format so far.
    #[arg(long, value_enum, default_value_t = EntityFormat::Jsonl)]
    pub(super) format: EntityFormat,
}

#[derive(Clone, Debug, Args)]
pub(super) struct ExplainArguments {
    /// The code, as it stands in brackets before the message.
    #[arg(value_name = "CODE")]
    pub(super) code: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct DoctorArguments {
    /// The folder of site.yaml. A folder without one is taken as a catalog.
    #[arg(default_value = ".", value_name = "SITE")]
    pub(super) site: PathBuf,
    /// A configuration file; may be given several times, a later one over an earlier one [default: SITE/site.yaml].
    #[arg(long, value_name = "FILE")]
    pub(super) config: Vec<PathBuf>,
    /// The repository tree that the folder is a copy of [default: the git remote].
    #[arg(long, value_name = "URL")]
    pub(super) origin: Option<String>,
    /// The output folder [default: SITE/dist].
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// How the checks are printed.
    #[arg(long, value_enum, default_value_t = DoctorFormat::Human)]
    pub(super) format: DoctorFormat,
}

#[derive(Clone, Debug, Args)]
pub(super) struct UrlArguments {
    /// The address, or a path against --base.
    #[arg(value_name = "URL")]
    pub(super) url: String,
    /// The address of the file that names it.
    #[arg(long, value_name = "URL")]
    pub(super) base: Option<String>,
    /// A line of the file to mark, from 1.
    #[arg(long, value_name = "N")]
    pub(super) line: Option<u32>,
    /// The folder of site.yaml, whose `integrations` are used.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(super) site: PathBuf,
    /// A configuration file; may be given several times, a later one over an earlier one [default: SITE/site.yaml].
    #[arg(long, value_name = "FILE")]
    pub(super) config: Vec<PathBuf>,
    /// How the addresses are printed.
    #[arg(long, value_enum, default_value_t = DoctorFormat::Human)]
    pub(super) format: DoctorFormat,
}

#[derive(Clone, Debug, Args)]
pub(super) struct SchemaArguments {
    /// Which file the schema is of.
    #[arg(value_enum, value_name = "FILE")]
    pub(super) of: SchemaOf,
}

#[derive(Clone, Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Clone, Debug, Args)]
pub(super) struct DiffArguments {
    /// What to compare with: a git revision, a folder with a site, or a folder that Callboard built.
    #[arg(value_name = "BASE")]
    pub(super) base: String,
    /// The folder of site.yaml. A folder without one is taken as a catalog.
    #[arg(default_value = ".", value_name = "SITE")]
    pub(super) site: PathBuf,
    /// A configuration file, of SITE and of its revisions; may be given several times [default: SITE/site.yaml].
    #[arg(long, value_name = "FILE")]
    pub(super) config: Vec<PathBuf>,
    /// The repository tree that the folder is a copy of [default: the git remote].
    #[arg(long, value_name = "URL")]
    pub(super) origin: Option<String>,
    /// How the difference is printed.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(super) format: DiffFormat,
    /// Makes the exit code 1 when there are differences.
    #[arg(long)]
    pub(super) exit_code: bool,
    #[command(flatten)]
    pub(super) network: NetworkArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// For a terminal.
    Text,
    /// For the comment of a pull request.
    Markdown,
    /// One JSON object.
    Json,
}

#[derive(Clone, Debug, Args)]
pub(super) struct CleanArguments {
    /// The folder of the site.
    #[arg(default_value = ".", value_name = "SITE")]
    pub(super) site: PathBuf,
    /// The output folder [default: SITE/dist].
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Drawn for people.
    Human,
    /// One JSON object.
    Json,
    /// Annotations of GitHub Actions, and a table in the summary of the step.
    Github,
    /// A Code Quality report of GitLab.
    Gitlab,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// A JUnit report, one test case for each file with problems.
    Junit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DoctorFormat {
    /// One line a check.
    Human,
    /// One JSON object.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// catalog-info.yaml.
    Entity,
    /// site.yaml.
    Site,
    /// plugin.yaml.
    Plugin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EntityFormat {
    /// One JSON object a line.
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Errors alone.
    Error,
    /// Warnings and errors.
    Warning,
    /// Anything.
    Notice,
    /// Nothing.
    Never,
}

impl FailOn {
    /// Returns the least severity that counts.
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Notice => Some(Severity::Notice),
            Self::Never => None,
        }
    }
}
