//! The filter that turns the words of services into the statuses of the portal.

use minijinja::value::Value;
use minijinja::{Error, State};

use super::FilterDescription;
use super::argument::{failed, items, text};

pub(super) const FILTERS: &[FilterDescription] = &[FilterDescription {
    name: "status_of",
    signature: r#"status_of(map, default="unknown")"#,
    what: "The status `ok`, `warn`, `error`, `running`, `unknown` or `skipped` of a word of a service: that of the mapping, else that of common words such as `success` and `failed`; case does not matter",
    example: r#"["success", "FAILED", "odd"] | map("status_of", {"odd": "warn"}) | list"#,
    result: r#"["ok", "error", "warn"]"#,
    add: |it| it.add_filter("status_of", status_of),
}];

/// The statuses of the portal, each with the words that services have for it.
const STATUSES: [(&str, &[&str]); 6] = [
    (
        "ok",
        &[
            "success",
            "successful",
            "succeeded",
            "passed",
            "pass",
            "healthy",
            "up",
            "operational",
            "resolved",
            "completed",
            "active",
            "true",
        ],
    ),
    ("warn", &["warning", "unstable", "degraded", "acknowledged", "action_required", "partially_succeeded"]),
    (
        "error",
        &[
            "failed",
            "failure",
            "fail",
            "errored",
            "critical",
            "unhealthy",
            "down",
            "broken",
            "timed_out",
            "timedout",
            "triggered",
            "false",
        ],
    ),
    (
        "running",
        &[
            "in_progress",
            "inprogress",
            "progressing",
            "pending",
            "queued",
            "waiting",
            "building",
            "started",
            "preparing",
            "created",
            "scheduled",
        ],
    ),
    (
        "skipped",
        &["cancelled", "canceled", "aborted", "not_built", "disabled", "suspended", "manual", "neutral"],
    ),
    ("unknown", &["none", "null"]),
];

fn status_of(
    state: &State<'_, '_>,
    value: &Value,
    map: Option<&Value>,
    default: Option<&str>,
) -> Result<Value, Error> {
    let word = text(value)?.unwrap_or_default().trim().to_lowercase();
    if let Some(map) = map {
        for key in items(state, map)? {
            if text(&key)?.is_some_and(|it| it.to_lowercase() == word) {
                let status = map.get_item(&key)?;
                return checked(&text(&status)?.unwrap_or_default());
            }
        }
    }
    let plain = word.replace([' ', '-'], "_");
    let common = STATUSES.iter().find(|(status, words)| *status == plain || words.contains(&plain.as_str()));
    match common {
        Some((status, _)) => Ok(Value::from(*status)),
        None => checked(default.unwrap_or("unknown")),
    }
}

fn checked(status: &str) -> Result<Value, Error> {
    match STATUSES.iter().find(|(it, _)| *it == status) {
        Some((status, _)) => Ok(Value::from(*status)),
        None => {
            Err(failed(format!("`{status}` is no status: use ok, warn, error, running, unknown or skipped")))
        }
    }
}
