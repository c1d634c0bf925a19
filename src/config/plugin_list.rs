//! The list `plugins:` of a configuration file, changed in its text: comments, quotes and line ends stay as they are.
//!
//! A change is made to the lines of the list alone. Then the new text is read again, and if that gives anything but the
//! change that was meant, it is refused.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::diagnostics::Span;
use crate::sources::yaml;

/// One entry to add.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPlugin {
    /// Where it comes from.
    pub source: String,
    /// Origins that it may ask.
    pub network: Vec<String>,
    /// Variables of the environment that it may use.
    pub secrets: Vec<String>,
    /// Files that it may read.
    pub read: Vec<String>,
}

impl NewPlugin {
    /// Returns the entry as YAML, to be written by hand.
    pub fn to_yaml(&self) -> String {
        format!("plugins:\n{}", self.lines("  ", "\n"))
    }

    fn grant(&self) -> Vec<(&'static str, &Vec<String>)> {
        let all = [("network", &self.network), ("secrets", &self.secrets), ("read", &self.read)];
        all.into_iter().filter(|(_, it)| !it.is_empty()).collect()
    }

    fn value(&self) -> Value {
        let mut entry = json!({"use": self.source});
        let grant: Map<String, Value> =
            self.grant().into_iter().map(|(key, it)| (key.to_owned(), json!(it))).collect();
        if let (false, Some(entry)) = (grant.is_empty(), entry.as_object_mut()) {
            entry.insert("grant".to_owned(), Value::Object(grant));
        }
        entry
    }

    /// Returns the entry as an item of a block list.
    fn lines(&self, indent: &str, end: &str) -> String {
        let mut text = format!("{indent}- use: {}{end}", scalar(&self.source));
        let grant = self.grant();
        if !grant.is_empty() {
            text.push_str(&format!("{indent}  grant:{end}"));
        }
        for (key, values) in grant {
            text.push_str(&format!("{indent}    {key}: [{}]{end}", flow(values)));
        }
        text
    }

    /// Returns the entry as an item of a flow list.
    fn flow(&self) -> String {
        let grant: Vec<String> =
            self.grant().iter().map(|(key, it)| format!("{key}: [{}]", flow(it))).collect();
        let grant =
            if grant.is_empty() { String::new() } else { format!(", grant: {{{}}}", grant.join(", ")) };
        format!("{{use: {}{grant}}}", quoted(&self.source))
    }
}

fn flow(values: &[String]) -> String {
    values.iter().map(|it| quoted(it)).collect::<Vec<_>>().join(", ")
}

/// Returns a text as YAML: plain where that is safe outside of brackets.
fn scalar(text: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || "./_-+@".contains(it);
    let is_plain = text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '.')
        && text.chars().all(plain)
        && text.contains(['/', '-']);
    if is_plain { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Why a file is not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

type Changed = Result<String, Refusal>;

/// Returns the sources of the plugins that a file names, in order.
pub fn named_plugins(text: &str) -> Vec<String> {
    let list = parse(text).ok().map(|it| it.json()).and_then(|mut it| it.get_mut("plugins").map(Value::take));
    let items = list.as_ref().and_then(Value::as_array).into_iter().flatten();
    items.map(|it| it.get("use").and_then(Value::as_str).unwrap_or_default().to_owned()).collect()
}

/// Adds a plugin at the end of the list; makes the list where there is none.
///
/// # Errors
/// When the text is no YAML, or the change cannot be made without touching something else.
pub fn add_plugin(text: &str, plugin: &NewPlugin) -> Changed {
    let file = ListText::read(text)?;
    let entry = plugin.value();
    file.change(|list| list.push(entry), |file| file.added(plugin))
}

/// Takes the plugin at an index out of the list.
///
/// # Errors
/// As [`add_plugin`].
pub fn remove_plugin(text: &str, index: usize) -> Changed {
    let file = ListText::read(text)?;
    if index >= file.count() {
        return Err(Refusal("there is no such entry in `plugins`".to_owned()));
    }
    file.change(|list| drop(list.remove(index)), |file| file.removed(index))
}

/// Changes where the plugin at an index comes from.
///
/// # Errors
/// As [`add_plugin`].
pub fn move_plugin(text: &str, index: usize, source: &str) -> Changed {
    let file = ListText::read(text)?;
    let written = |list: &mut Vec<Value>| {
        let entry = list.get_mut(index).and_then(Value::as_object_mut);
        entry.into_iter().for_each(|it| drop(it.insert("use".to_owned(), json!(source))));
    };
    file.change(written, |file| {
        let span = file.document.span(&format!("/plugins/{index}/use"));
        let range = file.range(&span).filter(|it| !it.is_empty())?;
        Some(file.replaced(range, &quoted(source)))
    })
}

fn parse(text: &str) -> Result<yaml::Document<'static>, Refusal> {
    yaml::parse_one(&Arc::from("site.yaml"), text).map_err(|it| Refusal(it.message))
}

