//! The lexer of YAML, line by line: keys, scalars, block texts, anchors and comments.

use super::data::{quoted_end, scalar_class};
use super::spans::{Class, Spans};

struct Yaml<'t, 's, 'o> {
    spans: &'s mut Spans<'o>,
    text: &'t str,
    /// How much of the text is written; what lies between it and the next coloured piece is plain.
    done: usize,
    /// How many flow collections are open.
    flow: usize,
    /// The column of the node that a block text belongs to; its lines are indented deeper.
    block: Option<usize>,
    /// The quote that is open at the end of a line.
    quote: Option<u8>,
}

/// Colours YAML.
pub(super) fn lex(text: &str, spans: &mut Spans<'_>) {
    let mut yaml = Yaml { spans, text, done: 0, flow: 0, block: None, quote: None };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        yaml.line(start, start + line.len());
        start += line.len();
    }
    let done = yaml.done;
    spans.push(None, text.get(done..).unwrap_or_default());
}

impl Yaml<'_, '_, '_> {
    /// Colours a piece; pieces come in order.
    fn push(&mut self, class: Class, from: usize, to: usize) {
        if from < to {
            self.spans.push(None, self.text.get(self.done..from).unwrap_or_default());
            self.spans.push(Some(class), self.text.get(from..to).unwrap_or_default());
            self.done = to;
        }
    }

    fn line(&mut self, start: usize, end: usize) {
        let line = self.text.get(start..end).unwrap_or_default();
        let trimmed = line.trim_start_matches(' ');
        let indent = line.len() - trimmed.len();
        if let Some(column) = self.block {
            if trimmed.trim_end().is_empty() || indent > column {
                return self.push(Class::String, start, end);
            }
            self.block = None;
        }
        if self.quote.is_none() && trimmed.starts_with('%') && indent == 0 {
            return self.push(Class::Keyword, start, end);
        }
        if self.quote.is_none() && (line.trim_end() == "---" || line.trim_end() == "...") {
            return;
        }
        self.content(start, end);
    }

    /// Colours a line that is no block text.
    fn content(&mut self, start: usize, end: usize) {
        let bytes = self.text.as_bytes();
        let mut at = start;
        // The column of the last key or dash, which a block text hangs on.
        let mut column = 0;
        if let Some(quote) = self.quote.take() {
            at = self.quoted(start, end, quote, start);
        }
        while at < end {
            let Some(byte) = bytes.get(at).copied() else { break };
            let next = bytes.get(at + 1).copied().filter(|_| at + 1 < end);
            let before_space = next.is_none_or(|it| it.is_ascii_whitespace());
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'#' if at == start || self.after_space(at) => {
                    self.push(Class::Comment, at, end);
                    return;
                }
                b'-' | b'?' if before_space => {
                    column = at - start;
                    at += 1;
                }
                b'{' | b'[' => {
                    self.flow += 1;
                    at += 1;
                }
                b'}' | b']' => {
                    self.flow = self.flow.saturating_sub(1);
                    at += 1;
                }
                b',' | b':' => at += 1,
                b'"' | b'\'' => {
                    let from = at;
                    at = self.quoted(at + 1, end, byte, from);
                    column = if bytes.get(at) == Some(&b':') { from - start } else { column };
                }
                b'&' | b'*' | b'!' => at = self.property(at, end, byte),
                b'|' | b'>'
                    if self.flow == 0 && is_block_head(self.text.get(at + 1..end).unwrap_or_default()) =>
                {
                    self.block = Some(column);
                    let comment =
                        self.text.get(at..end).and_then(|it| it.find(" #")).map_or(end, |it| at + it);
                    self.push(Class::Comment, comment, end);
                    return;
                }
                _ => {
                    let (stop, is_key) = self.plain(at, end);
                    column = if is_key { at - start } else { column };
                    at = stop;
                }
            }
        }
    }

    fn after_space(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|it| self.text.as_bytes().get(it)).is_some_and(u8::is_ascii_whitespace)
    }

    /// Colours a quoted text from `from`, whose inside begins at `at`; one that stays open goes on in the next line.
    fn quoted(&mut self, at: usize, end: usize, quote: u8, from: usize) -> usize {
        let escape = if quote == b'"' { b'\\' } else { quote };
        let line = self.text.as_bytes().get(..end).unwrap_or_default();
        let mut stop = quoted_end(line, at, quote, escape).min(end);
        let closed = stop > at && line.get(stop - 1) == Some(&quote) && {
            // A closing quote at the very end of the line may still be an escaped one.
            quoted_end(line, at, quote, escape) <= stop && !ends_escaped(line, at, stop, quote)
        };
        if !closed {
            self.quote = Some(quote);
            stop = end;
        }
        let is_key = closed && self.text.as_bytes().get(stop) == Some(&b':');
        self.push(if is_key { Class::Key } else { Class::String }, from, stop);
        stop
    }

    /// Colours an anchor, an alias or a tag.
    fn property(&mut self, at: usize, end: usize, byte: u8) -> usize {
        let text = self.text.get(at..end).unwrap_or_default();
        let stop = text.find(|it: char| it.is_whitespace() || matches!(it, ',' | '[' | ']' | '{' | '}'));
        let stop = at + stop.unwrap_or(text.len());
        self.push(if byte == b'!' { Class::Type } else { Class::Variable }, at, stop);
        stop
    }

    /// Colours a plain scalar; returns its end, and whether it is a key.
    fn plain(&mut self, at: usize, end: usize) -> (usize, bool) {
        let bytes = self.text.as_bytes().get(..end).unwrap_or_default();
        let mut stop = at;
        let mut is_key = false;
        while let Some(byte) = bytes.get(stop) {
            match byte {
                b':' => {
                    let next = bytes.get(stop + 1);
                    let flow_end = self.flow > 0 && matches!(next, Some(b',' | b'[' | b']' | b'{' | b'}'));
                    is_key = flow_end || next.is_none_or(u8::is_ascii_whitespace);
                    if is_key {
                        break;
                    }
                }
                b'#' if self.after_space(stop) => break,
                b',' | b'[' | b']' | b'{' | b'}' if self.flow > 0 => break,
                _ => {}
            }
            stop += 1;
        }
        let text = self.text.get(at..stop).unwrap_or_default();
        let length = text.trim_end().len();
        let class = if is_key { Some(Class::Key) } else { scalar_class(text.trim_end()) };
        if let Some(class) = class {
            self.push(class, at, at + length);
        }
        (stop, is_key)
    }
}

/// Returns whether what `quoted_end` stopped at is the end of the line and not a closing quote.
fn ends_escaped(line: &[u8], at: usize, stop: usize, quote: u8) -> bool {
    let shorter = line.get(..stop.saturating_sub(1)).unwrap_or_default();
    let escape = if quote == b'"' { b'\\' } else { quote };
    // Without its last byte the text must be unclosed with nothing pending: then the last byte is the closing quote.
    let mut next = at;
    while let Some(byte) = shorter.get(next) {
        next += 1;
        if *byte == escape && (escape != quote || line.get(next) == Some(&quote)) {
            next += 1;
        }
    }
    next > shorter.len()
}

fn is_block_head(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|it: char| it.is_ascii_digit() || matches!(it, '+' | '-'));
    rest.trim().is_empty() || rest.trim_start().starts_with('#')
}
