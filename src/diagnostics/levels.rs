//! `Levels`: how bad each code is on this site, as its owner says.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};

use super::{Diagnostic, Report, Severity};

/// What a code is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Not reported.
    Off,
    /// Reported with this severity.
    At(Severity),
}

impl Level {
    /// Returns the level of a word: `off`, `notice`, `warning` or `error`.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "off" => Self::Off,
            "notice" => Self::At(Severity::Notice),
            "warning" => Self::At(Severity::Warning),
            "error" => Self::At(Severity::Error),
            _ => return None,
        })
    }
}

/// A code, all codes of a stage (`catalog/*`) or all (`*`), and what they are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelRule {
    /// The code or pattern.
    pub code: String,
    /// The level.
    pub level: Level,
}

impl LevelRule {
    /// Returns whether it names any of these codes; with no codes to compare, it does.
    pub fn names_one_of(&self, codes: &[String]) -> bool {
        codes.is_empty() || codes.iter().any(|it| self.closeness(it).is_some())
    }

    /// Returns how closely it names a code: not at all, as one of all, as one of its stage, or by itself.
    fn closeness(&self, code: &str) -> Option<u8> {
        match self.code.as_str() {
            "*" => Some(0),
            it if it == code => Some(2),
            it => {
                let stage = it.strip_suffix("/*")?;
                (code.split_once('/')?.0 == stage).then_some(1)
            }
        }
    }
}

/// Rules for some files, kinds or entities.
#[derive(Clone, Debug, Default)]
pub struct LevelOverride {
    /// Globs of files as diagnostics name them; all when there are none.
    pub files: Vec<GlobMatcher>,
    /// Kinds in lower case; all when there are none.
    pub kinds: Vec<String>,
    /// References in lower case; all when there are none.
    pub entities: Vec<String>,
    /// What holds there.
    pub rules: Vec<LevelRule>,
}

impl LevelOverride {
    /// Returns the matcher of a glob of files, in which `*` stays within one folder.
    ///
    /// # Errors
    /// When the glob is malformed; the text says why.
    pub fn glob(pattern: &str) -> Result<GlobMatcher, String> {
        let glob = GlobBuilder::new(pattern.trim_start_matches("./")).literal_separator(true).build();
        glob.map(|it| it.compile_matcher()).map_err(|error| error.kind().to_string())
    }

    fn is_for(&self, diagnostic: &Diagnostic) -> bool {
        let entity = diagnostic.entity.as_deref();
        let kind = entity.and_then(|it| it.split_once(':')).map(|(kind, _)| kind);
        (self.files.is_empty() || self.files.iter().any(|it| it.is_match(&*diagnostic.span.file)))
            && (self.kinds.is_empty() || kind.is_some_and(|kind| self.kinds.iter().any(|it| it == kind)))
            && (self.entities.is_empty()
                || entity.is_some_and(|entity| self.entities.iter().any(|it| it == entity)))
    }
}

/// How bad each code is: for the whole site, then for some of it, then for single entities. What is said later, and what
/// names the code more closely, wins.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// For the whole site.
    pub rules: Vec<LevelRule>,
    /// For some files, kinds or entities, in order.
    pub overrides: Vec<LevelOverride>,
    /// For single entities, by reference: what their annotations say.
    pub entities: BTreeMap<String, Vec<LevelRule>>,
}

impl Levels {
    /// Gives every problem its level and drops those that are off.
    pub fn apply(&self, report: &mut Report) {
        if self.rules.is_empty() && self.overrides.is_empty() && self.entities.is_empty() {
            return;
        }
        report.retain(|it| self.level(it) != Some(Level::Off));
        report.for_each_mut(|it| {
            if let Some(Level::At(severity)) = self.level(it) {
                it.severity = severity;
            }
        });
    }

    fn level(&self, diagnostic: &Diagnostic) -> Option<Level> {
        let closest = |rules: &[LevelRule]| {
            let near = rules.iter().filter_map(|it| Some((it.closeness(&diagnostic.code)?, it.level)));
            near.max_by_key(|(closeness, _)| *closeness).map(|(_, level)| level)
        };
        let mut level = closest(&self.rules);
        for it in self.overrides.iter().filter(|it| it.is_for(diagnostic)) {
            level = closest(&it.rules).or(level);
        }
        let own = diagnostic.entity.as_ref().and_then(|it| self.entities.get(it));
        own.and_then(|it| closest(it)).or(level)
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, LevelOverride, LevelRule, Levels};
    use crate::diagnostics::{Diagnostic, Report, Severity, Span};

    fn rule(code: &str, level: &str) -> LevelRule {
        LevelRule { code: code.to_owned(), level: Level::parse(level).unwrap() }
    }

    fn severities(levels: &Levels) -> Vec<(String, Severity)> {
        let mut report = Report::new();
        for (code, file, entity) in [
            ("catalog/a", "x/1.yaml", "component:default/one"),
            ("catalog/b", "x/2.yaml", "user:default/two"),
            ("yaml/c", "legacy/deep/3.yaml", ""),
        ] {
            let mut it = Diagnostic::warning(code, Span::point(file, 1, 1), "m");
            it.entity = Some(entity.to_owned()).filter(|it| !it.is_empty());
            report.push(it);
        }
        levels.apply(&mut report);
        report.diagnostics().iter().map(|it| (it.code.to_string(), it.severity)).collect()
    }

    #[test]
    fn the_closest_and_the_latest_wins() {
        let mut levels = Levels {
            rules: vec![rule("catalog/a", "error"), rule("catalog/*", "notice"), rule("*", "off")],
            ..Levels::default()
        };
        let of = |code: &str, severity| (code.to_owned(), severity);
        let wanted = [of("catalog/a", Severity::Error), of("catalog/b", Severity::Notice)];
        assert_eq!(severities(&levels), wanted);
        levels.overrides.push(LevelOverride {
            files: vec![LevelOverride::glob("legacy/**").unwrap()],
            rules: vec![rule("*", "warning")],
            ..LevelOverride::default()
        });
        levels.overrides.push(LevelOverride {
            kinds: vec!["user".to_owned()],
            rules: vec![rule("catalog/b", "error")],
            ..LevelOverride::default()
        });
        levels.entities.insert("component:default/one".to_owned(), vec![rule("catalog/*", "off")]);
        assert_eq!(severities(&levels), [of("catalog/b", Severity::Error), of("yaml/c", Severity::Warning)]);
    }
}
