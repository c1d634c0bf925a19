//! The arguments of `callboard plugin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct PluginArguments {
    #[command(subcommand)]
    pub(super) command: PluginCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(super) enum PluginCommand {
    /// Runs the tests that stand in a plugin's manifest, on its fixtures and without a network.
    #[command(
        after_help = "Examples:\n  callboard plugin test plugins/github-actions\n  callboard plugin test plugins/github-actions --bless"
    )]
    Test(TestArguments),
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
