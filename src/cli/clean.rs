//! `callboard clean`.

use super::arguments::CleanArguments;
use super::{Exit, Failure, build, output, site_folder};
use crate::publish;

/// Removes the output folder and what the program keeps for the site.
pub(super) fn run(arguments: &CleanArguments) -> Result<Exit, Failure> {
    let site = site_folder::existing_folder(&arguments.site)?;
    let out = build::out_folder(&arguments.site, arguments.out.as_deref())?;
    let removed = publish::clean(&out).map_err(|error| Failure::io("the output folder", &error))?;
    let preview = site.join(".callboard").join("preview");
    publish::clean(&preview).map_err(|error| Failure::io("the preview", &error))?;
    output::say(if removed { "removed the output folder" } else { "there was nothing to remove" });
    Ok(Exit::Clean)
}
