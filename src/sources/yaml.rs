//! YAML text to documents in which every node has its place; scalars as Backstage resolves them.
//!
//! Backstage parses with the YAML 1.2 core schema, without merge keys, and with duplicate keys as errors; so does
//! this. A document that does not parse costs only itself.

use std::sync::Arc;

use saphyr::{LoadableYamlNode as _, MarkedYaml, Marker, Scalar, ScanError, YamlData};
use serde_json::{Map, Number, Value};

use super::yaml_mending::mended;
use crate::diagnostics::{Diagnostic, Position, Span};

/// How many columns of indentation, indicators included, a line may begin with. Blocks are nested by columns, and the
/// parser, which calls itself for each, has no bound of its own there.
const INDENT_MAX: usize = 1_000;

/// One document of a YAML stream, with the place of every node.
#[derive(Clone, Debug)]
pub struct Document<'text> {
    file: Arc<str>,
    root: MarkedYaml<'text>,
    /// What to add to the lines of `root`, which may have been parsed from a part of the file.
    line_offset: u32,
}

/// Parses all documents of a stream, in order. A document without content (empty, comments alone, or `null`) is
/// `Ok(None)`, so that the index in the list is the index in the file.
pub fn parse(file: &Arc<str>, text: &str) -> Vec<Result<Option<Document<'static>>, Box<Diagnostic>>> {
    let wrap = |root: MarkedYaml<'static>, line_offset| {
        let document = Document { file: Arc::clone(file), root, line_offset };
        let empty = matches!(document.root.data, YamlData::BadValue | YamlData::Value(Scalar::Null));
        if empty { None } else { Some(document) }
    };
    if let Ok(documents) = load(text) {
        return documents.into_iter().map(|root| Ok(wrap(root, 0))).collect();
    }
    // One error fails the whole stream, so each document is parsed alone. A line that begins with `---` always begins
    // a document, even inside a block scalar or quotes (YAML 1.2.2, section 9.1.2, `c-forbidden`).
    let mut parsed = Vec::new();
    for (line_offset, part) in split(text) {
        match load(part) {
            Ok(documents) => parsed.extend(documents.into_iter().map(|root| Ok(wrap(root, line_offset)))),
            Err(error) => {
                let mark = error.marker();
                // What is missing at the end of a document is missing on its last line, not on the next one's.
                let last = part.trim_end().lines().count().max(1);
                let line =
                    u32::try_from(mark.line().min(last)).unwrap_or(u32::MAX).saturating_add(line_offset);
                let at_end = mark.line() > last;
                let column = if at_end {
                    part.trim_end().lines().last().map_or(0, |it| it.chars().count())
                } else {
                    mark.col()
                };
                let column = u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1);
                let span = Span::point(Arc::clone(file), line, column);
                parsed.push(Err(Box::new(syntax_error(span, error.info()))));
            }
        }
    }
    parsed
}

/// Loads a stream. What the parser refuses and YAML allows is mended first.
fn load(text: &str) -> Result<Vec<MarkedYaml<'static>>, ScanError> {
    if let Some(line) = deepest_line(text) {
        return Err(ScanError::new_str(Marker::new(0, line, 0), "it is nested too deeply"));
    }
    MarkedYaml::load_from_str(text).or_else(|error| match mended(text, error.info()) {
        Some(mended) => MarkedYaml::load_from_str(&mended),
        None => Err(error),
    })
}

/// Returns the first line, from 1, that is indented beyond all reason.
fn deepest_line(text: &str) -> Option<usize> {
    let is_deep = |line: &str| {
        let line = line.as_bytes();
        let blank = |it: Option<&u8>| it.is_none_or(|it| matches!(it, b' ' | b'\t'));
        let indents = |at: usize| match line.get(at) {
            Some(b' ' | b'\t') => true,
            Some(b'-' | b'?' | b':') => blank(line.get(at + 1)),
            _ => false,
        };
        line.len() > INDENT_MAX && (0..=INDENT_MAX).all(indents)
    };
    text.split(['\n', '\r']).any(is_deep).then(|| text.lines().position(is_deep).map_or(1, |it| it + 1))
}

