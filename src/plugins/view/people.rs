//! The input of the widget `people`: users and groups with avatar, name and a line below.

use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

use super::field;

/// People. A row is an entity, a reference, or a mapping with `name`, `role`, `meta` and `href`.
#[derive(Clone, Debug)]
pub struct People {
    /// An expression: the rows.
    pub rows: CodeId,
    /// An expression on `row`: the line below the name; the mail address by default.
    pub meta: Option<CodeId>,
    /// An expression on `row`: what they do.
    pub role: Option<CodeId>,
    /// How they are reached.
    pub contacts: Vec<Contact>,
    /// How many are shown.
    pub limit: usize,
    /// An expression: where the rest is.
    pub more: Option<CodeId>,
}

/// One way to reach a person.
#[derive(Clone, Debug)]
pub struct Contact {
    /// A text: what it is, such as `Chat`.
    pub label: CodeId,
    /// An expression on `row`: the address; a contact without one is left out.
    pub href: CodeId,
    /// A text: the name of an icon.
    pub icon: Option<CodeId>,
}

pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<People> {
    let rows = node.required_expression("rows", reading);
    let meta = node.expression("meta", reading);
    let role = node.expression("role", reading);
    let contacts = node
        .list("contacts", reading)
        .into_iter()
        .filter_map(|(item, pointer)| read_contact(item, pointer, reading))
        .collect();
    let limit = node.count("limit", reading).unwrap_or(super::table::ROWS_DEFAULT);
    let more = node.expression("more", reading);
    Some(People { rows: rows?, meta, role, contacts, limit, more })
}

fn read_contact(value: &serde_json::Value, pointer: String, reading: &mut Reading<'_>) -> Option<Contact> {
    let mut node = Node::new(value, pointer, reading)?;
    let label = field::required_text(&mut node, "label", reading);
    let href = node.required_expression("href", reading);
    let icon = node.text("icon", reading);
    node.finish(reading);
    Some(Contact { label: label?, href: href?, icon })
}
