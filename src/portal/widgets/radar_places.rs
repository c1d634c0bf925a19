//! Entries of a radar to places: each in its quadrant and ring, no two on top of each other, always the same.

use std::f64::consts::{PI, TAU};

/// The side of the picture, in pixels.
pub(super) const SIZE: u32 = 800;

/// The middle.
pub(super) const CENTRE: f64 = 400.0;

/// The radius of the outermost ring.
pub(super) const RADIUS: f64 = 372.0;

/// The least distance between the middles of two entries: what a finger or a pointer can tell apart.
const DISTANCE_MIN: f64 = 32.0;

/// The space kept free along the borders of rings and quadrants.
const MARGIN: f64 = 17.0;

/// How many places are tried by chance before all are tried in turn.
const TRIES: usize = 60;

/// What is placed.
pub(super) struct Cell<'a> {
    /// What the place is derived from.
    pub(super) id: &'a str,
    pub(super) quadrant: usize,
    pub(super) ring: usize,
}

/// Returns the outer radius of a ring; inner rings are wider, since they have less room.
pub(super) fn outer(ring: usize, rings: usize) -> f64 {
    RADIUS * ((ring + 1) as f64 / rings.max(1) as f64).powf(0.72)
}

/// Returns the angle at which a quadrant begins, clockwise from the top.
fn angle(quadrant: f64, quadrants: usize) -> f64 {
    -PI / 2.0 + quadrant * TAU / quadrants.max(1) as f64
}

fn spot(angle: f64, radius: f64) -> (f64, f64) {
    (CENTRE + radius * angle.cos(), CENTRE + radius * angle.sin())
}

/// Returns where the border before a quadrant ends.
pub(super) fn edge(quadrant: f64, quadrants: usize) -> (f64, f64) {
    spot(angle(quadrant, quadrants), RADIUS)
}

/// Returns where the name of a quadrant stands, and which end of it.
pub(super) fn title(quadrant: usize, quadrants: usize) -> (f64, f64, &'static str) {
    let (x, y) = spot(angle(quadrant as f64 + 0.5, quadrants), RADIUS * 1.06);
    let size = f64::from(SIZE);
    // The corners are free.
    let y = if y < CENTRE { y.min(CENTRE - RADIUS * 0.86) } else { y.max(CENTRE + RADIUS * 0.9) };
    match x < CENTRE {
        true => (8.0, y.clamp(20.0, size - 8.0), "start"),
        false => (size - 8.0, y.clamp(20.0, size - 8.0), "end"),
    }
}

/// Returns a place for each entry, in order; `None` for what finds no room in its part.
pub(super) fn place(cells: &[Cell<'_>], quadrants: usize, rings: usize) -> Vec<Option<(f64, f64)>> {
    let mut taken: Vec<(f64, f64)> = Vec::new();
    let mut spots = Vec::with_capacity(cells.len());
    for cell in cells {
        let found =
            by_chance(cell, quadrants, rings, &taken).or_else(|| in_turn(cell, quadrants, rings, &taken));
        taken.extend(found);
        spots.push(found);
    }
    spots
}

/// The part of the picture that an entry may stand in.
struct Sector {
    inner: f64,
    outer: f64,
    from: f64,
    to: f64,
}

impl Sector {
    fn of(cell: &Cell<'_>, quadrants: usize, rings: usize) -> Self {
        let below = if cell.ring == 0 { 0.0 } else { outer(cell.ring - 1, rings) };
        Self {
            inner: below + MARGIN,
            outer: outer(cell.ring, rings) - MARGIN,
            from: angle(cell.quadrant as f64, quadrants),
            to: angle(cell.quadrant as f64 + 1.0, quadrants),
        }
    }

    /// Returns the place at two shares of the sector, if it keeps clear of the borders.
    fn at(&self, turn: f64, radius: f64) -> Option<(f64, f64)> {
        let margin = (MARGIN / radius).asin();
        let (from, to) = (self.from + margin, self.to - margin);
        (radius > MARGIN && from <= to).then(|| spot(from + turn * (to - from), radius))
    }
}

fn is_free((x, y): (f64, f64), taken: &[(f64, f64)]) -> bool {
    taken.iter().all(|(a, b)| (x - a).hypot(y - b) >= DISTANCE_MIN)
}

fn by_chance(cell: &Cell<'_>, quadrants: usize, rings: usize, taken: &[(f64, f64)]) -> Option<(f64, f64)> {
    let sector = Sector::of(cell, quadrants, rings);
    let mut chance = Chance::of(cell.id);
    (0..TRIES).find_map(|_| {
        let (turn, share) = (chance.next(), chance.next());
        // The square root spreads places evenly over the area.
        let radius =
            (sector.inner.powi(2) + share * (sector.outer.powi(2) - sector.inner.powi(2))).max(0.0).sqrt();
        sector.at(turn, radius).filter(|it| is_free(*it, taken))
    })
}

fn in_turn(cell: &Cell<'_>, quadrants: usize, rings: usize, taken: &[(f64, f64)]) -> Option<(f64, f64)> {
    const STEPS: usize = 48;
    let sector = Sector::of(cell, quadrants, rings);
    let mut radius = sector.inner;
    while radius <= sector.outer {
        let free = (0..=STEPS)
            .filter_map(|step| sector.at(step as f64 / STEPS as f64, radius))
            .find(|it| is_free(*it, taken));
        if free.is_some() {
            return free;
        }
        radius += 4.0;
    }
    None
}

/// Numbers that look like chance and follow from a text.
struct Chance(u64);

impl Chance {
    fn of(text: &str) -> Self {
        let seed = blake3::hash(text.as_bytes());
        Self(seed.as_bytes().iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte)))
    }

    /// Returns the next number, from 0 to 1 (the generator SplitMix64).
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_distance_and_their_part() {
        let ids: Vec<String> = (0..300).map(|it| format!("entry-{it}")).collect();
        let cells: Vec<Cell<'_>> = ids
            .iter()
            .enumerate()
            .map(|(index, id)| Cell { id, quadrant: index % 4, ring: index / 4 % 4 })
            .collect();
        let spots = place(&cells, 4, 4);
        assert_eq!(spots, place(&cells, 4, 4));
        let found: Vec<(usize, (f64, f64))> =
            spots.iter().enumerate().filter_map(|(index, it)| Some((index, (*it)?))).collect();
        assert!(found.len() > 150, "{}", found.len());
        for (index, (x, y)) in &found {
            let (cell, radius) = (&cells[*index], (x - CENTRE).hypot(y - CENTRE));
            let inner = if cell.ring == 0 { 0.0 } else { outer(cell.ring - 1, 4) };
            assert!(radius > inner && radius < outer(cell.ring, 4));
            let right = *x > CENTRE;
            assert_eq!(right, cell.quadrant < 2);
            for (other, (a, b)) in &found {
                assert!(index == other || (x - a).hypot(y - b) >= DISTANCE_MIN);
            }
        }
    }

    #[test]
    fn one_ring_and_one_quadrant_will_do() {
        let cells = [Cell { id: "a", quadrant: 0, ring: 0 }, Cell { id: "a", quadrant: 0, ring: 0 }];
        assert!(place(&cells, 1, 1).iter().all(Option::is_some));
    }
}
