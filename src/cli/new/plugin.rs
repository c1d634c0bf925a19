//! `callboard new plugin`.

use std::fs;

use super::arguments::NewPluginArguments;
use super::plugin_answers::PluginAnswers;
use super::plugin_files;
use super::{Exit, Failure, output};
use crate::publish::write_file;

/// Writes the plugin.
pub(super) fn run(arguments: &NewPluginArguments) -> Result<Exit, Failure> {
    let answers = PluginAnswers::gather(arguments)?;
    let folder = arguments.folder.join(&answers.id);
    if folder.exists() {
        return Err(Failure::usage(format!("`{}` is there already", folder.display())));
    }
    for (path, text) in plugin_files::files(&answers) {
        let file = folder.join(&path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(|error| Failure::io("the folder of the plugin", &error))?;
        }
        write_file(&file, text.as_bytes()).map_err(|error| Failure::io(&path, &error))?;
        output::line(&file.display().to_string());
    }
    let shown = folder.display();
    output::say(&format!("next: callboard plugin test {shown}; callboard plugin lint {shown}; callboard serve"));
    let needs = plugin_files::needs(&answers);
    if !needs.is_empty() {
        output::say(&format!("a site lets it work with this in site.yaml:\n{needs}"));
    }
    Ok(Exit::Clean)
}
