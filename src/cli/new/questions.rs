//! `Questions`: what is asked on a terminal, and the default where nobody can be asked.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use clap::ValueEnum;

use super::{Failure, output};

/// How often a question is asked again before it is given up.
const ATTEMPTS_MAX: usize = 5;

/// Asks, or takes defaults.
pub(super) struct Questions {
    asks: bool,
}

impl Questions {
    /// Asks on a terminal, unless `yes` says that nothing is asked.
    pub(super) fn new(yes: bool) -> Self {
        Self { asks: !yes && std::io::stdin().is_terminal() }
    }

    /// Returns what was given; else what is answered, which `check` takes or says why not; else the default.
    pub(super) fn text(
        &self,
        given: Option<&str>,
        question: &str,
        default: &str,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, Failure> {
        if let Some(given) = given {
            check(given).map_err(Failure::usage)?;
            return Ok(given.to_owned());
        }
        if !self.asks {
            check(default).map_err(|why| Failure::usage(format!("{question}? {why}")))?;
            return Ok(default.to_owned());
        }
        for _ in 0..ATTEMPTS_MAX {
            let answer = read(&if default.is_empty() { format!("{question}:") } else { format!("{question} [{default}]:") })?;
            let answer = if answer.is_empty() { default.to_owned() } else { answer };
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(why) => output::say(&why),
            }
        }
        Err(Failure::usage("nothing was written"))
    }

    /// Returns what was given; else the words that are answered; else the default.
    pub(super) fn choices<T: ValueEnum>(
        &self,
        given: &[T],
        question: &str,
        default: T,
    ) -> Result<Vec<T>, Failure> {
        if !given.is_empty() {
            return Ok(given.to_vec());
        }
        if !self.asks {
            return Ok(vec![default]);
        }
        let name = |it: &T| it.to_possible_value().map(|it| it.get_name().to_owned()).unwrap_or_default();
        for value in T::value_variants() {
            let help = value.to_possible_value().and_then(|it| it.get_help().map(ToString::to_string));
            output::say(&format!("  {:8} {}", name(value), help.unwrap_or_default()));
        }
        for _ in 0..ATTEMPTS_MAX {
            let answer = read(&format!("{question} [{}]:", name(&default)))?;
            let words: Vec<&str> =
                answer.split([',', ' ']).map(str::trim).filter(|it| !it.is_empty()).collect();
            if words.is_empty() {
                return Ok(vec![default]);
            }
            let found: Result<Vec<T>, String> = words.iter().map(|it| T::from_str(it, true)).collect();
            match found {
                Ok(found) => return Ok(found),
                Err(why) => output::say(&why),
            }
        }
        Err(Failure::usage("nothing was written"))
    }
}

fn read(question: &str) -> Result<String, Failure> {
    output::say(question);
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|error| Failure::io("the answer", &error))?;
    Ok(answer.trim().to_owned())
}
