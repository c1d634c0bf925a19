//! `callboard completions`.

use clap::CommandFactory as _;

use super::arguments::{Arguments, CompletionsArguments};
use super::{Exit, Failure, output};

/// Prints the script that a shell needs to complete commands and options.
pub(super) fn run(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "callboard", &mut script);
    output::line(String::from_utf8_lossy(&script).trim_end());
    Ok(Exit::Clean)
}
