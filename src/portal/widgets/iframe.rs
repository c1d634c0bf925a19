//! The widget `iframe`: a link to the page, which the script of the portal replaces by a frame when it is asked to.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::Pen;
use crate::diagnostics::Diagnostic;
use crate::plugins::CodeId;
use crate::plugins::view::Iframe;

/// How the place of a frame begins. Text holds no `<`, and attributes no such quotes, so nothing else begins so.
const BEGIN: &str = "<div class=\"frame\" data-frame-origin=\"";

/// Draws the place of a frame; `None` when there is no address.
pub(super) fn draw(pen: &mut Pen<'_>, frame: &Iframe, title: Option<CodeId>) -> Option<Markup> {
    let src = pen.text(frame.src);
    if src.trim().is_empty() {
        return None;
    }
    let title =
        title.map(|it| pen.text(it)).filter(|it| !it.is_empty()).unwrap_or_else(|| "Frame".to_owned());
    let url =
        url::Url::parse(src.trim()).ok().filter(|it| it.scheme() == "https" && it.username().is_empty());
    let origin = url.as_ref().map(|it| it.origin().ascii_serialization());
    let host = url.as_ref().and_then(|it| it.host_str()).unwrap_or_default().to_owned();
    let allowed = origin.as_deref().is_some_and(|origin| is_declared(pen, origin));
    if !allowed {
        refuse(pen, frame, &src, origin.as_deref());
    }
    let address = url.map(|it| it.to_string()).or_else(|| pen.canvas.address(&src))?;
    let canvas = &pen.canvas;
    let link = html! {
        a.button href=(address) rel="noopener" { (canvas.icon("external")) "Open " @if host.is_empty() { (title) } @else { (host) } }
    };
    Some(match origin.filter(|_| allowed) {
        Some(origin) => html! {
            div.frame data-frame-origin=(origin) data-frame=(address) data-height=(frame.height) data-title=(title) {
                p { "This part comes from " strong { (host) } "." }
                p.frame-actions {
                    button.button.button-main.js type="button" data-load-frame { "Show it here" span.visually-hidden { ": " (title) } }
                    (link)
                }
            }
        },
        None => html! { div.frame { p.frame-actions { (link) } } },
    })
}

fn is_declared(pen: &Pen<'_>, origin: &str) -> bool {
    let plugin = pen.canvas.plugins.plugins.get(pen.plugin);
    plugin.is_some_and(|it| it.may_frame(origin))
}

fn refuse(pen: &mut Pen<'_>, frame: &Iframe, src: &str, origin: Option<&str>) {
    let (message, hint) = match origin {
        Some(origin) => (
            format!("the plugin does not declare frames of `{origin}`"),
            format!("add `{origin}` under `permissions.frames`; until then a link stands in its place"),
        ),
        None => (
            format!("`{src}` is not an address that a frame may show"),
            "it needs the scheme `https`; until then a link stands in its place".to_owned(),
        ),
    };
    let diagnostic = Diagnostic::error("plugin/frame-not-allowed", frame.span.clone(), message);
    pen.problems.push(diagnostic.hint(hint));
}

/// Returns the origins of the frames in a drawn page.
pub(in crate::portal) fn origins(html: &str, found: &mut BTreeSet<String>) {
    for part in html.split(BEGIN).skip(1) {
        found.extend(part.split_once('"').map(|(origin, _)| origin.to_owned()));
    }
}
