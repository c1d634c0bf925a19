//! Markdown to its front matter, title, headings and text.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use super::{FormatError, yaml};

/// How many headings are listed.
const HEADINGS_MAX: usize = 10_000;

/// Returns `{frontMatter, title, headings: [{level, text}], body, text}`: `body` is the Markdown after the front matter,
/// `text` is what a reader sees of it.
pub(super) fn parse(name: &str, source: &str) -> Result<Value, FormatError> {
    let (front, body) = split(source);
    let front = match front {
        Some(front) => yaml::parse(name, front)?,
        None => Value::Null,
    };
    let mut page = Page::default();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    for event in Parser::new_ext(body, options) {
        page.event(event);
    }
    let own = front.get("title").and_then(Value::as_str).map(str::to_owned);
    let first = || page.headings.iter().find(|(level, _)| *level == 1).map(|(_, text)| text.clone());
    let title = own.or_else(first);
    let headings: Vec<Value> =
        page.headings.iter().map(|(level, text)| json!({"level": level, "text": text})).collect();
    Ok(json!({
        "frontMatter": front,
        "title": title,
        "headings": headings,
        "body": body,
        "text": page.text.trim(),
    }))
}

/// Returns the front matter, if there is one, and what follows it.
fn split(source: &str) -> (Option<&str>, &str) {
    let mut end = 0;
    for (at, line) in source.split_inclusive('\n').enumerate() {
        match (at, line.trim_end()) {
            (0, "---") => {}
            (0, _) => break,
            (_, "---" | "...") => {
                return (source.get(..end), source.get(end + line.len()..).unwrap_or_default());
            }
            _ => {}
        }
        end += line.len();
    }
    (None, source)
}

#[derive(Default)]
struct Page {
    text: String,
    headings: Vec<(u8, String)>,
    /// The level of the heading that has begun, and where its text starts.
    heading: Option<(u8, usize)>,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => self.heading = Some((level as u8, self.text.len())),
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, start)) =
                    self.heading.take().filter(|_| self.headings.len() < HEADINGS_MAX)
                {
                    let text = self.text.get(start..).unwrap_or_default().trim().to_owned();
                    self.headings.push((level, text));
                }
                self.text.push('\n');
            }
            Event::Text(text) | Event::Code(text) => self.text.push_str(&text),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::End(TagEnd::TableCell) => self.text.push(' '),
            Event::End(end) if is_block(end) && !self.text.ends_with('\n') => self.text.push('\n'),
            _ => {}
        }
    }
}

fn is_block(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Paragraph
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::Item
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::FootnoteDefinition
    )
}
