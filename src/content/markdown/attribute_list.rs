//! What stands in braces: attribute lists, which only mean something to MkDocs, and the head of a code fence.

/// Returns the language of a code fence, as far as it can be part of a class: `yaml`, ```` ``` { .yaml .x } ````.
pub(super) fn language(info: &str) -> String {
    let word = info.trim().trim_start_matches(['{', ' ', '.', ':']);
    let end = word.find(|it: char| it.is_whitespace() || matches!(it, ',' | '{' | '}' | '=' | ':'));
    let word = word.get(..end.unwrap_or(word.len())).unwrap_or_default();
    let allowed = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '+' | '#');
    word.chars().filter(allowed).take(40).collect::<String>().to_ascii_lowercase()
}

/// Returns text without the attribute list that it begins with, such as `{: .x}` or `{ width=300 }`.
pub(super) fn without_attributes(text: &str) -> &str {
    let Some((list, rest)) = text.strip_prefix('{').and_then(|it| it.split_once('}')) else { return text };
    let list = list.trim_start_matches(':').trim();
    let is_attribute = |it: &str| it.starts_with(['.', '#']) || it.contains('=');
    if !list.is_empty() && list.split_whitespace().all(is_attribute) { rest } else { text }
}

/// Returns text without the attribute list that it ends with.
pub(super) fn without_attributes_at_end(text: &str) -> &str {
    match text.rfind('{') {
        Some(at) if without_attributes(text.get(at..).unwrap_or_default()).is_empty() => {
            text.get(..at).unwrap_or_default()
        }
        _ => text,
    }
}
