//! `callboard new`: the beginning of something, written as files that work.

mod arguments;
mod questions;
mod plugin_answers;
mod plugin_files;
mod plugin;

pub(super) use arguments::NewArguments;

use super::{Exit, Failure, output};
use arguments::NewCommand;

/// Runs the subcommand.
pub(super) fn run(arguments: &NewArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        NewCommand::Plugin(arguments) => plugin::run(arguments),
    }
}
