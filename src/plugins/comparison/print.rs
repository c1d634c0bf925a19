//! A comparison as text, as Markdown and as JSON.

use std::fmt::Write as _;

use super::{Comparison, Weight};

const HEADINGS: &[(Weight, &str)] =
    &[(Weight::Breaking, "Breaking"), (Weight::Feature, "New"), (Weight::Fix, "Fixed")];

impl Comparison {
    /// Returns it for a terminal.
    pub fn to_text(&self) -> String {
        let mut text = format!("{} {} to {}\n", self.id, self.old, self.new);
        for (weight, heading) in HEADINGS {
            let mut changes = self.changes.iter().filter(|it| it.weight == *weight).peekable();
            if changes.peek().is_some() {
                let _ = writeln!(text, "\n{heading}");
                for it in changes {
                    let _ = writeln!(text, "  {}: {}", it.part, it.text);
                }
            }
        }
        let _ = writeln!(text, "\n{}", self.verdict());
        text
    }

    /// Returns it for the comment of a pull request, or for release notes. What comes from manifests stands in code.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("## {} to {}\n", self.old, self.new);
        for (weight, heading) in HEADINGS {
            let mut changes = self.changes.iter().filter(|it| it.weight == *weight).peekable();
            if changes.peek().is_some() {
                let _ = writeln!(text, "\n### {heading}\n");
                for it in changes {
                    let _ = writeln!(text, "- {}: {}", it.part, one_line(&it.text));
                }
            }
        }
        let _ = writeln!(text, "\n{}", self.verdict());
        text
    }

    /// Returns it as one JSON object.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Returns what the changes mean for the version.
    pub fn verdict(&self) -> String {
        let raise = match self.weight() {
            None => return "Nothing changed.".to_owned(),
            Some(Weight::Breaking) => "there are breaking changes",
            Some(Weight::Feature) => "there is something new, and nothing breaks",
            Some(Weight::Fix) => "there are fixes alone",
        };
        match (&self.least, self.enough) {
            (Some(least), true) => format!("{} is right: {raise}, which wants {least} at least.", self.new),
            (Some(least), false) => {
                format!("{} is not enough: {raise}, which wants {least} at least.", self.new)
            }
            (None, _) => format!("{raise}, and `{}` is no version that could be raised.", self.old),
        }
    }
}

/// Markup in a change would be that of a stranger.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('<', "&lt;")
}
