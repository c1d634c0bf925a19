//! The cards of an entity, on its overview or on a tab, with the links that stand at their top.

use maud::{Markup, html};

use super::extension_view::{self, DrawnView};
use super::page::{Card, Cards, FoldedCard, MenuLink};
use super::subject::Subject;
use super::widgets::{Drawn, safe};
use crate::diagnostics::Diagnostic;
use crate::plugins::{CardSlot, Extension, ExtensionKind};

/// Draws the cards that are attached to a tab.
pub(super) fn draw(subject: &Subject<'_>, root: &str, tab: &str, problems: &mut Vec<Diagnostic>) -> Cards {
    let mut cards = Cards::default();
    for extension in subject.attached(tab, "cards") {
        let ExtensionKind::EntityCard { slot, view } = &extension.kind else { continue };
        let mut pen = subject.pen(root, extension.plugin);
        let DrawnView { drawn, source } = extension_view::draw(&mut pen, extension, view);
        problems.append(&mut pen.problems);
        let links = links(subject, root, extension, problems);
        let body = match (drawn, links) {
            (Drawn::Content(body) | Drawn::Empty(body), Some(links)) => {
                safe(html! { div.stack { (links) (body) } })
            }
            (Drawn::Content(body), None) => body,
            (Drawn::Nothing, Some(links)) => safe(links),
            (Drawn::Empty(body), None) => {
                cards.folded.push(FoldedCard { title: extension.title.clone(), body });
                continue;
            }
            (Drawn::Nothing, None) => continue,
        };
        let id = crate::model::slug(extension.id.trim_start_matches("entity-card:"));
        let card = Card { id, title: extension.title.clone(), body, footer: source };
        match slot {
            CardSlot::Summary => cards.summary.push(card),
            CardSlot::Info => cards.info.push(card),
            CardSlot::Content => cards.content.push(card),
        }
    }
    cards
}

/// Draws the links that are attached to a card; `None` when none has an address.
fn links(
    subject: &Subject<'_>,
    root: &str,
    card: &Extension,
    problems: &mut Vec<Diagnostic>,
) -> Option<Markup> {
    let mut links: Vec<MenuLink> = Vec::new();
    for extension in subject.attached(&card.id, "iconLinks") {
        if let ExtensionKind::EntityIconLink { href } = &extension.kind {
            links.extend(subject.link(root, extension, *href, problems));
        }
    }
    let pen = subject.pen(root, card.plugin);
    (!links.is_empty()).then(|| {
        html! {
            ul.links data-look="buttons" {
                @for link in &links {
                    li {
                        a.link href=(link.href) rel=[link.external.then_some("noopener")] {
                            (pen.canvas.icon(&link.icon))
                            span.link-text { (link.title) }
                        }
                    }
                }
            }
        }
    })
}

/// Draws cards as a part of a tab: narrow ones side by side.
pub(super) fn grid(cards: &Cards) -> Markup {
    let wide = cards.summary.iter().chain(&cards.content).map(|it| ("full", it));
    let narrow = cards.info.iter().map(|it| ("1", it));
    html! {
        div.grid {
            @for (span, card) in wide.chain(narrow) {
                section.card.grid-cell id=(card.id) data-span=(span) {
                    h2 { (card.title) }
                    div.card-body { (card.body) }
                }
            }
        }
    }
}
