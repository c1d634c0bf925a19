//! The widget `radar`: a picture of entries in quadrants and rings, and the same entries as lists.

use maud::{Markup, html};
use minijinja::Value;

use super::radar_places::{self, CENTRE, Cell, SIZE};
use super::{Pen, is_nothing, number, shown};
use crate::plugins::view::Radar;

/// The most entries of the lists; the picture has those of them that find a place.
const ENTRIES_MAX: usize = 500;

/// The most quadrants, and the most rings.
const PARTS_MAX: usize = 8;

/// The longest name of a quadrant in the picture, in characters.
const NAME_CHARS_MAX: usize = 30;

/// A quadrant or a ring.
struct Part {
    id: String,
    name: String,
}

/// Which way an entry moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// Nearer to the middle.
    In,
    /// Further from it.
    Out,
    /// It was not there before.
    New,
    /// It did not move.
    None,
}

impl Moved {
    /// Reads which way an entry moved.
    pub(super) fn of(value: &Value) -> Self {
        match (shown(value).trim(), number::of(value)) {
            ("in" | "up", _) => Self::In,
            ("out" | "down", _) => Self::Out,
            ("new", _) => Self::New,
            (_, Some(it)) if it >= 2.0 => Self::New,
            (_, Some(it)) if it > 0.0 => Self::In,
            (_, Some(it)) if it < 0.0 => Self::Out,
            _ => Self::None,
        }
    }

    /// Returns it in words, if it moved.
    pub(super) fn words(self) -> Option<&'static str> {
        match self {
            Self::In => Some("moved in"),
            Self::Out => Some("moved out"),
            Self::New => Some("new"),
            Self::None => None,
        }
    }
}

struct Entry {
    number: usize,
    id: String,
    label: String,
    quadrant: usize,
    ring: usize,
    moved: Moved,
    address: Option<String>,
}

/// Draws a radar; `None` without entries that have a quadrant and a ring.
pub(super) fn draw(pen: &mut Pen<'_>, radar: &Radar) -> Option<Markup> {
    let label = radar.label.map(|it| pen.text(it)).filter(|it| !it.is_empty());
    let label = label.unwrap_or_else(|| "Radar".to_owned());
    let quadrants = parts(&pen.evaluate(radar.quadrants));
    let rings = parts(&pen.evaluate(radar.rings));
    let entries = entries(pen, radar, &quadrants, &rings);
    if entries.is_empty() {
        return None;
    }
    let cells: Vec<Cell<'_>> =
        entries.iter().map(|it| Cell { id: &it.id, quadrant: it.quadrant, ring: it.ring }).collect();
    let spots = radar_places::place(&cells, quadrants.len(), rings.len());
    let left_out = spots.iter().filter(|it| it.is_none()).count();
    Some(html! {
        figure.radar {
            div.graph-canvas.radar-canvas tabindex="0" role="group" aria-label=(label) {
                svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (SIZE) " " (SIZE) } width=(SIZE) height=(SIZE) role="group" aria-label={ "Picture of " (label) } {
                    (ground(&quadrants, &rings))
                    @for (entry, spot) in entries.iter().zip(&spots) { @if let Some(spot) = spot { (blip(entry, *spot)) } }
                }
            }
            ul.legend {
                @for moved in [Moved::None, Moved::New, Moved::In, Moved::Out] {
                    li { (sample(moved)) (moved.words().unwrap_or("no change")) }
                }
            }
            @if left_out > 0 { p.more { (super::grouped(left_out)) " entries find no room in the picture and are in the lists alone" } }
            (lists(&quadrants, &rings, &entries))
        }
    })
}

/// Reads quadrants or rings: names, or mappings with `id` and `name`.
fn parts(value: &Value) -> Vec<Part> {
    let field = |it: &Value, keys: &[&str]| {
        keys.iter().map(|key| it.get_attr(key).unwrap_or_default()).find(|it| !is_nothing(it))
    };
    let part = |it: Value| {
        let name = field(&it, &["name", "title", "label", "id"]).unwrap_or_else(|| it.clone());
        let id = field(&it, &["id"]).unwrap_or_else(|| name.clone());
        Part { id: shown(&id), name: shown(&name) }
    };
    value.try_iter().map(|items| items.take(PARTS_MAX).map(part).collect()).unwrap_or_default()
}

/// Reads the entries, sorted by quadrant, ring and name, and numbered in that order.
fn entries(pen: &mut Pen<'_>, radar: &Radar, quadrants: &[Part], rings: &[Part]) -> Vec<Entry> {
    let index = |parts: &[Part], name: &str| parts.iter().position(|it| it.id == name || it.name == name);
    let mut entries = Vec::new();
    for row in pen.rows(radar.rows).into_iter().take(ENTRIES_MAX) {
        let scope = pen.scope.with_row(row);
        let quadrant = shown(&pen.evaluate_row(radar.quadrant, &scope));
        let ring = shown(&pen.evaluate_row(radar.ring, &scope));
        let (Some(quadrant), Some(ring)) = (index(quadrants, &quadrant), index(rings, &ring)) else {
            continue;
        };
        let label = shown(&pen.evaluate_row(radar.entry, &scope));
        let id = pen.row_text(radar.id, &scope);
        let moved = radar.moved.map_or(Moved::None, |it| Moved::of(&pen.evaluate_row(it, &scope)));
        let href = pen.row_text(radar.href, &scope);
        let address = pen.canvas.address(&href);
        let id = if id.is_empty() { label.clone() } else { id };
        entries.push(Entry { number: 0, id, label, quadrant, ring, moved, address });
    }
    entries.sort_by(|a, b| {
        (a.quadrant, a.ring, a.label.to_lowercase(), &a.id).cmp(&(
            b.quadrant,
            b.ring,
            b.label.to_lowercase(),
            &b.id,
        ))
    });
    entries.iter_mut().enumerate().for_each(|(index, it)| it.number = index + 1);
    entries
}

