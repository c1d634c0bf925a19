//! The worklist: read files, follow their `Location`s, repeat; in parallel, and in the order of the input.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::descriptor::{Judge, Judged, identity};
use super::kind_set::KindSet;
use super::named_file::{NamedFile, expand, text_of};
use super::overlay::{self, Overlay};
use super::pending::{Pending, is_required, location_spec, targets, too_deep, unknown_type};
use super::places::Places;
use super::targets::{Base, Target};
use super::{
    CatalogSettings, StartLocation, definition, entity_link, level_annotation, location_annotations, provided,
};
use crate::diagnostics::{Diagnostic, Report, Severity, Span};
use crate::model::{Entity, EntityRef, Registered};
use crate::sources::{OriginMap, Reader, in_parallel, is_glob, normalize, yaml};

/// How many locations may lead from one to the next.
const DEPTH_MAX: usize = 50;

/// The most documents in one file.
const DOCUMENTS_MAX: usize = 10_000;

/// Stands for the registered location of entities that no location led to.
const PROVIDED: usize = usize::MAX;

/// What one file gives.
#[derive(Default)]
struct FileRead {
    overlays: Vec<Overlay>,
    /// The entities, each with the index of the registered location that led to it.
    entities: Vec<(usize, Entity)>,
    pending: Vec<Pending>,
    diagnostics: Vec<Diagnostic>,
}

/// Returns all entities that the locations lead to; of two with the same reference the first.
pub(super) fn read(
    settings: &CatalogSettings,
    kinds: &KindSet,
    reader: &dyn Reader,
    report: &mut Report,
) -> Vec<Entity> {
    let judge = Judge {
        reader,
        origin: settings.origin.as_ref(),
        kinds,
        merge_keys: settings.merge_keys,
        newer_model: true,
    };
    let locations = settings.locations.iter().enumerate();
    let mut pending: Vec<Pending> =
        locations.map(|(index, it)| start(it, index, settings.origin.as_ref())).collect();
    let configured = configured_overlays(settings, reader, report);
    let mut overlays = Vec::new();
    let mut seen = BTreeSet::new();
    let mut kept = Kept::default();
    let mut asked = BTreeSet::new();
    for (entity, diagnostics) in provided::entities(settings, judge) {
        report.extend(diagnostics);
        entity.into_iter().for_each(|it| kept.add(it, PROVIDED, settings, report));
    }
    for depth in 0.. {
        if pending.is_empty() {
            // What overlays add to the targets of locations.
            let all = overlays.iter().chain(&configured);
            pending = all.flat_map(|it| overlaid_targets(it, &kept, judge, &mut asked)).collect();
        }
        if pending.is_empty() {
            break;
        }
        if depth > DEPTH_MAX {
            report.extend(pending.iter().map(|it| too_deep(it, DEPTH_MAX)));
            break;
        }
        let files = expand(pending, settings, reader, &mut seen, report);
        let read = in_parallel(&files, |it| &it.file, |it| read_file(it, judge, settings));
        pending = Vec::new();
        for file in read {
            report.extend(file.diagnostics);
            pending.extend(file.pending);
            overlays.extend(file.overlays);
            file.entities.into_iter().for_each(|(start, entity)| kept.add(entity, start, settings, report));
        }
    }
    // Which file was read first says nothing; which overlay the site names first does.
    overlays.sort_by(|a, b| (a.document.file(), a.index).cmp(&(b.document.file(), b.index)));
    overlays.extend(configured);
    complete(&mut kept, overlays, judge, settings, report);
    kept.entities
}

/// The entities read so far, the first of each reference.
#[derive(Default)]
struct Kept {
    entities: Vec<Entity>,
    /// The index of each in `entities`, and of the registered location that led to it.
    index: BTreeMap<EntityRef, (usize, usize)>,
}

