//! `Pending`: a target of a location that is still to be read, and what can be wrong with it.

use serde_json::Value;

use super::descriptor::Judge;
use super::targets::{Base, Target};
use crate::diagnostics::{Diagnostic, Span};
use crate::model::Entity;
use crate::sources::{ReadError, yaml};

/// The remedy where nothing is found.
pub(super) const NOT_FOUND_HINT: &str =
    "correct the target, or write `presence: optional` beside it if it may be missing";

/// A target still to be read.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) target: Target,
    pub(super) written: String,
    pub(super) span: Span,
    pub(super) required: bool,
    /// The index of the registered location that led here.
    pub(super) start: usize,
}

/// Returns the `spec` of a location.
pub(super) fn location_spec<'a>(entity: &'a Entity, judge: Judge<'_>) -> Option<&'a Value> {
    let known = judge.kinds.find(entity.kind(), entity.text(&["apiVersion"]).unwrap_or_default(), true);
    entity.value.get("spec").filter(|_| known.is_some_and(|it| it.is("Location")))
}

/// Returns whether something must be at the targets.
pub(super) fn is_required(spec: &Value) -> bool {
    spec.get("presence").and_then(Value::as_str) != Some("optional")
}

/// Returns the targets in the `spec` of a location.
pub(super) fn targets(
    spec: &Value,
    document: &yaml::Document<'_>,
    judge: Judge<'_>,
    required: bool,
    start: usize,
) -> Vec<Pending> {
    let mut targets: Vec<(String, &str)> = Vec::new();
    targets.extend(spec.get("target").and_then(Value::as_str).map(|it| ("/spec/target".to_owned(), it)));
    for (index, target) in spec.get("targets").and_then(Value::as_array).into_iter().flatten().enumerate() {
        targets.extend(target.as_str().map(|it| (format!("/spec/targets/{index}"), it)));
    }
    let base = Base { file: document.file(), origin: judge.origin };
    let pending = targets.into_iter().map(|(pointer, target)| Pending {
        target: base.resolve(target, false),
        written: target.to_owned(),
        span: document.span(&pointer),
        required,
        start,
    });
    pending.collect()
}

/// Returns the problem of a `Location` with a type that Backstage does not read.
pub(super) fn unknown_type(kind: &str, entity: &Entity, place: Span) -> Diagnostic {
    let message = format!("`{kind}` is no type of location, so its targets are not read");
    Diagnostic::error("location/bad-target", place, message)
        .about(entity.reference.as_str())
        .reason("Backstage reads locations of the types `file` and `url`")
        .hint("remove `type`, or write `type: url` and addresses as targets")
}

/// Returns the problem of a pattern that matches no file.
pub(super) fn nothing_found(pending: &Pending) -> Diagnostic {
    let message = format!("`{}`: no file matches the pattern", pending.written);
    Diagnostic::error("location/not-found", pending.span.clone(), message).hint(NOT_FOUND_HINT)
}

/// Returns the problem of a pattern that cannot be searched for.
pub(super) fn not_searched(pending: &Pending, error: &ReadError) -> Diagnostic {
    let code = match error {
        ReadError::BadGlob(_) => "location/bad-target",
        _ => "location/unreadable",
    };
    Diagnostic::error(code, pending.span.clone(), format!("`{}`: {error}", pending.written))
}

/// Returns the problem of an address outside the copy.
pub(super) fn not_read(pending: &Pending, address: &str) -> Diagnostic {
    Diagnostic::warning("location/url-not-read", pending.span.clone(), format!("`{address}` is not read yet"))
        .reason(
            "files elsewhere are not read here; those of the repository that the folder is a copy of are, see --origin",
        )
        .hint("check the repository out below the site and name its files by a relative path")
}

/// Returns the problem of a chain of locations that is too long.
pub(super) fn too_deep(pending: &Pending, depth_max: usize) -> Diagnostic {
    let message = format!("more than {depth_max} locations lead to `{}`", pending.written);
    Diagnostic::error("location/too-deep", pending.span.clone(), message)
}
