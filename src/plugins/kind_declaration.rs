//! One item of `kinds` to a `KindDeclaration`: a kind of entity that a plugin brings.

use serde_json::Value;

use super::node::{Node, Reading};
use super::view::{Column, read_columns};
use crate::diagnostics::Span;
use crate::sources::schema::Schema;

/// A kind of entity that a plugin brings.
#[derive(Clone, Debug)]
pub struct KindDeclaration {
    /// The kind, in its only accepted case.
    pub kind: String,
    /// The plural for headings.
    pub plural: String,
    /// The name of its icon.
    pub icon: Option<String>,
    /// The accepted values of `apiVersion`.
    pub api_versions: Vec<String>,
    /// The JSON Schema of `spec`.
    pub schema: Option<Value>,
    /// The fields that make relations.
    pub relations: Vec<RelationDeclaration>,
    /// The columns of its list; those of the list itself when there are none.
    pub columns: Vec<Column>,
    /// The index of the plugin.
    pub plugin: usize,
    /// Where it is declared.
    pub span: Span,
}

/// A field of a kind that makes a relation.
#[derive(Clone, Debug)]
pub struct RelationDeclaration {
    /// The key below `spec`.
    pub field: String,
    /// The kind of a reference that names none.
    pub default_kind: Option<String>,
    /// The edge from the entity to the target.
    pub out: String,
    /// The edge from the target to the entity.
    pub back: String,
    /// Where it is declared.
    pub span: Span,
}

/// Reads one item of `kinds`, whose keys the schema of the manifest has already checked.
pub(super) fn read(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<KindDeclaration> {
    let mut node = Node::new(value, pointer, reading)?;
    let kind = node.literal("kind", reading)?.to_owned();
    let api_versions = match node.value("apiVersion")? {
        Value::String(version) => vec![version.clone()],
        Value::Array(versions) => versions.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => return None,
    };
    let schema = node.value("schema").cloned();
    if let Some(Err(error)) = schema.clone().map(Schema::new) {
        let message = format!("`schema` is not a JSON Schema: {}", error.message);
        reading.error("plugin/bad-schema", &format!("{}{}", node.at("schema"), error.pointer), message);
    }
    let relations = node.list("relations", reading);
    let relations = relations.into_iter().filter_map(|(item, pointer)| relation(item, &pointer, reading));
    let relations = relations.collect();
    let columns = if node.has("columns") { read_columns(&mut node, reading) } else { Vec::new() };
    Some(KindDeclaration {
        plural: node.literal("plural", reading).map_or_else(|| format!("{kind}s"), str::to_owned),
        icon: node.literal("icon", reading).map(str::to_owned),
        kind,
        api_versions,
        schema,
        relations,
        columns,
        plugin: reading.plugin,
        span: reading.document.span(&format!("{pointer}/kind")),
    })
}

fn relation(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<RelationDeclaration> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(RelationDeclaration {
        field: text("field")?,
        default_kind: text("defaultKind"),
        out: text("type")?,
        back: text("reverse")?,
        span: reading.document.span(&format!("{pointer}/type")),
    })
}
