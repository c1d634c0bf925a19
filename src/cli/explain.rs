//! `callboard explain`: a diagnostic code to its page.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::arguments::ExplainArguments;
use super::{Exit, Failure, embedded, output};
use crate::diagnostics::nearest;
use crate::sources::yaml;

/// Prints the page of a code, or all codes with one line each.
pub(super) fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let pages = embedded::codes();
    output::line(&match &arguments.code {
        Some(code) => page(code, &pages)?,
        None => list(&pages),
    });
    Ok(Exit::Clean)
}

/// Returns what each code means, in one sentence.
pub(super) fn descriptions() -> BTreeMap<String, String> {
    let pages = embedded::codes();
    pages.iter().map(|(code, text)| (code.clone(), description(parts(text).0))).collect()
}

/// Returns where to read on about a problem, in one line.
pub(super) fn pointer(code: &str) -> String {
    format!("`callboard explain {code}` tells more")
}

fn page(code: &str, pages: &BTreeMap<String, String>) -> Result<String, Failure> {
    let unknown = || match nearest(code, pages.keys().map(String::as_str)) {
        Some(near) => Failure::usage(format!("there is no code `{code}`; did you mean `{near}`?")),
        None => Failure::usage(format!("there is no code `{code}`; `callboard explain` lists all")),
    };
    let (_, body) = parts(pages.get(code).ok_or_else(unknown)?);
    Ok(body.trim().to_owned())
}

fn list(pages: &BTreeMap<String, String>) -> String {
    let width = pages.keys().map(String::len).max().unwrap_or_default();
    let lines: Vec<String> =
        pages.iter().map(|(code, text)| format!("{code:width$}  {}", description(parts(text).0))).collect();
    lines.join("\n")
}

/// Returns the front matter and the body of a page.
fn parts(text: &str) -> (&str, &str) {
    text.strip_prefix("---\n").and_then(|it| it.split_once("\n---\n")).unwrap_or(("", text))
}

fn description(front: &str) -> String {
    let document = yaml::parse_one(&Arc::from(""), front).ok();
    let json = document.map(|it| it.json()).unwrap_or_default();
    json.get("description").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
