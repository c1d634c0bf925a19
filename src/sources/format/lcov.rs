//! A trace file of `lcov`, or of a tool that writes its format, to `Coverage`.

use std::collections::BTreeMap;

use super::FormatError;
use super::coverage::{Coverage, Line, cleaned};
use super::xml_events::whole_number;

/// The section of a source file.
#[derive(Default)]
struct Section {
    path: String,
    /// The branches of each line: how many there are, and how many were taken.
    branches: BTreeMap<u64, (u64, u64)>,
    /// Whether each line ran.
    lines: BTreeMap<u64, bool>,
    /// `LF` and `LH`.
    counted: (Option<u64>, Option<u64>),
}

/// Reads sections from `SF:` to `end_of_record`. A file may have several, one a test.
pub(super) fn parse(text: &str) -> Result<Coverage, FormatError> {
    let mut coverage = Coverage::of("lcov");
    let mut section: Option<Section> = None;
    let mut seen = false;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let failed = |message: &str| FormatError::new(message).at_line(at + 1);
        if line == "end_of_record" {
            let done = section.take().ok_or_else(|| failed("`end_of_record` ends nothing"))?;
            done.finish(&mut coverage).map_err(|error| error.at_line(at + 1))?;
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            return Err(failed("this is no line of a trace file, such as `DA:1,2`"));
        };
        match (key, &mut section) {
            ("SF", None) => {
                seen = true;
                section = Some(Section { path: cleaned(value), ..Section::default() });
            }
            ("SF", Some(_)) => return Err(failed("the file before has no `end_of_record`")),
            ("DA" | "BRDA" | "LF" | "LH", Some(section)) => {
                section.add(key, value).ok_or_else(|| failed(&format!("`{line}` lacks a number")))?;
            }
            // Names of tests, functions and what newer releases add.
            _ => {}
        }
    }
    match (seen, section) {
        (false, _) => Err(FormatError::new("no line begins with `SF:`, so it is no trace file of lcov")),
        (true, Some(section)) => {
            let message = format!("`{}` has no `end_of_record`", section.path);
            Err(FormatError::new(message).at_line(text.lines().count()))
        }
        (true, None) => Ok(coverage),
    }
}

impl Section {
    /// Adds a line of the section. Returns `None` if a number is missing.
    fn add(&mut self, key: &str, value: &str) -> Option<()> {
        let mut parts = value.split(',');
        let number = whole_number(parts.next()?)?;
        match key {
            "LF" => self.counted.0 = Some(number),
            "LH" => self.counted.1 = Some(number),
            "DA" => {
                // Tools that subtract counters can write less than nothing.
                let hits = parts.next()?.trim();
                let ran = !hits.starts_with('-') && whole_number(hits)? > 0;
                *self.lines.entry(number).or_default() |= ran;
            }
            _ => {
                let taken = value.rsplit(',').next().and_then(whole_number).is_some_and(|it| it > 0);
                let (all, some) = self.branches.entry(number).or_default();
                *all += 1;
                *some += u64::from(taken);
            }
        }
        Some(())
    }

    fn finish(self, coverage: &mut Coverage) -> Result<(), FormatError> {
        coverage.add_file(&self.path, self.counted.0.zip(self.counted.1))?;
        for (number, ran) in self.lines {
            let (branches, taken) = self.branches.get(&number).copied().unwrap_or_default();
            coverage.add(&self.path, number, Line { ran, branches, taken })?;
        }
        Ok(())
    }
}
