//! Nodes and edges to places: layers from left to right, few crossings, bounded time, the same result every time.
//!
//! The published crates for layered layouts either hang on some cyclic graphs or iterate over hash maps, which would
//! make the output differ from build to build.

use std::collections::BTreeMap;

/// A node placed: its corner and size, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
}

/// The height of every node.
pub(super) const NODE_HEIGHT: f64 = 36.0;
const GAP_X: f64 = 124.0;
const GAP_Y: f64 = 14.0;
const MARGIN: f64 = 8.0;

/// How often the layers are sorted by their neighbours; more changes little.
const SWEEPS: usize = 6;

/// A graph with all its nodes placed.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub(super) spots: Vec<Spot>,
    pub(super) width: f64,
    pub(super) height: f64,
    /// How many edges each node has.
    pub(super) crowded: Vec<usize>,
}

/// Places nodes of the given widths. With a root, what leads to it stands on its left and the rest on its right.
pub(super) fn place(widths: &[f64], edges: &[(usize, usize)], root: Option<usize>) -> Layout {
    let ranks = match root {
        Some(root) => star_ranks(widths.len(), edges, root),
        None => ranks(widths.len(), edges),
    };
    let mut layers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, rank) in ranks.iter().enumerate() {
        layers.entry(*rank).or_default().push(node);
    }
    let mut layers: Vec<Vec<usize>> = layers.into_values().collect();
    reduce_crossings(&mut layers, edges);
    let mut layout = coordinates(&layers, widths);
    let count = |node: usize| edges.iter().filter(|(from, to)| *from == node || *to == node).count();
    layout.crowded = (0..widths.len()).map(count).collect();
    layout
}

/// Left of the root, the root, right of it.
fn star_ranks(count: usize, edges: &[(usize, usize)], root: usize) -> Vec<usize> {
    let leads_to_root = |node: usize| edges.contains(&(node, root)) && !edges.contains(&(root, node));
    (0..count)
        .map(|node| {
            if node == root {
                1
            } else if leads_to_root(node) {
                0
            } else {
                2
            }
        })
        .collect()
}

/// The longest way from a source, along edges that close no cycle.
fn ranks(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in edges.iter().filter(|(from, to)| from != to) {
        if let Some(list) = next.get_mut(*from) {
            list.push(*to);
        }
    }
    let order = topological(&next);
    let position: BTreeMap<usize, usize> =
        order.iter().enumerate().map(|(index, node)| (*node, index)).collect();
    // An edge back to an earlier node closes a cycle and does not count.
    let forward = |node: usize| {
        let later = |to: &&usize| position.get(*to) > position.get(&node);
        next.get(node).into_iter().flatten().filter(later).copied().collect::<Vec<usize>>()
    };
    let mut ranks = vec![0_usize; count];
    let mut led_to = vec![0_usize; count];
    for node in &order {
        let rank = ranks.get(*node).copied().unwrap_or(0);
        for to in forward(*node) {
            if let (Some(there), Some(edges)) = (ranks.get_mut(to), led_to.get_mut(to)) {
                *there = (*there).max(rank + 1);
                *edges += 1;
            }
        }
    }
    // What leads to more than leads to it moves next to what it leads to, which shortens most long edges.
    for node in order.iter().rev() {
        let targets = forward(*node);
        let nearest = targets.iter().filter_map(|it| ranks.get(*it)).min().copied();
        if let (Some(nearest), Some(edges)) = (nearest, led_to.get(*node))
            && *edges <= targets.len()
            && let Some(rank) = ranks.get_mut(*node)
        {
            *rank = nearest.saturating_sub(1).max(*rank);
        }
    }
    ranks
}

/// Depth first, without recursion, since a graph can be deep.
fn topological(next: &[Vec<usize>]) -> Vec<usize> {
    let mut seen = vec![false; next.len()];
    let mut done = Vec::with_capacity(next.len());
    for start in 0..next.len() {
        let mut stack = vec![(start, 0)];
        while let Some((node, child)) = stack.pop() {
            if child == 0 {
                match seen.get_mut(node) {
                    Some(seen) if !*seen => *seen = true,
                    _ => continue,
                }
            }
            match next.get(node).and_then(|it| it.get(child)) {
                Some(to) => {
                    stack.push((node, child + 1));
                    stack.push((*to, 0));
                }
                None => done.push(node),
            }
        }
    }
    done.reverse();
    done
}