impl Kept {
    fn add(&mut self, entity: Entity, start: usize, settings: &CatalogSettings, report: &mut Report) {
        let from = settings.locations.get(start);
        let registered = Registered {
            target: from.map_or("", |it| &it.target),
            rules: from.map_or(&[], |it| it.rules.as_slice()),
        };
        // `catalog.rules` are for locations; what a provider gives was asked for.
        if start != PROVIDED
            && !settings.rules.allows(entity.kind(), entity.text(&["spec", "type"]), registered)
        {
            let message = format!("`catalog.rules` does not let in the kind `{}` from here", entity.kind());
            let diagnostic = Diagnostic::error("catalog/not-allowed", entity.place.name.clone(), message)
                .about(entity.reference.as_str())
                .reason("a rule takes a kind and the registered location, which leads to this file");
            let hint = format!("add `{}` to `catalog.rules[].allow`", entity.kind());
            report.push(match from.map(|it| &it.span).filter(|it| it.start.line > 0) {
                Some(span) => diagnostic.related(span.clone(), "the registered location").hint(hint),
                None => diagnostic.hint(hint),
            });
            return;
        }
        if let Some(first) = self.index.get(&entity.reference).and_then(|(it, _)| self.entities.get(*it)) {
            let message = format!("`{}` is defined twice; the first definition stays", entity.reference);
            let diagnostic = Diagnostic::error("catalog/duplicate-entity", entity.place.name, message);
            report.push(
                diagnostic
                    .about(entity.reference.as_str())
                    .related(first.place.name.clone(), "first defined here")
                    .reason("a reference is the identity of an entity, whatever its case")
                    .hint("rename one of the two, or give it another namespace"),
            );
            return;
        }
        self.index.insert(entity.reference.clone(), (self.entities.len(), start));
        self.entities.push(entity);
    }
}

/// Reads the overlays that `catalog.overlays` names.
fn configured_overlays(settings: &CatalogSettings, reader: &dyn Reader, report: &mut Report) -> Vec<Overlay> {
    let starts = settings.overlays.iter().map(|it| start(it, 0, None)).collect();
    let files = expand(starts, settings, reader, &mut BTreeSet::new(), report);
    let (mut overlays, mut diagnostics) = (Vec::new(), Vec::new());
    for named in &files {
        let Some(text) = text_of(named, reader, &mut diagnostics) else { continue };
        for (index, document) in yaml::parse(&named.file, &text).into_iter().enumerate().take(DOCUMENTS_MAX) {
            match document {
                Ok(None) => {}
                Ok(Some(document)) => match as_overlay(document, index) {
                    Ok(overlay) => overlays.push(overlay),
                    Err(problem) => report.push(*problem),
                },
                Err(problem) => report.push(*problem),
            }
        }
    }
    report.extend(diagnostics);
    overlays
}

/// Returns the overlay that a document is.
fn as_overlay(document: yaml::Document<'static>, index: usize) -> Result<Overlay, Box<Diagnostic>> {
    let place = document.span("/metadata/name");
    match identity(&document.json()) {
        Some(reference) => Ok(Overlay { reference, place, document: Arc::new(document), index }),
        None => Err(Box::new(
            Diagnostic::error("catalog/bad-overlay", place, "the overlay does not say which entity it completes")
                .hint("write the `apiVersion`, `kind`, `metadata.name` and, if it has one, `metadata.namespace` of the entity"),
        )),
    }
}

