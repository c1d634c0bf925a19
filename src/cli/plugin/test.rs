//! `callboard plugin test`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::arguments::TestArguments;
use crate::cli::{Exit, Failure, embedded, output, site_folder};
use crate::diagnostics::{Drawing, Report, Severity, draw};
use crate::generate::{SiteInput, TestOutcome, extended_plugin, test_plugin};
use crate::sources::{LocalReader, Reader as _};

/// The moment of every test: 2 January 2026.
const NOW_S: i64 = 1_767_312_000;

/// Runs the tests of each folder.
pub(super) fn run(arguments: &TestArguments) -> Result<Exit, Failure> {
    let (mut passed, mut failed) = (0, 0);
    for folder in &arguments.folders {
        let (good, bad) = test(folder, arguments.bless)?;
        passed += good;
        failed += bad;
    }
    output::line(&format!("{passed} passed, {failed} failed"));
    Ok(if failed > 0 { Exit::Findings } else { Exit::Clean })
}

fn test(folder: &Path, bless: bool) -> Result<(usize, usize), Failure> {
    let real = site_folder::existing_folder(folder)?;
    let input = input_of(&real)?;
    let mut report = Report::new();
    let outcomes = test_plugin(&input, &mut report);
    let text_of = |path: &str| input.excerpt(path);
    for diagnostic in report.diagnostics() {
        output::say(&(draw(diagnostic, Drawing { colour: false }, &text_of) + "\n"));
    }
    let mut failed = usize::from(report.has_at_least(Severity::Error));
    let mut passed = 0;
    for outcome in outcomes {
        let failures = left(&outcome, &real, bless)?;
        output::line(&format!(
            "{} {}: {}",
            if failures.is_empty() { "ok    " } else { "FAILED" },
            folder.display(),
            outcome.name
        ));
        failures.iter().for_each(|it| output::line(&format!("       {it}")));
        if failures.is_empty() { passed += 1 } else { failed += 1 }
    }
    Ok((passed, failed))
}

/// Returns the input of the tests of a plugin: its folder is all that there is.
fn input_of(folder: &Path) -> Result<SiteInput, Failure> {
    let reader = LocalReader::new(folder, folder).map_err(|error| Failure::io("the folder", &error))?;
    Ok(SiteInput {
        reader: Arc::new(reader),
        builtin: Arc::new(embedded::reader_with(siblings(folder))),
        configs: Vec::new(),
        name: String::new(),
        environment: BTreeMap::new(),
        origin: None,
        now: "2026-01-02".to_owned(),
        now_s: NOW_S,
    })
}

/// Returns what fails in the tests of a plugin, each in a sentence that names its test.
#[cfg(feature = "serve")]
pub(super) fn failures(folder: &Path) -> Result<Vec<String>, Failure> {
    // Mistakes of the manifest are told by the build.
    let outcomes = test_plugin(&input_of(folder)?, &mut Report::new());
    let of = |it: TestOutcome| {
        it.failures.into_iter().map(move |what| format!("{}: {what}", it.name)).collect::<Vec<_>>()
    };
    Ok(outcomes.into_iter().flat_map(of).collect())
}

/// Returns the files of the plugin that a module extends, where it lies beside it: the one that its author works on.
fn siblings(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let id = std::fs::read_to_string(folder.join("plugin.yaml")).ok().and_then(|it| extended_plugin(&it));
    let Some((id, parent)) = id.zip(folder.parent()) else { return Vec::new() };
    let Ok(reader) = LocalReader::new(&parent.join(&id), &parent.join(&id)) else { return Vec::new() };
    let paths = reader.tree("").unwrap_or_default();
    let file = |path: String| Some((format!("plugins/{id}/{path}"), reader.read(&path).ok()?));
    paths.into_iter().filter_map(file).collect()
}

/// Returns the failures that remain once what was drawn has been written where that is wanted.
fn left(outcome: &TestOutcome, folder: &Path, bless: bool) -> Result<Vec<String>, Failure> {
    let Some((file, html)) = outcome.html.as_ref().filter(|_| bless) else {
        return Ok(outcome.failures.clone());
    };
    let path = folder.join(file);
    let is_inside = !file.split('/').any(|it| it == "..") && Path::new(file).is_relative();
    if !is_inside {
        return Err(Failure::usage(format!("`{file}` lies outside of the plugin")));
    }
    std::fs::write(&path, html).map_err(|error| Failure::io("the expected HTML", &error))?;
    let is_html = |it: &&String| it.starts_with("the HTML differs") || it.contains("--bless writes it");
    Ok(outcome.failures.iter().filter(|it| !is_html(it)).cloned().collect())
}
