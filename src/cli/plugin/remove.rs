//! `callboard plugin remove`.

use super::arguments::RemoveArguments;
use super::site_file::{SiteFile, confirm};
use super::update::index_of;
use super::{lock_file, site_arguments};
use crate::cli::{Exit, Failure, output, site_folder};
use crate::config::remove_plugin;
use crate::diagnostics::Report;
use crate::generate::installed_plugins;

/// Takes a plugin out of `site.yaml` and the lock.
pub(super) fn run(arguments: &RemoveArguments) -> Result<Exit, Failure> {
    let site = site_folder::existing_folder(&arguments.of.site)?;
    let input = site_folder::input(&site_arguments(&arguments.of))?;
    let file = SiteFile::open(&site, &input.configs)?;
    let id = arguments.id.as_str();
    let Some(index) = index_of(id, &file, &input)? else {
        let installed = installed_plugins(&input, false, &mut Report::new()).unwrap_or_default();
        return Err(Failure::usage(match installed.iter().find(|it| it.id == id) {
            Some(it) if it.builtin => format!(
                "`{id}` comes with Callboard; turn its extensions off under `app.extensions`, as in `- page:{id}: false`"
            ),
            Some(it) => format!("`{id}` is there because its folder is: delete `{}`", it.from),
            None => format!("the site has no plugin `{id}`; `callboard plugin list` names all"),
        }));
    };
    confirm(&format!("Take `{id}` out of {}?", file.name()), arguments.yes)?;
    file.write(remove_plugin(&file.text, index), &format!("take the entry of `{id}` out of `plugins`"))?;
    lock_file::change(&site, &*input.reader, |lock| lock.remove_plugin(id))?;
    output::say(&format!("{id} is no longer in {}", file.name()));
    if file.text.contains(&format!(":{id}")) {
        output::say("`app.extensions` may still name its extensions");
    }
    Ok(Exit::Clean)
}
