//! The worklist: read files, follow their `Location`s, repeat; in parallel, and in the order of the input.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use super::descriptor::{Judge, Judged};
use super::targets::{Base, Target};
use super::{CatalogSettings, StartLocation};
use crate::diagnostics::{Diagnostic, Report, Severity, Span};
use crate::model::{Entity, EntityRef};
use crate::sources::{OriginMap, ReadError, Reader, is_glob, normalize, yaml};

/// How many locations may lead from one to the next.
const DEPTH_MAX: usize = 50;

/// The most documents in one file.
const DOCUMENTS_MAX: usize = 10_000;

const NOT_FOUND_HINT: &str =
    "correct the target, or write `presence: optional` beside it if it may be missing";

/// A target still to be read.
struct Pending {
    target: Target,
    written: String,
    span: Span,
    required: bool,
}

/// A file to read, and the place that names it.
struct NamedFile {
    file: Arc<str>,
    span: Span,
    required: bool,
}

/// What one file gives.
struct FileRead {
    entities: Vec<Entity>,
    pending: Vec<Pending>,
    diagnostics: Vec<Diagnostic>,
}

/// Returns all entities that the locations lead to; of two with the same reference the first.
pub(super) fn read(settings: &CatalogSettings, reader: &dyn Reader, report: &mut Report) -> Vec<Entity> {
    let judge = Judge { reader, origin: settings.origin.as_ref(), newer_model: true, extra_relations: &[] };
    let mut pending: Vec<Pending> =
        settings.locations.iter().map(|it| start(it, settings.origin.as_ref())).collect();
    let mut seen = BTreeSet::new();
    let mut kept = Kept::default();
    for depth in 0.. {
        if pending.is_empty() {
            break;
        }
        if depth > DEPTH_MAX {
            report.extend(pending.iter().map(too_deep));
            break;
        }
        let files = expand(pending, reader, &mut seen, report);
        let read: Vec<FileRead> = files.par_iter().map(|it| read_file(it, judge, settings)).collect();
        pending = Vec::new();
        for file in read {
            report.extend(file.diagnostics);
            pending.extend(file.pending);
            file.entities.into_iter().for_each(|entity| kept.add(entity, settings, report));
        }
    }
    kept.entities
}

/// The entities read so far, the first of each reference.
#[derive(Default)]
struct Kept {
    entities: Vec<Entity>,
    places: BTreeMap<EntityRef, Span>,
}

impl Kept {
    fn add(&mut self, entity: Entity, settings: &CatalogSettings, report: &mut Report) {
        if !settings.rules.allows(entity.kind()) {
            let message = format!("`catalog.rules` does not let in the kind `{}`", entity.kind());
            let diagnostic = Diagnostic::error("catalog/not-allowed", entity.place.name, message);
            report.push(
                diagnostic.hint(format!("add `{}` to `catalog.rules[].allow`", entity.reference.kind())),
            );
            return;
        }
        if let Some(first) = self.places.get(&entity.reference) {
            let message = format!("`{}` is defined twice; the first definition stays", entity.reference);
            let diagnostic = Diagnostic::error("catalog/duplicate-entity", entity.place.name, message);
            report.push(
                diagnostic
                    .related(first.clone(), "first defined here")
                    .reason("a reference is the identity of an entity, whatever its case")
                    .hint("rename one of the two, or give it another namespace"),
            );
            return;
        }
        self.places.insert(entity.reference.clone(), entity.place.name.clone());
        self.entities.push(entity);
    }
}

fn start(location: &StartLocation, origin: Option<&OriginMap>) -> Pending {
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
    }
}

/// Turns targets into files not read before, in order.
fn expand(
    pending: Vec<Pending>,
    reader: &dyn Reader,
    seen: &mut BTreeSet<String>,
    report: &mut Report,
) -> Vec<NamedFile> {
    let mut files = Vec::new();
    for it in pending {
        let found = match &it.target {
            Target::Path(path) if is_glob(path) => match reader.search(path) {
                Ok(found) if found.is_empty() && it.required => {
                    report.push(nothing_found(&it));
                    continue;
                }
                Ok(found) => found,
                Err(error) => {
                    report.push(not_searched(&it, &error));
                    continue;
                }
            },
            Target::Path(path) => vec![path.clone()],
            Target::Elsewhere(address) => {
                report.push(not_read(&it, address));
                continue;
            }
            Target::Malformed(reason) => {
                report.push(Diagnostic::error("location/bad-target", it.span.clone(), reason.clone()));
                continue;
            }
        };
        let found = found.into_iter().filter(|file| seen.insert(file.clone()));
        files.extend(found.map(|file| NamedFile {
            file: Arc::from(file),
            span: it.span.clone(),
            required: it.required,
        }));
    }
    files
}

