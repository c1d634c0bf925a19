//! `Coverage`: which lines of which files the tests ran, whatever tool says it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::FormatError;

/// How many lines of code a report may tell of.
const LINES_MAX: usize = 3_000_000;

/// How many files a report may tell of.
const FILES_MAX: usize = 100_000;

/// How many folders above a file are listed.
const FOLDERS_MAX: usize = 32;

/// How long a path may be, in bytes.
const PATH_BYTES_MAX: usize = 1_024;

/// What a report says.
#[derive(Default)]
pub(super) struct Coverage {
    /// The format, and the version of the tool if the report has it.
    pub(super) generator: String,
    /// When the report was made.
    pub(super) timestamp: Option<Timestamp>,
    files: BTreeMap<String, File>,
    lines: usize,
}

#[derive(Default)]
struct File {
    lines: BTreeMap<u32, Line>,
    /// What the report counts where it lists no lines: all lines, those that ran.
    counted: Option<(u64, u64)>,
}

/// A line of code.
#[derive(Clone, Copy, Default)]
pub(super) struct Line {
    /// Whether it ran.
    pub(super) ran: bool,
    /// How many branches leave it.
    pub(super) branches: u64,
    /// How many of them were taken.
    pub(super) taken: u64,
}

impl Coverage {
    /// Returns a report of a generator that tells of nothing yet.
    pub(super) fn of(generator: &str) -> Self {
        Self { generator: generator.to_owned(), ..Self::default() }
    }

    /// Adds a line of a file. A report can tell of a line more than once; what any of them says to have run did run.
    pub(super) fn add(&mut self, path: &str, number: u64, line: Line) -> Result<(), FormatError> {
        // No file has as many lines.
        let Ok(number) = u32::try_from(number) else { return Ok(()) };
        let file = self.file(path)?;
        let before = file.lines.len();
        let known = file.lines.entry(number).or_default();
        known.ran |= line.ran;
        known.branches = known.branches.max(line.branches);
        known.taken = known.taken.max(line.taken.min(line.branches));
        let added = file.lines.len() - before;
        self.lines += added;
        if self.lines > LINES_MAX {
            return Err(FormatError::new(format!("it tells of more than {LINES_MAX} lines of code")));
        }
        Ok(())
    }

    /// Adds a file, with what the report counts in it if no line is added.
    pub(super) fn add_file(&mut self, path: &str, counted: Option<(u64, u64)>) -> Result<(), FormatError> {
        let file = self.file(path)?;
        file.counted = counted.map(|(lines, covered)| (lines, covered.min(lines))).or(file.counted);
        Ok(())
    }

    fn file(&mut self, path: &str) -> Result<&mut File, FormatError> {
        if path.len() > PATH_BYTES_MAX {
            return Err(FormatError::new(format!("a path is longer than {PATH_BYTES_MAX} bytes")));
        }
        if !self.files.contains_key(path) {
            if self.files.len() == FILES_MAX {
                return Err(FormatError::new(format!("it tells of more than {FILES_MAX} files")));
            }
            self.files.insert(path.to_owned(), File::default());
        }
        Ok(self.files.entry(path.to_owned()).or_default())
    }

    /// Returns the report as `{total, files, folders, generator, timestamp}`.
    pub(super) fn into_json(self) -> Value {
        let mut total = Counts::default();
        let mut folders: BTreeMap<&str, Counts> = BTreeMap::new();
        let mut files = Vec::with_capacity(self.files.len());
        for (path, file) in &self.files {
            let counts = file.counts();
            total.add(counts);
            for (at, _) in path.match_indices('/').take(FOLDERS_MAX) {
                let folder = path.get(..at).filter(|it| !it.is_empty());
                folder.into_iter().for_each(|it| folders.entry(it).or_default().add(counts));
            }
            let mut row = named(path, counts);
            row.insert("uncovered".to_owned(), Value::from(file.uncovered()));
            counts.add_branches(&mut row);
            files.push(Value::Object(row));
        }
        let folders: Vec<Value> =
            folders.into_iter().map(|(path, counts)| Value::Object(named(path, counts))).collect();
        let mut all = counts_row(total);
        total.add_branches(&mut all);
        json!({
            "total": all,
            "files": files,
            "folders": folders,
            "generator": self.generator,
            "timestamp": self.timestamp.map(|it| it.to_string()),
        })
    }
}

impl File {
    fn counts(&self) -> Counts {
        if let (true, Some((lines, covered))) = (self.lines.is_empty(), self.counted) {
            return Counts { lines, covered, ..Counts::default() };
        }
        let mut counts = Counts { lines: self.lines.len() as u64, ..Counts::default() };
        for line in self.lines.values() {
            counts.covered += u64::from(line.ran);
            counts.branches = counts.branches.saturating_add(line.branches);
            counts.taken = counts.taken.saturating_add(line.taken);
        }
        counts
    }

    /// Returns the ranges of lines that did not run. Lines without code between two of them part no range.
    fn uncovered(&self) -> Vec<String> {
        let mut ranges = Vec::new();
        let mut open: Option<(u32, u32)> = None;
        let shown = |(first, last): (u32, u32)| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        };
        for (number, line) in &self.lines {
            open = match (line.ran, open) {
                (true, open) => {
                    ranges.extend(open.map(shown));
                    None
                }
                (false, Some((first, _))) => Some((first, *number)),
                (false, None) => Some((*number, *number)),
            };
        }
        ranges.extend(open.map(shown));
        ranges
    }
}

#[derive(Clone, Copy, Default)]
struct Counts {
    lines: u64,
    covered: u64,
    branches: u64,
    taken: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.lines = self.lines.saturating_add(other.lines);
        self.covered = self.covered.saturating_add(other.covered);
        self.branches = self.branches.saturating_add(other.branches);
        self.taken = self.taken.saturating_add(other.taken);
    }

    fn add_branches(self, row: &mut Map<String, Value>) {
        row.insert("branches".to_owned(), Value::from(self.branches));
        row.insert("branchesCovered".to_owned(), Value::from(self.taken));
    }
}

fn named(path: &str, counts: Counts) -> Map<String, Value> {
    let mut row = Map::from_iter([("path".to_owned(), Value::from(path))]);
    row.extend(counts_row(counts));
    row
}

fn counts_row(counts: Counts) -> Map<String, Value> {
    Map::from_iter([
        ("lines".to_owned(), Value::from(counts.lines)),
        ("covered".to_owned(), Value::from(counts.covered)),
        ("percent".to_owned(), percent(counts.covered, counts.lines)),
    ])
}

/// Returns a share with two decimals, and `null` of nothing.
fn percent(part: u64, whole: u64) -> Value {
    match whole {
        0 => Value::Null,
        _ => Value::from((part as f64 * 10_000.0 / whole as f64).round() / 100.0),
    }
}

/// Returns a path with forward slashes, without `./` before it.
pub(super) fn cleaned(path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    path.trim_start_matches("./").to_owned()
}

/// Returns the time of a number of seconds, or of milliseconds where seconds would be thousands of years away.
pub(super) fn time(number: u64) -> Option<Timestamp> {
    let number = i64::try_from(number).ok().filter(|it| *it > 0)?;
    match number > 100_000_000_000 {
        true => Timestamp::from_millisecond(number).ok(),
        false => Timestamp::from_second(number).ok(),
    }
}
