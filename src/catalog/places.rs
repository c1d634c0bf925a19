//! `Places`: where the parts of an entity stand, when overlays have completed it.

use crate::diagnostics::Span;
use crate::sources::yaml::Document;

/// The places of an entity's nodes, by JSON pointer.
#[derive(Debug)]
pub(super) struct Places<'a, 'text> {
    document: &'a Document<'text>,
    grafts: Vec<Graft<'a, 'text>>,
}

/// A part that another document gave.
#[derive(Debug)]
pub(super) struct Graft<'a, 'text> {
    /// Where it is in the entity.
    pub(super) pointer: String,
    /// The document it comes from.
    pub(super) source: &'a Document<'text>,
    /// Where it is there.
    pub(super) source_pointer: String,
}

impl<'a, 'text> Places<'a, 'text> {
    /// Returns the places of a document and of what was grafted on it.
    pub(super) fn new(document: &'a Document<'text>, grafts: Vec<Graft<'a, 'text>>) -> Self {
        Self { document, grafts }
    }

    /// Returns the place of the value at a JSON pointer, or of its nearest ancestor that is there.
    pub(super) fn span(&self, pointer: &str) -> Span {
        let (document, pointer) = self.origin(pointer);
        document.span(&pointer)
    }

    /// Returns the place of the key at a JSON pointer.
    pub(super) fn key_span(&self, pointer: &str) -> Span {
        let (document, pointer) = self.origin(pointer);
        document.key_span(&pointer)
    }

    /// Returns the file that the value at a JSON pointer was written in.
    pub(super) fn file(&self, pointer: &str) -> &str {
        self.origin(pointer).0.file()
    }

    fn origin(&self, pointer: &str) -> (&Document<'text>, String) {
        for graft in &self.grafts {
            let rest = pointer.strip_prefix(graft.pointer.as_str());
            if let Some(rest) = rest.filter(|it| it.is_empty() || it.starts_with('/')) {
                return (graft.source, format!("{}{rest}", graft.source_pointer));
            }
        }
        (self.document, pointer.to_owned())
    }
}
