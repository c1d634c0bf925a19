//! The pages of one entity: overview, tabs, documentation, and its JSON twin.

use maud::html;

use super::entity_header::frame;
use super::entity_tabs::{self, Tab};
use super::page::{Notice, Output, Page};
use super::subject::Subject;
use super::widgets::safe;
use super::world::World;
use super::{Portal, docs_page, entity_cards, twin};
use crate::diagnostics::Diagnostic;
use crate::model::Entity;

/// How many missing entities a notice names.
const MISSING_MAX: usize = 12;

/// Composes everything that belongs to one entity.
pub(super) fn compose(portal: &Portal<'_>, index: usize, emit: &mut dyn FnMut(Output)) -> Vec<Diagnostic> {
    let Some(entity) = portal.world.catalog.entities().get(index) else { return Vec::new() };
    let subject = Subject::new(portal, entity);
    let mut problems = Vec::new();
    let tabs = entity_tabs::tabs(&subject, &mut problems);
    emit(Output::Page(Box::new(overview(&subject, &tabs, &mut problems))));
    for (index, tab) in tabs.iter().enumerate() {
        let Some(body) = &tab.body else { continue };
        let links = entity_tabs::links(&subject, &tabs, Some(index));
        let mut page = frame(&subject, "tab", &tab.path, &links, &mut problems);
        page.page.title = format!("{} · {}", tab.extension.title, entity.title());
        page.body = Some(body.clone());
        emit(Output::Page(Box::new(page)));
    }
    if let Some(site) = portal.world.docs.sites.get(&entity.reference) {
        let docs_path = World::docs_href(&entity.reference).trim_start_matches('/').to_owned();
        let current = tabs.iter().position(|it| it.body.is_none() && it.path == docs_path);
        let links = entity_tabs::links(&subject, &tabs, current);
        problems.extend(docs_page::compose(&subject, site, &docs_path, &links, emit));
    }
    if portal.settings.api {
        emit(twin::compose(entity));
    }
    problems
}

fn overview(subject: &Subject<'_>, tabs: &[Tab<'_>], problems: &mut Vec<Diagnostic>) -> Page {
    let links = entity_tabs::links(subject, tabs, None);
    let mut page = frame(subject, "entity", &subject.path, &links, problems);
    page.notices = notices(subject.portal, subject.entity);
    let cards = entity_cards::draw(subject, &page.root, "entity-content:catalog/overview", problems);
    page.cards = Some(cards);
    page
}

/// Returns what is told of a file that could not be read again.
pub(super) fn stale(portal: &Portal<'_>, file: &str) -> Option<Notice> {
    let stale = portal.world.reader.stale(file)?;
    let body = html! {
        p { "Its file could not be read again; it is shown as it was on " time datetime=(stale.since) { (stale.since) } "." }
        p { (stale.reason) }
    };
    Some(Notice { level: "warn", title: "Not up to date".to_owned(), body: safe(body) })
}

/// What must be known before the cards: what Backstage refuses, and relations that lead nowhere.
fn notices(portal: &Portal<'_>, entity: &Entity) -> Vec<Notice> {
    let mut notices = Vec::new();
    if !entity.errors.is_empty() {
        let body = html! { ul { @for error in &entity.errors { li { (error) } } } };
        notices.push(Notice {
            level: "error",
            title: "Backstage refuses this descriptor".to_owned(),
            body: safe(body),
        });
    }
    notices.extend(stale(portal, &entity.place.location));
    let missing: Vec<&str> = entity
        .relations
        .iter()
        .filter(|it| portal.world.catalog.get(&it.target).is_none())
        .map(|it| it.target.as_str())
        .collect();
    if !missing.is_empty() {
        let body = html! {
            p {
                "This entity has relations to entities that are not in the catalog: "
                @for (index, target) in missing.iter().take(MISSING_MAX).enumerate() { @if index > 0 { ", " } code { (target) } }
                @if missing.len() > MISSING_MAX { " and " (missing.len() - MISSING_MAX) " more" }
                "."
            }
        };
        notices.push(Notice {
            level: "warn",
            title: "Some relations lead nowhere".to_owned(),
            body: safe(body),
        });
    }
    notices
}