/// A configuration file, and where its list stands.
struct ListText<'a> {
    text: &'a str,
    document: yaml::Document<'static>,
    value: Value,
    /// The byte at which each line begins.
    starts: Vec<usize>,
    end: &'static str,
}

impl<'a> ListText<'a> {
    fn read(text: &'a str) -> Result<Self, Refusal> {
        let document = parse(text)?;
        let value = document.json();
        if !value.is_object() {
            return Err(Refusal("the file is no mapping".to_owned()));
        }
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Ok(Self { text, document, value, starts, end })
    }

    fn list(&self) -> Option<&Vec<Value>> {
        self.value.get("plugins").and_then(Value::as_array)
    }

    fn count(&self) -> usize {
        self.list().map_or(0, Vec::len)
    }

    /// Makes a change, and checks that the text says exactly that.
    fn change(
        &self,
        meant: impl FnOnce(&mut Vec<Value>),
        edit: impl FnOnce(&Self) -> Option<String>,
    ) -> Changed {
        const REFUSED: &str = "the list `plugins` is written in a way that is not changed safely";
        let mut wanted = self.value.clone();
        let mut list = self.list().cloned().unwrap_or_default();
        meant(&mut list);
        if let Some(root) = wanted.as_object_mut() {
            root.insert("plugins".to_owned(), Value::Array(list));
        }
        let changed = edit(self).ok_or_else(|| Refusal(REFUSED.to_owned()))?;
        let read = parse(&changed).map(|it| it.json());
        // The order of keys is compared too: a mapping that moved is another text.
        let wanted = wanted.to_string();
        let same = read.map(|it| it.to_string()).is_ok_and(|it| it == wanted);
        if same { Ok(changed) } else { Err(Refusal(REFUSED.to_owned())) }
    }

