//! One YAML document to one judged entity: Backstage's verdict, and whether Callboard keeps it all the same.

use std::sync::Arc;

use serde_json::Value;

use super::field_formats::{is_kind, is_name, is_namespace};
use super::finding::{Finding, Stage};
use super::kind_set::{KindSet, KnownKind};
use super::overlay::{self, Overlay};
use super::places::Places;
use super::{envelope, kind_check, placeholders, relations};
use crate::diagnostics::{Diagnostic, Span};
use crate::model::{Entity, EntityRef, Place, Reference};
use crate::sources::{OriginMap, Reader, yaml::Document};

/// How documents are judged.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    /// Where placeholders are read.
    pub(super) reader: &'a dyn Reader,
    /// What the folder is a copy of.
    pub(super) origin: Option<&'a OriginMap>,
    /// The kinds that are known.
    pub(super) kinds: &'a KindSet,
    /// Whether the merge keys of YAML, `<<`, are applied; Backstage leaves them as they are unless asked.
    pub(super) merge_keys: bool,
    /// Whether the kinds of Backstage's ai-model module are among them.
    pub(super) newer_model: bool,
}

/// A document that has been judged.
#[derive(Debug)]
pub(super) struct Judged<'a> {
    /// The content, with placeholders replaced.
    pub(super) value: Value,
    /// The identity, where kind, name and namespace are usable.
    pub(super) reference: Option<EntityRef>,
    /// Its kind, where that is known.
    pub(super) kind: Option<KnownKind<'a>>,
    /// The references that its fields make.
    pub(super) references: Vec<Reference>,
    /// The step that refuses it, if any: the verdict.
    pub(super) refused: Option<Stage>,
    /// Everything that is wrong, with places.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The place of the name.
    pub(super) name: Span,
    /// The place of the title, where there is one.
    title: Option<Span>,
    /// The place of the lifecycle, where it is `deprecated`.
    deprecated: Option<Span>,
    /// The file that `spec.definition` was read from, where a placeholder named one.
    pub(super) definition_file: Option<String>,
}

impl<'a> Judge<'a> {
    /// Judges one document, completed by `overlays`.
    pub(super) fn judge(&self, document: &Document<'_>, overlays: &[&Overlay]) -> Judged<'a> {
        let mut value = if self.merge_keys { document.merged_json() } else { document.json() };
        let (mut grafts, mut problems) = (Vec::new(), Vec::new());
        for overlay in overlays {
            overlay::merge(&mut value, document, &overlay.document, &mut grafts, &mut problems);
        }
        let mut findings = Vec::new();
        let places = Places::new(document, grafts);
        let Value::Object(root) = &value else {
            let found = super::finding::type_name(&value);
            findings.push(Finding::new(
                Stage::Parse,
                "entity/not-a-mapping",
                "",
                format!("an entity is a mapping, and this is {found}"),
            ));
            return finish(Judged::bare(value, places.span("")), findings, problems, &places);
        };
        envelope::check(root, &mut findings);
        let mut files = Vec::new();
        if !findings.iter().any(|it| it.stage == Stage::Envelope) {
            let mut failed = Vec::new();
            files = placeholders::replace(&mut value, &places, self.origin, self.reader, &mut failed);
            // Backstage judges what placeholders stand for, and not the placeholders.
            if let (Value::Object(root), false) = (&value, findings.is_empty()) {
                findings.clear();
                envelope::check(root, &mut findings);
            }
            findings.extend(failed);
        }
        let mut judged = Judged::bare(value, places.span("/metadata/name"));
        judged.reference = identity(&judged.value);
        let text = |pointer: &str| judged.value.pointer(pointer).and_then(Value::as_str);
        judged.title = text("/metadata/title").map(|_| places.span("/metadata/title"));
        let deprecated = text("/spec/lifecycle") == Some("deprecated");
        judged.deprecated = deprecated.then(|| places.span("/spec/lifecycle"));
        judged.definition_file =
            files.into_iter().find(|(it, _)| it == "/spec/definition").map(|(_, file)| file);
        if !findings.iter().any(|it| it.stage == Stage::Envelope) {
            judged.kind = kind_check::check(&judged.value, self, &places, &mut findings, &mut problems);
            drop_consequences(&mut findings);
        }
        if let Some(reference) = &judged.reference {
            let fields = judged.kind.map(KnownKind::relations).unwrap_or_default();
            judged.references =
                relations::references(&judged.value, reference, &fields, &places, self.kinds, &mut findings);
        }
        finish(judged, findings, problems, &places)
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

fn finish<'a>(
    mut judged: Judged<'a>,
    findings: Vec<Finding>,
    problems: Vec<Diagnostic>,
    places: &Places<'_, '_>,
) -> Judged<'a> {
    judged.refused = findings.iter().filter(|it| !it.accepted).map(|it| it.stage).min();
    if judged.refused.is_none()
        && problems.iter().any(|it| it.severity == crate::diagnostics::Severity::Error)
    {
        judged.refused = Some(Stage::Validate);
    }
    judged.diagnostics = findings.into_iter().map(|it| it.into_diagnostic(places)).collect();
    judged.diagnostics.extend(problems);
    judged
}

/// Returns the identity of an entity whose kind, name and namespace are usable in an address.
pub(super) fn identity(value: &Value) -> Option<EntityRef> {
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

impl Judged<'_> {
    fn bare(value: Value, name: Span) -> Self {
        Self {
            value,
            reference: None,
            kind: None,
            references: Vec::new(),
            refused: None,
            diagnostics: Vec::new(),
            name,
            title: None,
            deprecated: None,
            definition_file: None,
        }
    }

    /// Returns the entity, if Callboard keeps it, and what is wrong, all of it about that entity.
    pub(super) fn into_entity(
        mut self,
        file: &Arc<str>,
        document: usize,
    ) -> (Option<Entity>, Vec<Diagnostic>) {
        let is_error = |it: &&Diagnostic| it.severity == crate::diagnostics::Severity::Error;
        let errors = self.diagnostics.iter().filter(is_error).map(|it| it.message.clone()).collect();
        if let Some(reference) = &self.reference {
            self.diagnostics.iter_mut().for_each(|it| it.entity = Some(reference.as_str().to_owned()));
        }
        let entity = self.reference.map(|reference| Entity {
            reference,
            value: self.value,
            relations: Vec::new(),
            place: Place {
                name: self.name,
                title: self.title,
                deprecated: self.deprecated,
                document,
                location: Arc::clone(file),
            },
            references: self.references,
            errors,
        });
        (entity, self.diagnostics)
    }
}