/// Judges the entities that have overlays again, completed.
fn complete(
    kept: &mut Kept,
    overlays: Vec<Overlay>,
    judge: Judge<'_>,
    settings: &CatalogSettings,
    report: &mut Report,
) {
    let mut by_entity: BTreeMap<&EntityRef, Vec<&Overlay>> = BTreeMap::new();
    for overlay in &overlays {
        by_entity.entry(&overlay.reference).or_default().push(overlay);
    }
    let mut files: BTreeMap<Arc<str>, (String, Vec<_>)> = BTreeMap::new();
    let (mut completed, mut diagnostics) = (BTreeSet::new(), Vec::new());
    for (reference, overlays) in by_entity {
        let found = kept.index.get(reference).copied();
        let Some((slot, start)) = found.and_then(|(at, start)| Some((kept.entities.get_mut(at)?, start)))
        else {
            diagnostics.extend(overlays.iter().map(|it| without_entity(it)));
            continue;
        };
        let file = Arc::clone(&slot.place.location);
        let (text, documents) = files.entry(Arc::clone(&file)).or_insert_with(|| {
            let text = match &*file {
                provided::FILE => provided::text(settings),
                file => judge.reader.read_text(file).unwrap_or_default(),
            };
            let documents = yaml::parse(&file, &text);
            (text, documents)
        });
        let index = slot.place.document;
        let Some(Ok(Some(document))) = documents.get(index) else { continue };
        let written = Written { document, text, index, start };
        let (Some(entity), of_entity) = judge_document(written, &overlays, judge, settings) else { continue };
        completed.insert(reference.as_str());
        diagnostics.extend(of_entity);
        *slot = entity;
    }
    // What was said of an entity as it stood alone is said again where it is still true.
    report.retain(|it| {
        let of_another = matches!(&*it.code, "catalog/duplicate-entity" | "catalog/not-allowed");
        of_another || it.entity.as_deref().is_none_or(|entity| !completed.contains(entity))
    });
    report.extend(diagnostics);
}

fn without_entity(overlay: &Overlay) -> Diagnostic {
    let message = format!("there is no `{}` for this overlay to complete", overlay.reference);
    Diagnostic::warning("catalog/overlay-without-entity", overlay.place.clone(), message)
        .about(overlay.reference.as_str())
        .reason("an overlay completes an entity that stands in another file")
        .hint("correct its kind, namespace or name, or remove the overlay")
}

fn start(location: &StartLocation, index: usize, origin: Option<&OriginMap>) -> Pending {
    // Targets of `site.yaml` are relative to the site folder, which is where paths begin.
    let target = match location.target.contains("://") {
        true => Base { file: "", origin }.resolve(&location.target, false),
        false => Target::Path(normalize(&location.target)),
    };
    Pending {
        target,
        written: location.target.clone(),
        span: location.span.clone(),
        required: location.required,
        start: index,
    }
}

fn read_file(named: &NamedFile, judge: Judge<'_>, settings: &CatalogSettings) -> FileRead {
    let mut read = FileRead::default();
    let Some(text) = text_of(named, judge.reader, &mut read.diagnostics) else { return read };
    let documents = yaml::parse(&named.file, &text);
    if documents.len() > DOCUMENTS_MAX {
        let message = format!("the file holds more than {DOCUMENTS_MAX} documents; the others are not read");
        read.diagnostics.push(
            Diagnostic::error("location/too-many-documents", Span::file(Arc::clone(&named.file)), message)
                .hint("split the file, and name the parts in a `Location`"),
        );
    }
    for (index, document) in documents.into_iter().enumerate().take(DOCUMENTS_MAX) {
        match document {
            Ok(None) => {}
            Ok(Some(document)) => {
                let value = document.json();
                if overlay::is_overlay(&value) {
                    match as_overlay(document, index) {
                        Ok(overlay) => read.overlays.push(overlay),
                        Err(problem) => read.diagnostics.push(*problem),
                    }
                    continue;
                }
                let written = Written { document: &document, text: &text, index, start: named.start };
                let start = settings.locations.get(named.start);
                let owner = start.filter(|it| it.codeowners);
                let owner = owner.and_then(|_| provided::owner(&value, &named.file, judge.reader));
                let owners: Vec<&Overlay> = owner.iter().collect();
                let (entity, diagnostics) = judge_document(written, &owners, judge, settings);
                if let Some(entity) = &entity {
                    follow(entity, written, judge, &mut read);
                }
                read.diagnostics.extend(diagnostics);
                read.entities.extend(entity.map(|it| (named.start, it)));
            }
            Err(diagnostic) => read.diagnostics.push(*diagnostic),
        }
    }
    read
}

