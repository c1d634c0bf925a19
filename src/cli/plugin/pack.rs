//! `callboard plugin pack`.

use std::path::PathBuf;

use super::arguments::{OfSite, PackArguments};
use super::{source, tell};
use crate::cli::arguments::NetworkArguments;
use crate::cli::{Exit, Failure, output};
use crate::diagnostics::Severity;
use crate::generate::problems_of;
use crate::publish::write_file;

/// Writes the archive of a plugin, and prints its digest.
pub(super) fn run(arguments: &PackArguments) -> Result<Exit, Failure> {
    let path = arguments.path.to_string_lossy();
    if !arguments.path.is_dir() {
        return Err(Failure::usage(format!("`{path}` is not a folder")));
    }
    if let Some(link) = source::links(&arguments.path)?.first() {
        let reason = "a package has plain files alone, since a link may lead anywhere";
        return Err(Failure::usage(format!("`{link}` is a symbolic link: {reason}")));
    }
    let here = OfSite { site: PathBuf::from("."), config: Vec::new(), network: NetworkArguments::default() };
    let opened = source::open(&path, &here, false)?;
    let input = opened.input.clone();
    let package = opened.package("the plugin")?;
    let mut report = problems_of(&package, &*input.builtin);
    report.retain(|it| it.severity >= Severity::Warning);
    if !report.is_empty() && tell(&report, &input) {
        return Ok(Exit::Findings);
    }
    if package.id().is_empty() || package.text("/metadata/version").is_none() {
        return Err(Failure::usage("a plugin that is packed has `metadata.id` and `metadata.version`"));
    }
    for file in &package.left_out {
        output::say(&format!("left out: {file}"));
    }
    let bytes = package.pack().map_err(|error| Failure::io("the archive", &error))?;
    let out = arguments.out.clone().unwrap_or_else(|| PathBuf::from(package.archive_name()));
    if let Some(folder) = out.parent().filter(|it| !it.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| Failure::io("the folder of the archive", &error))?;
    }
    write_file(&out, &bytes).map_err(|error| Failure::io("the archive", &error))?;
    output::say(&format!("{} files, {} bytes in {}", package.files.len(), bytes.len(), out.display()));
    output::line(&package.digest());
    Ok(Exit::Clean)
}