    /// Returns the text of a line, from 1, without its end.
    fn line(&self, number: usize) -> Option<&'a str> {
        let from = *self.starts.get(number.checked_sub(1)?)?;
        let to = self.starts.get(number).copied().unwrap_or(self.text.len());
        self.text.get(from..to).map(|it| it.trim_end_matches(['\n', '\r']))
    }

    /// Returns the byte at which a line begins; the end of the text for a line after the last one.
    fn start(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|it| self.starts.get(it)).copied().unwrap_or(self.text.len())
    }

    /// Returns the bytes of a place, which lies within one line.
    fn range(&self, span: &Span) -> Option<std::ops::Range<usize>> {
        if span.start.line != span.end.line || span.start.line == 0 {
            return None;
        }
        let line = self.line(span.start.line as usize)?;
        let byte = |column: u32| {
            let characters = (column as usize).checked_sub(1)?;
            let all = line.char_indices().map(|(at, _)| at).chain([line.len()]);
            all.take(characters + 1).nth(characters)
        };
        let at = self.start(span.start.line as usize);
        Some(at + byte(span.start.column)?..at + byte(span.end.column)?)
    }

    fn replaced(&self, range: std::ops::Range<usize>, with: &str) -> String {
        let (before, after) = (self.text.get(..range.start), self.text.get(range.end..));
        format!("{}{with}{}", before.unwrap_or_default(), after.unwrap_or_default())
    }

    /// Inserts lines before a line.
    fn inserted(&self, line: usize, lines: &str) -> String {
        let at = self.start(line);
        let before = self.text.get(..at).unwrap_or_default();
        // The last line of a file may lack its end.
        let end = if before.is_empty() || before.ends_with('\n') { "" } else { self.end };
        self.replaced(at..at, &format!("{end}{lines}"))
    }

    fn key_line(&self) -> usize {
        self.document.key_span("/plugins").start.line as usize
    }

    fn added(&self, plugin: &NewPlugin) -> Option<String> {
        let Some(list) = self.value.get("plugins") else { return self.appended(plugin) };
        match list {
            Value::Null => {
                let line = self.line(self.key_line())?;
                let indent = format!("{}  ", indentation(line));
                Some(self.inserted(self.key_line() + 1, &plugin.lines(&indent, self.end)))
            }
            Value::Array(items) => match (self.flow()?, items.is_empty()) {
                (Some(flow), true) => self.opened(&flow, plugin),
                (Some(flow), false) => Some(self.in_flow(&flow, plugin)),
                (None, _) => {
                    let block = self.block()?;
                    let indent = " ".repeat(block.indent);
                    Some(self.inserted(block.end, &plugin.lines(&indent, self.end)))
                }
            },
            _ => None,
        }
    }

    /// Adds the list at the end of the file.
    fn appended(&self, plugin: &NewPlugin) -> Option<String> {
        let first = self.value.as_object()?.keys().next()?;
        let key = self.document.key_span(&format!("/{}", first.replace('~', "~0").replace('/', "~1")));
        let indent = " ".repeat((key.start.column as usize).checked_sub(1)?);
        let lines = plugin.lines(&format!("{indent}  "), self.end);
        Some(self.inserted(self.starts.len() + 1, &format!("{indent}plugins:{}{lines}", self.end)))
    }

    /// Turns `[]` into a block list with one item.
    fn opened(&self, flow: &Flow, plugin: &NewPlugin) -> Option<String> {
        let line = self.line(self.key_line())?;
        let start = self.start(self.key_line());
        // Both stand on the line of the key.
        (flow.open >= start && flow.close < start + line.len()).then_some(())?;
        let before = self.text.get(start..flow.open)?.trim_end();
        let after = self.text.get(flow.close + 1..start + line.len())?.trim_end();
        let indent = format!("{}  ", indentation(line));
        let lines = format!("{before}{after}{}{}", self.end, plugin.lines(&indent, self.end));
        let end = self.start(self.key_line() + 1);
        Some(self.replaced(start..end, &lines))
    }

    fn in_flow(&self, flow: &Flow, plugin: &NewPlugin) -> String {
        let last = flow.items.last().map_or(flow.open + 1, |it| it.end);
        let comma = if flow.trailing { " " } else { ", " };
        let at = if flow.trailing { flow.commas.last().map_or(last, |it| it + 1) } else { last };
        self.replaced(at..at, &format!("{comma}{}", plugin.flow()))
    }

    fn removed(&self, index: usize) -> Option<String> {
        if let Some(flow) = self.flow()? {
            let item = flow.items.get(index)?;
            let next = flow.items.get(index + 1).map(|it| it.start);
            let previous = index.checked_sub(1).and_then(|it| flow.items.get(it)).map(|it| it.end);
            let range = match (next, previous) {
                (Some(next), _) => item.start..next,
                (None, Some(previous)) => previous..item.end,
                (None, None) => flow.open + 1..flow.close,
            };
            return Some(self.replaced(range, ""));
        }
        let block = self.block()?;
        let from = *block.items.get(index)?;
        let to = block.items.get(index + 1).copied().unwrap_or(block.end);
        // Comments before the next item, at its own depth, are about that one.
        let to = (from + 1..to)
            .rev()
            .find(|it| !self.is_outer_comment(*it, block.indent))
            .map_or(from + 1, |it| it + 1);
        let without = self.replaced(self.start(from)..self.start(to), "");
        if block.items.len() > 1 {
            return Some(without);
        }
        let key = self.document.key_span("/plugins");
        let at = self.range(&key)?.end;
        let colon = at + without.get(at..)?.find(':')? + 1;
        Some(format!("{} []{}", without.get(..colon)?, without.get(colon..)?))
    }

    fn is_outer_comment(&self, line: usize, indent: usize) -> bool {
        let Some(line) = self.line(line) else { return false };
        let text = line.trim_start();
        text.is_empty() || (text.starts_with('#') && line.len() - text.len() <= indent)
    }

    /// Returns the list if it is written in brackets. `None` if they cannot be told.
    fn flow(&self) -> Option<Option<Flow>> {
        let span = self.document.span("/plugins");
        let point = Span { end: span.start, ..span };
        let at = self.range(&point)?.start;
        if self.text.get(at..)?.starts_with('[') { Flow::scan(self.text, at).map(Some) } else { Some(None) }
    }

    /// Returns the lines of a block list.
    fn block(&self) -> Option<Block> {
        let count = self.count();
        let is_item = |line: &str| line.trim_start() == "-" || line.trim_start().starts_with("- ");
        let first = (self.key_line() + 1..=self.starts.len()).find(|it| {
            self.line(*it).is_some_and(|it| !it.trim().is_empty() && !it.trim_start().starts_with('#'))
        })?;
        let line = self.line(first).filter(|it| is_item(it))?;
        let indent = line.len() - line.trim_start().len();
        let mut items = Vec::new();
        for index in 0..count {
            // The dash may stand on a line of its own above the item.
            let at = self.document.span(&format!("/plugins/{index}")).start.line as usize;
            let dash = (first..=at).rev().find(|it| {
                self.line(*it).is_some_and(|it| is_item(it) && it.len() - it.trim_start().len() == indent)
            })?;
            items.push(dash);
        }
        let last = *items.last()?;
        let belongs = |line: &str| line.len() - line.trim_start().len() > indent;
        let mut end = last + 1;
        for number in last + 1..=self.starts.len() {
            match self.line(number) {
                Some(line) if line.trim().is_empty() => {}
                Some(line) if belongs(line) => end = number + 1,
                _ => break,
            }
        }
        Some(Block { indent, items, end })
    }
}