/// Sorts each layer by the mean position of what its nodes are connected to, first forwards and then backwards.
fn reduce_crossings(layers: &mut [Vec<usize>], edges: &[(usize, usize)]) {
    let mut neighbours: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (from, to) in edges {
        neighbours.entry(*from).or_default().push(*to);
        neighbours.entry(*to).or_default().push(*from);
    }
    for sweep in 0..SWEEPS {
        let mut positions: BTreeMap<usize, f64> = BTreeMap::new();
        for layer in layers.iter() {
            positions.extend(layer.iter().enumerate().map(|(index, node)| (*node, index as f64)));
        }
        let count = layers.len();
        for index in 0..count {
            let Some(layer) = layers.get_mut(if sweep % 2 == 0 { index } else { count - 1 - index }) else {
                continue;
            };
            let mean = |node: usize| {
                let near: Vec<f64> = neighbours
                    .get(&node)
                    .into_iter()
                    .flatten()
                    .filter_map(|it| positions.get(it))
                    .copied()
                    .collect();
                let own = positions.get(&node).copied().unwrap_or(0.0);
                if near.is_empty() { own } else { near.iter().sum::<f64>() / near.len() as f64 }
            };
            let mut keyed: Vec<(f64, usize)> = layer.iter().map(|node| (mean(*node), *node)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            *layer = keyed.into_iter().map(|(_, node)| node).collect();
            positions.extend(layer.iter().enumerate().map(|(index, node)| (*node, index as f64)));
        }
    }
}

fn coordinates(layers: &[Vec<usize>], widths: &[f64]) -> Layout {
    let width_of = |node: &usize| widths.get(*node).copied().unwrap_or(0.0);
    let height_of = |layer: &Vec<usize>| layer.len() as f64 * (NODE_HEIGHT + GAP_Y) - GAP_Y;
    let height = layers.iter().map(height_of).fold(0.0, f64::max) + 2.0 * MARGIN;
    let mut layout =
        Layout { spots: vec![Spot::default(); widths.len()], width: 0.0, height, crowded: Vec::new() };
    let mut x = MARGIN;
    for layer in layers {
        let width = layer.iter().map(width_of).fold(0.0, f64::max);
        let mut y = (height - height_of(layer)) / 2.0;
        for node in layer {
            if let Some(spot) = layout.spots.get_mut(*node) {
                *spot = Spot { x, y, width };
            }
            y += NODE_HEIGHT + GAP_Y;
        }
        x += width + GAP_X;
    }
    layout.width = x - GAP_X + MARGIN;
    layout
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn places_every_node_apart_whatever_the_edges() {
        let mut seed: u64 = 7;
        let mut random = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) % below) as usize
        };
        for _ in 0..500 {
            let count = 1 + random(40);
            let edges: Vec<(usize, usize)> =
                (0..random(80)).map(|_| (random(count as u64), random(count as u64))).collect();
            let root = (random(2) == 0).then(|| random(count as u64));
            let layout = place(&vec![100.0; count], &edges, root);
            let mut places: Vec<_> = layout.spots.iter().map(|it| (it.x as i64, it.y as i64)).collect();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), count, "no two nodes share a place");
            assert!(layout.spots.iter().all(|it| it.x + it.width <= layout.width && it.y < layout.height));
        }
    }

    #[test]
    fn follows_the_edges_from_left_to_right() {
        let layout = place(&[10.0; 4], &[(0, 1), (1, 2), (0, 3), (2, 0)], None);
        let x: Vec<f64> = layout.spots.iter().map(|it| it.x).collect();
        assert!(x[0] < x[1] && x[1] < x[2] && x[0] < x[3], "{x:?}");
    }
}
