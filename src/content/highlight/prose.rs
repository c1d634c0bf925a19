//! The lexer of Markdown: headings, code, quotes and the marks of lists.

use super::spans::{Class, Spans};

/// Colours Markdown.
pub(super) fn lex(text: &str, spans: &mut Spans<'_>) {
    let mut fence: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let marker = ["```", "~~~"].into_iter().find(|it| trimmed.starts_with(it));
        match (fence, marker) {
            (Some(open), _) => {
                fence = (marker != Some(open)).then_some(open);
                spans.push(Some(Class::String), line);
            }
            (None, Some(marker)) => {
                fence = Some(marker);
                spans.push(Some(Class::String), line);
            }
            (None, None) if trimmed.starts_with('#') => spans.push(Some(Class::Heading), line),
            (None, None) if trimmed.starts_with('>') => spans.push(Some(Class::Comment), line),
            (None, None) if trimmed.trim_end() == "---" => spans.push(Some(Class::Keyword), line),
            (None, None) => prose(line, trimmed, spans),
        }
    }
}

fn prose(line: &str, trimmed: &str, spans: &mut Spans<'_>) {
    let mut rest = line;
    let number = trimmed.trim_start_matches(|it: char| it.is_ascii_digit());
    let mark = match trimmed.get(..2) {
        Some("- " | "* " | "+ ") => 1,
        _ if number.starts_with(". ") && number.len() < trimmed.len() => trimmed.len() - number.len() + 1,
        _ => 0,
    };
    if mark > 0 {
        let (head, tail) = line.split_at(line.len() - trimmed.len() + mark);
        spans.push(Some(Class::Keyword), head);
        rest = tail;
    }
    for (index, part) in rest.split_inclusive('`').enumerate() {
        // What is between two backticks, with the closing one, is code; so is the opening one, for simplicity.
        let (text, tick) = part.split_at(part.len() - usize::from(part.ends_with('`')));
        spans.push((index % 2 == 1).then_some(Class::String), text);
        spans.push(Some(Class::String), tick);
    }
}
