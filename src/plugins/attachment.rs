//! `AttachTo`: what an extension is attached to, and which inputs there are for which kinds.

use serde_json::Value;

use super::extension::Extension;
use super::extension_kind::{Body, ExtensionKind};
use super::node::{Node, Reading};
use crate::diagnostics::{Diagnostic, Span, nearest};

/// The extension and its input that an extension stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachTo {
    /// The id of the extension.
    pub id: String,
    /// The name of its input.
    pub input: String,
    /// Where the id is written; where the extension is declared if it is not.
    pub span: Span,
    /// Where the input is written, or what stands for it.
    pub input_span: Span,
    /// Whether someone wrote it.
    pub written: bool,
}

/// Extensions that every portal has without a plugin declaring them, with their inputs and what these take.
const ALWAYS: &[(&str, &[(&str, &str)])] = &[
    ("app", &[("themes", "theme"), ("icons", "icon-bundle"), ("translations", "translation")]),
    ("app/nav", &[("items", "nav-item")]),
    ("app/routes", &[("routes", "page")]),
    (
        "page:catalog/entity",
        &[
            ("contents", "entity-content"),
            ("headers", "entity-header"),
            ("contextMenuItems", "entity-context-menu-item"),
        ],
    ),
    ("entity-content:catalog/overview", &[("cards", "entity-card")]),
    ("page:techdocs/reader", &[("addons", "addon")]),
    ("page:search", &[("items", "search-result")]),
];

/// Where each kind goes by itself. `page:*` is the page of the plugin.
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("page", "app/routes", "routes"),
    ("sub-page", "page:*", "pages"),
    ("nav-item", "app/nav", "items"),
    ("entity-card", "entity-content:catalog/overview", "cards"),
    ("entity-content", "page:catalog/entity", "contents"),
    ("entity-header", "page:catalog/entity", "headers"),
    ("entity-icon-link", "entity-card:catalog/about", "iconLinks"),
    ("entity-context-menu-item", "page:catalog/entity", "contextMenuItems"),
    ("catalog-column", "page:catalog", "columns"),
    ("catalog-filter", "page:catalog", "filters"),
    ("search-result", "page:search", "items"),
    ("home-widget", "page:home", "widgets"),
    ("addon", "page:techdocs/reader", "addons"),
    ("theme", "app", "themes"),
    ("icon-bundle", "app", "icons"),
    ("translation", "app", "translations"),
];

/// Returns the ids that an operator may name although no plugin declares them.
pub(super) fn built_in_ids<'a>() -> impl Iterator<Item = &'a str> {
    ALWAYS.iter().map(|(id, _)| *id)
}

/// Returns whether there are extensions of a kind.
pub(super) fn is_kind(kind: &str) -> bool {
    DEFAULTS.iter().any(|(it, ..)| *it == kind)
}

/// Returns whether extensions of a kind have a filter.
pub(super) fn takes_filter(kind: &str) -> bool {
    kind.starts_with("entity-") || kind.starts_with("catalog-") || matches!(kind, "search-result" | "addon")
}

/// Returns where an extension goes that says nothing of it.
pub(super) fn default_of(kind: &str, plugin: &str, span: Span) -> AttachTo {
    let found = DEFAULTS.iter().find(|(it, ..)| *it == kind);
    let (id, input) = found.map_or(("", ""), |(_, id, input)| (*id, *input));
    let input_span = span.clone();
    AttachTo { id: id.replace('*', plugin), input: input.to_owned(), span, input_span, written: false }
}

