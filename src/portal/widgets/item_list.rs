//! The widget `list`.

use maud::{Markup, html};
use minijinja::Value;

use super::moment::{self, Moment};
use super::{Pen, is_nothing, link, more, radar, shown, status};
use crate::content;
use crate::plugins::CodeId;
use crate::plugins::view::{ItemBody, ItemList};

use super::super::evaluate::Scope;

/// The most entries of a history.
const HISTORY_MAX: usize = 50;

/// Ids that the shell of a page has.
const IDS_TAKEN: &[&str] = &["main", "page", "menu", "side-tools", "finder", "nearest"];

struct Drawn {
    group: String,
    markup: Markup,
}

/// Draws items; `None` without rows.
pub(super) fn draw(pen: &mut Pen<'_>, list: &ItemList) -> Option<Markup> {
    let rows = pen.rows(list.rows);
    if rows.is_empty() {
        return None;
    }
    let total = rows.len();
    let href = list.more.map(|it| pen.text(it)).filter(|it| !it.is_empty());
    let mut drawn = Vec::new();
    for row in rows.into_iter().take(list.limit) {
        let scope = pen.scope.with_row(row);
        let group = pen.row_text(list.group_by, &scope);
        let markup = if list.log { log_line(pen, list, &scope) } else { item(pen, list, &scope) };
        drawn.push(Drawn { group, markup });
    }
    let shown = drawn.len();
    let groups = grouped(drawn);
    Some(html! {
        @for (group, items) in &groups {
            @if list.group_by.is_some() && !group.is_empty() {
                div.group role="group" aria-label=(group) {
                    p.group-title aria-hidden="true" { (group) }
                    (whole(list, items))
                }
            } @else { (whole(list, items)) }
        }
        (more(&pen.canvas, shown, total, href.as_deref()))
    })
}

fn whole(list: &ItemList, items: &[Markup]) -> Markup {
    match list.log {
        true => html! { div.code { pre.log tabindex="0" { @for it in items { (it) } } } },
        false => html! { ul.items { @for it in items { (it) } } },
    }
}

/// Returns the groups in the order of their first rows.
fn grouped(drawn: Vec<Drawn>) -> Vec<(String, Vec<Markup>)> {
    let mut groups: Vec<(String, Vec<Markup>)> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    for Drawn { group, markup } in drawn {
        let next = groups.len();
        let at = *places.entry(group.clone()).or_insert(next);
        match groups.get_mut(at) {
            Some((_, items)) => items.push(markup),
            None => groups.push((group, vec![markup])),
        }
    }
    groups
}

fn item(pen: &mut Pen<'_>, list: &ItemList, scope: &Scope<'_>) -> Markup {
    let title = shown(&pen.evaluate_row(list.title, scope));
    let id = pen.row_text(list.id, scope);
    let href = pen.row_text(list.href, scope);
    let icon = pen.row_text(list.icon, scope);
    let meta = pen.row_text(list.meta, scope);
    let state = pen.row_text(list.status, scope);
    let time = list.time.map(|it| pen.evaluate_row(it, scope)).filter(|it| !is_nothing(it));
    let badges = badges(pen, &list.badges, scope);
    let body = body(pen, list.body, scope);
    let history = list.timeline.map(|it| pen.evaluate_row(it, scope)).and_then(|it| history(&it));
    let icon = if icon.is_empty() { icon } else { link::icon_of(pen, &icon) };
    let canvas = &pen.canvas;
    html! {
        li.item id=[anchor(&id)] {
            @if !icon.is_empty() { (canvas.icon(&icon)) }
            div.item-main {
                p.item-title {
                    @match canvas.address(&href) { Some(address) => a href=(address) { (title) }, None => { (title) } }
                    @if !state.is_empty() { (status::mark(canvas, &state)) }
                    @for badge in &badges { span.badge data-tone=(super::cell::tone(badge)) { (badge) } }
                }
                @if !meta.is_empty() || time.is_some() {
                    p.item-meta { (meta) @if let Some(time) = &time { @if !meta.is_empty() { " · " } (moment::draw(time)) } }
                }
                @if let Some(body) = &body { (body) }
                @if let Some(history) = &history { (history) }
            }
        }
    }
}

fn log_line(pen: &mut Pen<'_>, list: &ItemList, scope: &Scope<'_>) -> Markup {
    let title = shown(&pen.evaluate_row(list.title, scope));
    let state = pen.row_text(list.status, scope);
    let time = list.time.map(|it| pen.evaluate_row(it, scope)).filter(|it| !is_nothing(it));
    let meta = pen.row_text(list.meta, scope);
    html! {
        span.log-line data-status=[(!state.is_empty()).then_some(&state)] {
            @if let Some(time) = &time { span.log-time { (shown(time)) } " " }
            @if !state.is_empty() { strong { (state) } " " }
            @if !meta.is_empty() { span.log-meta { (meta) } " " }
            (title) "\n"
        }
    }
}

/// Returns a word that may be the id of an element: what a fragment can name.
fn anchor(id: &str) -> Option<String> {
    let id: String = id.trim().chars().map(|it| if it.is_whitespace() { '-' } else { it }).collect();
    (!id.is_empty() && !IDS_TAKEN.contains(&id.as_str())).then_some(id)
}

fn badges(pen: &mut Pen<'_>, codes: &[CodeId], scope: &Scope<'_>) -> Vec<String> {
    let mut badges = Vec::new();
    for code in codes {
        let value = pen.evaluate_row(*code, scope);
        match value.as_str().is_some() || value.try_iter().is_err() {
            true => badges.push(shown(&value)),
            false => badges.extend(value.try_iter().into_iter().flatten().map(|it| shown(&it))),
        }
    }
    badges.retain(|it| !it.is_empty());
    badges
}

/// Draws the body of an item or an event.
pub(super) fn body(pen: &mut Pen<'_>, body: Option<ItemBody>, scope: &Scope<'_>) -> Option<Markup> {
    match body? {
        ItemBody::Text(code) => {
            let text = shown(&pen.evaluate_row(code, scope));
            (!text.is_empty()).then(|| html! { p.item-body { (text) } })
        }
        ItemBody::Markdown(code) => {
            let html = content::render_text(&shown(&pen.evaluate_row(code, scope)));
            (!html.is_empty()).then(|| html! { div.prose.item-body { (html) } })
        }
    }
}

/// Draws how an item changed: mappings with a date, a title, a body, and which way it moved.
fn history(value: &Value) -> Option<Markup> {
    let entries: Vec<Value> = value.try_iter().ok()?.take(HISTORY_MAX).collect();
    if entries.is_empty() || value.as_str().is_some() {
        return None;
    }
    let field = |entry: &Value, keys: &[&str]| {
        let found = keys.iter().map(|key| entry.get_attr(key).unwrap_or_default()).find(|it| !is_nothing(it));
        found.unwrap_or_default()
    };
    Some(html! {
        details.history {
            summary { "History (" (entries.len()) ")" }
            ol {
                @for entry in &entries {
                    @let time = field(entry, &["time", "date", "at"]);
                    @let title = shown(&field(entry, &["title", "label", "ring", "ringId"]));
                    @let text = shown(&field(entry, &["body", "description"]));
                    li {
                        @match Moment::of(&time) { Some(moment) => { (moment.draw_day()) }, None => { (shown(&time)) } }
                        @if !title.is_empty() { " " strong { (title) } }
                        @if let Some(words) = radar::Moved::of(&field(entry, &["moved"])).words() { " " span.muted { "(" (words) ")" } }
                        @if !text.is_empty() { div.prose { (content::render_text(&text)) } }
                    }
                }
            }
        }
    })
}
