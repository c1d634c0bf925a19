//! MkDocs's own block syntax, taken out of Markdown before it is parsed.
//!
//! Admonitions, content tabs and snippets are no Markdown. Each is cut out line by line and leaves a placeholder,
//! so that the rest stays one document with one set of link definitions; a map leads from every byte back to the
//! file, for the places of problems.

use std::borrow::Cow;
use std::ops::Range;

/// Stands around the number of a block that was cut out. Authors cannot write it: it is replaced in their text.
const MARK: char = '\u{E000}';

/// One line without its end, and the byte of the file where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// Whether an admonition folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    Never,
    Closed,
    Open,
}

/// A block that Markdown does not know.
#[derive(Clone, Debug)]
pub(super) enum Block<'a> {
    Admonition { name: &'a str, title: Option<&'a str>, fold: Fold, body: Vec<Line<'a>> },
    Tabs(Vec<Tab<'a>>),
}

/// One tab of content tabs.
#[derive(Clone, Debug)]
pub(super) struct Tab<'a> {
    pub(super) title: &'a str,
    pub(super) body: Vec<Line<'a>>,
}

/// Markdown with its foreign blocks cut out.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    pub(super) text: Cow<'a, str>,
    /// The blocks by number, each with its lines as written.
    blocks: Vec<(Block<'a>, Vec<Line<'a>>)>,
    /// Pairs of a byte of `text` and the byte of the file that it comes from, ascending.
    pieces: Vec<(usize, usize)>,
    /// The places of snippets, which are refused.
    pub(super) snippets: Vec<Range<usize>>,
}

impl<'a> Prepared<'a> {
    /// Prepares a part of a file that begins at byte `at`.
    pub(super) fn of_text(text: &'a str, at: usize) -> Self {
        let marks = ["!!! ", "???", "=== \"", "--8<--", "{:", "[TOC]"];
        if !marks.iter().any(|it| text.contains(it)) && !text.contains(MARK) {
            let pieces = vec![(0, at)];
            return Self { text: Cow::Borrowed(text), blocks: Vec::new(), pieces, snippets: Vec::new() };
        }
        let mut at = at;
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            lines.push(Line { text: line.trim_end_matches(['\n', '\r']), at });
            at += line.len();
        }
        Self::of_lines(&lines, true)
    }

    /// Prepares a text that has no blocks of MkDocs.
    pub(super) fn plain(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), blocks: Vec::new(), pieces: Vec::new(), snippets: Vec::new() }
    }

    /// Prepares lines; where `blocks` is false, blocks stay text.
    pub(super) fn of_lines(lines: &[Line<'a>], blocks: bool) -> Self {
        let mut cutter =
            Cutter { out: String::new(), blocks: Vec::new(), pieces: Vec::new(), snippets: Vec::new() };
        cutter.cut(lines, blocks);
        let Cutter { out, blocks, pieces, snippets } = cutter;
        Self { text: Cow::Owned(out), blocks, pieces, snippets }
    }

    /// Returns whether anything was cut out.
    pub(super) fn has_blocks(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// Returns the range of the file that a range of `text` comes from.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let of = |byte: usize| {
            let index = self.pieces.partition_point(|(out, _)| *out <= byte).saturating_sub(1);
            self.pieces.get(index).map_or(byte, |(out, at)| at + (byte.saturating_sub(*out)))
        };
        of(range.start)..of(range.end).max(of(range.start))
    }

    /// Returns the block that a paragraph stands for.
    pub(super) fn block(&self, paragraph: &str) -> Option<&Block<'a>> {
        let number = paragraph.strip_prefix(MARK)?.strip_suffix(MARK)?;
        self.blocks.get(number.parse::<usize>().ok()?).map(|(block, _)| block)
    }

    /// Returns text with the placeholders in it turned back into what was written.
    pub(super) fn restore<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.blocks.is_empty() || !text.contains(MARK) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        for (index, part) in text.split(MARK).enumerate() {
            let lines =
                part.parse::<usize>().ok().filter(|_| index % 2 == 1).and_then(|it| self.blocks.get(it));
            match lines {
                Some((_, lines)) => {
                    let lines: Vec<&str> = lines.iter().map(|it| it.text.trim_start()).collect();
                    out.push_str(&lines.join("\n"));
                }
                None => out.push_str(part),
            }
        }
        Cow::Owned(out)
    }
}

struct Cutter<'a> {
    out: String,
    blocks: Vec<(Block<'a>, Vec<Line<'a>>)>,
    pieces: Vec<(usize, usize)>,
    snippets: Vec<Range<usize>>,
}

