//! Problems to SARIF 2.1.0, the format of code scanning.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::Findings;
use super::findings::text;
use super::fingerprint::Fingerprints;
use crate::cli::explain::descriptions;
use crate::diagnostics::{Diagnostic, Severity, Span};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name that stands for the root of the repository; the reader knows where that is.
const ROOT: &str = "SRCROOT";

/// A result, in SARIF's words.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

/// Returns the log of one run, the worst problems first.
pub(super) fn document(findings: &Findings<'_>) -> String {
    let problems = findings.worst_first();
    // Each code is one rule; sorted, so that a rule keeps its place from run to run.
    let mut codes: BTreeMap<&str, usize> = problems.iter().map(|it| (&*it.code, 0)).collect();
    for (index, place) in codes.values_mut().enumerate() {
        *place = index;
    }
    let mut fingerprints = Fingerprints::default();
    let results: Vec<Finding> = problems
        .into_iter()
        .map(|it| {
            let index = codes.get(&*it.code).copied().unwrap_or_default();
            result(findings, it, index, &mut fingerprints)
        })
        .collect();
    let descriptions = descriptions();
    let value = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Callboard",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.keys().map(|code| rule(code, &descriptions)).collect::<Vec<_>>(),
            }},
            "invocations": [{"executionSuccessful": findings.summary.is_some()}],
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

/// Describes a code by the sentence on its page.
fn rule(code: &str, descriptions: &BTreeMap<String, String>) -> Value {
    let short = descriptions.get(code).map_or(code, String::as_str);
    json!({
        "id": code,
        "shortDescription": {"text": short},
        "help": {"text": format!("`callboard explain {code}` shows the rule, an example and its remedy.")},
    })
}

fn result(
    findings: &Findings<'_>,
    diagnostic: &Diagnostic,
    rule_index: usize,
    fingerprints: &mut Fingerprints,
) -> Finding {
    let path = findings.path(&diagnostic.span).unwrap_or_else(|| diagnostic.span.shown().into_owned());
    let related = diagnostic.related.iter();
    Finding {
        rule_id: diagnostic.code.to_string(),
        rule_index,
        level: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Notice => "note",
        },
        message: Message { text: text(diagnostic, "\n") },
        locations: location(findings, &diagnostic.span, None).into_iter().collect(),
        related_locations: related
            .filter_map(|it| location(findings, &it.span, Some(it.label.clone())))
            .collect(),
        partial_fingerprints: BTreeMap::from([("callboard/v1", fingerprints.next(diagnostic, &path))]),
    }
}

fn location(findings: &Findings<'_>, span: &Span, label: Option<String>) -> Option<Location> {
    let artifact_location = ArtifactLocation { uri: uri(&findings.path(span)?), uri_base_id: ROOT };
    let physical_location = PhysicalLocation { artifact_location, region: region(span) };
    Some(Location { physical_location, message: label.map(|text| Message { text }) })
}

/// Returns the range of a span; like ours, its end is exclusive and its columns count characters.
fn region(span: &Span) -> Option<Region> {
    let (start, end) = (span.start, span.end.max(span.start));
    (start.line > 0).then(|| Region {
        start_line: start.line,
        start_column: start.column.max(1),
        end_line: end.line,
        end_column: end.column.max(1),
    })
}

/// Returns a path as a relative reference: what is not plain is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            it if it.is_ascii_alphanumeric() => out.push(byte as char),
            it => out.push_str(&format!("%{it:02X}")),
        }
    }
    out
}
