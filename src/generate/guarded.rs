//! `Guarded`: what is published, once it is known to hold no secret; and problems without any.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::diagnostics::{Diagnostic, Report, Span};
use crate::plugins::PluginSet;
use crate::render::Publish;
use crate::sources::{Reader, Secret, SecretFilter};

/// Shorter values of variables are words like others.
const VARIABLE_BYTES_MIN: usize = 8;

/// Publishes files that hold no secret, and remembers the others.
pub(super) struct Guarded<'a> {
    out: &'a dyn Publish,
    filter: SecretFilter,
    found: Mutex<Vec<String>>,
}

impl<'a> Guarded<'a> {
    pub(super) fn new(out: &'a dyn Publish, filter: SecretFilter) -> Self {
        Self { out, filter, found: Mutex::default() }
    }

    /// Returns the problem, if any file holds a secret.
    pub(super) fn problem(self) -> Option<Diagnostic> {
        let mut found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort_unstable();
        found.first().map(|first| problem(first, found.len() - 1))
    }
}

impl Publish for Guarded<'_> {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        if self.filter.finds(bytes) {
            self.found.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
            return Ok(());
        }
        self.out.put(path, bytes)
    }
}

fn problem(path: &str, more: usize) -> Diagnostic {
    let message = match more {
        0 => format!("`{path}` would show a secret; nothing is published"),
        more => format!("`{path}` and {more} more would show a secret; nothing is published"),
    };
    Diagnostic::error("publish/secret", Span::file("."), message)
        .reason("a token or password of `integrations` or of a plugin is in it, as it is or in a common encoding")
        .hint("take it out of the file that the page is made of, and replace it at its host: others may have seen it")
}

/// Returns what finds the secrets of a run.
pub(super) fn secrets(reader: &dyn Reader) -> SecretFilter {
    SecretFilter::new(&reader.secrets())
}

/// Returns values of the environment that are secrets by the names of their variables and that the operator gave to a
/// plugin which does not mark them as such.
pub(super) fn of_variables(environment: &BTreeMap<String, String>, plugins: &PluginSet) -> Vec<Secret> {
    let is_secret = |name: &str| {
        let name = name.to_ascii_uppercase();
        ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "API_KEY", "APIKEY", "PRIVATE_KEY", "CREDENTIAL"]
            .iter()
            .any(|it| name.contains(it))
    };
    let is_given =
        |value: &str| plugins.plugins.iter().flat_map(|it| &it.written).any(|it| it.contains(value));
    let found = environment
        .iter()
        .filter(|(name, value)| is_secret(name) && value.len() >= VARIABLE_BYTES_MIN && is_given(value));
    found.map(|(_, value)| Secret::new(value.as_str())).collect()
}

/// Takes secrets out of the texts of problems.
pub(super) fn mask(report: &mut Report, filter: &SecretFilter) {
    report.for_each_mut(|it| it.map_texts(&|text| filter.mask(text).into_owned()));
}

/// Returns a line of a configuration file with the values of keys that hold secrets as stars, whether or not the file
/// could be read as a whole.
pub(super) fn mask_line(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let keys = ["token", "password", "secret", "apikey", "privatekey", "accesskey"];
    let end = keys.iter().filter_map(|key| lower.rfind(key).map(|at| at + key.len())).max();
    let value = end.and_then(|end| line.get(end..)?.find(':').map(|at| end + at + 1));
    // `${…}` names a variable, which is no secret.
    let Some((key, value)) = value.and_then(|at| line.split_at_checked(at)) else { return line.to_owned() };
    let stars = |it: char| if it.is_whitespace() || "{}[],\"'$".contains(it) { it } else { '*' };
    if value.contains("${") || value.contains("$env") || value.contains("$file") {
        return line.to_owned();
    }
    format!("{key}{}", value.chars().map(stars).collect::<String>())
}
