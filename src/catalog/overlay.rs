//! Overlays: documents that complete an entity which stands in another file.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::finding::pointer_key;
use super::places::Graft;
use crate::diagnostics::{Diagnostic, Span};
use crate::model::EntityRef;
use crate::sources::yaml::Document;

/// The annotation that makes a document an overlay.
pub(super) const ANNOTATION: &str = "callboard/overlay";

/// A document that completes an entity.
#[derive(Clone, Debug)]
pub(super) struct Overlay {
    /// The entity it completes.
    pub(super) reference: EntityRef,
    /// The place of its name.
    pub(super) place: Span,
    /// The document.
    pub(super) document: Arc<Document<'static>>,
    /// The index of the document in its file.
    pub(super) index: usize,
}

/// Returns whether a document says that it is an overlay.
pub(super) fn is_overlay(value: &Value) -> bool {
    value.pointer("/metadata/annotations/callboard~1overlay").and_then(Value::as_str) == Some("true")
}

/// Merges an overlay into an entity: mappings are merged, lists are joined without repetitions, and where both have
/// another value the entity's own stays and the conflict is reported.
///
/// `apiVersion`, `kind`, `metadata.name` and `metadata.namespace` only say which entity is meant.
pub(super) fn merge<'a, 'text>(
    value: &mut Value,
    document: &Document<'_>,
    overlay: &'a Document<'text>,
    grafts: &mut Vec<Graft<'a, 'text>>,
    problems: &mut Vec<Diagnostic>,
) {
    let Value::Object(mut added) = overlay.json() else { return };
    added.remove("apiVersion");
    added.remove("kind");
    if let Some(metadata) = added.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("name");
        metadata.remove("namespace");
        let annotations = metadata.get_mut("annotations").and_then(Value::as_object_mut);
        let emptied = annotations.is_some_and(|it| it.remove(ANNOTATION).is_some() && it.is_empty());
        if emptied {
            metadata.remove("annotations");
        }
    }
    if let Value::Object(own) = value {
        let mut merging = Merging { document, overlay, grafts, problems };
        merging.mappings(own, added, "");
    }
}

struct Merging<'m, 'a, 'text, 'base> {
    document: &'m Document<'base>,
    overlay: &'a Document<'text>,
    grafts: &'m mut Vec<Graft<'a, 'text>>,
    problems: &'m mut Vec<Diagnostic>,
}

impl Merging<'_, '_, '_, '_> {
    fn mappings(&mut self, own: &mut Map<String, Value>, added: Map<String, Value>, pointer: &str) {
        for (key, value) in added {
            let pointer = format!("{pointer}/{}", pointer_key(&key));
            match (own.get_mut(&key), value) {
                (None, value) => {
                    self.graft(pointer.clone(), pointer);
                    own.insert(key, value);
                }
                (Some(Value::Object(own)), Value::Object(added)) => self.mappings(own, added, &pointer),
                (Some(Value::Array(own)), Value::Array(added)) => self.lists(own, added, &pointer),
                (Some(own), value) if *own == value => {}
                (Some(_), _) => self.conflict(&pointer),
            }
        }
    }

    fn lists(&mut self, own: &mut Vec<Value>, added: Vec<Value>, pointer: &str) {
        for (index, value) in added.into_iter().enumerate() {
            if !own.contains(&value) {
                self.graft(format!("{pointer}/{}", own.len()), format!("{pointer}/{index}"));
                own.push(value);
            }
        }
    }

    fn graft(&mut self, pointer: String, source_pointer: String) {
        self.grafts.push(Graft { pointer, source: self.overlay, source_pointer });
    }

    fn conflict(&mut self, pointer: &str) {
        let path = pointer.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~");
        let message = format!("`{path}` has another value in the entity itself, which stays");
        self.problems.push(
            Diagnostic::warning("catalog/overlay-conflict", self.overlay.span(pointer), message)
                .related(self.document.span(pointer), "the entity's own value")
                .reason("an overlay completes an entity and replaces nothing in it")
                .hint("remove the field from the overlay, or from the entity"),
        );
    }
}
