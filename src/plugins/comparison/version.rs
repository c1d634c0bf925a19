//! Versions and ranges: which part changes raise, and whether one range takes all that another takes.

use semver::{Comparator, Op, Version, VersionReq};

use super::Weight;

/// Returns the least version that may follow another after changes of a weight. `None` if that is no version.
pub(super) fn least(old: &str, weight: Option<Weight>) -> Option<String> {
    let old = Version::parse(old).ok()?;
    let next = match (weight, old.major, old.minor) {
        (None, ..) => old,
        // Before 1.0.0 the part behind the first one that is not 0 stands for the first.
        (Some(Weight::Breaking), 0, 0) => Version::new(0, 0, old.patch + 1),
        (Some(Weight::Breaking), 0, minor) => Version::new(0, minor + 1, 0),
        (Some(Weight::Breaking), major, _) => Version::new(major + 1, 0, 0),
        (Some(Weight::Feature), major, minor) if major > 0 => Version::new(major, minor + 1, 0),
        (Some(_), major, minor) => Version::new(major, minor, old.patch + 1),
    };
    Some(next.to_string())
}

/// Returns whether a new version says at least what changes of a weight want.
pub(super) fn is_enough(old: &str, new: &str, weight: Option<Weight>) -> bool {
    let (Some(least), Ok(new)) = (least(old, weight), Version::parse(new)) else {
        return weight.is_none() && old == new;
    };
    // A version before the one that is wanted, such as 2.0.0-rc.1, is on its way to it.
    Version::parse(&least)
        .is_ok_and(|least| new.cmp_precedence(&least).is_ge() || is_on_its_way(&new, &least))
}

fn is_on_its_way(new: &Version, least: &Version) -> bool {
    !new.pre.is_empty() && (new.major, new.minor, new.patch) == (least.major, least.minor, least.patch)
}

/// Returns whether a range takes every version that another takes, tried at the versions around the bounds of both.
pub(super) fn takes_all(old: &str, new: &str) -> bool {
    let (Ok(old), Ok(new)) = (VersionReq::parse(old), VersionReq::parse(new)) else { return false };
    let bounds = old.comparators.iter().chain(&new.comparators).flat_map(around);
    let ends = [Version::new(0, 0, 0), Version::new(u64::from(u32::MAX), 0, 0)];
    bounds.chain(ends).all(|it| !old.matches(&it) || new.matches(&it))
}

fn around(it: &Comparator) -> Vec<Version> {
    let (major, minor, patch) = (it.major, it.minor.unwrap_or(0), it.patch.unwrap_or(0));
    let mut versions = vec![
        Version::new(major, minor, patch),
        Version::new(major, minor, patch + 1),
        Version::new(major, minor + 1, 0),
        Version::new(major + 1, 0, 0),
    ];
    if matches!(it.op, Op::Less | Op::LessEq) {
        let below = match (major, minor, patch) {
            (major, minor, patch) if patch > 0 => Version::new(major, minor, patch - 1),
            (major, minor, _) if minor > 0 => Version::new(major, minor - 1, u64::from(u32::MAX)),
            (major, ..) if major > 0 => Version::new(major - 1, u64::from(u32::MAX), 0),
            _ => Version::new(0, 0, 0),
        };
        versions.push(below);
    }
    versions
}

#[cfg(test)]
mod tests {
    use super::super::Weight::{Breaking, Feature, Fix};
    use super::{is_enough, least, takes_all};

    #[test]
    fn the_least_version() {
        for (old, weight, expected) in [
            ("1.2.3", Some(Breaking), "2.0.0"),
            ("1.2.3", Some(Feature), "1.3.0"),
            ("1.2.3", Some(Fix), "1.2.4"),
            ("1.2.3", None, "1.2.3"),
            ("0.2.3", Some(Breaking), "0.3.0"),
            ("0.2.3", Some(Feature), "0.2.4"),
            ("0.0.3", Some(Breaking), "0.0.4"),
        ] {
            assert_eq!(least(old, weight).as_deref(), Some(expected), "{old} {weight:?}");
        }
        assert!(is_enough("1.2.3", "2.0.0", Some(Breaking)) && !is_enough("1.2.3", "1.9.0", Some(Breaking)));
        assert!(is_enough("1.2.3", "2.0.0-rc.1", Some(Breaking)) && is_enough("1.2.3", "4.0.0", Some(Fix)));
        assert!(!is_enough("one", "two", Some(Fix)) && is_enough("one", "one", None));
    }

    #[test]
    fn ranges() {
        assert!(
            takes_all(">=0.1, <2", ">=0.1, <3") && takes_all("^1.2", ">=1.2, <3") && takes_all("^1", "*")
        );
        assert!(
            !takes_all(">=0.1, <2", ">=0.2, <2") && !takes_all(">=1, <3", ">=1, <2") && !takes_all("*", "^1")
        );
        assert!(!takes_all("*", "nonsense"));
    }
}