/// Parses a text that must hold exactly one document.
///
/// # Errors
/// When it does not parse, holds nothing, or holds several documents.
pub fn parse_one(file: &Arc<str>, text: &str) -> Result<Document<'static>, Box<Diagnostic>> {
    let mut documents = Vec::new();
    for document in parse(file, text) {
        documents.extend(document?);
    }
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => Ok(document),
        (None, _) => Err(Box::new(Diagnostic::error(
            "yaml/empty",
            Span::file(Arc::clone(file)),
            "the file holds nothing",
        ))),
        (Some(second), false) => {
            let span = second.span("");
            Err(Box::new(
                Diagnostic::error("yaml/several-documents", span, "the file holds more than one document")
                    .hint("keep one document and move the others to files of their own"),
            ))
        }
    }
}

fn syntax_error(span: Span, info: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("yaml/syntax", span, format!("this is not YAML: {info}"));
    match info {
        it if it.contains("duplicated key") => diagnostic.hint("keep one of the two keys"),
        it if it.contains("tab") => diagnostic.hint("indent with spaces"),
        it if it.contains("mapping values are not allowed") || it.contains("simple key") => {
            diagnostic.hint("check the indentation, and quote a text that holds `: `")
        }
        _ => diagnostic,
    }
}

fn split(text: &str) -> Vec<(u32, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut start_line) = (0, 0);
    let mut byte = 0;
    for (line_index, line) in text.split_inclusive('\n').enumerate() {
        let marker = line
            .strip_prefix("---")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        if marker && byte > start && has_content(text.get(start..byte).unwrap_or_default()) {
            parts.push((start_line, text.get(start..byte).unwrap_or_default()));
            (start, start_line) = (byte, line_index as u32);
        }
        byte += line.len();
    }
    parts.push((start_line, text.get(start..).unwrap_or_default()));
    parts
}

/// Returns whether the text before a marker is a document, and not only comments and directives.
fn has_content(text: &str) -> bool {
    text.lines()
        .any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#') && !line.starts_with('%'))
}

impl<'text> Document<'text> {
    /// Returns the content as JSON. Keys become texts, as JavaScript has them; an infinite number becomes null.
    pub fn json(&self) -> Value {
        json(&self.root)
    }

    /// Returns the content as JSON with merge keys applied: what `<<` names, a mapping or a list of them, fills in the keys
    /// that are not written beside it (YAML merge key language-independent type, 2005).
    pub fn merged_json(&self) -> Value {
        let mut value = self.json();
        merge_keys(&mut value);
        value
    }

    /// Returns the place of the value at a JSON pointer, or of its nearest ancestor that is there.
    pub fn span(&self, pointer: &str) -> Span {
        let mut node = &self.root;
        for key in pointer.split('/').skip(1) {
            match child(node, &unescape(key)) {
                Some((_, value)) => node = value,
                None => break,
            }
        }
        self.span_of(node)
    }

    /// Returns the place of the key at a JSON pointer; that of the item where the parent is a list.
    pub fn key_span(&self, pointer: &str) -> Span {
        let Some((parent, key)) = pointer.rsplit_once('/') else { return self.span(pointer) };
        let mut node = &self.root;
        for key in parent.split('/').skip(1) {
            match child(node, &unescape(key)) {
                Some((_, value)) => node = value,
                None => return self.span(pointer),
            }
        }
        match child(node, &unescape(key)) {
            Some((key, value)) => self.span_of(key.unwrap_or(value)),
            None => self.span_of(node),
        }
    }

    /// Returns whether the document is a mapping with this key.
    pub fn has(&self, key: &str) -> bool {
        child(&self.root, key).is_some_and(|(key, _)| key.is_some())
    }

    /// Returns the file that the document stands in.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    fn span_of(&self, node: &MarkedYaml<'_>) -> Span {
        let position = |mark: &Marker| Position {
            line: u32::try_from(mark.line()).unwrap_or(u32::MAX).saturating_add(self.line_offset),
            column: u32::try_from(mark.col()).unwrap_or(u32::MAX).saturating_add(1),
        };
        let (start, mut end) = (position(&node.span.start), position(&node.span.end));
        if matches!(node.data, YamlData::Mapping(_) | YamlData::Sequence(_)) {
            match end.line == start.line {
                // The parser ends a flow collection before its closing bracket.
                true => end.column = end.column.saturating_add(1),
                // A block collection is drawn at its first line only: its end lies on the line of the next node.
                false => end = start,
            }
        }
        Span { file: Arc::clone(&self.file), start, end: end.max(start) }
    }
}

