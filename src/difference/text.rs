//! A difference to text for a terminal.

use super::Difference;
use super::line::{self, Part, Section};

/// The most lines of one section; `--format json` has them all.
const LINES_MAX: usize = 500;

/// Returns the whole text, with a line break at its end.
pub(super) fn write(difference: &Difference) -> String {
    let mut out = format!("{}\n", line::summary(difference));
    for Section { title, lines } in line::sections(difference) {
        out.push_str(&format!("\n{title}\n"));
        for line in lines.iter().take(LINES_MAX) {
            let text: String = line.iter().map(shown).collect();
            out.push_str(&format!("  {text}\n"));
        }
        if lines.len() > LINES_MAX {
            out.push_str(&format!("  … and {} more\n", lines.len() - LINES_MAX));
        }
    }
    out
}

fn shown(part: &Part) -> &str {
    match part {
        Part::Words(words) => words,
        Part::Code(code) => code,
    }
}