fn indentation(line: &str) -> &str {
    line.get(..line.len() - line.trim_start().len()).unwrap_or_default()
}

/// A list that is written one item a line.
struct Block {
    /// How many spaces stand before a dash.
    indent: usize,
    /// The lines of the dashes.
    items: Vec<usize>,
    /// The line after the last one.
    end: usize,
}

/// A list that is written in brackets, as bytes of the text.
struct Flow {
    open: usize,
    close: usize,
    items: Vec<std::ops::Range<usize>>,
    commas: Vec<usize>,
    /// Whether a comma stands after the last item.
    trailing: bool,
}

impl Flow {
    /// Finds the items of the list whose bracket opens at a byte.
    fn scan(text: &str, open: usize) -> Option<Self> {
        let (mut depth, mut quote, mut commas, mut close) = (0_usize, None, Vec::new(), None);
        let mut content: Vec<usize> = Vec::new();
        let mut characters = text.get(open..)?.char_indices().map(|(at, it)| (open + at, it)).peekable();
        let mut before = ' ';
        while let Some((at, it)) = characters.next() {
            match (quote, it) {
                (Some('"'), '\\') => drop(characters.next()),
                (Some(mark), it) if it == mark => quote = None,
                (Some(_), _) => {}
                (None, '#') if before.is_whitespace() => {
                    while characters.peek().is_some_and(|(_, it)| *it != '\n') {
                        characters.next();
                    }
                }
                (None, '"' | '\'') if before.is_whitespace() || "[{,:".contains(before) => quote = Some(it),
                (None, '[' | '{') => depth += 1,
                (None, ']' | '}') => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        close = Some(at);
                        break;
                    }
                }
                (None, ',') if depth == 1 => commas.push(at),
                _ => {}
            }
            let is_comment = quote.is_none() && it == '#' && before.is_whitespace();
            let is_mark = at == open || (depth == 1 && it == ',') || is_comment;
            if !it.is_whitespace() && !is_mark {
                content.push(at + it.len_utf8() - 1);
            }
            before = it;
        }
        let close = close?;
        let mut items = Vec::new();
        let bounds: Vec<usize> = std::iter::once(open).chain(commas.iter().copied()).chain([close]).collect();
        for pair in bounds.windows(2) {
            let &[from, to] = pair else { continue };
            let mut inside = content.iter().copied().filter(|it| (from + 1..to).contains(it));
            let first = inside.next();
            let last = inside.next_back().or(first);
            items.extend(first.zip(last).map(|(first, last)| first..last + 1));
        }
        let trailing = commas.last().is_some_and(|comma| items.last().is_none_or(|it| it.end <= *comma));
        Some(Self { open, close, items, commas, trailing })
    }
}

#[cfg(test)]
#[path = "plugin_list_tests.rs"]
mod tests;
