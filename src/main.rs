//! The program `callboard`: the command line and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A panic is our bug, and says so with a code of its own.
    match std::panic::catch_unwind(callboard::cli::run) {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(_) => ExitCode::from(4),
    }
}
