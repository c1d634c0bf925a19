//! `Writer`: the events of Markdown to HTML, in which everything but raw HTML of the author is safe.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Alignment, CowStr, Event, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::attribute_list::without_attributes;
use super::heading_id::HeadingIds;
use super::mkdocs_blocks::Prepared;
use super::page::{Heading, PageLink};
use super::{admonition, autolink, options, tags};
use crate::content::highlight::Highlighter;
use crate::content::html_text::push_text;
use crate::content::link::LinkBase;
use crate::content::problems;
use crate::content::rewrite::OWN;
use crate::content::sanitize;
use crate::content::source_text::SourceText;
use crate::diagnostics::{Diagnostic, Span};

/// One event and the bytes that it comes from.
pub(super) type Placed<'a> = (Event<'a>, Range<usize>);

/// What a page is written with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    pub(super) source: &'a SourceText,
    pub(super) base: LinkBase<'a>,
    pub(super) highlighter: &'a Highlighter,
}

/// Writes HTML. Without a setting it writes short texts: no ids, no relative links, no coloured code.
#[derive(Debug, Default)]
pub(super) struct Writer<'a> {
    pub(super) setting: Option<Setting<'a>>,
    /// Marks the addresses that need no more rewriting, for pages whose raw HTML is rewritten afterwards.
    pub(super) marks: bool,
    pub(super) out: String,
    pub(super) title: Option<String>,
    pub(super) outline: Vec<Heading>,
    pub(super) links: Vec<PageLink>,
    pub(super) problems: Vec<Diagnostic>,
    /// Whether the author wrote HTML, so that `out` is not safe.
    pub(super) raw: bool,
    /// Whether HTML of the author is shown as text.
    pub(super) raw_as_text: bool,
    /// How many tags of the author could stand in each other.
    pub(super) tags: usize,
    pub(super) ids: HeadingIds,
    references: BTreeMap<String, (String, String)>,
    pub(super) footnotes: BTreeMap<String, usize>,
    pub(super) link_ends: Vec<&'static str>,
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
    pub(super) after_inline: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(setting: Option<Setting<'a>>, marks: bool) -> Self {
        Self { setting, marks, ..Self::default() }
    }

    /// Writes prepared Markdown. Stops where raw HTML begins and addresses are not marked.
    pub(super) fn write(&mut self, prepared: &Prepared<'_>, depth: usize) {
        if let Some(setting) = self.setting {
            let snippets = prepared.snippets.iter().cloned();
            self.problems.extend(snippets.map(|it| problems::snippet(setting.source.span(it))));
        }
        let references = &self.references;
        let callback = |link: pulldown_cmark::BrokenLink<'_>| {
            let (address, title) = references.get(&link.reference.to_lowercase())?;
            Some((CowStr::from(address.clone()), CowStr::from(title.clone())))
        };
        let parser = Parser::new_with_broken_link_callback(&prepared.text, options(), Some(callback));
        let mut found = BTreeMap::new();
        if depth == 0 && prepared.has_blocks() {
            for (label, definition) in parser.reference_definitions().iter() {
                let title = definition.title.as_deref().unwrap_or_default().to_owned();
                found.insert(label.to_lowercase(), (definition.dest.to_string(), title));
            }
        }
        let events: Vec<Placed<'_>> = TextMergeWithOffset::new(parser.into_offset_iter()).collect();
        self.references.append(&mut found);
        if self.marks {
            self.tags += depth_of(&events);
        }
        self.events(&events, prepared, depth);
    }

    pub(super) fn events(&mut self, events: &[Placed<'_>], prepared: &Prepared<'_>, depth: usize) {
        let mut rest = events;
        while let Some(((event, range), tail)) = rest.split_first() {
            if self.raw && !self.marks {
                return;
            }
            rest = tail;
            let after_inline = std::mem::take(&mut self.after_inline);
            match event {
                Event::Start(tag) => rest = self.start(tag, range, tail, prepared, depth),
                Event::End(tag) => self.end(tag),
                Event::Text(text) => self.text(&prepared.restore(text), after_inline),
                Event::Code(text) => {
                    self.out.push_str("<code>");
                    push_text(&mut self.out, &prepared.restore(text));
                    self.out.push_str("</code>");
                    self.after_inline = true;
                }
                Event::Html(html) | Event::InlineHtml(html) => self.html(&prepared.restore(html)),
                Event::SoftBreak => self.out.push('\n'),
                Event::HardBreak => self.out.push_str("<br>\n"),
                Event::Rule => self.out.push_str("<hr>\n"),
                Event::FootnoteReference(name) => self.footnote(name, false),
                Event::TaskListMarker(checked) => {
                    // The box is no control; its name says what it shows.
                    let (checked, name) = if *checked { (" checked", "Done") } else { ("", "To do") };
                    self.out.push_str(&format!(
                        "<input type=\"checkbox\" disabled{checked} aria-label=\"{name}\"> "
                    ));
                }
                Event::InlineMath(text) | Event::DisplayMath(text) => push_text(&mut self.out, text),
            }
        }
    }

    /// Writes the start of a tag, or all of it; returns what is left to write.
    fn start<'e, 't>(
        &mut self,
        tag: &Tag<'_>,
        range: &Range<usize>,
        tail: &'e [Placed<'t>],
        prepared: &Prepared<'_>,
        depth: usize,
    ) -> &'e [Placed<'t>] {
        match tag {
            Tag::Paragraph => {
                if let [(Event::Text(text), _), (Event::End(TagEnd::Paragraph), _), after @ ..] = tail
                    && let Some(block) = prepared.block(text)
                {
                    self.block(block, depth + 1);
                    return after;
                }
                self.out.push_str("<p>");
            }
            Tag::Heading { level, id, .. } => {
                let (inside, after) = inside(tail, tag);
                self.heading(*level, id.as_deref(), inside, prepared, depth);
                return after;
            }
            Tag::CodeBlock(kind) => {
                let (inside, after) = inside(tail, tag);
                let text = text_of(inside);
                self.code(kind, &prepared.restore(&text));
                return after;
            }
            Tag::Image { dest_url, title, .. } => {
                let (inside, after) = inside(tail, tag);
                self.image(dest_url, title, &text_of(inside), prepared.source(range));
                return after;
            }
            Tag::HtmlBlock => {
                let (inside, after) = inside(tail, tag);
                self.html(&prepared.restore(&text_of(inside)));
                return after;
            }
            Tag::Link { link_type, dest_url, title, .. } => {
                let email = matches!(link_type, pulldown_cmark::LinkType::Email);
                let address = if email { format!("mailto:{dest_url}") } else { dest_url.to_string() };
                self.link(&address, title, prepared.source(range));
            }
            Tag::BlockQuote(Some(alert)) => {
                let (kind, title) = admonition::of_alert(*alert);
                self.out.push_str(&format!(
                    "<div class=\"admonition\" data-kind=\"{kind}\"><p class=\"admonition-title\">"
                ));
                self.out.push_str(&format!("{title}</p>\n"));
            }
            Tag::List(Some(start)) if *start != 1 => self.out.push_str(&format!("<ol start=\"{start}\">\n")),
            Tag::FootnoteDefinition(name) => self.footnote(name, true),
            Tag::Table(alignments) => {
                self.alignments.clone_from(alignments);
                // Where addresses are marked, all tables are wrapped at the end, those of raw HTML among them.
                self.out.push_str(if self.marks { "<table>" } else { "<div class=\"table-wrap\"><table>" });
            }
            Tag::TableCell => {
                self.out.push_str(tags::cell(self.in_head, self.alignments.get(self.cell)));
                self.cell += 1;
            }
            other => {
                self.in_head =
                    matches!(other, Tag::TableHead) || (self.in_head && !matches!(other, Tag::TableRow));
                if matches!(other, Tag::TableHead | Tag::TableRow) {
                    self.cell = 0;
                }
                self.out.push_str(tags::open(other).unwrap_or_default());
            }
        }
        tail
    }

    fn end(&mut self, tag: &TagEnd) {
        let html = match tag {
            TagEnd::Link => self.link_ends.pop(),
            TagEnd::Table if self.marks => Some("</tbody></table>\n"),
            TagEnd::TableCell => Some(if self.in_head { "</th>" } else { "</td>" }),
            other => tags::close(other),
        };
        self.in_head &= !matches!(tag, TagEnd::TableHead);
        self.after_inline = matches!(tag, TagEnd::Link | TagEnd::Strong | TagEnd::Emphasis);
        self.out.push_str(html.unwrap_or_default());
    }

    fn text(&mut self, text: &str, after_inline: bool) {
        let text = if after_inline { without_attributes(text) } else { text };
        if self.link_ends.is_empty() && autolink::has_address(text) {
            let mark = if self.marks { OWN } else { "" };
            for address in autolink::push_linked(&mut self.out, text, mark) {
                if let Some(setting) = self.setting {
                    let span = Span::file(Arc::clone(setting.source.file()));
                    self.links.push(PageLink { target: address, external: true, span });
                }
            }
        } else {
            push_text(&mut self.out, text);
        }
    }

    /// Writes HTML of the author. Comments are dropped, and a lone line break needs no cleaning.
    fn html(&mut self, html: &str) {
        let trimmed = html.trim();
        let is_comment = trimmed.strip_prefix("<!--").and_then(|it| it.strip_suffix("-->"));
        if is_comment.is_some_and(|it| !it.contains("-->") && !it.contains("<!--")) {
            return;
        }
        if matches!(trimmed, "<br>" | "<br/>" | "<br />") {
            self.out.push_str("<br>");
            return;
        }
        self.tags += sanitize::nesting_tags(html);
        if self.raw_as_text {
            return push_text(&mut self.out, html);
        }
        self.raw = true;
        self.out.push_str(html);
    }
}

/// Returns how deep the tags of events stand in each other; the depth of Markdown, too, counts when HTML is parsed.
fn depth_of(events: &[Placed<'_>]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for (event, _) in events {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Returns the events up to the end of a tag that has just begun, and those after it.
fn inside<'e, 't>(tail: &'e [Placed<'t>], tag: &Tag<'_>) -> (&'e [Placed<'t>], &'e [Placed<'t>]) {
    let end = tag.to_end();
    let mut depth = 0_usize;
    for (index, (event, _)) in tail.iter().enumerate() {
        match event {
            Event::Start(inner) if inner.to_end() == end => depth += 1,
            Event::End(inner) if *inner == end => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => {
                    let (inside, after) = tail.split_at(index);
                    return (inside, after.get(1..).unwrap_or_default());
                }
            },
            _ => {}
        }
    }
    (tail, &[])
}

/// Returns the text of events, without markup.
pub(super) fn text_of(events: &[Placed<'_>]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(it) | Event::Code(it) | Event::Html(it) => text.push_str(it),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}