impl<'a> Cutter<'a> {
    fn cut(&mut self, lines: &[Line<'a>], blocks: bool) {
        let mut rest = lines;
        let mut fence: Option<&str> = None;
        // The indent of the list item that the lines may belong to; code is indented deeper than that.
        let mut indent_list = None;
        while let Some((line, tail)) = rest.split_first() {
            let trimmed = line.text.trim_start();
            let indent = line.text.len() - trimmed.len();
            if let Some(open) = fence {
                fence = (!closes(trimmed, open)).then_some(open);
                self.push(line);
                rest = tail;
                continue;
            }
            fence = opens(trimmed);
            if !trimmed.is_empty() && fence.is_none() {
                indent_list = list_indent(trimmed, indent, indent_list);
            }
            let may_be_block = blocks && fence.is_none() && (indent < 4 || indent_list.is_some());
            if may_be_block && let Some((block, count)) = block(rest, trimmed, indent) {
                let (own, after) = rest.split_at(count.min(rest.len()));
                self.push_block(block, own, indent);
                rest = after;
                continue;
            }
            match trimmed {
                it if fence.is_none() && it.starts_with("--8<--") => {
                    self.snippets.push(line.at + indent..line.at + line.text.len());
                }
                it if fence.is_none() && indent < 4 && is_dropped(it) => self.out.push('\n'),
                _ => self.push(line),
            }
            rest = tail;
        }
    }

    fn push(&mut self, line: &Line<'a>) {
        self.pieces.push((self.out.len(), line.at));
        if line.text.contains(MARK) {
            // The replacement is as long in bytes, so that places stay right.
            self.out.push_str(&line.text.replace(MARK, "\u{FFFD}"));
        } else {
            self.out.push_str(line.text);
        }
        self.out.push('\n');
    }

    fn push_block(&mut self, block: Block<'a>, lines: &[Line<'a>], indent: usize) {
        self.pieces.push((self.out.len(), lines.first().map_or(0, |it| it.at)));
        let number = self.blocks.len();
        let space = " ".repeat(indent);
        self.out.push_str(&format!("\n{space}{MARK}{number}{MARK}\n\n"));
        self.blocks.push((block, lines.to_vec()));
    }
}

/// Returns the block that begins at the first line, and how many lines it takes.
fn block<'a>(lines: &[Line<'a>], trimmed: &'a str, indent: usize) -> Option<(Block<'a>, usize)> {
    let (marker, fold) = [("!!!", Fold::Never), ("???+", Fold::Open), ("???", Fold::Closed)]
        .into_iter()
        .find(|(marker, _)| trimmed.starts_with(marker))
        .unzip();
    if let (Some(marker), Some(fold)) = (marker, fold) {
        let (name, title) = admonition_head(trimmed.strip_prefix(marker)?)?;
        let (body, count) = body(lines.get(1..)?, indent);
        return Some((Block::Admonition { name, title, fold, body }, count + 1));
    }
    tab_title(trimmed)?;
    let mut tabs = Vec::new();
    let mut taken = 0;
    while let Some(line) = lines.get(taken) {
        let own_indent = line.text.len() - line.text.trim_start().len();
        let Some(title) = tab_title(line.text.trim_start()).filter(|_| own_indent == indent) else { break };
        let (body, count) = body(lines.get(taken + 1..)?, indent);
        tabs.push(Tab { title, body });
        taken += count + 1;
    }
    Some((Block::Tabs(tabs), taken))
}

/// Reads `kind "title"`; words between them (`inline end`) only matter to MkDocs.
fn admonition_head(text: &str) -> Option<(&str, Option<&str>)> {
    let text = text.strip_prefix([' ', '\t'])?.trim();
    let (words, title) = match text.split_once('"') {
        Some((words, rest)) => (words, Some(rest.trim_end().strip_suffix('"')?)),
        None => (text, None),
    };
    let is_word = |it: &str| it.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | '_'));
    let name = words.split_whitespace().next()?;
    words.split_whitespace().all(is_word).then_some((name, title))
}

fn tab_title(trimmed: &str) -> Option<&str> {
    let rest = trimmed.strip_prefix("===")?.trim_start_matches(['!', '+']);
    let title = rest.strip_prefix(' ')?.trim().strip_prefix('"')?.strip_suffix('"')?;
    Some(title)
}