/// Reads `attachTo` of a manifest.
pub(super) fn read(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<AttachTo> {
    let mut node = Node::new(value, pointer, reading)?;
    for key in ["id", "input"] {
        if !node.has(key) {
            node.missing(key, reading);
        }
    }
    let (id, input) = (node.literal("id", reading), node.literal("input", reading));
    let (span, input_span) =
        (reading.document.span(&node.at("id")), reading.document.span(&node.at("input")));
    let attach_to = id.zip(input).map(|(id, input)| AttachTo {
        id: id.to_owned(),
        input: input.to_owned(),
        span,
        input_span,
        written: true,
    });
    node.finish(reading);
    attach_to
}

/// Returns the inputs of an extension, each with the kind it takes; `None` when there is no such extension.
fn inputs(id: &str, extensions: &[Extension]) -> Option<Vec<(&'static str, &'static str)>> {
    if let Some((_, inputs)) = ALWAYS.iter().find(|(it, _)| *it == id) {
        return Some(inputs.to_vec());
    }
    let target = extensions.iter().find(|it| it.id == id)?;
    Some(match &target.kind {
        ExtensionKind::Page { body: Body::List(_), .. } => {
            vec![("columns", "catalog-column"), ("filters", "catalog-filter")]
        }
        ExtensionKind::Page { .. } => vec![("pages", "sub-page"), ("widgets", "home-widget")],
        ExtensionKind::EntityContent { body: Body::View(_), .. } => vec![("cards", "entity-card")],
        ExtensionKind::EntityCard { .. } => vec![("iconLinks", "entity-icon-link")],
        _ => Vec::new(),
    })
}

/// Returns what is wrong with an attachment, if anything is.
pub(super) fn mistake(kind: &str, to: &AttachTo, extensions: &[Extension]) -> Option<Diagnostic> {
    let wrong =
        |place: &Span, message: String| Diagnostic::error("plugin/bad-attachment", place.clone(), message);
    let Some(inputs) = inputs(&to.id, extensions) else {
        let known = extensions.iter().map(|it| it.id.as_str()).chain(built_in_ids());
        let near = nearest(&to.id, known).map(str::to_owned);
        let message = format!("there is no extension `{}`", to.id);
        return Some(wrong(&to.span, message).nearest(near.as_deref()));
    };
    if inputs.iter().any(|(input, takes)| *input == to.input && *takes == kind) {
        return None;
    }
    let listed: Vec<String> =
        inputs.iter().map(|(input, takes)| format!("`{input}`, which takes `{takes}`")).collect();
    let message = match inputs.iter().find(|(input, _)| *input == to.input) {
        Some((input, takes)) => format!("the input `{input}` of `{}` takes `{takes}` and no `{kind}`", to.id),
        None => format!("`{}` has no input `{}`", to.id, to.input),
    };
    Some(match listed.as_slice() {
        [] => wrong(&to.span, message).hint("nothing can be attached to it"),
        _ => wrong(&to.input_span, message).hint(format!("its inputs: {}", listed.join("; "))),
    })
}

/// Takes out what is attached to nothing, and reports what somebody wrote.
pub(super) fn settle(extensions: &mut Vec<Extension>, problems: &mut Vec<Diagnostic>) {
    let mut keep: Vec<bool> = Vec::with_capacity(extensions.len());
    for extension in extensions.iter() {
        let found = mistake(extension.kind.name(), &extension.attach_to, extensions);
        keep.push(found.is_none());
        match found {
            Some(_) if !extension.enabled => {}
            // A sub-page without its page is a mistake of the plugin; others can do without what they would add to.
            Some(it) if extension.attach_to.written => problems.push(it),
            Some(it) if matches!(extension.kind, ExtensionKind::SubPage { .. }) => {
                problems.push(it.hint("name its page with `page: page:PLUGIN/NAME`"));
            }
            _ => {}
        }
    }
    let mut keep = keep.into_iter();
    extensions.retain(|it| keep.next().unwrap_or(true) && it.enabled);
    // What stands in something that is off is off too, as in Backstage.
    loop {
        let is_on =
            |id: &str| ALWAYS.iter().any(|(it, _)| *it == id) || extensions.iter().any(|it| it.id == id);
        let off: Vec<String> =
            extensions.iter().filter(|it| !is_on(&it.attach_to.id)).map(|it| it.id.clone()).collect();
        if off.is_empty() {
            return;
        }
        extensions.retain(|it| !off.contains(&it.id));
    }
}
