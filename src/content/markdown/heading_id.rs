//! Heading text to a unique id, by the rule of Python-Markdown, so that links written for MkDocs keep working.

use std::collections::BTreeSet;

/// The ids given so far on a page.
#[derive(Debug, Default)]
pub(super) struct HeadingIds {
    taken: BTreeSet<String>,
}

impl HeadingIds {
    /// Returns the id of a heading with this text; `name`, `name_1`, `name_2` for equal ones.
    pub(super) fn of_text(&mut self, text: &str) -> String {
        let id = heading_slug(text);
        self.unique(if id.is_empty() { "section".to_owned() } else { id })
    }

    /// Returns the id that the author wrote, made unique.
    pub(super) fn written(&mut self, id: &str) -> String {
        let id: String = id.chars().filter(|it| !it.is_whitespace() && !it.is_control()).collect();
        self.unique(id)
    }

    fn unique(&mut self, id: String) -> String {
        let mut unique = id.clone();
        let mut number = 0;
        while !self.taken.insert(unique.clone()) {
            number += 1;
            unique = format!("{id}_{number}");
        }
        unique
    }
}

/// Unlike [`slug`](crate::model::slug), punctuation vanishes: `What's new?` is `whats-new`.
fn heading_slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() || character == '_' {
            out.extend(character.to_lowercase());
        } else if (character.is_whitespace() || character == '-') && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    while out.ends_with('-') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::HeadingIds;

    #[test]
    fn follows_python_markdown() {
        let mut ids = HeadingIds::default();
        for (text, id) in [
            ("What's new?", "whats-new"),
            ("A & B", "a-b"),
            ("A  b", "a-b_1"),
            ("Größe", "größe"),
            ("!!!", "section"),
            ("a b", "a-b_2"),
        ] {
            assert_eq!(ids.of_text(text), id);
        }
        assert_eq!(ids.written("a b"), "ab");
    }
}