fn read_file(named: &NamedFile, judge: Judge<'_>, settings: &CatalogSettings) -> FileRead {
    let file = &named.file;
    let mut read = FileRead { entities: Vec::new(), pending: Vec::new(), diagnostics: Vec::new() };
    let text = match judge.reader.read_text(file) {
        Ok(text) => text,
        Err(ReadError::NotFound) if !named.required => return read,
        Err(error) => {
            let code =
                if error == ReadError::NotFound { "location/not-found" } else { "location/unreadable" };
            let diagnostic =
                Diagnostic::error(code, named.span.clone(), format!("`{file}` cannot be read: {error}"));
            read.diagnostics.push(match error {
                ReadError::NotFound => diagnostic.hint(NOT_FOUND_HINT),
                _ => diagnostic,
            });
            return read;
        }
    };
    for (index, document) in yaml::parse(file, &text).into_iter().enumerate().take(DOCUMENTS_MAX) {
        match document {
            Ok(None) => {}
            Ok(Some(document)) => {
                let mut judged = judge.judge(&document, file);
                follow(&judged, &document, judge, &mut read.pending);
                soften_unknown_kind(&mut judged, settings);
                let (entity, diagnostics) = judged.into_entity(file, index);
                read.diagnostics.extend(diagnostics);
                read.entities.extend(entity);
            }
            Err(diagnostic) => read.diagnostics.push(*diagnostic),
        }
    }
    read
}

/// An unknown kind is kept; how loudly that is said is the site's to choose (`catalog.unknownKinds`).
fn soften_unknown_kind(judged: &mut Judged, settings: &CatalogSettings) {
    if judged.kind.is_some() || judged.reference.is_none() {
        return;
    }
    for diagnostic in judged.diagnostics.iter_mut().filter(|it| it.code == "entity/unknown-kind") {
        diagnostic.severity = settings.unknown_kinds.unwrap_or(Severity::Notice);
    }
}

/// Adds the targets of a `Location`.
fn follow(judged: &Judged, document: &yaml::Document<'_>, judge: Judge<'_>, pending: &mut Vec<Pending>) {
    if judged.kind.is_none_or(|it| it.kind != "Location") {
        return;
    }
    let Some(spec) = judged.value.get("spec") else { return };
    let required = spec.get("presence").and_then(Value::as_str) != Some("optional");
    let mut targets: Vec<(String, &str)> = Vec::new();
    targets.extend(spec.get("target").and_then(Value::as_str).map(|it| ("/spec/target".to_owned(), it)));
    for (index, target) in spec.get("targets").and_then(Value::as_array).into_iter().flatten().enumerate() {
        targets.extend(target.as_str().map(|it| (format!("/spec/targets/{index}"), it)));
    }
    let base = Base { file: document.file(), origin: judge.origin };
    for (pointer, written) in targets {
        let target = base.resolve(written, false);
        pending.push(Pending {
            target,
            written: written.to_owned(),
            span: document.span(&pointer),
            required,
        });
    }
}

fn nothing_found(pending: &Pending) -> Diagnostic {
    let message = format!("`{}`: no file matches the pattern", pending.written);
    Diagnostic::error("location/not-found", pending.span.clone(), message).hint(NOT_FOUND_HINT)
}

fn not_searched(pending: &Pending, error: &ReadError) -> Diagnostic {
    let code = match error {
        ReadError::BadGlob(_) => "location/bad-target",
        _ => "location/unreadable",
    };
    Diagnostic::error(code, pending.span.clone(), format!("`{}`: {error}", pending.written))
}

fn not_read(pending: &Pending, address: &str) -> Diagnostic {
    Diagnostic::warning("location/url-not-read", pending.span.clone(), format!("`{address}` is not read yet"))
        .reason(
            "this version reads local files and, with --origin, the repository that the folder is a copy of",
        )
        .hint("check the repository out below the site and name its files by a relative path")
}

fn too_deep(pending: &Pending) -> Diagnostic {
    let message = format!("more than {DEPTH_MAX} locations lead to `{}`", pending.written);
    Diagnostic::error("location/too-deep", pending.span.clone(), message)
}
