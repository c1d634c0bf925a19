//! The configuration file that names plugins: which one it is, what it says, and how it is changed.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use crate::cli::{Failure, output};
use crate::config::{self, Refusal, named_plugins};
use crate::publish::write_file;

/// A configuration file.
pub(super) struct SiteFile {
    path: PathBuf,
    /// Its name as seen from the site folder.
    name: String,
    /// Its text.
    pub(super) text: String,
}

impl SiteFile {
    /// Opens the file whose `plugins` count: the strongest one that has the key, else the strongest one.
    pub(super) fn open(site: &Path, configs: &[String]) -> Result<Self, Failure> {
        let missing = || {
            Failure::usage(
                "there is no site.yaml; write one with `catalog.locations`, since without it the folder is taken as a catalog",
            )
        };
        let mut chosen = None;
        for name in configs {
            let path = site.join(name);
            let text = std::fs::read_to_string(&path).map_err(|error| Failure::io(name, &error))?;
            let has_list = !named_plugins(&text).is_empty();
            if chosen.is_none() || has_list || !chosen.as_ref().is_some_and(|(has_list, _)| *has_list) {
                chosen = Some((has_list, Self { path, name: name.clone(), text }));
            }
        }
        chosen.map(|(_, it)| it).ok_or_else(missing)
    }

    /// Returns the index of the entry with a source, as the configuration gives it.
    pub(super) fn index_of(&self, from: &str) -> Option<usize> {
        let folder = crate::sources::parent(&self.name);
        let same = |it: &String| it == from || config::plugin_source(folder, it) == from;
        named_plugins(&self.text).iter().position(same)
    }

    /// Returns a source as the configuration gives it.
    pub(super) fn source(&self, written: &str) -> String {
        config::plugin_source(crate::sources::parent(&self.name), written)
    }

    /// Writes the changed text.
    pub(super) fn write(&self, changed: Result<String, Refusal>, by_hand: &str) -> Result<(), Failure> {
        let text = changed.map_err(|Refusal(reason)| {
            Failure::usage(format!("`{}` is not changed: {reason}; by hand:\n{by_hand}", self.name))
        })?;
        write_file(&self.path, text.as_bytes()).map_err(|error| Failure::io(&self.name, &error))
    }

    /// Returns its name as seen from the site folder.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// Asks on a terminal whether to go on. Elsewhere `--yes` must have said so.
pub(super) fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(format!("{question} Nobody can be asked here; add --yes")));
    }
    output::say(&format!("{question} [y/N]"));
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|error| Failure::io("the answer", &error))?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::usage("nothing was changed")),
    }
}
