//! Rows of cells to a list of objects.

use csv::{ReaderBuilder, Trim};
use serde_json::{Map, Value};

use super::{FormatError, bounds};

/// How many columns there may be.
const COLUMNS_MAX: usize = 1_000;

/// Parses a table whose first row names the columns. All cells are texts; those missing at the end of a row are empty.
pub(super) fn parse(text: &str) -> Result<Value, FormatError> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .trim(Trim::Headers)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| failed(&error))?.clone();
    check_headers(&headers)?;
    let (mut rows, mut cells) = (Vec::new(), 0_usize);
    for record in reader.records() {
        let record = record.map_err(|error| failed(&error))?;
        let line = record.position().map_or(0, csv::Position::line) as usize;
        if record.len() > headers.len() {
            let message =
                format!("the row has {} cells, and the first row names {}", record.len(), headers.len());
            return Err(FormatError::new(message).at_line(line));
        }
        cells += headers.len() + 1;
        if cells > bounds::NODES_MAX {
            return Err(bounds::too_many().at_line(line));
        }
        let all = record.iter().chain(std::iter::repeat(""));
        let row: Map<String, Value> =
            headers.iter().zip(all).map(|(name, cell)| (name.to_owned(), Value::from(cell))).collect();
        rows.push(Value::Object(row));
    }
    Ok(Value::Array(rows))
}

fn check_headers(headers: &csv::StringRecord) -> Result<(), FormatError> {
    if headers.len() > COLUMNS_MAX {
        return Err(FormatError::new(format!("a table may have at most {COLUMNS_MAX} columns")).at_line(1));
    }
    let mut seen = std::collections::BTreeSet::new();
    match headers.iter().find(|it| !seen.insert(*it)) {
        Some(twice) => Err(FormatError::new(format!("two columns are named `{twice}`")).at_line(1)),
        None => Ok(()),
    }
}

/// Spreadsheets write semicolons where the comma parts decimals, and tabs for the ending `.tsv`.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let count = |letter: char| line.matches(letter).count();
    match (count(','), count(';'), count('\t')) {
        (commas, semicolons, tabs) if tabs > commas && tabs > semicolons => b'\t',
        (commas, semicolons, _) if semicolons > commas => b';',
        _ => b',',
    }
}

fn failed(error: &csv::Error) -> FormatError {
    let line = error.position().map_or(1, csv::Position::line) as usize;
    FormatError::new(format!("this is no table of cells: {error}")).at_line(line)
}
