//! The elements that need thought: headings, code, links, images, footnotes and MkDocs's blocks.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, HeadingLevel};

use super::admonition;
use super::attribute_list::{language, without_attributes_at_end};
use super::mkdocs_blocks::{Block, Fold, Line, Prepared};
use super::page::{Heading, PageLink};
use super::writer::{Placed, Writer, text_of};
use crate::content::html_text::{push_address, push_text};
use crate::content::link::{Resolved, resolve};
use crate::content::problems;
use crate::content::rewrite::OWN;
use crate::diagnostics::Span;

/// How deep blocks of MkDocs may stand in each other; deeper ones stay text.
const DEPTH_MAX: usize = 8;

/// How many problems of one page are told.
const PROBLEMS_MAX: usize = 200;

/// How many problems of one page get a proposal, for which all files of the folder are compared.
const PROPOSALS_MAX: usize = 20;

impl Writer<'_> {
    pub(super) fn heading(
        &mut self,
        level: HeadingLevel,
        id: Option<&str>,
        inside: &[Placed<'_>],
        prepared: &Prepared<'_>,
        depth: usize,
    ) {
        let text = without_attributes_at_end(&text_of(inside)).trim().to_owned();
        let first = self.title.is_none() && level == HeadingLevel::H1;
        if first && self.setting.is_some() {
            self.title = Some(text.clone());
            // The header of the page shows it.
            if depth == 0 && self.out.is_empty() {
                return;
            }
        }
        let level = (level as u8).max(2);
        if self.setting.is_none() {
            self.out.push_str(&format!("<h{level}>"));
            self.events(inside, prepared, depth);
            self.out.push_str(&format!("</h{level}>\n"));
            return;
        }
        let written = id.filter(|it| !it.is_empty() && *it != ":");
        let id = match written {
            Some(id) => self.ids.written(id),
            None => self.ids.of_text(&text),
        };
        let mut escaped = String::with_capacity(id.len());
        push_text(&mut escaped, &id);
        self.out.push_str(&format!("<h{level} id=\"{escaped}\">"));
        self.events(inside, prepared, depth);
        let mark = if self.marks { OWN } else { "" };
        self.out.push_str("<a class=\"anchor\" href=\"#");
        push_address(&mut self.out, &id);
        self.out.push_str(&format!("\" aria-label=\"Link to this section\"{mark}></a></h{level}>\n"));
        self.outline.push(Heading { id, title: text, level });
    }

    pub(super) fn code(&mut self, kind: &CodeBlockKind<'_>, text: &str) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => language(info),
            CodeBlockKind::Indented => String::new(),
        };
        self.out.push_str("<div class=\"code\"><pre tabindex=\"0\"><code");
        if !language.is_empty() {
            self.out.push_str(&format!(" class=\"language-{language}\""));
        }
        self.out.push('>');
        match self.setting {
            Some(setting) => setting.highlighter.push(&mut self.out, &language, text),
            None => push_text(&mut self.out, text),
        }
        self.out.push_str("</code></pre></div>\n");
    }

    pub(super) fn footnote(&mut self, name: &str, is_definition: bool) {
        let next = self.footnotes.len() + 1;
        let number = *self.footnotes.entry(name.to_owned()).or_insert(next);
        let mut id = String::new();
        push_text(&mut id, &crate::model::slug(name));
        if is_definition {
            self.out.push_str(&format!(
                "<div class=\"footnote-definition\" id=\"fn-{id}\"><sup class=\"footnote-definition-label\">{number}</sup>"
            ));
        } else {
            let mark = if self.marks { OWN } else { "" };
            self.out.push_str(&format!(
                "<sup class=\"footnote-reference\"><a href=\"#fn-{id}\"{mark}>{number}</a></sup>"
            ));
        }
    }

    pub(super) fn link(&mut self, address: &str, title: &str, range: Range<usize>) {
        let base = self.setting.map(|it| it.base);
        let resolved = resolve(address, base);
        let end = match &resolved {
            Resolved::External(href) | Resolved::Source(href) | Resolved::Internal { href, .. } => {
                self.out.push_str("<a href=\"");
                push_address(&mut self.out, href);
                self.out.push('"');
                self.attributes(title, !matches!(resolved, Resolved::Internal { .. }));
                "</a>"
            }
            Resolved::Broken { .. } => {
                self.out.push_str("<span class=\"unresolved\">");
                "</span>"
            }
            Resolved::Refused => "",
        };
        self.link_ends.push(end);
        self.record(&resolved, address, range);
    }

    pub(super) fn image(&mut self, address: &str, title: &str, alternative: &str, range: Range<usize>) {
        // The page that shows a file is no image.
        let resolved = match resolve(address, self.setting.map(|it| it.base)) {
            Resolved::Source(_) => Resolved::Broken { path: address.to_owned() },
            other => other,
        };
        self.after_inline = true;
        match &resolved {
            Resolved::External(src) | Resolved::Internal { href: src, .. } => {
                self.out.push_str("<img loading=\"lazy\" src=\"");
                push_address(&mut self.out, src);
                self.out.push_str("\" alt=\"");
                push_text(&mut self.out, alternative);
                self.out.push('"');
                self.attributes(title, false);
            }
            Resolved::Broken { .. } | Resolved::Source(_) | Resolved::Refused => {
                self.out.push_str("<span class=\"unresolved\">");
                push_text(&mut self.out, alternative);
                self.out.push_str("</span>");
            }
        }
        self.record(&resolved, address, range);
    }

    /// Writes the last attributes of a link or image.
    fn attributes(&mut self, title: &str, external: bool) {
        if external {
            self.out.push_str(" rel=\"noopener\"");
        }
        if !title.is_empty() {
            self.out.push_str(" title=\"");
            push_text(&mut self.out, title);
            self.out.push('"');
        }
        self.out.push_str(if self.marks { OWN } else { "" });
        self.out.push('>');
    }

    fn record(&mut self, resolved: &Resolved, address: &str, range: Range<usize>) {
        if let Some(setting) = self.setting {
            self.record_at(resolved, address, setting.source.span(range));
        }
    }

    /// Records where a link leads, or why it leads nowhere.
    pub(super) fn record_at(&mut self, resolved: &Resolved, address: &str, span: Span) {
        if self.problems.len() >= PROBLEMS_MAX
            && matches!(resolved, Resolved::Broken { .. } | Resolved::Refused)
        {
            return;
        }
        match resolved {
            Resolved::External(target) | Resolved::Source(target) => {
                self.links.push(PageLink { target: target.clone(), external: true, span });
            }
            Resolved::Internal { target, .. } => {
                self.links.push(PageLink { target: target.clone(), external: false, span });
            }
            Resolved::Broken { path } => {
                let base = self.setting.map(|it| it.base).filter(|_| self.problems.len() < PROPOSALS_MAX);
                let nearest = base.and_then(|it| it.tree.nearest(it.file, path));
                self.problems.push(problems::broken_link(span, address, nearest.as_deref()));
            }
            Resolved::Refused => self.problems.push(problems::refused_link(span, address)),
        }
    }

    pub(super) fn block(&mut self, block: &Block<'_>, depth: usize) {
        match block {
            Block::Admonition { name, title, fold, body } => {
                let (tag, title_tag) = match fold {
                    Fold::Never => ("div", "p"),
                    Fold::Closed | Fold::Open => ("details", "summary"),
                };
                let open = if *fold == Fold::Open { " open" } else { "" };
                let kind = admonition::kind(name);
                self.out.push_str(&format!("<{tag} class=\"admonition\" data-kind=\"{kind}\"{open}>"));
                let own = title.map_or_else(|| admonition::title(name), str::to_owned);
                if !own.is_empty() || title_tag == "summary" {
                    self.out.push_str(&format!("<{title_tag} class=\"admonition-title\">"));
                    push_text(&mut self.out, if own.is_empty() { "Details" } else { &own });
                    self.out.push_str(&format!("</{title_tag}>\n"));
                }
                self.body(body, depth);
                self.out.push_str(&format!("</{tag}>\n"));
            }
            Block::Tabs(tabs) => {
                self.out.push_str("<div class=\"tabbed\">");
                for tab in tabs {
                    self.out.push_str("<div class=\"tabbed-part\"><p class=\"tabbed-title\">");
                    push_text(&mut self.out, tab.title);
                    self.out.push_str("</p>\n");
                    self.body(&tab.body, depth);
                    self.out.push_str("</div>\n");
                }
                self.out.push_str("</div>\n");
            }
        }
    }

    fn body(&mut self, lines: &[Line<'_>], depth: usize) {
        let prepared = Prepared::of_lines(lines, depth < DEPTH_MAX);
        // A body has links and lists of its own.
        let ends = std::mem::take(&mut self.link_ends);
        self.write(&prepared, depth);
        self.link_ends = ends;
    }
}
