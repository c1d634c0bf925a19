//! `callboard entities`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::arguments::EntitiesArguments;
use super::{Exit, Failure, output, site_folder};
use crate::generate::{SiteInput, list_entities};
use crate::sources::{LocalReader, Reader as _};

/// Prints one line a YAML document, in the order of the paths.
pub(super) fn run(arguments: &EntitiesArguments) -> Result<Exit, Failure> {
    for path in &arguments.paths {
        let (folder, file) = place(path)?;
        let reader = LocalReader::new(&folder, &folder).map_err(|error| Failure::io("the folder", &error))?;
        let files = match &file {
            Some(file) => vec![file.clone()],
            None => reader.search("**/*.{yaml,yml}").map_err(|error| Failure::usage(error.to_string()))?,
        };
        let input = SiteInput {
            reader: Arc::new(reader),
            builtin: Arc::new(crate::sources::MemoryReader::default()),
            configs: Vec::new(),
            name: String::new(),
            environment: BTreeMap::new(),
            origin: site_folder::origin(arguments.origin.as_deref(), &folder, None)?,
            now: String::new(),
            now_s: 0,
        };
        for row in list_entities(&files, file.is_none(), arguments.model, &input) {
            let line = serde_json::to_string(&row).map_err(|error| Failure::usage(error.to_string()))?;
            output::line(&line);
        }
    }
    Ok(Exit::Clean)
}

/// Returns the folder to list, or the folder and name of a single file.
fn place(path: &Path) -> Result<(std::path::PathBuf, Option<String>), Failure> {
    let missing = || Failure::usage(format!("there is no file or folder `{}`", path.display()));
    let real = path.canonicalize().map_err(|_| missing())?;
    if real.is_dir() {
        return Ok((real, None));
    }
    let folder = real.parent().ok_or_else(missing)?.to_path_buf();
    let file = real.file_name().and_then(|it| it.to_str()).ok_or_else(missing)?.to_owned();
    Ok((folder, Some(file)))
}
