//! `callboard plugin record`.

use std::fs;

use super::arguments::RecordArguments;
use super::site_file::confirm;
use super::{site_arguments, tell, unknown_id, unusable};
use crate::cli::progress::Meter;
use crate::cli::{Exit, Failure, output, site_folder};
use crate::diagnostics::Report;
use crate::generate::{NotRecorded, record};
use crate::publish::write_file;

/// How many lines of what is going to be written are shown.
const LINES_SHOWN: usize = 60;

/// Asks the real servers for one entity, and writes what they answer as fixtures of the plugin.
pub(super) fn run(arguments: &RecordArguments) -> Result<Exit, Failure> {
    let site = site_folder::existing_folder(&arguments.of.site)?;
    let input = site_folder::input(&site_arguments(&arguments.of))?;
    let mut report = Report::new();
    let meter = Meter::new(&input.reader, None);
    let recorded =
        record(&input, &arguments.id, &arguments.entity, arguments.with_emails, &meter, &mut report);
    meter.finish();
    let recording = match recorded {
        Ok(recording) => recording,
        Err(NotRecorded::Unusable) => return Ok(unusable(&report, &input)),
        Err(NotRecorded::NoPlugin) => return Err(unknown_id(&arguments.id, None)),
        Err(NotRecorded::NoEntity) => {
            return Err(Failure::usage(format!("the catalog has no entity `{}`", arguments.entity)));
        }
        Err(NotRecorded::Offline) => return Err(Failure::usage("this site reads nothing from elsewhere")),
    };
    let has_errors = tell(&report, &input);
    if recording.requests.is_empty() {
        return Err(Failure::failed(format!(
            "the plugin `{}` asked nobody for `{}`; `callboard plugin explain {0}` tells what it needs",
            arguments.id, arguments.entity
        )));
    }
    let folder = match (&arguments.folder, &recording.folder) {
        (Some(folder), _) => folder.clone(),
        (None, Some(folder)) => site.join(folder),
        (None, None) => {
            return Err(Failure::usage(
                "the plugin is not in the folder of the site; name its folder with --folder",
            ));
        }
    };
    let name = &arguments.name;
    let plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Failure::usage(format!(
            "`{name}` is no name of a file: it takes letters, digits and `-`"
        )));
    }
    let files = [
        (format!("fixtures/{name}.yaml"), &recording.exchanges),
        (format!("fixtures/{name}-entity.yaml"), &recording.entity),
    ];
    recording.requests.iter().for_each(|it| output::say(it));
    output::say(&format!(
        "{} texts are left out: secrets, tokens and addresses of people",
        recording.left_out
    ));
    for (path, text) in &files {
        let lines: Vec<&str> = text.lines().collect();
        output::say(&format!("--- {path}, {} lines", lines.len()));
        lines.iter().take(LINES_SHOWN).for_each(|it| output::say(it));
        if lines.len() > LINES_SHOWN {
            output::say("…");
        }
    }
    confirm("These files may become public with the plugin. Write them?", arguments.yes)?;
    fs::create_dir_all(folder.join("fixtures")).map_err(|error| Failure::io("the fixtures", &error))?;
    for (path, text) in &files {
        write_file(&folder.join(path), text.as_bytes()).map_err(|error| Failure::io(path, &error))?;
        output::line(&folder.join(path).display().to_string());
    }
    output::say(&format!(
        "a test in plugin.yaml reads them with\n  - name: {name}\n    entity: fixtures/{name}-entity.yaml\n    replay: fixtures/{name}.yaml\n    expect: {{state: good}}"
    ));
    Ok(if has_errors { Exit::Findings } else { Exit::Clean })
}
