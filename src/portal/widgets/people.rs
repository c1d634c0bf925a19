//! The widget `people`.

use maud::{Markup, html};
use minijinja::Value;

use super::{Pen, is_nothing, link, more, shown};
use crate::model::{Entity, EntityRef};
use crate::plugins::view::People;

use super::super::entity_object::entity_of;
use super::super::world::World;

struct Person {
    name: String,
    role: String,
    /// Label, address and icon.
    contacts: Vec<(String, String, String)>,
    meta: String,
    address: Option<String>,
}

/// Draws people; `None` without rows.
pub(super) fn draw(pen: &mut Pen<'_>, people: &People) -> Option<Markup> {
    let rows = pen.rows(people.rows);
    if rows.is_empty() {
        return None;
    }
    let total = rows.len();
    let href = people.more.map(|it| pen.text(it)).filter(|it| !it.is_empty());
    let mut drawn = Vec::new();
    for row in rows.into_iter().take(people.limit) {
        let mut person = person(pen, &row);
        let scope = pen.scope.with_row(row);
        if let Some(meta) = people.meta {
            person.meta = shown(&pen.evaluate_row(meta, &scope));
        }
        if let Some(role) = people.role {
            person.role = shown(&pen.evaluate_row(role, &scope));
        }
        for contact in &people.contacts {
            let href = shown(&pen.evaluate_row(contact.href, &scope));
            let Some(address) = pen.canvas.address(&href) else { continue };
            let label = shown(&pen.evaluate_row(contact.label, &scope));
            let icon = pen.row_text(contact.icon, &scope);
            let icon = if icon.is_empty() && address.starts_with("mailto:") { "email" } else { &icon };
            person.contacts.push((label, address, link::icon_of(pen, icon)));
        }
        drawn.push(person);
    }
    let shown = drawn.len();
    Some(html! {
        ul.people {
            @for person in &drawn {
                li.person {
                    span.avatar aria-hidden="true" { (initials(&person.name)) }
                    span.person-main {
                        @match &person.address {
                            Some(address) => a.person-name href=(address) { (person.name) },
                            None => span.person-name { (person.name) },
                        }
                        @if !person.role.is_empty() { span.person-role { (person.role) } }
                        @if !person.meta.is_empty() { span.person-meta { (person.meta) } }
                        @if !person.contacts.is_empty() {
                            span.person-contacts {
                                @for (label, address, icon) in &person.contacts {
                                    a href=(address) { (pen.canvas.icon(icon)) (label) span.visually-hidden { " of " (person.name) } }
                                }
                            }
                        }
                    }
                }
            }
        }
        (more(&pen.canvas, shown, total, href.as_deref()))
    })
}

fn person(pen: &Pen<'_>, row: &Value) -> Person {
    let plain = |name: String, address: Option<String>| Person {
        name,
        role: String::new(),
        contacts: Vec::new(),
        meta: String::new(),
        address,
    };
    let of_entity = |entity: &Entity| Person {
        meta: entity.text(&["spec", "profile", "email"]).unwrap_or_default().to_owned(),
        ..plain(entity.title().to_owned(), pen.canvas.address(&World::href(entity)))
    };
    if let Some(entity) = entity_of(row) {
        return of_entity(&entity);
    }
    if let Some(text) = row.as_str() {
        let known =
            EntityRef::parse_full(text).ok().and_then(|it| pen.canvas.world.catalog.get(&it).cloned());
        return known.map_or_else(|| plain(text.to_owned(), None), |it| of_entity(&it));
    }
    let field = |key: &str| shown(&row.get_attr(key).unwrap_or_default());
    let address = pen.canvas.address(&field("href"));
    Person { role: field("role"), meta: field("meta"), ..plain(field("name"), address) }
}

/// Draws a person in a line: initials and name. `None` for nothing.
pub(super) fn named(pen: &Pen<'_>, value: &Value) -> Option<Markup> {
    if is_nothing(value) {
        return None;
    }
    let person = person(pen, value);
    Some(html! {
        span.person-inline {
            span.avatar aria-hidden="true" { (initials(&person.name)) }
            @match &person.address { Some(address) => a href=(address) { (person.name) }, None => { (person.name) } }
        }
    })
}

/// Returns the first letters of the first and the last word.
fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split([' ', '-', '.', '_']).filter(|it| !it.is_empty()).collect();
    let letter =
        |word: &&str| word.chars().next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    match words.as_slice() {
        [] => String::new(),
        [one] => letter(one),
        [first, .., last] => letter(first) + &letter(last),
    }
}
