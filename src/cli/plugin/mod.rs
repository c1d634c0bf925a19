//! `callboard plugin`: what authors and operators of plugins need.

mod arguments;
mod test;

pub(super) use arguments::PluginArguments;

use arguments::PluginCommand;

use super::{Exit, Failure};

/// Runs the subcommand.
pub(super) fn run(arguments: &PluginArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        PluginCommand::Test(arguments) => test::run(arguments),
    }
}
