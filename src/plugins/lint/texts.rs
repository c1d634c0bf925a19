//! Texts that stand in the manifest, where the plugin speaks several languages.

use serde_json::Value;

use super::Linting;

/// Keys whose values people read.
const KEYS: &[&str] = &["title", "label", "body", "description"];

pub(super) fn lint(it: &mut Linting<'_>) {
    if it.manifest().get("i18n").is_none() {
        return;
    }
    let mut found = Vec::new();
    for part in ["extensions", "contribute"] {
        let Some(value) = it.manifest().get(part) else { continue };
        super::each_mapping(value, &format!("/{part}"), &mut |map, pointer| {
            for key in KEYS {
                let text = map.get(*key).and_then(Value::as_str);
                // In lists of items these keys are expressions: words have spaces and no operators, or a capital.
                let text = text.filter(|text| !is_inside_item(pointer) && is_words(text));
                found.extend(text.map(|text| (format!("{pointer}/{key}"), text.to_owned())));
            }
        });
    }
    for (pointer, text) in found {
        let message = format!("`{text}` stands in one language");
        let at = it.value_at(&pointer);
        it.note("plugin/lint-text", at, message, "write `{t: key}`, and the text in the files of `i18n`");
    }
}

/// Items of widgets have expressions under the same keys.
fn is_inside_item(pointer: &str) -> bool {
    pointer.split('/').any(|it| it == "item")
}

fn is_words(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && !text.contains("{{")
        && !text.contains('(')
        && !text.contains('.')
        || text.contains(' ') && text.ends_with('.')
}
