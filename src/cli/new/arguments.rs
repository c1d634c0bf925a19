//! What a user can type after `callboard new`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct NewArguments {
    #[command(subcommand)]
    pub(super) command: NewCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(super) enum NewCommand {
    /// Writes a plugin that works, with fixtures, texts and tests, to be changed from there.
    #[command(
        after_help = "On a terminal, what is not given is asked for. Elsewhere, or with --yes, the rest has defaults.\n\nExamples:\n  callboard new plugin\n  callboard new plugin tide-table --shape rest --url https://tides.example/api --path '/ports/{key}' --annotation tides.example/port\n  callboard new plugin runbooks --shape tree --shows card,tab --yes"
    )]
    Plugin(NewPluginArguments),
}

#[derive(Clone, Debug, Args)]
pub(super) struct NewPluginArguments {
    /// The id of the plugin: lower-case words parted by hyphens.
    #[arg(value_name = "ID")]
    pub(super) id: Option<String>,
    /// The name for people [default: made of the id].
    #[arg(long, value_name = "TEXT")]
    pub(super) title: Option<String>,
    /// What it shows; may be given several times, or parted by commas [default: all].
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART")]
    pub(super) shows: Vec<Part>,
    /// Where its data is [default: rest].
    #[arg(long, value_enum, value_name = "SHAPE")]
    pub(super) shape: Option<Shape>,
    /// The base address of the API, or the origin of the frame.
    #[arg(long, value_name = "URL")]
    pub(super) url: Option<String>,
    /// The path below it; `{key}` stands for what the annotation says.
    #[arg(long, value_name = "PATH")]
    pub(super) path: Option<String>,
    /// The annotation that says what an entity is called there, or where its file or folder is.
    #[arg(long, value_name = "KEY")]
    pub(super) annotation: Option<String>,
    /// The folder in which the plugin gets a folder of its own.
    #[arg(long, default_value = "plugins", value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// Ask nothing.
    #[arg(long)]
    pub(super) yes: bool,
}

/// What a plugin shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Part {
    /// A card on the overview of entities.
    Card,
    /// A tab of entities.
    Tab,
    /// A page of the portal.
    Page,
    /// Card, tab and page.
    All,
}

/// Where the data of a plugin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    /// An API that answers with JSON.
    Rest,
    /// An API that takes queries of GraphQL.
    Graphql,
    /// A file beside the descriptor of an entity.
    File,
    /// A folder beside the descriptor of an entity.
    Tree,
    /// The history of the repository of an entity.
    Git,
    /// The catalog itself.
    Catalog,
    /// A PostgreSQL database.
    Sql,
    /// A page of another origin, in a frame.
    Frame,
    /// Nowhere: what the descriptor of an entity says is enough.
    None,
}
