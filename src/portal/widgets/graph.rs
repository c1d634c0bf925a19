//! The widget `graph`: laid out at build into SVG, with the same relations as a list.

use std::collections::BTreeMap;

use maud::{Markup, html};
use minijinja::Value;

use super::graph_layout::{self, Layout, NODE_HEIGHT, Spot};
use super::{Pen, cut, shown};
use crate::model::slug;
use crate::plugins::view::Graph;

/// The most nodes that are drawn; the rest is left to the pages of what is drawn.
const NODES_MAX: usize = 100;

/// The widths, in CSS pixels, at which a diagram shrinks to fit: wider ones would be too small to read, and scroll.
const SHRUNK: std::ops::Range<f64> = 608.0..980.0;

/// The longest label, in characters.
const LABEL_CHARS_MAX: usize = 28;

/// About how wide a character of a label is, in pixels.
const CHARACTER_WIDTH: f64 = 7.4;

struct Node {
    id: String,
    label: String,
    kind: String,
    address: Option<String>,
    root: bool,
}

struct Edge {
    from: usize,
    to: usize,
    label: String,
}

/// Draws a graph; `None` when it has no edges.
pub(super) fn draw(pen: &mut Pen<'_>, graph: &Graph) -> Option<Markup> {
    let value = pen.evaluate(graph.graph);
    let label = graph.label.map(|it| pen.text(it)).unwrap_or_else(|| "Graph".to_owned());
    let nodes: Vec<Node> = list(&value, "nodes").iter().take(NODES_MAX).map(|it| node(pen, it)).collect();
    let index: BTreeMap<&str, usize> =
        nodes.iter().enumerate().map(|(index, it)| (it.id.as_str(), index)).collect();
    let edges = edges(&value, &index);
    if edges.is_empty() {
        return None;
    }
    let widths: Vec<f64> = nodes
        .iter()
        .map(|it| cut(&it.label, LABEL_CHARS_MAX).chars().count() as f64 * CHARACTER_WIDTH + 28.0)
        .collect();
    let pairs: Vec<(usize, usize)> = edges.iter().map(|it| (it.from, it.to)).collect();
    let layout = graph_layout::place(&widths, &pairs, nodes.iter().position(|it| it.root));
    let more = value.get_attr("more").ok().and_then(|it| it.as_usize()).unwrap_or(0);
    Some(html! {
        figure.graph {
            div.graph-canvas tabindex="0" role="group" aria-label=(label) { (picture(&nodes, &edges, &layout)) }
            @if more > 0 { p.more { "and " (super::grouped(more)) " more" } }
            details.graph-list {
                summary { "As a list" }
                ul { @for edge in &edges { (line(&nodes, edge)) } }
            }
        }
    })
}

fn list(value: &Value, key: &str) -> Vec<Value> {
    value.get_attr(key).ok().and_then(|it| it.try_iter().ok().map(Iterator::collect)).unwrap_or_default()
}

fn node(pen: &Pen<'_>, value: &Value) -> Node {
    let field = |key: &str| shown(&value.get_attr(key).unwrap_or_default());
    Node {
        id: field("id"),
        label: field("label"),
        kind: slug(&field("kind")),
        address: pen.canvas.address(&field("href")),
        root: value.get_attr("root").is_ok_and(|it| it.is_true()),
    }
}

/// Returns the edges between drawn nodes; several between the same two are one with all their labels.
fn edges(value: &Value, index: &BTreeMap<&str, usize>) -> Vec<Edge> {
    let mut merged: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
    for edge in list(value, "edges") {
        let field = |key: &str| shown(&edge.get_attr(key).unwrap_or_default());
        if let (Some(from), Some(to)) = (index.get(field("from").as_str()), index.get(field("to").as_str())) {
            merged.entry((*from, *to)).or_default().push(field("label"));
        }
    }
    merged.into_iter().map(|((from, to), labels)| Edge { from, to, label: labels.join(", ") }).collect()
}

