//! The command line: arguments to one function a command, and exit codes.

mod arguments;
mod embedded;
mod site_folder;
mod elsewhere;
mod format;
mod output;
mod progress;
mod network;
mod stage_lines;
mod timings;
mod build;
mod validate;
mod fetch;
mod entities;
mod explain;
mod doctor;
mod schema;
mod completions;
mod url;
mod diff;
mod plugin;
mod new;
mod clean;
#[cfg(feature = "serve")]
mod reload;
#[cfg(feature = "serve")]
mod serve;

use clap::Parser as _;

use arguments::{Arguments, Command};

/// How a run ended; the numbers are promised to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    /// Problems at or above `--fail-on`.
    Findings = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// A source or the disk failed.
    Failed = 3,
}

/// Runs the command that the arguments name.
pub fn run() -> Exit {
    let arguments = Arguments::parse();
    if let Some(threads) = arguments.threads {
        // The pool can only be made once; a second attempt keeps the first, which only tests would notice.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    let result = match arguments.command {
        Command::Build(arguments) => build::run(&arguments),
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Fetch(arguments) => fetch::run(&arguments),
        Command::Entities(arguments) => entities::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Url(arguments) => url::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Plugin(arguments) => plugin::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Clean(arguments) => clean::run(&arguments),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::run(&arguments),
    };
    result.unwrap_or_else(|failure| {
        output::failure(&failure);
        failure.exit
    })
}

/// Why a command could not run.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }

    fn failed(message: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, message: message.into() }
    }

    fn io(what: &str, error: &std::io::Error) -> Self {
        // Refusing a folder that is not ours is about usage, not about the disk.
        let usage =
            matches!(error.kind(), std::io::ErrorKind::AlreadyExists | std::io::ErrorKind::InvalidInput);
        Self { exit: if usage { Exit::Usage } else { Exit::Failed }, message: format!("{what}: {error}") }
    }
}
