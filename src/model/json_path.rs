//! Dotted paths into JSON that tolerate keys with dots in them.

use serde_json::Value;

/// Returns the value at a dotted path; keys that contain dots are found by trying every split, shortest
/// key first. Arrays are not stepped into (Backstage, `getJsonValueAtPath`).
pub fn value_at_path<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    if let Some(found) = object.get(path) {
        return Some(found);
    }
    path.match_indices('.').find_map(|(dot, _)| {
        let (key, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
        value_at_path(object.get(key)?, rest)
    })
}

#[cfg(test)]
mod tests {
    use super::value_at_path;

    #[test]
    fn tolerates_dots_in_keys() {
        let value = serde_json::json!({"metadata": {"annotations": {"a.b/c.d": "x"}, "tags": ["t"]}});
        let found = value_at_path(&value, "metadata.annotations.a.b/c.d").and_then(|it| it.as_str());
        assert_eq!(found, Some("x"));
        assert!(value_at_path(&value, "metadata.tags.0").is_none());
        assert!(value_at_path(&value, "metadata.none.x").is_none());
    }
}
