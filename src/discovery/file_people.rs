//! People and teams from files, through a `Reader`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::people;
use super::settings::{DiscoverySettings, FileProvider};
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::sources::{Reader, is_glob};

/// The most problems of one file that are told.
const PROBLEMS_MAX: usize = 20;

/// A form of files.
pub(super) trait FileSource: std::fmt::Debug + Send + Sync {
    /// Turns the files of one provider into entities, by reference. What a file has wrong is told by line, from 1; 0 is
    /// the file as a whole.
    fn people(&self, files: &[PeopleFile], problems: &mut Problems<'_>) -> BTreeMap<String, Value>;
}

/// One file.
#[derive(Debug)]
pub(super) struct PeopleFile {
    pub(super) path: String,
    pub(super) text: String,
}

/// What is wrong with the records of files.
pub(super) struct Problems<'a> {
    report: &'a mut Report,
    told: BTreeMap<String, usize>,
}

impl Problems<'_> {
    /// Tells of a record that is left out.
    pub(super) fn tell(&mut self, file: &str, line: u32, message: String) {
        let told = self.told.entry(file.to_owned()).or_default();
        *told += 1;
        if *told <= PROBLEMS_MAX {
            let place = Span::point(file, line.max(1), 1);
            self.report.push(
                Diagnostic::warning("discovery/bad-record", place, message)
                    .reason("the record, or the line, is left out; the others are used"),
            );
        }
    }
}

/// Reads the users and groups of all files that `ldifOrg` and `scimOrg` name, sorted by reference.
pub fn people_of_files(settings: &DiscoverySettings, reader: &dyn Reader, report: &mut Report) -> Vec<Value> {
    let mut entities = BTreeMap::new();
    for provider in &settings.files {
        let files = read_all(provider, reader, report);
        let mut problems = Problems { report, told: BTreeMap::new() };
        for entity in provider.source.people(&files, &mut problems).into_values() {
            people::join_into(&mut entities, entity);
        }
    }
    people::add_children(&mut entities);
    entities.into_values().collect()
}

fn read_all(provider: &FileProvider, reader: &dyn Reader, report: &mut Report) -> Vec<PeopleFile> {
    let mut files = Vec::new();
    let mut fail = |path: &str, reason: String| {
        let message = format!("`{path}` cannot be read: {reason}");
        report.push(Diagnostic::error("discovery/unreadable", provider.span.clone(), message));
    };
    for target in &provider.files {
        let paths = match is_glob(target) {
            true => reader.search(target),
            false => Ok(vec![target.clone()]),
        };
        match paths {
            Ok(paths) if paths.is_empty() => fail(target, "no file matches".to_owned()),
            Ok(paths) => {
                for path in paths {
                    match reader.read_text(&path) {
                        Ok(text) => files.push(PeopleFile { path, text }),
                        Err(error) => fail(&path, error.to_string()),
                    }
                }
            }
            Err(error) => fail(target, error.to_string()),
        }
    }
    files
}
