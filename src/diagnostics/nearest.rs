//! The nearest of the known names to a name that was not found.

/// Returns the candidate most like `name`, if one is like it at all.
///
/// Likeness is Damerau-Levenshtein distance, ignoring case, of at most a third of the name's length
/// (and at least 1), so that short names do not suggest nonsense. The first of equals wins.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    let limit = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // The distance is at least the difference in length, so most candidates cost nothing.
        if candidate.len().abs_diff(name.len()) > limit * 4 {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
        if distance <= limit && distance < length && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_probably_meant() {
        let known = ["description", "lifecycle", "owner", "type"];
        assert_eq!(nearest("lifecyle", known), Some("lifecycle"));
        assert_eq!(nearest("Owner", known), Some("owner"));
        assert_eq!(nearest("tpye", known), Some("type"));
        assert_eq!(nearest("colour", known), None);
    }
}
