//! A report of Cobertura, or of a tool that writes its format, to `Coverage`.

use super::FormatError;
use super::coverage::{Coverage, Line, cleaned, time};
use super::xml_events::{Attributes, XmlEvent, local, walk, whole_number};

/// Reads `coverage/packages/package/classes/class/lines/line`. Several classes may stand in one file.
pub(super) fn parse(text: &str) -> Result<Coverage, FormatError> {
    let mut coverage = Coverage::of("cobertura");
    let mut path = String::new();
    let mut is_root = true;
    walk(text, &mut |event| {
        let XmlEvent::Open(name, attributes) = event else { return Ok(()) };
        match local(name) {
            "coverage" if is_root => head(&mut coverage, attributes),
            other if is_root => {
                return Err(FormatError::new(format!("the root of Cobertura is `coverage`, not `{other}`")));
            }
            "class" => {
                path = cleaned(attributes.text("filename"));
                if path.is_empty() {
                    return Err(FormatError::new("a `class` has no `filename`"));
                }
                coverage.add_file(&path, None)?;
            }
            "line" if !path.is_empty() => {
                if let Some(number) = attributes.number("number") {
                    coverage.add(&path, number, line(attributes))?;
                }
            }
            _ => {}
        }
        is_root = false;
        Ok(())
    })?;
    Ok(coverage)
}

fn head(coverage: &mut Coverage, attributes: &Attributes) {
    coverage.generator = format!("cobertura {}", attributes.text("version")).trim().to_owned();
    coverage.timestamp = attributes.number("timestamp").and_then(time);
}

fn line(attributes: &Attributes) -> Line {
    // As in `50% (1/2)`.
    let condition = attributes.text("condition-coverage");
    let counts =
        condition.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(counts, _)| counts);
    let counts = counts.and_then(|it| it.split_once('/'));
    let counts = counts.and_then(|(taken, all)| Some((whole_number(taken)?, whole_number(all)?)));
    let (taken, branches) = counts.unwrap_or_default();
    Line { ran: attributes.number("hits").is_some_and(|it| it > 0), branches, taken }
}
