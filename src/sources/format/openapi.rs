//! An OpenAPI or Swagger definition to the list of its operations.

use serde_json::{Value, json};

use super::{FormatError, json as json_format, yaml};

/// What a path can be asked with (OpenAPI 3.2, Path Item Object), in the order in which people list them.
const METHODS: [&str; 9] = ["get", "query", "post", "put", "patch", "delete", "head", "options", "trace"];

/// Returns `{title, version, description, operations: [{method, path, summary, id, tags, deprecated}]}`, in the order of
/// the definition.
pub(super) fn parse(name: &str, text: &str) -> Result<Value, FormatError> {
    let definition = match text.trim_start().starts_with('{') {
        true => json_format::parse(text)?,
        false => yaml::parse(name, text)?,
    };
    if definition.get("openapi").or_else(|| definition.get("swagger")).is_none() {
        return Err(FormatError::new("this is no OpenAPI: it has neither `openapi` nor `swagger`"));
    }
    let paths = definition.get("paths").and_then(Value::as_object);
    let operations: Vec<Value> = paths
        .into_iter()
        .flatten()
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| operation(path, method, item.get(*method)?))
        })
        .collect();
    let info = definition.get("info").unwrap_or(&Value::Null);
    Ok(json!({
        "title": info.get("title"),
        "version": info.get("version"),
        "description": info.get("description"),
        "operations": operations,
    }))
}

fn operation(path: &str, method: &str, operation: &Value) -> Option<Value> {
    operation.as_object()?;
    Some(json!({
        "method": method.to_uppercase(),
        "path": path,
        "summary": operation.get("summary").or_else(|| operation.get("description")),
        "id": operation.get("operationId"),
        "tags": operation.get("tags").cloned().unwrap_or_else(|| json!([])),
        "deprecated": operation.get("deprecated") == Some(&Value::Bool(true)),
    }))
}
