//! Progress: a spinner on a terminal, one line a stage in CI, nothing elsewhere.

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::output;
use crate::generate::Progress;

/// Tells how far a run is.
pub(super) enum Meter {
    /// On a terminal.
    Spinner(indicatif::ProgressBar),
    /// In CI: each stage with its time, once it is over.
    Lines(Mutex<Option<(String, Instant)>>),
    /// Elsewhere.
    Silent,
}

impl Meter {
    /// Returns the meter for where the program runs.
    pub(super) fn new() -> Self {
        if std::io::stderr().is_terminal() {
            let spinner = indicatif::ProgressBar::new_spinner();
            spinner.enable_steady_tick(Duration::from_millis(100));
            return Self::Spinner(spinner);
        }
        let in_ci = std::env::var_os("CI").is_some_and(|it| !it.is_empty() && it != "false");
        if in_ci { Self::Lines(Mutex::default()) } else { Self::Silent }
    }

    /// Ends the last stage.
    pub(super) fn finish(&self) {
        match self {
            Self::Spinner(spinner) => spinner.finish_and_clear(),
            Self::Lines(last) => {
                if let Some((name, start)) = last.lock().ok().and_then(|mut it| it.take()) {
                    output::say(&format!("{name}: {:.2} s", start.elapsed().as_secs_f64()));
                }
            }
            Self::Silent => {}
        }
    }
}

impl Progress for Meter {
    fn stage(&self, name: &str, count: Option<usize>) {
        let text = match count {
            Some(count) => format!("{name} ({count})"),
            None => name.to_owned(),
        };
        match self {
            Self::Spinner(spinner) => spinner.set_message(text),
            Self::Lines(last) => {
                self.finish();
                if let Ok(mut last) = last.lock() {
                    *last = Some((text, Instant::now()));
                }
            }
            Self::Silent => {}
        }
    }
}