/// A document as it stands in a file.
#[derive(Clone, Copy)]
struct Written<'a, 'text> {
    document: &'a yaml::Document<'text>,
    text: &'a str,
    /// The index of the document in its file.
    index: usize,
    /// The index of the registered location that led to it.
    start: usize,
}

/// Judges a document and everything about it that needs no other entity.
fn judge_document(
    written: Written<'_, '_>,
    overlays: &[&Overlay],
    judge: Judge<'_>,
    settings: &CatalogSettings,
) -> (Option<Entity>, Vec<Diagnostic>) {
    let document = written.document;
    let mut judged = judge.judge(document, overlays);
    soften_unknown_kind(&mut judged, settings);
    let places = Places::new(document, Vec::new());
    if judged.kind.is_some_and(|it| it.is("API")) {
        let place = document.span("/spec/definition");
        judged.diagnostics.extend(definition::check(&judged, &place, written.text));
    }
    judged.diagnostics.extend(entity_link::check(&judged, &judge, &places));
    judged.diagnostics.extend(level_annotation::check(&judged, &places, &settings.codes));
    let start = settings.locations.get(written.start).map_or("", |it| &it.target);
    // The place that a glob led to is the registered one.
    let start = if is_glob(start) { document.file() } else { start };
    if written.start != PROVIDED {
        location_annotations::set(&mut judged.value, document.file(), start, judge.origin);
    }
    judged.into_entity(document.file(), written.index)
}

/// An unknown kind is kept; how loudly that is said is the site's to choose (`catalog.unknownKinds`).
fn soften_unknown_kind(judged: &mut Judged<'_>, settings: &CatalogSettings) {
    if judged.kind.is_some() || judged.reference.is_none() {
        return;
    }
    for diagnostic in judged.diagnostics.iter_mut().filter(|it| it.code == "entity/unknown-kind") {
        diagnostic.severity = settings.unknown_kinds.unwrap_or(Severity::Notice);
    }
}

/// Adds the targets of a `Location`.
fn follow(entity: &Entity, written: Written<'_, '_>, judge: Judge<'_>, read: &mut FileRead) {
    if let Some(spec) = location_spec(entity, judge) {
        if let Some(kind) =
            spec.get("type").and_then(Value::as_str).filter(|it| !matches!(*it, "file" | "url"))
        {
            read.diagnostics.push(unknown_type(kind, entity, written.document.span("/spec/type")));
            return;
        }
        let required = is_required(spec);
        read.pending.extend(targets(spec, written.document, judge, required, written.start));
    }
}

/// Returns the targets that an overlay adds to a location, each once; they are seen from the file of the overlay.
fn overlaid_targets(
    overlay: &Overlay,
    kept: &Kept,
    judge: Judge<'_>,
    asked: &mut BTreeSet<(EntityRef, String)>,
) -> Vec<Pending> {
    let found = kept.index.get(&overlay.reference);
    let Some((entity, start)) = found.and_then(|(at, start)| Some((kept.entities.get(*at)?, *start))) else {
        return Vec::new();
    };
    let Some(own) = location_spec(entity, judge) else { return Vec::new() };
    let value = overlay.document.json();
    let Some(added) = value.get("spec") else { return Vec::new() };
    let required = is_required(own) && is_required(added);
    let mut targets = targets(added, &overlay.document, judge, required, start);
    if own.get("target").is_some() && added.get("target").is_some_and(Value::is_string) {
        // The location's own target stays.
        targets.remove(0);
    }
    targets.retain(|it| asked.insert((overlay.reference.clone(), format!("{:?}", it.target))));
    targets
}
