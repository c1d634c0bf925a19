//! Highlighted code to lines: each can be numbered, set off and marked.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, PreEscaped, html};
use minijinja::Value;

use super::{number, shown};

/// The most lines that are drawn one by one.
const LINES_MAX: usize = 20_000;

/// What is said of a line.
struct Mark {
    tone: &'static str,
    sign: &'static str,
    text: String,
}

/// The tones of marks, their signs, and what they say where they have no text.
const TONES: &[(&str, &str, &str, &str)] = &[
    ("ok", "ok", "✓", "covered"),
    ("covered", "ok", "✓", "covered"),
    ("warn", "warn", "!", "partly covered"),
    ("partial", "warn", "!", "partly covered"),
    ("error", "error", "✕", "not covered"),
    ("uncovered", "error", "✕", "not covered"),
    ("info", "info", "i", "note"),
];

/// What is drawn of lines beyond their text.
pub(super) struct Lines {
    numbered: bool,
    first: usize,
    set_off: BTreeSet<usize>,
    marks: BTreeMap<usize, Mark>,
}

impl Lines {
    /// Reads what is asked for; `None` when the text can be drawn in one piece.
    pub(super) fn of(numbered: bool, first: usize, highlight: &Value, marks: &Value) -> Option<Self> {
        let mut set_off = BTreeSet::new();
        read_lines(highlight, &mut set_off);
        let marks: BTreeMap<usize, Mark> =
            marks.try_iter().map(|items| items.filter_map(|it| mark(&it)).collect()).unwrap_or_default();
        let plain = !numbered && set_off.is_empty() && marks.is_empty();
        (!plain).then_some(Self { numbered, first, set_off, marks })
    }

    /// Draws highlighted HTML line by line.
    pub(super) fn draw(&self, html: &str) -> Markup {
        let lines = split(html);
        html! {
            @for (index, line) in lines.iter().take(LINES_MAX).enumerate() {
                @let number = self.first.saturating_add(index);
                @let mark = self.marks.get(&number);
                span.line data-set-off[self.set_off.contains(&number)] data-tone=[mark.map(|it| it.tone)] {
                    @if self.numbered { span.line-number data-number=(number) {} }
                    @if !self.marks.is_empty() { span.line-mark title=[mark.map(|it| it.text.as_str())] { @if let Some(mark) = mark { span aria-hidden="true" { (mark.sign) } span.visually-hidden { (mark.text) ": " } } } }
                    span.line-text { (PreEscaped(line)) "\n" }
                }
            }
        }
    }
}

/// Reads numbers, ranges such as `"3-5"`, texts with several of those, and lists of them all.
fn read_lines(value: &Value, lines: &mut BTreeSet<usize>) {
    if let Some(text) = value.as_str() {
        for part in text.split([',', ' ']).filter(|it| !it.is_empty()) {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            if let (Ok(from), Ok(to)) = (from.trim().parse::<usize>(), to.trim().parse::<usize>()) {
                lines.extend((from..=to).take(LINES_MAX));
            }
        }
    } else if let Some(number) = number::of(value) {
        lines.insert(number.max(0.0) as usize);
    } else if let Ok(items) = value.try_iter() {
        // A list in a list would be another language.
        items
            .take(LINES_MAX)
            .filter(|it| it.try_iter().is_err() || it.as_str().is_some())
            .for_each(|it| read_lines(&it, lines));
    }
}

fn mark(value: &Value) -> Option<(usize, Mark)> {
    let field = |key: &str| value.get_attr(key).unwrap_or_default();
    let line = number::of(&field("line")).filter(|it| *it >= 1.0)? as usize;
    let name = shown(&field("mark"));
    let (_, tone, sign, words) = TONES.iter().find(|it| it.0 == name).or(TONES.last())?;
    let text = shown(&field("text"));
    Some((line, Mark { tone, sign, text: if text.is_empty() { (*words).to_owned() } else { text } }))
}

/// Splits HTML of the highlighter, which has `span` alone, at its line breaks; spans are closed and opened again.
fn split(html: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    for line in html.strip_suffix('\n').unwrap_or(html).split('\n') {
        let mut out: String = open.concat();
        out.push_str(line);
        let mut rest = line;
        while let Some((_, tag)) = rest.split_once('<') {
            let end = tag.find('>').map_or(tag.len(), |it| it + 1);
            if tag.starts_with('/') {
                open.pop();
            } else {
                let start = line.len() - rest.len() + (rest.len() - tag.len() - 1);
                open.extend(line.get(start..start + 1 + end));
            }
            rest = tag.get(end..).unwrap_or_default();
        }
        out.push_str(&"</span>".repeat(open.len()));
        lines.push(out);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_end_with_their_lines() {
        let html = "a <span class=\"hl-comment\">/* b\nc */</span> d\n&lt;e\n";
        assert_eq!(
            split(html),
            ["a <span class=\"hl-comment\">/* b</span>", "<span class=\"hl-comment\">c */</span> d", "&lt;e"]
        );
    }

    #[test]
    fn lines_are_numbers_and_ranges() {
        let lines = |value: Value| {
            let mut lines = BTreeSet::new();
            read_lines(&value, &mut lines);
            lines.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(lines(3.into()), [3]);
        assert_eq!(lines("1, 4-6 9-8".into()), [1, 4, 5, 6]);
        assert_eq!(lines(Value::from(vec![Value::from(2), Value::from("5-6")])), [2, 5, 6]);
        assert_eq!(lines("1-99999999".into()).len(), LINES_MAX);
    }
}
