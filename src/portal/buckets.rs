//! Lists in pages by ranges of names, so that one new entity changes one page.

use std::ops::Range;

/// The most rows of one page.
pub(super) const ROWS_MAX: usize = 100;

/// One page of a list, or a range that is parted into several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    /// The first and the last of the beginnings of names, such as `a` and `c`.
    pub(super) first: String,
    /// See `first`; the same for a single one.
    pub(super) last: String,
    /// The entities, as a range of the list.
    pub(super) rows: Range<usize>,
    /// How deep in the tree it is, from 0.
    pub(super) level: usize,
    /// Whether it is a page itself.
    pub(super) leaf: bool,
}

impl Bucket {
    /// Returns the name of its folder.
    pub(super) fn path(&self) -> String {
        if self.first == self.last { self.first.clone() } else { format!("{}~{}", self.first, self.last) }
    }

    /// Returns its label.
    pub(super) fn label(&self) -> String {
        if self.first == self.last { self.first.clone() } else { format!("{} – {}", self.first, self.last) }
    }
}

/// Parts sorted, lower-cased names into pages, in order; a range that is too long for a page stands before its parts.
///
/// Borders lie between beginnings of names and not at counts, so they stay where they are when names are added.
pub(super) fn split(names: &[&str]) -> Vec<Bucket> {
    let mut buckets = Vec::new();
    if !names.is_empty() {
        part(names, 0..names.len(), 0, &mut buckets);
    }
    buckets
}

fn part(names: &[&str], rows: Range<usize>, level: usize, buckets: &mut Vec<Bucket>) {
    let slice = names.get(rows.clone()).unwrap_or_default();
    let length = common(slice) + 1;
    let mut groups: Vec<(String, Range<usize>)> = Vec::new();
    for (index, name) in slice.iter().enumerate() {
        let beginning: String = name.chars().take(length).collect();
        let at = rows.start + index;
        match groups.last_mut() {
            Some((last, range)) if *last == beginning => range.end = at + 1,
            _ => groups.push((beginning, at..at + 1)),
        }
    }
    let mut open: Option<Bucket> = None;
    for (beginning, range) in groups {
        let too_long = range.len() > ROWS_MAX;
        match &mut open {
            Some(bucket) if !too_long && bucket.rows.len() + range.len() <= ROWS_MAX => {
                bucket.last = beginning;
                bucket.rows.end = range.end;
                continue;
            }
            _ => buckets.extend(open.take()),
        }
        let identical = names.get(range.clone()).is_some_and(|it| it.first() == it.last());
        let bucket = Bucket {
            first: beginning.clone(),
            last: beginning,
            rows: range.clone(),
            level,
            leaf: !too_long || identical,
        };
        if too_long && !identical {
            buckets.push(bucket);
            part(names, range, level + 1, buckets);
        } else {
            open = Some(bucket);
        }
    }
    buckets.extend(open);
}

/// Returns how many characters all names begin with together.
fn common(names: &[&str]) -> usize {
    let (Some(first), Some(last)) = (names.first(), names.last()) else { return 0 };
    first.chars().zip(last.chars()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::{ROWS_MAX, split};

    #[test]
    fn covers_every_name_once_in_order() {
        let mut names: Vec<String> = (0..5000_u32)
            .map(|it| format!("{}-{it:05}", ["team", "a", "billing", "x"][it as usize % 4]))
            .collect();
        names.sort();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let buckets = split(&names);
        let leaves: Vec<_> = buckets.iter().filter(|it| it.leaf).collect();
        let mut next = 0;
        for leaf in &leaves {
            assert_eq!(leaf.rows.start, next);
            assert!(leaf.rows.len() <= ROWS_MAX);
            next = leaf.rows.end;
        }
        assert_eq!(next, names.len());
        let mut paths: Vec<String> = buckets.iter().map(super::Bucket::path).collect();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), buckets.len(), "every page has its own folder");
    }

    #[test]
    fn a_new_name_changes_one_page() {
        let names: Vec<String> =
            (0..600).map(|it| format!("{}{it:04}", (b'a' + (it % 26) as u8) as char)).collect();
        let pages = |extra: Option<&str>| {
            let mut all: Vec<&str> = names.iter().map(String::as_str).chain(extra).collect();
            all.sort_unstable();
            let content = |range: std::ops::Range<usize>| all[range].join(" ");
            split(&all)
                .iter()
                .filter(|it| it.leaf)
                .map(|it| (it.path(), content(it.rows.clone())))
                .collect::<Vec<_>>()
        };
        let (before, after) = (pages(None), pages(Some("k0003")));
        let changed = after.iter().filter(|it| !before.contains(it)).count();
        assert_eq!(changed, 1);
    }

    #[test]
    fn one_page_is_enough_for_few() {
        assert_eq!(split(&["b", "a", "z"]).len(), 1);
        assert!(split(&[]).is_empty());
    }
}
