//! `NamedFile`: a file that a location leads to, and what is told when it cannot be read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::CatalogSettings;
use super::pending::{NOT_FOUND_HINT, Pending, not_read, not_searched, nothing_found};
use super::targets::Target;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::model::OnError;
use crate::sources::remote::{FetchError, Stale};
use crate::sources::{ReadError, Reader, in_parallel, is_glob, split_remote};

/// The code of a location whose failure ends the run.
pub const FAILED: &str = "location/failed";

/// A file to read, and the place that names it.
pub(super) struct NamedFile {
    pub(super) file: Arc<str>,
    pub(super) span: Span,
    pub(super) required: bool,
    /// What is done when its host fails.
    pub(super) on_error: OnError,
    /// The index of the registered location that led here.
    pub(super) start: usize,
}

/// Turns targets into files not read before, in order.
pub(super) fn expand(
    pending: Vec<Pending>,
    settings: &CatalogSettings,
    reader: &dyn Reader,
    seen: &mut BTreeSet<String>,
    report: &mut Report,
) -> Vec<NamedFile> {
    let path = |it: &Pending| match &it.target {
        Target::Path(path) => path.clone(),
        _ => String::new(),
    };
    let pending: Vec<(String, Pending)> = pending.into_iter().map(|it| (path(&it), it)).collect();
    let searched = in_parallel(
        &pending,
        |(path, _)| path,
        |(path, it)| match &it.target {
            Target::Path(_) if is_glob(path) => reader.search(path),
            _ => Ok(vec![path.clone()]),
        },
    );
    let mut files = Vec::new();
    for ((_, it), found) in pending.into_iter().zip(searched) {
        let found = match (&it.target, found) {
            (Target::Path(_), Ok(found)) if found.is_empty() => {
                report.extend(it.required.then(|| nothing_found(&it)));
                continue;
            }
            (Target::Path(_), Ok(found)) => found,
            (Target::Path(_), Err(error)) => {
                report.push(not_searched(&it, &error));
                continue;
            }
            (Target::Elsewhere(address), _) => {
                report.push(not_read(&it, address));
                continue;
            }
            (Target::Malformed(reason), _) => {
                report.push(Diagnostic::error("location/bad-target", it.span.clone(), reason.clone()));
                continue;
            }
        };
        let found = found.into_iter().filter(|file| seen.insert(file.clone()));
        files.extend(found.map(|file| NamedFile {
            file: Arc::from(file),
            span: it.span.clone(),
            required: it.required,
            on_error: settings.locations.get(it.start).map(|it| it.on_error).unwrap_or_default(),
            start: it.start,
        }));
    }
    files
}

/// Returns the text of a file; nothing when it may be missing and is, or cannot be read.
pub(super) fn text_of(
    named: &NamedFile,
    reader: &dyn Reader,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    let text = reader.read_text(&named.file);
    let stale = reader.stale(&named.file);
    match (text, stale) {
        (Ok(text), None) => Some(text),
        (Ok(text), Some(stale)) => match named.on_error {
            OnError::LastGood => {
                diagnostics.push(out_of_date(named, &stale));
                Some(text)
            }
            OnError::Warn | OnError::Fail => {
                diagnostics.push(unreadable(named, &ReadError::Fetch(stale.reason)));
                None
            }
        },
        (Err(ReadError::NotFound), _) if !named.required => None,
        (Err(error), _) => {
            diagnostics.push(unreadable(named, &error));
            None
        }
    }
}

fn unreadable(named: &NamedFile, error: &ReadError) -> Diagnostic {
    let message = format!("`{}` cannot be read: {error}", shown(&named.file));
    let place = named.span.clone();
    match (error, named.on_error) {
        (ReadError::NotFound, _) => {
            Diagnostic::error("location/not-found", place, message).hint(NOT_FOUND_HINT)
        }
        (ReadError::Fetch(_), OnError::Warn) => Diagnostic::warning("location/unreadable", place, message)
            .reason("its `onError: warn` leaves it out"),
        (ReadError::Fetch(_), OnError::Fail) => Diagnostic::error(FAILED, place, message)
            .reason("its `onError: fail` ends the run, and the portal stays as it was"),
        (ReadError::Fetch(FetchError::NotAllowed(host)), _) => {
            Diagnostic::error("location/not-allowed-host", place, message)
                .reason(
                    "only hosts with an integration, and those that `backend.reading.allow` names, are read",
                )
                .hint(format!("add `- host: {host}` under `backend.reading.allow`"))
        }
        _ => Diagnostic::error("location/unreadable", place, message),
    }
}

fn out_of_date(named: &NamedFile, stale: &Stale) -> Diagnostic {
    let message = format!("`{}` is shown as it was on {}", shown(&named.file), stale.since);
    Diagnostic::warning("location/stale", named.span.clone(), message).reason(stale.reason.to_string())
}

/// Returns a path as people read it.
fn shown(path: &str) -> String {
    split_remote(path).map_or_else(|| path.to_owned(), |(root, below)| format!("{root}/{below}"))
}
