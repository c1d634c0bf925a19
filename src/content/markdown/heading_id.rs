//! Heading text to a unique id, by the rule of Python-Markdown, so that links written for MkDocs keep working.

use std::collections::{BTreeMap, BTreeSet};

/// The ids given so far on a page.
#[derive(Debug, Default)]
pub(super) struct HeadingIds {
    taken: BTreeSet<String>,
    /// The last number given to each id that was wanted several times.
    numbers: BTreeMap<String, usize>,
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
        if self.taken.insert(id.clone()) {
            return id;
        }
        let number = self.numbers.entry(id.clone()).or_default();
        let mut unique;
        loop {
            *number += 1;
            unique = format!("{id}_{number}");
            if self.taken.insert(unique.clone()) {
                break;
            }
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
