//! Names that are written again and again should be easy to write.

use serde_json::Value;

use super::Linting;

const CODE: &str = "plugin/lint-name";

pub(super) fn lint(it: &mut Linting<'_>) {
    for (name, _, pointer) in it.entries("extensionPoints") {
        if !is_hyphenated(name) {
            let message =
                format!("the extension point `{name}` is not named in lower-case words with hyphens");
            it.warn(CODE, it.key_at(&pointer), message, "name it as extensions are, such as `run-columns`");
        }
    }
    for key in ["sources", "params"] {
        for (name, _, pointer) in it.entries(key) {
            if !is_identifier(name) {
                let message = format!("`{name}` of `{key}` can be used in expressions in brackets alone");
                it.warn(CODE, it.key_at(&pointer), message, "use letters, digits and `_`");
            }
        }
    }
    for (source, value, pointer) in it.entries("sources") {
        for key in ["map", "reduce"] {
            for field in value.get(key).and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name)
            {
                if !is_identifier(field) {
                    let message = format!(
                        "the field `{field}` of `{source}` can be used in expressions in brackets alone"
                    );
                    let at = it.key_at(&format!("{pointer}/{key}/{}", super::escaped(field)));
                    it.warn(CODE, at, message, "use letters, digits and `_`");
                }
            }
        }
    }
    let paths: Vec<&str> = it.package.files.keys().map(String::as_str).collect();
    for path in paths {
        let Some((folder, name)) = path.split_once('/') else { continue };
        // A language is written in its own way, such as `de-AT`, and so is what explains a folder.
        let is_own_way = folder == "i18n" || name.ends_with("README.md");
        if !is_own_way && !name.split('/').all(|it| is_hyphenated(it.split('.').next().unwrap_or(it))) {
            let message = format!("`{path}` is not named in lower-case words with hyphens");
            it.warn(
                CODE,
                it.file(path),
                message,
                "some systems take upper and lower case for the same: use one of them",
            );
        }
    }
}

fn is_hyphenated(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}