/// Draws rings, the borders of quadrants, and their names.
fn ground(quadrants: &[Part], rings: &[Part]) -> Markup {
    let named = |part: &Part| super::cut(&part.name, NAME_CHARS_MAX);
    html! {
        @for index in (0..rings.len()).rev() {
            circle.radar-ring data-odd[index % 2 == 1] cx=(CENTRE) cy=(CENTRE) r=(one(radar_places::outer(index, rings.len()))) {}
        }
        @for index in 0..quadrants.len() {
            @let (x, y) = radar_places::edge(index as f64, quadrants.len());
            line.radar-border x1=(CENTRE) y1=(CENTRE) x2=(one(x)) y2=(one(y)) {}
        }
        @for (index, ring) in rings.iter().enumerate() {
            text.radar-ring-name x=(CENTRE) y=(one(CENTRE - radar_places::outer(index, rings.len()) + 15.0)) text-anchor="middle" { (super::cut(&ring.name, 12)) }
        }
        @for (index, quadrant) in quadrants.iter().enumerate() {
            @let (x, y, anchor) = radar_places::title(index, quadrants.len());
            text.radar-name.{ "s" (index % 6) } x=(one(x)) y=(one(y)) text-anchor=(anchor) { (named(quadrant)) }
        }
    }
}

fn blip(entry: &Entry, (x, y): (f64, f64)) -> Markup {
    let inner = html! {
        title { (entry.number) ". " (entry.label) @if let Some(words) = entry.moved.words() { " (" (words) ")" } }
        g transform={ "translate(" (one(x)) " " (one(y)) ")" } {
            (shape(entry.moved))
            text y=(match entry.moved { Moved::In => "8", Moved::Out => "1", _ => "4" }) text-anchor="middle" { (entry.number) }
        }
    };
    html! {
        @match &entry.address {
            Some(address) => a.blip.{ "s" (entry.quadrant % 6) } href=(address) { (inner) },
            None => g.blip.{ "s" (entry.quadrant % 6) } { (inner) },
        }
    }
}

/// Draws the shape of a movement: a circle, a ring around it, or a triangle to the middle or away from it.
fn shape(moved: Moved) -> Markup {
    match moved {
        Moved::None => html! { circle r="11" {} },
        Moved::New => html! { circle.blip-halo r="12.5" {} circle r="9.5" {} },
        Moved::In => html! { path d="M0-17L16 11H-16z" {} },
        Moved::Out => html! { path d="M0 17L16-11H-16z" {} },
    }
}

fn sample(moved: Moved) -> Markup {
    html! { svg.swatch.blip.s5 viewBox="-18 -18 36 36" aria-hidden="true" { (shape(moved)) } }
}

fn lists(quadrants: &[Part], rings: &[Part], entries: &[Entry]) -> Markup {
    html! {
        div.radar-lists {
            @for (quadrant, part) in quadrants.iter().enumerate() {
                @if entries.iter().any(|it| it.quadrant == quadrant) {
                    div.radar-list role="group" aria-label=(part.name) {
                        p.radar-list-name.{ "s" (quadrant % 6) } aria-hidden="true" { (part.name) }
                        @for (ring, part) in rings.iter().enumerate() {
                            @let inside = || entries.iter().filter(|it| it.quadrant == quadrant && it.ring == ring);
                            @if inside().next().is_some() {
                                div role="group" aria-label=(part.name) {
                                    p.group-title aria-hidden="true" { (part.name) }
                                    ol { @for entry in inside() { (line(entry)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn line(entry: &Entry) -> Markup {
    html! {
        li value=(entry.number) {
            @match &entry.address { Some(address) => a href=(address) { (entry.label) }, None => { (entry.label) } }
            @if let Some(words) = entry.moved.words() { " " span.muted { "(" (words) ")" } }
        }
    }
}

fn one(number: f64) -> String {
    format!("{number:.1}")
}

#[cfg(test)]
mod tests {
    use super::radar_places::RADIUS;
    use super::*;

    #[test]
    fn movements_have_many_forms() {
        let of = |value: Value| Moved::of(&value);
        assert_eq!([of(1.into()), of("in".into())], [Moved::In; 2]);
        assert_eq!([of((-1).into()), of("out".into())], [Moved::Out; 2]);
        assert_eq!([of(2.into()), of("new".into())], [Moved::New; 2]);
        assert_eq!([of(0.into()), of(Value::UNDEFINED), of("x".into())], [Moved::None; 3]);
    }

    #[test]
    fn the_radius_is_half_of_the_picture_less_its_titles() {
        assert!(RADIUS < CENTRE && CENTRE * 2.0 == f64::from(SIZE));
    }
}
