//! A plugin and what the lock says of it to what the lock says next, or to the reason why it is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::asked::Asked;
use super::package;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::sources::remote::PluginPin;
use crate::sources::{Reader, is_archive, yaml};

/// What the lock says of plugins.
#[derive(Clone, Debug, Default)]
pub struct PluginLock {
    /// The plugins that it names, by id.
    pub pins: BTreeMap<String, PluginPin>,
    /// Whether nothing may be newer than it says.
    pub strict: bool,
}

/// A plugin that is about to be read.
pub(super) struct Candidate<'a> {
    /// The manifest, as diagnostics name it.
    pub(super) file: &'a Arc<str>,
    /// Its text.
    pub(super) text: &'a str,
    /// The folder of the plugin.
    pub(super) folder: &'a str,
    /// Where it comes from, as the configuration names it.
    pub(super) from: &'a str,
    pub(super) reader: &'a dyn Reader,
}

impl PluginLock {
    /// Returns what the lock says of a plugin. One at the same place under another id is the same plugin, so that a new
    /// name is no way around the lock.
    fn of(&self, id: &str, from: &str) -> Option<&PluginPin> {
        self.pins.get(id).or_else(|| self.pins.values().find(|it| it.source == from))
    }

    /// Keeps what the lock says of plugins that are still named and could not be read: a bad day of a host is no way
    /// around it either.
    pub(super) fn keep(&self, named: &BTreeSet<String>, pins: &mut BTreeMap<String, PluginPin>) {
        for (id, pin) in &self.pins {
            let is_read = pins.contains_key(id) || pins.values().any(|it| it.source == pin.source);
            if named.contains(&pin.source) && !is_read {
                pins.insert(id.clone(), pin.clone());
            }
        }
    }
}

impl Candidate<'_> {
    /// Compares the plugin with the lock. Returns its id, whether it may be used, and what the lock says next.
    pub(super) fn pin(&self, lock: &PluginLock, report: &mut Report) -> Option<(String, bool, PluginPin)> {
        // A manifest that does not parse is reported when it is read.
        let document = yaml::parse_one(self.file, self.text).ok()?;
        let manifest = document.json();
        let id = manifest.pointer("/metadata/id").and_then(Value::as_str)?.to_owned();
        let asked = Asked::of(&manifest);
        let before = lock.of(&id, self.from);
        let digest = match package::digest(self.folder, self.reader) {
            Ok(digest) => digest,
            Err(diagnostic) => {
                report.push(*diagnostic);
                return Some((id, false, before.cloned().unwrap_or_default()));
            }
        };
        if let Some(before) = before {
            let refused = self
                .wider(&id, &asked, before, &document)
                .or_else(|| self.changed(&id, &digest, before, &document).filter(|_| lock.strict));
            if let Some(diagnostic) = refused {
                report.push(diagnostic);
                return Some((id, false, before.clone()));
            }
        }
        let version = manifest.pointer("/metadata/version").and_then(Value::as_str).unwrap_or("0.0.0");
        Some((id, true, pin(self.from, version, digest, &asked)))
    }

    fn wider(
        &self,
        id: &str,
        asked: &Asked,
        before: &PluginPin,
        document: &yaml::Document<'_>,
    ) -> Option<Diagnostic> {
        let pinned = Asked::pinned(before);
        let items = asked.beyond(&pinned);
        if items.is_empty() {
            return None;
        }
        let more: Vec<String> = items.iter().map(ToString::to_string).collect();
        let message = format!(
            "the plugin `{id}` asks for more than the lock says: {}; it is left out of this build",
            more.join(", ")
        );
        let less: Vec<String> = pinned.beyond(asked).iter().map(ToString::to_string).collect();
        let no_more = if less.is_empty() {
            String::new()
        } else {
            format!("; it no longer asks for {}", less.join(", "))
        };
        let reason = format!("the lock holds version {} of it{no_more}", before.version);
        Some(
            Diagnostic::error("plugin/wider-permissions", document.key_span("/permissions"), message)
                .reason(reason)
                .hint(format!("if it may have that, `callboard plugin accept {id}` writes it to the lock")),
        )
    }

    /// A folder of the site is the author's own; what has an address or is packed should stay what it is.
    fn changed(
        &self,
        id: &str,
        digest: &str,
        before: &PluginPin,
        document: &yaml::Document<'_>,
    ) -> Option<Diagnostic> {
        let is_own = !self.from.contains("://") && !is_archive(self.from);
        if is_own || before.source != self.from || before.digest == digest {
            return None;
        }
        let message = format!("the files of the plugin `{id}` are not those that the lock names");
        let short = |it: &str| it.chars().take(12).collect::<String>();
        let place: Span = document.span("/metadata/id");
        Some(
            Diagnostic::error("plugin/digest-changed", place, message)
                .reason(format!("the lock has the digest {}…, and it is {}…", short(&before.digest), short(digest)))
                .hint(format!(
                    "find out who changed `{}`; a build without `--locked`, or `callboard plugin update {id}`, takes what is there",
                    self.from
                )),
        )
    }
}

