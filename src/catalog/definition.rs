//! API definitions: whether they parse, with the place inside the definition.

use std::sync::Arc;

use apollo_parser::Parser;
use serde_json::Value;

use super::descriptor::Judged;
use super::placeholders::NOT_READ;
use crate::diagnostics::{Diagnostic, Position, Span};
use crate::sources::yaml;

/// The largest definition that is checked, in bytes.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// Returns what is wrong with the definition of an API. `written` is where `spec.definition` stands, and `text` the file
/// that it stands in.
pub(super) fn check(judged: &Judged<'_>, written: &Span, text: &str) -> Vec<Diagnostic> {
    let field = |key: &str| judged.value.pointer(key).and_then(Value::as_str);
    let is_checked = |it: &&str| (1..=BYTES_MAX).contains(&it.len()) && *it != NOT_READ;
    let Some(definition) = field("/spec/definition").filter(is_checked) else {
        return Vec::new();
    };
    let mistakes = match field("/spec/type").unwrap_or_default() {
        "openapi" => specification(definition, &["openapi", "swagger"], "OpenAPI"),
        "asyncapi" => specification(definition, &["asyncapi"], "AsyncAPI"),
        "graphql" => graphql(definition),
        "grpc" => protobuf(definition),
        _ => Vec::new(),
    };
    let place = Placing { written, text, file: judged.definition_file.as_deref() };
    mistakes.into_iter().take(5).map(|it| it.into_diagnostic(&place)).collect()
}

/// Something wrong in a definition.
struct Mistake {
    /// The line and column in the definition; `None` for the whole.
    position: Option<Position>,
    message: String,
}

impl Mistake {
    fn into_diagnostic(self, place: &Placing<'_>) -> Diagnostic {
        let span = self.position.map_or_else(|| place.whole(), |it| place.at(it));
        Diagnostic::warning("catalog/bad-definition", span, self.message)
            .reason("the portal shows the definition as plain text, and generators cannot use it")
            .hint("mend the definition, or correct `spec.type`")
    }
}

/// Where a definition was written.
struct Placing<'a> {
    written: &'a Span,
    text: &'a str,
    file: Option<&'a str>,
}

impl Placing<'_> {
    fn whole(&self) -> Span {
        self.written.clone()
    }

    /// Returns a place of the definition in the file that it was written in.
    fn at(&self, position: Position) -> Span {
        if let Some(file) = self.file {
            return Span::point(file, position.line, position.column);
        }
        // Only a literal block keeps its lines; elsewhere the whole value is shown. Its text begins on the line after the
        // indicator, which is the last thing on its line.
        let first = self.written.start.line as usize;
        let header = self.text.lines().nth(first.saturating_sub(2)).unwrap_or_default();
        let header = header.split(" #").next().unwrap_or_default().trim_end();
        let indicator = header.trim_end_matches(|it: char| it.is_ascii_digit() || matches!(it, '+' | '-'));
        if !indicator.ends_with('|') {
            return self.whole();
        }
        let line = self.written.start.line.saturating_add(position.line).saturating_sub(1);
        let column = self.written.start.column.saturating_add(position.column).saturating_sub(1);
        Span::point(Arc::clone(&self.written.file), line, column)
    }
}

fn specification(definition: &str, versions: &[&str], name: &str) -> Vec<Mistake> {
    match yaml::parse_one(&Arc::from("definition"), definition) {
        Err(problem) => {
            let message = format!("the {name} definition does not parse: {}", problem.message);
            let position = Some(problem.span.start).filter(|it| it.line > 0);
            vec![Mistake { position, message }]
        }
        Ok(document) => {
            let versioned = versions.iter().any(|it| document.has(it));
            let wanted = versions.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" or ");
            let message = format!("the definition is not {name}: it has no {wanted} with a version");
            let position = document.span("").start;
            (!versioned).then_some(Mistake { position: Some(position), message }).into_iter().collect()
        }
    }
}

fn graphql(definition: &str) -> Vec<Mistake> {
    let tree = Parser::new(definition).parse();
    let mistake = |error: &apollo_parser::Error| Mistake {
        position: Some(position(definition, error.index())),
        message: format!("the GraphQL definition does not parse: {}", error.message()),
    };
    // One mistake makes several at the same place; the first says the most.
    let mut mistakes: Vec<Mistake> = tree.errors().map(mistake).collect();
    mistakes.dedup_by_key(|it| it.position);
    mistakes
}

fn protobuf(definition: &str) -> Vec<Mistake> {
    let definition = definition.trim_start_matches('\u{feff}');
    let Err(error) = protox_parse::parse("definition.proto", definition) else { return Vec::new() };
    // The parser knows neither editions nor the option value `-inf`.
    let message = error.to_string();
    if message.ends_with("but found 'edition'") || message.starts_with("identifiers may not be negative") {
        return Vec::new();
    }
    vec![Mistake {
        position: error.span().map(|it| position(definition, it.start)),
        message: format!("the protobuf definition does not parse: {error}"),
    }]
}

/// Returns the line and column of a byte, both from 1.
fn position(text: &str, byte: usize) -> Position {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Position { line: line as u32, column: column as u32 }
}

#[cfg(test)]
mod tests {
    use super::{graphql, protobuf, specification};

    #[test]
    fn takes_what_is_valid() {
        for text in [
            "syntax = \"proto2\";\nmessage A { optional group G = 1 { } extensions 2 to max; }",
            "syntax = \"proto3\";\nmessage A { string s = 1 [(r).x = {a: [1]}, json_name = \"t\"]; ; }",
            "// c\n/* d */ edition = \"2023\";\nmessage A { reserved foo; }",
            "syntax = \"proto3\";\noption (x) = -inf;",
            "\u{feff}syntax = \"proto3\";",
            "message NoSyntax { optional int32 a = 1; }",
        ] {
            assert!(protobuf(text).is_empty(), "{text}");
        }
        for text in ["syntax = \"proto3\";\nmessage {}", "message A {\n", "editions = 3"] {
            assert_eq!(protobuf(text).len(), 1, "{text}");
        }
        let json = r#"{"openapi":	"3.0.3", "info": {"title": "\ud83d\ude00 \/"}}"#;
        assert!(specification(json, &["openapi"], "OpenAPI").is_empty());
        let sdl = "\u{feff}extend schema @link(url: \"x\")\nextend union U = | A\ndirective @a repeatable on | OBJECT";
        assert!(graphql(sdl).is_empty());
    }
}