fn merge_keys(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(merge_keys),
        Value::Object(object) => {
            object.values_mut().for_each(merge_keys);
            let merged = match object.get("<<") {
                Some(Value::Object(_)) => object.shift_remove("<<").into_iter().collect(),
                Some(Value::Array(items)) if items.iter().all(Value::is_object) => {
                    match object.shift_remove("<<") {
                        Some(Value::Array(items)) => items,
                        _ => Vec::new(),
                    }
                }
                _ => Vec::new(),
            };
            for (key, item) in merged.into_iter().filter_map(as_object).flatten() {
                object.entry(key).or_insert(item);
            }
        }
        _ => {}
    }
}

fn as_object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

fn unescape(key: &str) -> String {
    if key.contains('~') { key.replace("~1", "/").replace("~0", "~") } else { key.to_owned() }
}

type Child<'a, 'text> = (Option<&'a MarkedYaml<'text>>, &'a MarkedYaml<'text>);

fn child<'a, 'text>(node: &'a MarkedYaml<'text>, key: &str) -> Option<Child<'a, 'text>> {
    match &node.data {
        YamlData::Mapping(mapping) => {
            mapping.iter().find(|(it, _)| key_text(it) == key).map(|(key, value)| (Some(key), value))
        }
        YamlData::Sequence(items) => items.get(key.parse::<usize>().ok()?).map(|value| (None, value)),
        YamlData::Tagged(_, inner) => child(inner, key),
        _ => None,
    }
}

