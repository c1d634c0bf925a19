//! A difference to Markdown for the comment of a pull request: escaped, bounded, and found again by its marker.

use super::Difference;
use super::line::{self, Line, Part, Section};

/// Stands in every comment, so that a script finds the one to update. No reader sees it.
pub const MARKER: &str = "<!-- callboard-diff -->";

/// The longest comment, in characters; GitHub takes 65,536.
const CHARS_MAX: usize = 60_000;

/// What the end of the comment needs, in characters.
const END_CHARS: usize = 300;

/// A section with more lines is collapsed.
const OPEN_LINES_MAX: usize = 8;

/// A text that does not grow beyond what a comment may hold.
struct Comment {
    text: String,
    chars: usize,
    left_out: usize,
}

impl Comment {
    fn push(&mut self, text: &str) {
        self.chars += text.chars().count();
        self.text.push_str(text);
    }

    /// Adds a line, if there is room for it.
    fn line(&mut self, text: &str) {
        if self.left_out > 0 || self.chars + text.chars().count() + END_CHARS > CHARS_MAX {
            self.left_out += 1;
        } else {
            self.push(text);
        }
    }

    fn section(&mut self, section: &Section) {
        let count = section.lines.len();
        if self.left_out > 0 || self.chars + 2 * END_CHARS > CHARS_MAX {
            self.left_out += count;
            return;
        }
        let collapsed = count > OPEN_LINES_MAX;
        match collapsed {
            // The empty line ends the HTML, so that what follows is read as Markdown again.
            true => self.push(&format!("\n<details><summary>{} ({count})</summary>\n\n", section.title)),
            false => self.push(&format!("\n**{}**\n\n", section.title)),
        }
        for line in &section.lines {
            self.line(&format!("- {}\n", markdown(line)));
        }
        if collapsed {
            self.push("\n</details>\n");
        }
    }
}

/// Returns the whole comment. Its first line is the summary, its second one the marker.
pub(super) fn write(difference: &Difference) -> String {
    let base = span(&match line::code(&difference.base) {
        Part::Code(code) => code,
        Part::Words(words) => words.to_owned(),
    });
    let mut comment = Comment { text: String::new(), chars: 0, left_out: 0 };
    comment.push(&format!("**The catalog, compared with {base}:** {}\n", line::summary(difference)));
    comment.push(&format!("{MARKER}\n"));
    for section in line::sections(difference) {
        comment.section(&section);
    }
    if comment.left_out > 0 {
        let end = "more lines are left out, for the sake of length; `callboard diff` shows them.";
        comment.push(&format!("\n{} {end}\n", comment.left_out));
    }
    comment.text
}

fn markdown(line: &Line) -> String {
    line.iter()
        .map(|part| match part {
            Part::Words(words) => (*words).to_owned(),
            Part::Code(code) => span(code),
        })
        .collect()
}

/// Returns a code span. Nothing in it means anything to Markdown or HTML: no mention, no link, no tag.
fn span(text: &str) -> String {
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A span cannot be empty, and one space at both ends is not shown.
    let edge = text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let pad = if edge { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