/// Returns the lines that are indented below a head line, less that indent, and how many lines they are with the
/// blank ones after them.
fn body<'a>(lines: &[Line<'a>], indent: usize) -> (Vec<Line<'a>>, usize) {
    let mut body = Vec::new();
    for line in lines {
        if line.text.trim().is_empty() {
            body.push(Line { text: "", at: line.at });
            continue;
        }
        let Some(cut) = inner_start(line.text, indent + 4) else { break };
        body.push(Line { text: line.text.get(cut..).unwrap_or_default(), at: line.at + cut });
    }
    let count = body.len();
    while body.last().is_some_and(|it| it.text.is_empty()) {
        body.pop();
    }
    (body, count)
}

/// Returns the byte after `width` columns of indent, of which a tab fills up to four.
fn inner_start(text: &str, width: usize) -> Option<usize> {
    let mut columns = 0;
    for (index, byte) in text.bytes().enumerate() {
        if columns >= width {
            return Some(index);
        }
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => return None,
        }
    }
    None
}

/// Returns the indent of the list item that a line belongs to, if it belongs to one.
fn list_indent(trimmed: &str, indent: usize, before: Option<usize>) -> Option<usize> {
    let bullet = ["- ", "* ", "+ "].iter().any(|it| trimmed.starts_with(it));
    let digits = trimmed.trim_start_matches(|it: char| it.is_ascii_digit());
    let ordered = digits.len() < trimmed.len() && digits.starts_with([')', '.']);
    match before {
        _ if (bullet || ordered) && (indent < 4 || before.is_some()) => {
            Some(before.unwrap_or(indent).min(indent))
        }
        Some(list) if indent > list => Some(list),
        _ => None,
    }
}

/// Returns the marker of a code fence that a line opens.
fn opens(trimmed: &str) -> Option<&str> {
    let marker = trimmed.chars().next().filter(|it| matches!(it, '`' | '~'))?;
    let end = trimmed.find(|it| it != marker).unwrap_or(trimmed.len());
    let (fence, info) = trimmed.split_at(end);
    (fence.len() >= 3 && !(marker == '`' && info.contains('`'))).then_some(fence)
}

fn closes(trimmed: &str, fence: &str) -> bool {
    trimmed.strip_prefix(fence).is_some_and(|rest| {
        let marker = fence.chars().next().unwrap_or('`');
        rest.trim_start_matches(marker).trim().is_empty()
    })
}

/// Returns whether a line only means something to MkDocs: an attribute list or the mark of a table of contents.
fn is_dropped(trimmed: &str) -> bool {
    let line = trimmed.trim_end();
    line == "[TOC]" || (line.starts_with("{:") && line.ends_with('}') && !line.contains("}{"))
}

#[cfg(test)]
mod tests {
    use super::{Block, Prepared};

    #[test]
    fn cuts_blocks_and_keeps_places() {
        let text = "a\n!!! note \"T\"\n    one\n\n    two\nb `!!! x`\n```\n!!! note\n```\n";
        let prepared = Prepared::of_text(text, 100);
        assert_eq!(prepared.text, "a\n\n\u{E000}0\u{E000}\n\nb `!!! x`\n```\n!!! note\n```\n");
        let Some(Block::Admonition { name, title, body, .. }) = prepared.block("\u{E000}0\u{E000}") else {
            panic!()
        };
        assert_eq!((*name, *title, body.len()), ("note", Some("T"), 3));
        assert_eq!(body[2].at, 100 + text.find("two").unwrap());
        let b = prepared.text.find("b `").unwrap();
        assert_eq!(
            prepared.source(&(b..b + 1)),
            100 + text.find("b `").unwrap()..101 + text.find("b `").unwrap()
        );
        assert_eq!(prepared.restore("x\u{E000}0\u{E000}"), "x!!! note \"T\"\none\n\ntwo");
    }

    #[test]
    fn knows_lists_tabs_and_code() {
        let count = |text: &str| Prepared::of_text(text, 0).blocks.len();
        assert_eq!(count("=== \"A\"\n    a\n\n=== \"B\"\n    b\n"), 1);
        assert_eq!(count("- x\n\n    !!! tip\n        y\n"), 1);
        assert_eq!(count("x\n\n    !!! tip\n        y\n"), 0, "this is code");
        assert_eq!(count("??? a b \"c\"\n    x\n???+ d\n    y\n"), 2);
        assert_eq!(count("!!!\n!!! note \"x\n==== \"A\"\n=== A\n"), 0);
        assert_eq!(Prepared::of_text("--8<-- \"a\"\n", 3).snippets, vec![3..13]);
    }

    #[test]
    fn authors_cannot_write_placeholders() {
        let prepared = Prepared::of_text("\u{E000}0\u{E000}\n\n!!! note\n    x\n", 0);
        assert!(prepared.text.starts_with("\u{FFFD}0\u{FFFD}\n"));
    }
}
