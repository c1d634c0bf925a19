//! Problems to a JUnit report: one test case for each file that has any.

use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Findings;
use super::findings::text;
use crate::diagnostics::Diagnostic;

type Xml = Writer<Vec<u8>>;

/// Returns the report.
pub(super) fn document(findings: &Findings<'_>) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory does not fail.
    let _ = write(findings, &mut xml);
    String::from_utf8(xml.into_inner()).unwrap_or_default()
}

fn write(findings: &Findings<'_>, xml: &mut Xml) -> io::Result<()> {
    let mut files: BTreeMap<String, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in findings.worst_first() {
        let path = findings.path(&diagnostic.span).unwrap_or_else(|| diagnostic.span.shown().into_owned());
        files.entry(path).or_default().push(diagnostic);
    }
    let cases = files.len().max(1).to_string();
    let failed = files.values().filter(|it| it.iter().any(|it| findings.fails(it.severity))).count();
    let failed = failed.to_string();
    let totals = [("name", "callboard"), ("tests", &cases), ("failures", &failed), ("errors", "0")];
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites").with_attributes(totals).write_inner_content(|xml| {
        let suite = xml.create_element("testsuite").with_attributes(totals);
        suite.with_attribute(("skipped", "0")).write_inner_content(|xml| {
            if files.is_empty() {
                let passed = [("classname", "callboard"), ("name", "no problems")];
                xml.create_element("testcase").with_attributes(passed).write_empty()?;
            }
            files.iter().try_for_each(|(path, problems)| case(findings, path, problems, xml))
        })?;
        Ok(())
    })?;
    Ok(())
}

/// Writes one file: what fails is a failure each, the rest is the output of the test.
fn case(findings: &Findings<'_>, path: &str, problems: &[&Diagnostic], xml: &mut Xml) -> io::Result<()> {
    let name = allowed(path);
    let attributes = [("classname", "callboard"), ("name", &name), ("file", &name)];
    let (failures, rest): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        problems.iter().partition(|it| findings.fails(it.severity));
    xml.create_element("testcase").with_attributes(attributes).write_inner_content(|xml| {
        for failure in failures {
            let message = allowed(&failure.message).replace(['\n', '\r', '\t'], " ");
            let attributes = [("message", &*message), ("type", &*failure.code)];
            let body = allowed(&line(path, failure));
            let element = xml.create_element("failure").with_attributes(attributes);
            element.write_text_content(BytesText::new(&body))?;
        }
        if !rest.is_empty() {
            let lines: Vec<String> = rest.iter().map(|it| line(path, it)).collect();
            let body = allowed(&lines.join("\n"));
            xml.create_element("system-out").write_text_content(BytesText::new(&body))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn line(path: &str, diagnostic: &Diagnostic) -> String {
    let start = diagnostic.span.start;
    let place = match start.line {
        0 => path.to_owned(),
        line => format!("{path}:{line}:{}", start.column),
    };
    format!("{place}: {}[{}]: {}", diagnostic.severity, diagnostic.code, text(diagnostic, "\n  "))
}

/// Replaces the characters that XML 1.0 forbids even when they are escaped.
fn allowed(text: &str) -> String {
    let forbidden = |it: char| matches!(it, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|it| if forbidden(it) { '\u{fffd}' } else { it }).collect()
}
