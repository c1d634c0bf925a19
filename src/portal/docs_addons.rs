//! What plugins add to pages of documentation.

use minijinja::Value;

use super::page::DocsAddons;
use super::subject::Subject;
use super::widgets::Drawn;
use crate::diagnostics::Diagnostic;
use crate::plugins::{DocsPlace, ExtensionKind};

/// A document, as addons see it.
pub(super) struct Document<'a> {
    pub(super) title: &'a str,
    /// The path of its page below the root, with a slash at its end.
    pub(super) path: &'a str,
    pub(super) edit_url: &'a str,
    pub(super) source: &'a str,
}

impl Document<'_> {
    fn value(&self) -> Value {
        let known = |it: &str| if it.is_empty() { Value::UNDEFINED } else { Value::from(it) };
        Value::from_pairs([
            ("title", Value::from(self.title)),
            ("href", Value::from(format!("/{}", self.path))),
            ("editUrl", known(self.edit_url)),
            ("source", known(self.source)),
        ])
    }
}

/// Draws the addons of the documentation of an entity on one of its pages; `None` when there is nothing to show.
pub(super) fn draw(
    subject: &Subject<'_>,
    root: &str,
    document: &Document<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<DocsAddons> {
    let mut addons = DocsAddons::default();
    let mut is_empty = true;
    for extension in subject.attached("page:techdocs/reader", "addons") {
        let ExtensionKind::Addon { place, view } = &extension.kind else { continue };
        let mut pen = subject.pen(root, extension.plugin);
        pen.scope = pen.scope.with_row(document.value());
        if let Drawn::Content(html) = pen.draw(view) {
            let part = match place {
                DocsPlace::Header => &mut addons.header,
                DocsPlace::Subheader => &mut addons.subheader,
                DocsPlace::ContentStart => &mut addons.content_start,
                DocsPlace::ContentEnd => &mut addons.content_end,
                DocsPlace::Settings => &mut addons.settings,
            };
            part.push(html);
            is_empty = false;
        }
        problems.append(&mut pen.problems);
    }
    (!is_empty).then_some(addons)
}
