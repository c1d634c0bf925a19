//! `Rules`: which entities the site lets in (`catalog.rules`, and the `rules` of single locations).
//!
//! An entity is let in when any rule takes both its kind and the location that led to it: the registered one, whatever
//! file it stands in (Backstage, `DefaultCatalogRulesEnforcer`).

use globset::GlobBuilder;

/// The rules of a site; no list lets in everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The rules for all locations; `None` when none are written.
    pub global: Option<Vec<Rule>>,
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// What it lets in.
    pub allow: Vec<AllowedKind>,
    /// From which locations; from all when no list is written.
    pub locations: Option<Vec<LocationPattern>>,
}

/// A kind that a rule lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedKind {
    /// The kind, in any case.
    pub kind: String,
    /// The value of `spec.type`, in any case; all where there is none.
    pub spec_type: Option<String>,
}

/// Locations that a rule is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocationPattern {
    /// `file` or `url`.
    pub kind: Option<String>,
    /// The target, exactly.
    pub exact: Option<String>,
    /// A glob of targets, in any case.
    pub pattern: Option<String>,
}

/// A registered location, as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Registered<'a> {
    /// The target as written.
    pub target: &'a str,
    /// The rules of the location itself.
    pub rules: &'a [Rule],
}

impl Rules {
    /// Returns whether an entity is let in.
    pub fn allows(&self, kind: &str, spec_type: Option<&str>, from: Registered<'_>) -> bool {
        let Some(global) = &self.global else { return true };
        global.iter().chain(from.rules).any(|rule| {
            rule.allow.iter().any(|it| it.takes(kind, spec_type))
                && rule.locations.as_ref().is_none_or(|it| it.iter().any(|it| it.takes(from.target)))
        })
    }
}

impl AllowedKind {
    fn takes(&self, kind: &str, spec_type: Option<&str>) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
            && self
                .spec_type
                .as_ref()
                .is_none_or(|wanted| spec_type.is_some_and(|it| it.eq_ignore_ascii_case(wanted)))
    }
}

impl LocationPattern {
    /// Returns what is wrong with the pattern.
    pub fn mistake(&self) -> Option<String> {
        GlobBuilder::new(self.pattern.as_deref()?).build().err().map(|error| error.kind().to_string())
    }

    fn takes(&self, target: &str) -> bool {
        let kind = if target.contains("://") { "url" } else { "file" };
        let plain = |it: &str| it.trim_start_matches("./").to_owned();
        self.kind.as_ref().is_none_or(|it| it == kind)
            && self.exact.as_ref().is_none_or(|it| plain(it) == plain(target))
            && self.pattern.as_ref().is_none_or(|pattern| {
                let glob =
                    GlobBuilder::new(&plain(pattern)).case_insensitive(true).literal_separator(true).build();
                glob.is_ok_and(|it| it.compile_matcher().is_match(plain(target)))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::{AllowedKind, LocationPattern, Registered, Rule, Rules};

    fn allow(kind: &str, spec_type: Option<&str>) -> AllowedKind {
        AllowedKind { kind: kind.to_owned(), spec_type: spec_type.map(str::to_owned) }
    }

    #[test]
    fn lets_in_by_kind_type_and_registered_location() {
        let pattern = LocationPattern { pattern: Some("org/**".to_owned()), ..LocationPattern::default() };
        let rules = Rules {
            global: Some(vec![
                Rule { allow: vec![allow("component", Some("service"))], locations: None },
                Rule { allow: vec![allow("Group", None)], locations: Some(vec![pattern]) },
            ]),
        };
        let own = [Rule { allow: vec![allow("User", None)], locations: None }];
        let from = |target| Registered { target, rules: &[] };
        assert!(rules.allows("Component", Some("service"), from("a.yaml")));
        assert!(!rules.allows("Component", Some("website"), from("a.yaml")));
        assert!(rules.allows("Group", None, from("./ORG/teams/a.yaml")));
        assert!(!rules.allows("Group", None, from("a.yaml")));
        assert!(!rules.allows("User", None, from("a.yaml")));
        assert!(rules.allows("User", None, Registered { target: "a.yaml", rules: &own }));
        let nowhere = Rule { allow: vec![allow("User", None)], locations: Some(Vec::new()) };
        assert!(!Rules { global: Some(vec![nowhere]) }.allows("User", None, from("a.yaml")));
        assert!(Rules::default().allows("Anything", None, from("a.yaml")));
        assert!(!Rules { global: Some(Vec::new()) }.allows("Component", None, from("a.yaml")));
    }
}
