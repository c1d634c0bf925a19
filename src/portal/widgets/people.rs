//! The widget `people`.

use maud::{Markup, html};
use minijinja::Value;

use super::{Pen, more, shown};
use crate::model::{Entity, EntityRef};
use crate::plugins::view::People;

use super::super::entity_object::entity_of;
use super::super::world::World;

struct Person {
    name: String,
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
        if let Some(meta) = people.meta {
            let scope = pen.scope.with_row(row);
            person.meta = shown(&pen.evaluate_row(meta, &scope));
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
                        @if !person.meta.is_empty() { span.person-meta { (person.meta) } }
                    }
                }
            }
        }
        (more(&pen.canvas, shown, total, href.as_deref()))
    })
}

fn person(pen: &Pen<'_>, row: &Value) -> Person {
    let of_entity = |entity: &Entity| Person {
        name: entity.title().to_owned(),
        meta: entity.text(&["spec", "profile", "email"]).unwrap_or_default().to_owned(),
        address: pen.canvas.address(&World::href(entity)),
    };
    if let Some(entity) = entity_of(row) {
        return of_entity(&entity);
    }
    if let Some(text) = row.as_str() {
        let known =
            EntityRef::parse_full(text).ok().and_then(|it| pen.canvas.world.catalog.get(&it).cloned());
        return known.map_or_else(
            || Person { name: text.to_owned(), meta: String::new(), address: None },
            |it| of_entity(&it),
        );
    }
    let field = |key: &str| shown(&row.get_attr(key).unwrap_or_default());
    Person { name: field("name"), meta: field("meta"), address: pen.canvas.address(&field("href")) }
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
