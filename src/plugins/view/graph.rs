//! The input of the widget `graph`: nodes and edges, laid out at build.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

/// A graph.
#[derive(Clone, Debug)]
pub struct Graph {
    /// An expression: a mapping with `nodes` (`id`, `label`, `kind`, `href`, `root`) and `edges` (`from`, `to`, `label`).
    pub graph: CodeId,
    /// What it shows, for those who do not see it.
    pub label: Option<CodeId>,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Graph> {
    let graph = node.required_expression("graph", reading);
    let label = node.text("label", reading);
    Some(Graph { graph: graph?, label })
}
