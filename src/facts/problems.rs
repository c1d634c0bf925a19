//! What can be wrong with the data of plugins, in words.

use minijinja::Value;

use crate::diagnostics::{Diagnostic, Severity, Span};
use crate::model::Entity;
use crate::plugins::engine::Scope;
use crate::plugins::source::Failure;
use crate::plugins::{Plugin, Source};

pub(super) fn too_many_requests(plugin: &Plugin, total: usize) -> Diagnostic {
    let message = format!(
        "the plugin `{}` would send {total} {}, and may send {}; it sends none",
        plugin.id,
        if total == 1 { "request" } else { "requests" },
        plugin.requests_max
    );
    let whole = || Span::file(std::sync::Arc::clone(&plugin.file));
    let place = plugin.sources.first().map_or_else(whole, |it| it.span.clone());
    Diagnostic::error("plugin/too-many-requests", place, message)
        .hint("give it a larger `limits.requests`, or ask for several keys in one request with `batch`")
}

pub(super) fn malformed(
    plugin: &Plugin,
    entity: &Entity,
    (key, value, param): &(String, String, String),
) -> Diagnostic {
    let message = format!("`{key}` is `{value}`, which is not what the plugin `{}` takes", plugin.id);
    let pattern = plugin.params.iter().find(|it| it.name == *param).and_then(|it| it.pattern.clone());
    let diagnostic = Diagnostic::warning("plugin/bad-annotation", entity.place.name.clone(), message)
        .about(entity.reference.as_str());
    match pattern {
        Some(pattern) => diagnostic.reason(format!("it must match `{}`", pattern.as_str())),
        None => diagnostic,
    }
}

pub(super) fn no_instance(source: &Source, wanted: &[(&String, String)], scope: &Scope<'_>) -> Diagnostic {
    let wanted: Vec<String> = wanted.iter().map(|(field, value)| format!("`{field}` is `{value}`")).collect();
    let message = format!("the source `{}` has no instance whose {}", source.name, wanted.join(" and "));
    let entity = scope.get("entity").get_attr("ref").unwrap_or(Value::UNDEFINED);
    let diagnostic = Diagnostic::warning("plugin/no-instance", source.span.clone(), message);
    match entity.as_str() {
        Some(entity) => diagnostic.about(entity).reason(format!("`{entity}` names it")),
        None => diagnostic,
    }
}

/// Says how many keys of a source failed, and why the first one did.
pub(super) fn source_failed(
    plugin: &Plugin,
    source: &Source,
    failed: usize,
    total: usize,
    first: (&str, &str),
) -> Diagnostic {
    let (key, what) = first;
    let (severity, result) = match source.policy.on_error {
        Failure::Fail => (Severity::Error, "its views show the error"),
        Failure::LastGood => (Severity::Warning, "its views show the last good data, or the error"),
        Failure::Omit => (Severity::Warning, "its views are left out"),
    };
    let counted = if total == 1 { String::new() } else { format!(" for {failed} of {total} keys") };
    let message =
        format!("the source `{}` of the plugin `{}` failed{counted}: {what}", source.name, plugin.id);
    let diagnostic = Diagnostic::new(severity, "plugin/source-failed", source.span.clone(), message);
    if key.is_empty() {
        diagnostic.reason(result)
    } else {
        diagnostic.reason(format!("first for `{key}`; {result}"))
    }
}

/// Says that data is not what the plugin's schema says.
pub(super) fn bad_data(plugin: &Plugin, source: &Source, rows: usize, what: &str) -> Diagnostic {
    let message = match rows {
        0 => {
            format!("the data of `{}` is not what the schema of the plugin `{}` says", source.name, plugin.id)
        }
        rows => format!(
            "{rows} of the rows of `{}` are not what the schema of the plugin `{}` says",
            source.name, plugin.id
        ),
    };
    Diagnostic::warning("plugin/bad-data", source.span.clone(), message)
        .reason(what.to_owned())
        .hint("the API may have changed: look at its answer, and change `map` or the schema")
}

/// Says that a plugin takes too much of the machine, so that its data is dropped.
pub(super) fn too_large(plugin: &Plugin, source: &Source, what: &str) -> Diagnostic {
    let message = format!("the plugin `{}` has no data: {what}", plugin.id);
    Diagnostic::error("plugin/too-large", source.span.clone(), message).hint(
        "keep less of each answer with `map`, `where` and `limit`, or ask for fewer entities with `filter`",
    )
}

/// Says that the keys of a source take too much to be worked out.
pub(super) fn too_much_to_plan(source: &Source, steps_max: u64) -> Diagnostic {
    let message =
        format!("the source `{}` asks nothing: its keys take more than {steps_max} steps", source.name);
    Diagnostic::error("plugin/too-large", source.span.clone(), message)
        .hint("make `key`, `select` and `group` simpler, or give the source a `filter`")
}

/// Says that a request is not one that the plugin asks for.
pub(super) fn not_declared(plugin: &Plugin, source: &Source, what: &str) -> Diagnostic {
    let message = format!(
        "the source `{}` asks for `{what}`, which `permissions` of the plugin `{}` does not name",
        source.name, plugin.id
    );
    let is_request = what.starts_with("GET ") || what.starts_with("POST ");
    Diagnostic::error("plugin/not-declared", source.span.clone(), message).hint(match is_request {
        true => "add the server and the path to `permissions.endpoints`, so that operators see it",
        false => "add it to `permissions.read`, so that operators see it; `entity:**` is what lies beside descriptors",
    })
}

/// Says that the operator does not let the plugin ask a server.
pub(super) fn not_granted(plugin: &Plugin, source: &Source, what: &str) -> Diagnostic {
    let message = format!("the plugin `{}` may not read `{what}`", plugin.id);
    let place = plugin.granted.span.clone().unwrap_or_else(|| source.span.clone());
    let key = if what.contains("://") { "network" } else { "read" };
    Diagnostic::error("plugin/not-granted", place, message)
        .related(source.span.clone(), "what asks for it")
        .hint(format!("if it should, write `grant: {{{key}: [\"{what}\"]}}` beside `use` of the plugin"))
}