/// Returns what the lock says of a plugin.
pub(super) fn pin(from: &str, version: &str, digest: String, asked: &Asked) -> PluginPin {
    let mut pin =
        PluginPin { source: from.to_owned(), version: version.to_owned(), digest, ..PluginPin::default() };
    asked.write(&mut pin);
    pin
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    use super::{Candidate, PluginLock};
    use crate::diagnostics::Report;
    use crate::sources::MemoryReader;
    use crate::sources::remote::PluginPin;

    fn manifest(paths: &str) -> String {
        format!(
            "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {{id: tides, version: 1.0.0}}\npermissions:\n  endpoints:\n    - {{baseUrl: https://tides.example, paths: [{paths}]}}\n"
        )
    }

    fn check(from: &str, paths: &str, lock: &PluginLock) -> (bool, PluginPin, Vec<String>) {
        let text = manifest(paths);
        let reader = MemoryReader::new([("plugins/tides/plugin.yaml", text.clone().into_bytes())]);
        let file: Arc<str> = Arc::from("plugins/tides/plugin.yaml");
        let candidate =
            Candidate { file: &file, text: &text, folder: "plugins/tides", from, reader: &reader };
        let mut report = Report::new();
        let (id, used, pin) = candidate.pin(lock, &mut report).unwrap();
        assert_eq!(id, "tides");
        (used, pin, report.diagnostics().iter().map(|it| format!("{} {}", it.code, it.span)).collect())
    }

    fn lock(pin: PluginPin, strict: bool) -> PluginLock {
        PluginLock { pins: [("tides".to_owned(), pin)].into(), strict }
    }

    #[test]
    fn more_is_refused_and_less_is_noted() {
        let own = "./plugins/tides";
        let (used, first, _) = check(own, "/a/**, /b", &PluginLock::default());
        assert!(used && first.endpoints.len() == 1 && first.digest.len() == 64);
        let (used, pin, report) = check(own, "/a/**, /b, /c", &lock(first.clone(), false));
        assert_eq!(report, ["plugin/wider-permissions plugins/tides/plugin.yaml:4:1"]);
        assert!(!used && pin == first, "the lock stays as it is");
        let (used, pin, report) = check(own, "/a/now", &lock(first.clone(), true));
        assert!(used && report.is_empty() && pin != first);
        assert_eq!(pin.endpoints[0].paths, ["/a/now"]);
    }

    #[test]
    fn there_is_no_way_around_the_lock() {
        let from = "git+https://git.example/p#v1:tides";
        let (_, first, _) = check(from, "/a", &PluginLock::default());
        let renamed = PluginLock { pins: [("waves".to_owned(), first.clone())].into(), strict: false };
        let (used, pin, report) = check(from, "/b", &renamed);
        assert_eq!(report, ["plugin/wider-permissions plugins/tides/plugin.yaml:4:1"]);
        assert!(!used && pin == first);
        assert!(check(from, "/a", &renamed).0, "another name alone is no harm");
        let mut pins = BTreeMap::new();
        renamed.keep(&[from.to_owned()].into(), &mut pins);
        assert_eq!(pins, renamed.pins, "it could not be read today");
        let mut pins = BTreeMap::new();
        renamed.keep(&BTreeSet::new(), &mut pins);
        assert!(pins.is_empty(), "nobody names it any more");
    }

    #[test]
    fn what_lies_elsewhere_stays_what_it_is_under_a_lock() {
        let from = "git+https://git.example/p#v1:tides";
        let (_, first, _) = check(from, "/a/**, /b", &PluginLock::default());
        let (used, _, report) = check(from, "/a/**", &lock(first.clone(), false));
        assert!(used && report.is_empty());
        let (used, pin, report) = check(from, "/a/**", &lock(first.clone(), true));
        assert_eq!(report, ["plugin/digest-changed plugins/tides/plugin.yaml:3:16"]);
        assert!(!used && pin == first);
        let (used, ..) = check("git+https://git.example/p#v2:tides", "/a/**", &lock(first.clone(), true));
        assert!(used, "the operator names another reference");
        let (used, ..) = check("plugins/tides-1.0.0.tar.gz", "/a/**", &lock(first.clone(), true));
        assert!(used);
        let archive = PluginPin { source: "plugins/tides-1.0.0.tar.gz".to_owned(), ..first };
        let (used, ..) = check("plugins/tides-1.0.0.tar.gz", "/a/**", &lock(archive, true));
        assert!(!used);
    }
}