fn key_text(node: &MarkedYaml<'_>) -> String {
    match json(node) {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn json(node: &MarkedYaml<'_>) -> Value {
    match &node.data {
        YamlData::Value(scalar) => match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(flag) => Value::Bool(*flag),
            Scalar::Integer(number) => Value::Number(Number::from(*number)),
            Scalar::FloatingPoint(number) => {
                Number::from_f64(number.into_inner()).map_or(Value::Null, Value::Number)
            }
            Scalar::String(text) => Value::String(text.to_string()),
        },
        YamlData::Representation(text, ..) => Value::String(text.to_string()),
        YamlData::Sequence(items) => Value::Array(items.iter().map(json).collect()),
        YamlData::Mapping(mapping) => {
            let mut object = Map::with_capacity(mapping.len());
            for (key, value) in mapping {
                object.insert(key_text(key), json(value));
            }
            Value::Object(object)
        }
        YamlData::Tagged(_, inner) => json(inner),
        YamlData::Alias(_) | YamlData::BadValue => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::{parse, parse_one};

    fn value(text: &str) -> serde_json::Value {
        parse_one(&Arc::from("x.yaml"), text).unwrap().json()
    }

    #[test]
    fn resolves_scalars_as_backstage_does() {
        let text = "a: yes\nb: 0755\nc: 0o17\nd: 1_000\ne: 2024-01-02\nf: NO\ng: ~\nh:\ni: 1.50\nj: '1'\nk: TRUE\n1: x";
        let wanted = json!({"a": "yes", "b": 755, "c": 15, "d": "1_000", "e": "2024-01-02", "f": "NO", "g": null,
            "h": null, "i": 1.5, "j": "1", "k": true, "1": "x"});
        assert_eq!(value(text), wanted);
        let merging =
            parse_one(&Arc::from("x.yaml"), "a: &x {k: 1, l: 2}\nb: {<<: [*x, {m: 3}], l: 4}").unwrap();
        assert_eq!(merging.merged_json()["b"], json!({"l": 4, "k": 1, "m": 3}));
        assert_eq!(value("a: &x {k: 1}\nb:\n  <<: *x"), json!({"a": {"k": 1}, "b": {"<<": {"k": 1}}}));
    }

    #[test]
    fn a_broken_document_costs_only_itself() {
        let text = "a: 1\n---\nb: [1\n---\n# nothing\n---\nc: 3\n";
        let parsed = parse(&Arc::from("x.yaml"), text);
        assert_eq!(parsed.len(), 4);
        assert_eq!(parsed[0].as_ref().unwrap().as_ref().unwrap().json(), json!({"a": 1}));
        let error = parsed[1].as_ref().unwrap_err();
        assert_eq!(error.code, "yaml/syntax");
        assert!((3..=4).contains(&error.span.start.line), "{}", error.span);
        assert!(parsed[2].as_ref().unwrap().is_none());
        let last = parsed[3].as_ref().unwrap().as_ref().unwrap();
        assert_eq!(last.span("/c").to_string(), "x.yaml:7:4");
    }

    #[test]
    fn knows_the_place_of_every_node() {
        let text = "a:\n  b: [x, yy]\n  c/d: {e: 1}\n";
        let document = parse_one(&Arc::from("x.yaml"), text).unwrap();
        assert_eq!(document.span("/a/b/1").to_string(), "x.yaml:2:10");
        assert_eq!(document.span("/a/b/1").end.column, 12);
        assert_eq!(document.key_span("/a/c~1d").to_string(), "x.yaml:3:3");
        assert_eq!(document.span("/a/c~1d/e").to_string(), "x.yaml:3:12");
        assert_eq!(document.span("/a/none").to_string(), "x.yaml:2:3");
        let ends = |pointer| {
            let span = document.span(pointer);
            (span.start.column, span.end.column)
        };
        assert_eq!((ends("/a/b"), ends("/a/c~1d"), ends("/a")), ((6, 13), (8, 14), (3, 3)));
        let document = parse_one(&Arc::from("x.yaml"), "- a: 1").unwrap();
        assert_eq!(
            (document.span("").end.column, document.span("/0").end.column),
            (1, 3),
            "at the end of the text"
        );
    }

    #[test]
    fn takes_escaped_surrogates_and_tabs_after_colons() {
        let json = r#"{"a": "\ud83d\ude00 \\ud83d", "b": "\ud83d x"}"#;
        assert_eq!(value(json), json!({"a": "\u{1F600} \\ud83d", "b": "\u{FFFD} x"}));
        assert_eq!(value("a:\tb\nc:\t\td e\n"), json!({"a": "b", "c": "d e"}));
        assert_eq!(value("{\n\t\"a\":\ttrue,\n\t\"b\":\t-1\n}"), json!({"a": true, "b": -1}));
        for wrong in ["a:\t- b", "a:\tb: c", r#"a: "\ug""#] {
            assert!(parse_one(&Arc::from("x.yaml"), wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn refuses_blocks_without_end() {
        let deep = |level: &str, count: usize| {
            let text = format!("a: 1\n---\nb:\n  {}x\n---\nc: 3\n", level.repeat(count));
            let parsed = parse(&Arc::from("x.yaml"), &text);
            assert_eq!(parsed.len(), 3);
            assert!(parsed[0].is_ok() && parsed[2].is_ok(), "the others are read");
            parsed[1].as_ref().map(|_| ()).map_err(|it| (it.span.to_string(), it.message.contains("deeply")))
        };
        assert_eq!(deep("- ", 100), Ok(()));
        for level in ["- ", "? ", "-\t"] {
            assert_eq!(deep(level, 100_000), Err(("x.yaml:4:1".to_owned(), true)), "{level}");
        }
        let mut stairs = String::new();
        for level in 0..1_200 {
            stairs.push_str(&format!("{0}a:\n{0}-\n", " ".repeat(level)));
        }
        assert!(parse_one(&Arc::from("x.yaml"), &stairs).is_err());
        let ruler = format!("a: |\n  {}\n", "-".repeat(5_000));
        assert!(parse_one(&Arc::from("x.yaml"), &ruler).is_ok());
    }

    #[test]
    fn refuses_duplicate_keys() {
        let error = parse_one(&Arc::from("x.yaml"), "a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!(error.span.to_string(), "x.yaml:3:1");
    }
}
