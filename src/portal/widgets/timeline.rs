//! The widget `timeline`.

use maud::{Markup, html};
use minijinja::Value;

use super::moment::Moment;
use super::{Pen, item_list, more, people, shown, status};
use crate::plugins::view::{Timeline, TimelineOrder};

use super::super::evaluate::Scope;

struct Event {
    moment: Option<Moment>,
    /// What is written where there is no time to be read.
    written: String,
    row: Value,
}

impl Event {
    fn day(&self) -> String {
        self.moment.as_ref().map_or_else(|| self.written.clone(), Moment::day)
    }
}

/// Draws dated events, grouped by day; `None` without rows.
pub(super) fn draw(pen: &mut Pen<'_>, timeline: &Timeline) -> Option<Markup> {
    let rows = pen.rows(timeline.rows);
    if rows.is_empty() {
        return None;
    }
    let total = rows.len();
    let href = timeline.more.map(|it| pen.text(it)).filter(|it| !it.is_empty());
    let mut events = Vec::new();
    for row in rows {
        let scope = pen.scope.with_row(row.clone());
        let time = pen.evaluate_row(timeline.time, &scope);
        events.push(Event { moment: Moment::of(&time), written: shown(&time), row });
    }
    // What has no time goes last in either order.
    let seconds = |it: &Event| it.moment.as_ref().map(|it| it.seconds);
    match timeline.order {
        TimelineOrder::Newest => events.sort_by_key(|it| std::cmp::Reverse(seconds(it).unwrap_or(i64::MIN))),
        TimelineOrder::Oldest => events.sort_by_key(|it| seconds(it).unwrap_or(i64::MAX)),
        TimelineOrder::AsIs => {}
    }
    events.truncate(timeline.limit);
    let mut days: Vec<(&Event, Vec<Markup>)> = Vec::new();
    for event in &events {
        let scope = pen.scope.with_row(event.row.clone());
        let drawn = draw_event(pen, timeline, event, &scope);
        match days.last_mut().filter(|(first, _)| first.day() == event.day()) {
            Some((_, items)) => items.push(drawn),
            None => days.push((event, vec![drawn])),
        }
    }
    Some(html! {
        div.timeline {
            @for (first, items) in &days {
                div.timeline-day role="group" aria-label=(first.day()) {
                    p.group-title { @match &first.moment { Some(moment) => { (moment.draw_day()) }, None => { (first.written) } } }
                    ol.timeline-events { @for it in items { (it) } }
                }
            }
        }
        (more(&pen.canvas, events.len(), total, href.as_deref()))
    })
}

fn draw_event(pen: &mut Pen<'_>, timeline: &Timeline, event: &Event, scope: &Scope<'_>) -> Markup {
    let title = shown(&pen.evaluate_row(timeline.title, scope));
    let href = pen.row_text(timeline.href, scope);
    let meta = pen.row_text(timeline.meta, scope);
    let state = pen.row_text(timeline.status, scope);
    let actor = timeline.actor.map(|it| pen.evaluate_row(it, scope));
    let actor = actor.and_then(|it| people::named(pen, &it));
    let body = item_list::body(pen, timeline.body, scope);
    let canvas = &pen.canvas;
    html! {
        li.event data-status=[(!state.is_empty()).then(|| status::known(&state))] {
            p.item-title {
                @match canvas.address(&href) { Some(address) => a href=(address) { (title) }, None => { (title) } }
                @if !state.is_empty() { (status::mark(canvas, &state)) }
            }
            p.item-meta {
                @if let Some(moment) = &event.moment { (moment.draw_clock()) }
                @if let Some(actor) = &actor { " " (actor) }
                @if !meta.is_empty() { " " span { (meta) } }
            }
            @if let Some(body) = &body { (body) }
        }
    }
}
