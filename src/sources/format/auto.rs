//! A file of a format that nobody names to a value.

use serde_json::Value;

use super::{Format, FormatError, parse_text};

/// The endings of paths, without a dot.
const ENDINGS: &[(&str, Format)] = &[
    ("json", Format::Json),
    ("geojson", Format::Json),
    ("yaml", Format::Yaml),
    ("yml", Format::Yaml),
    ("toml", Format::Toml),
    ("csv", Format::Csv),
    ("tsv", Format::Csv),
    ("xml", Format::Xml),
    ("txt", Format::Text),
    ("log", Format::Text),
    ("md", Format::Markdown),
    ("markdown", Format::Markdown),
    ("lcov", Format::Lcov),
    ("sarif", Format::Sarif),
];

/// Parses a file as the ending of its path says, else as its content looks. What looks like YAML and is not is text.
pub(super) fn parse(name: &str, text: &str) -> Result<Value, FormatError> {
    if let Some(format) = of_ending(name) {
        return parse_text(format, name, text);
    }
    match looks_like(text) {
        Format::Yaml => {
            parse_text(Format::Yaml, name, text).or_else(|_| parse_text(Format::Text, name, text))
        }
        format => parse_text(format, name, text),
    }
}

fn of_ending(name: &str) -> Option<Format> {
    let path = name.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let ending = file.rsplit_once('.')?.1.to_ascii_lowercase();
    ENDINGS.iter().find(|(it, _)| *it == ending).map(|(_, format)| *format)
}

fn looks_like(text: &str) -> Format {
    let start = text.trim_start();
    let line = start.lines().next().unwrap_or_default();
    match start.chars().next() {
        Some('{' | '[') => Format::Json,
        Some('<') => Format::Xml,
        _ if line.starts_with("TN:") || line.starts_with("SF:") => Format::Lcov,
        _ if line == "---" || line.starts_with("- ") || is_entry(line) => Format::Yaml,
        _ => Format::Text,
    }
}

/// Returns whether a line is a key with its value, as in `name: x`.
fn is_entry(line: &str) -> bool {
    let Some((key, rest)) = line.split_once(':') else { return false };
    let plain = |it: char| it.is_ascii_alphanumeric() || "_-.\"'".contains(it);
    !key.is_empty() && key.chars().all(plain) && (rest.is_empty() || rest.starts_with(' '))
}
