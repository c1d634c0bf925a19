//! Dotted paths into JSON that tolerate keys with dots in them.

use serde_json::Value;

/// Returns the value at a dotted path. Keys that contain dots are found by trying every key that the path begins with, in
/// the order of the mapping. Arrays are not stepped into (Backstage, `getJsonValueAtPath`).
pub fn value_at_path<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return None;
    }
    let object = value.as_object()?;
    object.iter().find_map(|(key, inner)| match path.strip_prefix(key.as_str())? {
        "" => Some(inner),
        rest => value_at_path(inner, rest.strip_prefix('.')?),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::value_at_path;

    #[test]
    fn tolerates_dots_in_keys() {
        let value = serde_json::json!({"metadata": {"annotations": {"a.b/c.d": "x"}, "tags": ["t"]}});
        let found = value_at_path(&value, "metadata.annotations.a.b/c.d").and_then(|it| it.as_str());
        assert_eq!(found, Some("x"));
        assert!(value_at_path(&value, "metadata.tags.0").is_none());
        assert!(value_at_path(&value, "metadata.none.x").is_none());
        assert!(value_at_path(&value, "").is_none());
        let twice = serde_json::json!({"a": {"b": 1}, "a.b": 2, "a.c": {"d": 3}});
        assert_eq!(value_at_path(&twice, "a.b").and_then(Value::as_i64), Some(1), "the first key wins");
        assert_eq!(value_at_path(&twice, "a.c.d").and_then(Value::as_i64), Some(3));
    }
}
