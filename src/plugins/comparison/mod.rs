//! Two versions of a plugin to what changed for operators, modules and readers, and which part of the version that raises.

mod extensions;
mod inputs;
mod outputs;
mod print;
mod schema;
mod version;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::Package;

/// How much a change means to whoever has the old version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Nobody has to do anything, and there is nothing new.
    Fix,
    /// There is something new.
    Feature,
    /// Something that worked may work no longer, or must be accepted.
    Breaking,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PluginChange {
    /// How much it means.
    pub weight: Weight,
    /// The part of the manifest, such as `config` or `extensions`.
    pub part: &'static str,
    /// What it is, in a sentence without a full stop.
    pub text: String,
}

/// What changed, and what the versions say.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The id of the new version.
    pub id: String,
    /// The old version.
    pub old: String,
    /// The new version.
    pub new: String,
    /// What changed, the weightiest first.
    pub changes: Vec<PluginChange>,
    /// The least version that the changes allow; nothing if the old version is none.
    pub least: Option<String>,
    /// Whether the new version is at least that.
    pub enough: bool,
}

impl Comparison {
    /// Returns the greatest weight; nothing if nothing changed.
    pub fn weight(&self) -> Option<Weight> {
        self.changes.iter().map(|it| it.weight).max()
    }
}

/// Gathers changes.
#[derive(Debug, Default)]
struct Changes(Vec<PluginChange>);

impl Changes {
    fn add(&mut self, weight: Weight, part: &'static str, text: impl Into<String>) {
        self.0.push(PluginChange { weight, part, text: text.into() });
    }

    /// Tells of names that came and went.
    fn names(&mut self, part: &'static str, what: &str, (old, new): (&BTreeSet<String>, &BTreeSet<String>)) {
        for name in old.difference(new) {
            self.add(Weight::Breaking, part, format!("{what} `{name}` is gone"));
        }
        for name in new.difference(old) {
            self.add(Weight::Feature, part, format!("{what} `{name}` is new"));
        }
    }
}

/// The two manifests.
#[derive(Clone, Copy)]
struct Both<'a> {
    old: &'a Value,
    new: &'a Value,
}

impl<'a> Both<'a> {
    /// Returns both values of a key; null where there is none.
    fn at(self, pointer: &str) -> Self {
        Both {
            old: self.old.pointer(pointer).unwrap_or(&Value::Null),
            new: self.new.pointer(pointer).unwrap_or(&Value::Null),
        }
    }

    fn differs(self) -> bool {
        self.old != self.new
    }

    /// Returns the keys of both mappings.
    fn keys(self) -> (BTreeSet<String>, BTreeSet<String>) {
        let keys = |it: &Value| it.as_object().map(|it| it.keys().cloned().collect()).unwrap_or_default();
        (keys(self.old), keys(self.new))
    }

    /// Returns what both mappings have under the same key, and is not the same.
    fn changed(self) -> Vec<(&'a str, Both<'a>)> {
        let old = self.old.as_object().into_iter().flatten();
        old.filter_map(|(key, old)| Some((key.as_str(), Both { old, new: self.new.get(key)? })))
            .filter(|(_, both)| both.differs())
            .collect()
    }
}

/// Compares two versions of a plugin.
pub fn compare_packages(old: &Package, new: &Package) -> Comparison {
    let both = Both { old: &old.manifest, new: &new.manifest };
    let mut changes = Changes::default();
    identity(both, &mut changes);
    inputs::permissions(both, &mut changes);
    inputs::params(both, &mut changes);
    schema::input(both.at("/config"), "config", "", &mut changes);
    outputs::sources(both, &mut changes);
    outputs::schemas(old, new, &mut changes);
    outputs::points(both, &mut changes);
    outputs::kinds(both, &mut changes);
    extensions::extensions(both, &mut changes);
    extensions::additions(both, &mut changes);
    files(old, new, &mut changes);
    let Changes(mut changes) = changes;
    if changes.is_empty() && both.differs() {
        changes.push(PluginChange {
            weight: Weight::Fix,
            part: "manifest",
            text: "the manifest changed in other ways".to_owned(),
        });
    }
    changes.sort_by_key(|it| std::cmp::Reverse(it.weight));
    let weight = changes.iter().map(|it| it.weight).max();
    let least = version::least(old.version(), weight);
    let enough = version::is_enough(old.version(), new.version(), weight);
    Comparison {
        id: new.id().to_owned(),
        old: old.version().to_owned(),
        new: new.version().to_owned(),
        changes,
        least,
        enough,
    }
}

fn identity(both: Both<'_>, changes: &mut Changes) {
    for (pointer, what) in
        [("/metadata/id", "id"), ("/kind", "kind"), ("/extends/plugin", "plugin that it extends")]
    {
        let at = both.at(pointer);
        if at.differs() {
            let text = |it: &Value| it.as_str().unwrap_or("none").to_owned();
            let message = format!("the {what} was `{}` and is `{}`", text(at.old), text(at.new));
            changes.add(Weight::Breaking, "metadata", message);
        }
    }
    for (pointer, what) in
        [("/requires/portal", "of Callboard"), ("/extends/version", "of the plugin that it extends")]
    {
        let at = both.at(pointer);
        if !at.differs() {
            continue;
        }
        let text = |it: &Value| it.as_str().unwrap_or("*").to_owned();
        let (old, new) = (text(at.old), text(at.new));
        let (weight, verb) = match version::takes_all(&old, &new) {
            true => (Weight::Feature, "takes more versions"),
            false => (Weight::Breaking, "no longer takes all versions"),
        };
        changes.add(weight, "requires", format!("it {verb} {what}: `{old}` became `{new}`"));
    }
}

/// Compares what stands beside the manifest.
fn files(old: &Package, new: &Package, changes: &mut Changes) {
    let language = |it: &&String| it.starts_with("i18n/");
    let languages = |it: &Package| it.files.keys().filter(language).cloned().collect::<BTreeSet<_>>();
    changes.names("i18n", "the texts", (&languages(old), &languages(new)));
    let folders = ["templates/", "i18n/", "icons/"];
    let counted = old.files.iter().filter(|(path, _)| folders.iter().any(|it| path.starts_with(it)));
    let differing: Vec<&str> = counted
        .filter(|(path, bytes)| new.files.get(*path).is_some_and(|it| it != *bytes))
        .map(|(path, _)| path.as_str())
        .collect();
    if !differing.is_empty() {
        changes.add(Weight::Fix, "files", format!("changed: {}", differing.join(", ")));
    }
    let tests = old
        .files
        .keys()
        .chain(new.files.keys())
        .any(|path| path.starts_with("fixtures/") && old.files.get(path) != new.files.get(path));
    let readme = ["README.md", "LICENSE"].iter().any(|it| old.files.get(*it) != new.files.get(*it));
    if tests || readme {
        changes.add(Weight::Fix, "files", "fixtures or papers changed");
    }
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;
