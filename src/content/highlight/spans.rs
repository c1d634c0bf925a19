//! `Spans`: coloured pieces of code to HTML, with as few spans as will do.

use crate::content::html_text::push_text;

/// What a piece of code is. Plain names, operators and punctuation have no class, to keep pages small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Comment,
    String,
    Number,
    Keyword,
    Type,
    Function,
    Variable,
    Constant,
    Tag,
    Attribute,
    Invalid,
    Key,
    Heading,
    Inserted,
    Deleted,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::String => "string",
            Self::Number => "number",
            Self::Keyword => "keyword",
            Self::Type => "type",
            Self::Function => "function",
            Self::Variable => "variable",
            Self::Constant => "constant",
            Self::Tag => "tag",
            Self::Attribute => "attribute",
            Self::Invalid => "invalid",
            Self::Key => "key",
            Self::Heading => "heading",
            Self::Inserted => "inserted",
            Self::Deleted => "deleted",
        }
    }
}

/// Writes pieces in order; neighbours of one class share a span.
#[derive(Debug)]
pub(super) struct Spans<'a> {
    out: &'a mut String,
    open: Option<Class>,
}

impl<'a> Spans<'a> {
    pub(super) fn new(out: &'a mut String) -> Self {
        Self { out, open: None }
    }

    /// Appends the next piece.
    pub(super) fn push(&mut self, class: Option<Class>, text: &str) {
        if text.is_empty() {
            return;
        }
        // White space has no colour, so it never ends a span.
        if self.open != class && !(class.is_none() && text.bytes().all(|it| it.is_ascii_whitespace())) {
            if self.open.is_some() {
                self.out.push_str("</span>");
            }
            if let Some(class) = class {
                self.out.push_str("<span class=\"hl-");
                self.out.push_str(class.name());
                self.out.push_str("\">");
            }
            self.open = class;
        }
        push_text(self.out, text);
    }

    /// Closes the last span.
    pub(super) fn finish(self) {
        if self.open.is_some() {
            self.out.push_str("</span>");
        }
    }
}
