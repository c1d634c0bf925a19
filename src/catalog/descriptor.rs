//! One YAML document to one judged entity: Backstage's verdict, and whether Callboard keeps it all the same.

use std::sync::Arc;

use serde_json::Value;

use super::field_formats::{is_kind, is_name, is_namespace};
use super::finding::{Finding, Stage};
use super::kind_check::KindVerdict;
use super::targets::Base;
use super::{envelope, kind_check, placeholders, relations};
use crate::diagnostics::{Diagnostic, Span};
use crate::model::{Entity, EntityRef, KindSpec, Place, Reference, RelationField};
use crate::sources::{OriginMap, Reader, yaml::Document};

/// How documents are judged.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    /// Where placeholders are read.
    pub(super) reader: &'a dyn Reader,
    /// What the folder is a copy of.
    pub(super) origin: Option<&'a OriginMap>,
    /// Whether the kinds of Backstage's ai-model module are known.
    pub(super) newer_model: bool,
    /// Fields of other kinds that make relations, from plugins; none yet.
    pub(super) extra_relations: &'a [RelationField],
}

/// A document that has been judged.
#[derive(Debug)]
pub(super) struct Judged {
    /// The content, with placeholders replaced.
    pub(super) value: Value,
    /// The identity, where kind, name and namespace are usable.
    pub(super) reference: Option<EntityRef>,
    /// The rules of its kind, where that is built in.
    pub(super) kind: Option<&'static KindSpec>,
    /// The references that its fields make.
    pub(super) references: Vec<Reference>,
    /// The step that refuses it, if any: the verdict.
    pub(super) refused: Option<Stage>,
    /// Everything that is wrong, with places.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The place of the name.
    pub(super) name: Span,
}

impl Judge<'_> {
    /// Judges one document of the file `file`.
    pub(super) fn judge(&self, document: &Document<'_>, file: &Arc<str>) -> Judged {
        let mut value = document.json();
        let mut findings = Vec::new();
        let Value::Object(root) = &value else {
            let found = super::finding::type_name(&value);
            findings.push(Finding::new(
                Stage::Parse,
                "entity/not-a-mapping",
                "",
                format!("an entity is a mapping, and this is {found}"),
            ));
            return finish(value, None, None, Vec::new(), findings, document);
        };
        envelope::check(root, &mut findings);
        if !findings.iter().any(|it| it.stage == Stage::Envelope) {
            let base = Base { file, origin: self.origin };
            let mut failed = Vec::new();
            placeholders::replace(&mut value, "", &base, self.reader, &mut failed);
            // Backstage judges what placeholders stand for, and not the placeholders.
            if let (Value::Object(root), false) = (&value, findings.is_empty()) {
                findings.clear();
                envelope::check(root, &mut findings);
            }
            findings.extend(failed);
        }
        let reference = identity(&value);
        let mut kind = None;
        if !findings.iter().any(|it| it.stage == Stage::Envelope) {
            if let KindVerdict::Known(spec) = kind_check::check(&value, self.newer_model, &mut findings) {
                kind = Some(spec);
            }
            drop_consequences(&mut findings);
        }
        let mut references = Vec::new();
        if let Some(reference) = &reference {
            let fields = kind.map_or(self.extra_relations, |it| it.relations);
            references = relations::references(&value, reference, fields, document, &mut findings);
        }
        finish(value, reference, kind, references, findings, document)
    }
}

/// A field whose placeholder failed is reported once, and not again for the type of what is left there.
fn drop_consequences(findings: &mut Vec<Finding>) {
    let failed: Vec<String> =
        findings.iter().filter(|it| it.stage == Stage::PreProcess).map(|it| it.pointer.clone()).collect();
    let field = |it: &'_ String| it.rsplit_once('/').map_or(String::new(), |(field, _)| field.to_owned());
    findings.retain(|it| {
        it.stage == Stage::PreProcess || !failed.iter().any(|at| *at == it.pointer || field(at) == it.pointer)
    });
}

fn finish(
    value: Value,
    reference: Option<EntityRef>,
    kind: Option<&'static KindSpec>,
    references: Vec<Reference>,
    findings: Vec<Finding>,
    document: &Document<'_>,
) -> Judged {
    let refused = findings.iter().filter(|it| !it.accepted).map(|it| it.stage).min();
    let diagnostics = findings.into_iter().map(|it| it.into_diagnostic(document)).collect();
    Judged { value, reference, kind, references, refused, diagnostics, name: document.span("/metadata/name") }
}

/// Returns the identity of an entity whose kind, name and namespace are usable in an address.
fn identity(value: &Value) -> Option<EntityRef> {
    let text = |path: &str| value.pointer(path).and_then(Value::as_str);
    text("/apiVersion").filter(|it| !it.is_empty())?;
    let kind = text("/kind").filter(|it| is_kind(it))?;
    let name = text("/metadata/name").filter(|it| is_name(it))?;
    let namespace = match value.pointer("/metadata/namespace") {
        None => "default",
        Some(namespace) => namespace.as_str().filter(|it| is_namespace(it))?,
    };
    Some(EntityRef::new(kind, namespace, name))
}

impl Judged {
    /// Returns the entity, if Callboard keeps it.
    pub(super) fn into_entity(self, file: &Arc<str>, document: usize) -> (Option<Entity>, Vec<Diagnostic>) {
        let is_error = |it: &&Diagnostic| it.severity == crate::diagnostics::Severity::Error;
        let errors = self.diagnostics.iter().filter(is_error).map(|it| it.message.clone()).collect();
        let entity = self.reference.map(|reference| Entity {
            reference,
            value: self.value,
            relations: Vec::new(),
            place: Place { name: self.name, document, location: Arc::clone(file) },
            references: self.references,
            errors,
        });
        (entity, self.diagnostics)
    }
}
