//! A report of `JaCoCo` to `Coverage`.

use super::FormatError;
use super::coverage::{Coverage, Line, time};
use super::xml_events::{XmlEvent, local, walk};

/// Reads `report/group*/package/sourcefile/line`. The path of a file is that of its groups and its package, since the
/// report knows no folders.
pub(super) fn parse(text: &str) -> Result<Coverage, FormatError> {
    let mut coverage = Coverage::of("jacoco");
    let mut folders: Vec<String> = Vec::new();
    let mut path: Option<String> = None;
    let mut is_root = true;
    walk(text, &mut |event| {
        match event {
            XmlEvent::Open(name, attributes) => {
                match local(name) {
                    other if is_root && other != "report" => {
                        let message = format!("the root of JaCoCo is `report`, not `{other}`");
                        return Err(FormatError::new(message));
                    }
                    "sessioninfo" => {
                        let dumped = attributes.number("dump").and_then(time);
                        coverage.timestamp = coverage.timestamp.max(dumped);
                    }
                    "group" | "package" => folders.push(attributes.text("name").to_owned()),
                    "sourcefile" => {
                        let parts = folders.iter().map(String::as_str).chain([attributes.text("name")]);
                        let parts: Vec<&str> = parts.filter(|it| !it.is_empty()).collect();
                        let file = parts.join("/");
                        coverage.add_file(&file, None)?;
                        path = Some(file);
                    }
                    "line" => {
                        let count = |name| attributes.number(name).unwrap_or_default();
                        let taken = count("cb");
                        let branches = taken.saturating_add(count("mb"));
                        let line = Line { ran: count("ci") > 0, branches, taken };
                        if let Some((path, number)) = path.as_ref().zip(attributes.number("nr")) {
                            coverage.add(path, number, line)?;
                        }
                    }
                    // Without debug information there are no lines, and the counter says so in zeros.
                    _ => {}
                }
                is_root = false;
            }
            XmlEvent::Close(name) => match local(name) {
                "group" | "package" => {
                    folders.pop();
                }
                "sourcefile" => path = None,
                _ => {}
            },
            XmlEvent::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(coverage)
}
