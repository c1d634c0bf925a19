//! `callboard plugin diff`.

use std::path::Path;

use super::arguments::DiffArguments;
use super::source;
use crate::cli::arguments::DiffFormat;
use crate::cli::{Exit, Failure, output};
use crate::generate::compare_packages;
use crate::sources::is_archive;

/// Prints what changed. The exit code is 1 when the new version says less than the changes want.
pub(super) fn run(arguments: &DiffArguments) -> Result<Exit, Failure> {
    let of = arguments.with.of_site();
    let new = source::open(&arguments.new, &of, true)?;
    let old = arguments.old.as_str();
    let is_source =
        old.contains("://") || old.starts_with("builtin:") || is_archive(old) || Path::new(old).is_dir();
    let old = match Path::new(&arguments.new) {
        folder if !is_source && folder.is_dir() => source::at_revision(old, folder)?,
        _ => source::open(old, &of, true)?,
    };
    let (old, new) = (old.package("the old version")?, new.package("the new version")?);
    let comparison = compare_packages(&old, &new);
    let text = match arguments.format {
        DiffFormat::Text => comparison.to_text(),
        DiffFormat::Markdown => comparison.to_markdown(),
        DiffFormat::Json => comparison.to_json(),
    };
    output::line(text.trim_end());
    Ok(if comparison.enough { Exit::Clean } else { Exit::Findings })
}
