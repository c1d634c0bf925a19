//! How often sources ask, and what they say of their answers.

use serde_json::Value;

use super::Linting;

pub(super) fn lint(it: &mut Linting<'_>) {
    for (name, source, pointer) in it.entries("sources") {
        let base = source.get("like").and_then(Value::as_str);
        let base = base.and_then(|like| it.manifest().pointer(&format!("/sources/{}", super::escaped(like))));
        // A module is like a source of its plugin, which is not known here.
        let is_known = source.get("like").is_none() || base.is_some();
        let own = |key: &str| source.get(key);
        let of = |key: &str| own(key).or_else(|| base?.get(key));
        let kind = of("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let asks = matches!(kind.as_str(), "rest" | "graphql");
        let at = it.key_at(&pointer);
        if matches!(kind.as_str(), "rest" | "graphql" | "file" | "tree" | "sql")
            && own("schema").or_else(|| own("schemaFile")).is_none()
        {
            let message = format!("the source `{name}` has no schema");
            let hint = "name one with `schema` or `schemaFile`: it is how a change of the API is noticed";
            it.warn("plugin/lint-source", at.clone(), message, hint);
        }
        if asks && of("cache").is_none() {
            let message = format!("the source `{name}` does not say how long an answer holds");
            it.warn(
                "plugin/lint-source",
                at.clone(),
                message,
                "add `cache: {ttl: 15m}`, or longer where data changes rarely",
            );
        }
        let scope = of("scope").and_then(Value::as_str).unwrap_or("per-entity");
        let batch = of("batch").is_some_and(|it| !it.is_null());
        if asks && is_known && !batch && scope == "per-entity" {
            let message = format!("the source `{name}` sends a request for each entity");
            let hint = "ask `per-key`, so that entities with one repository share an answer, or several keys at once with `batch`";
            it.warn("plugin/lint-requests", at.clone(), message, hint);
        }
        let pages = of("pagination").and_then(|it| it.get("maxPages")).and_then(Value::as_u64).unwrap_or(1);
        if asks && scope != "once" && !batch && pages > 10 {
            let message = format!("the source `{name}` may send {pages} requests for one key");
            it.note(
                "plugin/lint-requests",
                at,
                message,
                "ask for larger pages, or for fewer of them with `maxPages`",
            );
        }
    }
}
