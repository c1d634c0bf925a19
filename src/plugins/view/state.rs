//! What a view says when it has no data of its own to show, and the line below it.

use serde_json::Value;

use crate::diagnostics::Spanned;
use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

/// The words of the empty state, or of the error state.
#[derive(Clone, Debug)]
pub struct StateWords {
    /// What there is none of, or what failed.
    pub title: Option<CodeId>,
    /// How to add it, or what to do; Markdown.
    pub body: Option<CodeId>,
}

/// The state "not set up".
#[derive(Clone, Debug)]
pub struct Missing {
    /// The annotation that switches it on.
    pub annotation: String,
    /// A value of the annotation.
    pub example: String,
}

/// A state that is shown on purpose, to see how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewState {
    /// Not set up.
    Missing,
    /// Nothing to show.
    Empty,
    /// What is shown could not be read.
    Error,
    /// What is shown is older than it should be.
    Stale,
}

/// The line below a view.
#[derive(Clone, Debug)]
pub struct Footer {
    /// A few words.
    pub text: Option<CodeId>,
    /// A link.
    pub link: Option<FooterLink>,
}

/// The link of a footer.
#[derive(Clone, Debug)]
pub struct FooterLink {
    /// Its label.
    pub label: CodeId,
    /// Where it leads.
    pub to: FooterTarget,
}

/// Where a footer leads.
#[derive(Clone, Debug)]
pub enum FooterTarget {
    /// A page or a tab, by the id of its extension.
    Extension(Spanned<String>),
    /// A path below the root of the portal.
    Path(String),
    /// An expression: the address.
    Expression(CodeId),
}

/// What reads the states of a view.
#[derive(Debug, Default)]
pub(super) struct States {
    pub(super) empty: Option<StateWords>,
    pub(super) error: Option<StateWords>,
    pub(super) missing: Option<Missing>,
    pub(super) preview: Option<PreviewState>,
    pub(super) footer: Option<Footer>,
}

const PREVIEWS: &[(&str, PreviewState)] = &[
    ("missing", PreviewState::Missing),
    ("empty", PreviewState::Empty),
    ("error", PreviewState::Error),
    ("stale", PreviewState::Stale),
];

/// Reads `empty`, `error`, `missing`, `state` and `footer`.
pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> States {
    States {
        empty: node.value("empty").and_then(|it| words(it, &node.at("empty"), reading)),
        error: node.value("error").and_then(|it| words(it, &node.at("error"), reading)),
        missing: node.value("missing").and_then(|it| missing(it, &node.at("missing"), reading)),
        preview: node.choice("state", PREVIEWS, reading),
        footer: node.value("footer").and_then(|it| footer(it, &node.at("footer"), reading)),
    }
}

fn words(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<StateWords> {
    let mut node = Node::new(value, pointer, reading)?;
    let words = StateWords { title: node.text("title", reading), body: node.text("body", reading) };
    node.finish(reading);
    Some(words)
}

fn missing(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<Missing> {
    let mut node = Node::new(value, pointer, reading)?;
    let annotation = node.literal("annotation", reading).map(str::to_owned);
    let example = node.literal("example", reading).unwrap_or("value").to_owned();
    if annotation.is_none() {
        node.missing("annotation", reading);
    }
    node.finish(reading);
    Some(Missing { annotation: annotation?, example })
}

fn footer(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<Footer> {
    let mut node = Node::new(value, pointer, reading)?;
    let text = node.text("text", reading);
    let link = node.value("link").and_then(|it| footer_link(it, &node.at("link"), reading));
    node.finish(reading);
    Some(Footer { text, link })
}

fn footer_link(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<FooterLink> {
    let mut node = Node::new(value, pointer, reading)?;
    let label = super::field::required_text(&mut node, "label", reading);
    let to = match node.value("to") {
        Some(Value::String(to)) if ["entity-content:", "page:"].iter().any(|kind| to.starts_with(kind)) => {
            let span = reading.document.span(&node.at("to"));
            Some(FooterTarget::Extension(Spanned { value: to.clone(), span }))
        }
        Some(Value::String(to)) if to.starts_with('/') => Some(FooterTarget::Path(to.clone())),
        _ => node.required_expression("to", reading).map(FooterTarget::Expression),
    };
    node.finish(reading);
    Some(FooterLink { label: label?, to: to? })
}