fn picture(nodes: &[Node], edges: &[Edge], layout: &Layout) -> Markup {
    let first = nodes.first().map(|it| slug(&it.id)).unwrap_or_default();
    let marker = format!("arrow-{first}-{}", edges.len());
    // One label on every edge says nothing; the list below has it.
    let labelled = edges.iter().any(|it| edges.first().is_some_and(|first| first.label != it.label));
    let (width, height) = (rounded(layout.width), rounded(layout.height));
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) role="group" data-wide[SHRUNK.contains(&layout.width)] {
            defs {
                marker id=(marker) viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse" {
                    path.graph-arrow d="M0 0L8 4L0 8z" {}
                }
            }
            @for edge in edges { (draw_edge(edge, layout, &marker, labelled)) }
            @for (node, spot) in nodes.iter().zip(&layout.spots) { (draw_node(node, *spot)) }
        }
    }
}

fn draw_edge(edge: &Edge, layout: &Layout, marker: &str, labelled: bool) -> Markup {
    let (Some(from), Some(to)) = (layout.spots.get(edge.from), layout.spots.get(edge.to)) else {
        return html! {};
    };
    let middle = NODE_HEIGHT / 2.0;
    let forwards = from.x <= to.x;
    let (x1, x2) = if forwards { (from.x + from.width, to.x) } else { (from.x, to.x + to.width) };
    let (y1, y2) = (from.y + middle, to.y + middle);
    let bend = (x1 + x2) / 2.0;
    // Labels stand near the end that fewer edges share: where several leave one node, near their targets.
    let leaves = layout.crowded.get(edge.from).copied().unwrap_or(0)
        >= layout.crowded.get(edge.to).copied().unwrap_or(0);
    let t: f64 = if leaves { 0.66 } else { 0.34 };
    let label_x = bezier(t, x1, bend, bend, x2);
    let label_y = bezier(t, y1, y1, y2, y2);
    let path = format!(
        "M{} {}C{} {} {} {} {} {}",
        rounded(x1),
        rounded(y1),
        rounded(bend),
        rounded(y1),
        rounded(bend),
        rounded(y2),
        rounded(x2),
        rounded(y2)
    );
    html! {
        path.graph-edge d=(path) marker-end={ "url(#" (marker) ")" } {}
        @if labelled && !edge.label.is_empty() {
            text.graph-edge-label x=(rounded(label_x)) y=(rounded(label_y - 4.0)) text-anchor="middle" { (edge.label) }
        }
    }
}

/// A point of a cubic curve, one coordinate at a time.
fn bezier(t: f64, a: f64, b: f64, c: f64, d: f64) -> f64 {
    let u = 1.0 - t;
    u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d
}

fn draw_node(node: &Node, spot: Spot) -> Markup {
    let inner = html! {
        title { (node.label) }
        rect x=(rounded(spot.x)) y=(rounded(spot.y)) width=(rounded(spot.width)) height=(rounded(NODE_HEIGHT)) rx="8" {}
        text x=(rounded(spot.x + spot.width / 2.0)) y=(rounded(spot.y + NODE_HEIGHT / 2.0 + 4.5)) text-anchor="middle" { (cut(&node.label, LABEL_CHARS_MAX)) }
    };
    let root = node.root.then_some("");
    match &node.address {
        Some(address) => {
            html! { a.graph-node data-kind=(node.kind) data-root=[root] href=(address) { (inner) } }
        }
        None => html! { g.graph-node data-kind=(node.kind) data-root=[root] { (inner) } },
    }
}

fn line(nodes: &[Node], edge: &Edge) -> Markup {
    let name = |index: usize| {
        let node = nodes.get(index);
        html! {
            @match node.and_then(|it| it.address.as_ref().map(|address| (it, address))) {
                Some((node, address)) => a href=(address) { (node.label) },
                None => { (node.map(|it| it.label.as_str()).unwrap_or_default()) },
            }
        }
    };
    html! { li { (name(edge.from)) " " (edge.label) " " (name(edge.to)) } }
}

/// Returns a length without decimals, which keeps pages small.
fn rounded(length: f64) -> i64 {
    length.round() as i64
}
