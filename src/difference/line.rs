//! A difference to sections of lines, in which what comes from the input is told apart from our own words.

use super::{Counts, Difference, EntityLine, PageMove, Remedy, RenameReason};
use crate::catalog::FORMER_NAMES;
use crate::model::EntityRef;

/// The longest piece of input that is shown, in characters.
const CODE_CHARS_MAX: usize = 200;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Our own words.
    Words(&'static str),
    /// What comes from the input, in one line and not too long.
    Code(String),
}

/// A line.
pub(super) type Line = Vec<Part>;

/// What is told under one heading.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) lines: Vec<Line>,
}

/// Returns a piece of input: control characters and those that turn the direction of text are left out.
pub(super) fn code(text: &str) -> Part {
    let plain = |it: &char| {
        !it.is_control()
            && !matches!(it, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}'..='\u{2029}')
    };
    let mut shown: String = text.chars().filter(plain).take(CODE_CHARS_MAX + 1).collect();
    if shown.chars().count() > CODE_CHARS_MAX {
        shown = shown.chars().take(CODE_CHARS_MAX - 1).chain(['…']).collect();
    }
    Part::Code(shown)
}

/// Returns what changed, in a few words.
pub(super) fn summary(difference: &Difference) -> String {
    let Counts {
        added,
        removed,
        renamed,
        owner_changed,
        relations_broken,
        relations_gained,
        changed,
        pages,
        pages_uncovered,
    } = difference.counts;
    let plural =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let moved = plural(pages, "page moved", "pages moved");
    let parts = [
        (added, format!("{added} added")),
        (removed, format!("{removed} removed")),
        (renamed, format!("{renamed} renamed")),
        (owner_changed, plural(owner_changed, "owner changed", "owners changed")),
        (relations_broken, plural(relations_broken, "relation broken", "relations broken")),
        (relations_gained, plural(relations_gained, "relation gained", "relations gained")),
        (changed, format!("{changed} changed otherwise")),
        (
            pages,
            if pages_uncovered == 0 {
                moved
            } else {
                format!("{moved}, {pages_uncovered} without a redirect")
            },
        ),
    ];
    let told: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
    if told.is_empty() { "no differences".to_owned() } else { told.join(", ") }
}

/// Returns the sections that have something to tell, what needs somebody's attention first.
pub(super) fn sections(difference: &Difference) -> Vec<Section> {
    let uncovered = |covered: bool| difference.pages.iter().filter(move |it| it.covered == covered).map(page);
    let edge = |it: &super::Edge| {
        let mut line = vec![
            reference(&it.from),
            Part::Words(" "),
            code(&it.relation),
            Part::Words(" "),
            reference(&it.to),
        ];
        if let Some(new) = &it.renamed_to {
            line.extend([Part::Words(", which is now "), reference(new)]);
        }
        line
    };
    let all = [
        ("Relations broken", difference.relations_broken.iter().map(edge).collect()),
        ("Pages without a redirect", uncovered(false).collect()),
        ("Removed", difference.removed.iter().map(entity).collect()),
        ("Renamed", difference.renamed.iter().map(renamed).collect()),
        ("Owners changed", difference.owner_changed.iter().map(owner).collect()),
        ("Added", difference.added.iter().map(entity).collect()),
        ("Changed otherwise", difference.changed.iter().map(fields).collect()),
        ("Relations gained", difference.relations_gained.iter().map(edge).collect()),
        ("Pages sent on", uncovered(true).collect::<Vec<Line>>()),
    ];
    let section = |(title, lines): (&'static str, Vec<Line>)| Section { title, lines };
    all.into_iter().map(section).filter(|it| !it.lines.is_empty()).collect()
}

fn reference(reference: &EntityRef) -> Part {
    code(reference.as_str())
}

fn entity(line: &EntityLine) -> Line {
    let mut parts = vec![reference(&line.reference)];
    if let Some(file) = &line.file {
        parts.extend([Part::Words(" in "), code(file)]);
    }
    parts
}

fn renamed(rename: &super::Rename) -> Line {
    let reason = match rename.reason {
        RenameReason::FormerNames => ", as its former names say",
        RenameReason::SameDocument => ", the same document in the same file",
        RenameReason::SameContent => ", with the same content",
    };
    vec![reference(&rename.from), Part::Words(" is now "), reference(&rename.to), Part::Words(reason)]
}

fn owner(change: &super::OwnerChange) -> Line {
    let list = |owners: &[EntityRef]| match owners {
        [] => vec![Part::Words("nobody")],
        owners => joined(owners.iter().map(reference)),
    };
    let mut line = vec![reference(&change.reference), Part::Words(": from ")];
    line.extend(list(&change.before));
    line.push(Part::Words(" to "));
    line.extend(list(&change.after));
    line
}

fn fields(change: &super::FieldChanges) -> Line {
    let mut line = vec![reference(&change.reference), Part::Words(": ")];
    line.extend(joined(change.fields.iter().map(|it| code(it))));
    if change.more > 0 {
        line.extend([Part::Words(" and "), Part::Code(change.more.to_string()), Part::Words(" more")]);
    }
    line
}

fn page(page: &PageMove) -> Line {
    let mut line = vec![code(&page.from)];
    match &page.to {
        Some(to) => {
            line.extend([Part::Words(if page.covered { " leads to " } else { " is now at " }), code(to)])
        }
        None => line.push(Part::Words(" is gone")),
    }
    match &page.remedy {
        Some(Remedy::FormerName { entity, name }) => line.extend([
            Part::Words("; add "),
            code(name),
            Part::Words(" to the annotation "),
            code(FORMER_NAMES),
            Part::Words(" of "),
            reference(entity),
        ]),
        Some(Remedy::Redirect { from, to }) => {
            let entry =
                format!("{{from: {}, to: {}}}", yaml(from), to.as_deref().map_or("…".to_owned(), yaml));
            line.extend([
                Part::Words(if to.is_some() { "; add " } else { "; if it has a successor, add " }),
                code(&entry),
                Part::Words(" to "),
                code("portal.redirects"),
            ]);
        }
        None => {}
    }
    line
}

fn joined(parts: impl Iterator<Item = Part>) -> Line {
    let mut line = Line::new();
    for part in parts {
        if !line.is_empty() {
            line.push(Part::Words(", "));
        }
        line.push(part);
    }
    line
}

/// Returns a path as it may stand in a mapping of YAML.
fn yaml(path: &str) -> String {
    let plain = path.chars().all(|it| it.is_alphanumeric() || "/-_.".contains(it));
    if plain { path.to_owned() } else { serde_json::Value::from(path).to_string() }
}
