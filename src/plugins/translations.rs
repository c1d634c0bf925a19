//! `Translations`: the texts of plugins by language, from their `i18n/` folders and from extensions that reword them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::own_file;
use crate::diagnostics::{Diagnostic, Report, Span, nearest};
use crate::sources::{Reader, join, yaml};

/// The largest file of texts, in bytes.
const FILE_BYTES_MAX: usize = 256 * 1024;

/// How many files of texts a plugin may have.
const FILES_MAX: usize = 64;

/// The longest text, in characters.
const TEXT_CHARS_MAX: usize = 4_000;

/// The language of a plugin that names none.
const LANGUAGE_DEFAULT: &str = "en";

/// The texts of one plugin.
#[derive(Clone, Debug, Default)]
struct Catalog {
    default: String,
    by_language: BTreeMap<String, BTreeMap<String, String>>,
}

/// The texts of all plugins.
#[derive(Clone, Debug, Default)]
pub struct Translations {
    /// The language of the portal.
    pub language: String,
    by_plugin: BTreeMap<String, Catalog>,
}

/// What is known of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// It is there; in the language of the portal, or in the plugin's own where it has no other.
    Text(&'a str),
    /// The plugin speaks the language, and this text is missing in it; here is its own.
    Untranslated(&'a str),
    /// It is in no language.
    Missing,
}

/// A plugin whose texts are read.
pub(super) struct Speaker<'a> {
    pub(super) id: &'a str,
    /// The folder of the plugin.
    pub(super) folder: &'a str,
    pub(super) reader: &'a dyn Reader,
    pub(super) document: &'a yaml::Document<'a>,
}

impl Translations {
    /// Returns no texts, for a portal in a language.
    pub fn new(language: &str) -> Self {
        Self { language: language.to_owned(), by_plugin: BTreeMap::new() }
    }

    /// Returns a text of a plugin in a language: the whole tag, or what stands before its first `-`.
    pub fn text(&self, plugin: &str, language: &str, key: &str) -> Option<&str> {
        let languages = &self.by_plugin.get(plugin)?.by_language;
        let short = language.split('-').next().unwrap_or(language);
        let in_language = |it: &str| languages.get(it)?.get(key).map(String::as_str);
        in_language(language).or_else(|| in_language(short))
    }

    /// Returns a text of a plugin as the portal shows it.
    pub fn find(&self, plugin: &str, key: &str) -> Found<'_> {
        if let Some(text) = self.text(plugin, &self.language, key) {
            return Found::Text(text);
        }
        let Some(catalog) = self.by_plugin.get(plugin) else { return Found::Missing };
        let speaks = |it: &str| catalog.by_language.contains_key(it);
        let short = self.language.split('-').next().unwrap_or(&self.language);
        match self.text(plugin, &catalog.default, key) {
            Some(text) if speaks(&self.language) || speaks(short) => Found::Untranslated(text),
            Some(text) => Found::Text(text),
            None => Found::Missing,
        }
    }

    /// Returns all texts of a plugin as the portal shows them.
    pub fn shown(&self, plugin: &str) -> BTreeMap<String, String> {
        let shown = |key: &str| match self.find(plugin, key) {
            Found::Text(text) | Found::Untranslated(text) => Some((key.to_owned(), text.to_owned())),
            Found::Missing => None,
        };
        self.keys(plugin).into_iter().filter_map(shown).collect()
    }

    /// Returns the key most like one that is not there.
    pub fn nearest_key(&self, plugin: &str, key: &str) -> Option<String> {
        nearest(key, self.keys(plugin)).map(str::to_owned)
    }

    fn keys(&self, plugin: &str) -> BTreeSet<&str> {
        let languages = self.by_plugin.get(plugin).into_iter().flat_map(|it| it.by_language.values());
        languages.flat_map(BTreeMap::keys).map(String::as_str).collect()
    }

    /// Reads the files of one plugin, which its `i18n` names.
    pub(super) fn add_plugin(&mut self, speaker: &Speaker<'_>, report: &mut Report) {
        let value = speaker.document.json();
        let Some(declared) = value.get("i18n") else { return };
        let text = |key: &str| declared.get(key).and_then(Value::as_str);
        let mut catalog = Catalog {
            default: text("default").unwrap_or(LANGUAGE_DEFAULT).to_owned(),
            by_language: BTreeMap::new(),
        };
        let pattern = text("files").unwrap_or("i18n/*.yaml");
        let span = speaker.document.span("/i18n/files");
        if pattern.starts_with('/') || pattern.split('/').any(|it| it == "..") || pattern.contains("://") {
            let message = format!("`{pattern}` leads out of the plugin");
            report.push(Diagnostic::error("plugin/bad-value", span, message));
            return;
        }
        let files = speaker.reader.search(&join(speaker.folder, pattern)).unwrap_or_default();
        if files.is_empty() {
            let message = format!("no file of texts is at `{pattern}`");
            report.push(Diagnostic::warning("plugin/missing-translation", span.clone(), message));
        }
        if files.len() > FILES_MAX {
            let message = format!("a plugin has at most {FILES_MAX} files of texts; the first ones are read");
            report.push(Diagnostic::error("plugin/bad-value", span, message));
        }
        for path in files.iter().take(FILES_MAX) {
            if let Some((language, messages)) = read_file(speaker.folder, path, speaker.reader, report) {
                catalog.by_language.entry(language).or_default().extend(messages);
            }
        }
        self.by_plugin.insert(speaker.id.to_owned(), catalog);
    }

    /// Takes what the `translation` extensions of a plugin that are on say. `is_on` tells which.
    pub(super) fn add_rewordings(
        &mut self,
        speaker: &Speaker<'_>,
        ids: &BTreeSet<&str>,
        is_on: &dyn Fn(&Value) -> bool,
        report: &mut Report,
    ) {
        let value = speaker.document.json();
        let items = value.get("extensions").and_then(Value::as_array).into_iter().flatten();
        for (index, item) in items.enumerate() {
            let is_translation = item.get("kind").and_then(Value::as_str) == Some("translation");
            let Some(languages) = item.get("messages").and_then(Value::as_object) else { continue };
            if !is_translation || !is_on(item) {
                continue;
            }
            let of = item.get("ref").and_then(Value::as_str).unwrap_or(speaker.id);
            let pointer = format!("/extensions/{index}");
            if !ids.contains(of) {
                let place = speaker.document.span(&format!("{pointer}/ref"));
                let message = format!("there is no plugin `{of}`");
                let near = nearest(of, ids.iter().copied());
                report.push(Diagnostic::warning("plugin/bad-value", place, message).nearest(near));
                continue;
            }
            for (language, messages) in languages {
                let place = |at: &str, key: bool| {
                    let at = format!("{pointer}/messages/{language}{at}");
                    if key { speaker.document.key_span(&at) } else { speaker.document.span(&at) }
                };
                let mut messages = flatten(messages, &place, report);
                self.take_out_unknown(of, &mut messages, &place, report);
                let catalog = self.by_plugin.entry(of.to_owned()).or_default();
                catalog.by_language.entry(language.clone()).or_default().extend(messages);
            }
        }
    }

    /// A text that its plugin does not have is a text that nobody sees.
    fn take_out_unknown(
        &self,
        plugin: &str,
        messages: &mut BTreeMap<String, String>,
        place: &dyn Fn(&str, bool) -> Span,
        report: &mut Report,
    ) {
        let known = self.keys(plugin);
        messages.retain(|key, _| {
            if known.contains(key.as_str()) {
                return true;
            }
            let message = format!("the plugin `{plugin}` has no text `{key}`");
            let diagnostic =
                Diagnostic::warning("plugin/unknown-key", place(&pointer_of(key), true), message);
            report.push(diagnostic.nearest(nearest(key, known.iter().copied())));
            false
        });
    }
}

fn pointer_of(key: &str) -> String {
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn read_file(
    folder: &str,
    path: &str,
    reader: &dyn Reader,
    report: &mut Report,
) -> Option<(String, BTreeMap<String, String>)> {
    let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or_default().to_owned();
    let is_tag = stem.split('-').enumerate().all(|(index, part)| {
        let letters = part
            .bytes()
            .all(|it| if index == 0 { it.is_ascii_lowercase() } else { it.is_ascii_alphanumeric() });
        letters && (2..=8).contains(&part.len())
    });
    let fail = |message: String| Diagnostic::error("plugin/unreadable", Span::file(path), message);
    if !is_tag {
        report.push(fail(format!("`{stem}` is no language: a file of texts is named as `de.yaml`")));
        return None;
    }
    let text = match own_file::read_text(folder, path, FILE_BYTES_MAX, reader) {
        Ok(text) => text,
        Err(error) => {
            report.push(fail(format!("the file of texts cannot be read: {error}")));
            return None;
        }
    };
    let file: Arc<str> = Arc::from(path);
    match yaml::parse_one(&file, &text) {
        Ok(document) => {
            let place = |at: &str, key: bool| if key { document.key_span(at) } else { document.span(at) };
            Some((stem, flatten(&document.json(), &place, report)))
        }
        Err(diagnostic) => {
            report.push(*diagnostic);
            None
        }
    }
}

/// Returns the texts of nested mappings, by their keys joined with dots.
fn flatten(
    value: &Value,
    place: &dyn Fn(&str, bool) -> Span,
    report: &mut Report,
) -> BTreeMap<String, String> {
    let mut messages = BTreeMap::new();
    let mut open = vec![(String::new(), String::new(), value)];
    while let Some((pointer, key, value)) = open.pop() {
        let wrong = match value {
            Value::Object(object) => {
                let below = |(name, value)| {
                    let key = if key.is_empty() { String::clone(name) } else { format!("{key}.{name}") };
                    (format!("{pointer}{}", pointer_of(name)), key, value)
                };
                open.extend(object.iter().map(below));
                continue;
            }
            Value::String(text) if text.chars().count() <= TEXT_CHARS_MAX && !key.is_empty() => {
                messages.insert(key, text.clone());
                continue;
            }
            Value::String(_) if !key.is_empty() => format!("a text has at most {TEXT_CHARS_MAX} characters"),
            _ if key.is_empty() => "texts are a mapping of keys to texts".to_owned(),
            _ => format!("`{key}` takes a text"),
        };
        report.push(Diagnostic::error("plugin/bad-value", place(&pointer, false), wrong));
    }
    messages
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::{Found, Speaker, Translations};
    use crate::diagnostics::Report;
    use crate::sources::{MemoryReader, yaml};

    fn texts(language: &str) -> (Translations, Report) {
        let files = [
            ("p/i18n/en.yaml", "card.title: Last runs\ncard: {all: All}\nonly: Only here\n"),
            ("p/i18n/de.yaml", "card: {title: Letzte Läufe}\n"),
        ];
        let reader = MemoryReader::new(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())));
        let parse = |text: &str| yaml::parse_one(&Arc::from("plugin.yaml"), text).unwrap();
        let own = parse("i18n: {default: en, files: 'i18n/*.yaml'}");
        let other = parse(
            "extensions: [{kind: translation, ref: p, messages: {de: {card.all: Alle}, en: {card.titel: x}}}]",
        );
        let (mut translations, mut report) = (Translations::new(language), Report::new());
        let speaker = Speaker { id: "p", folder: "p", reader: &reader, document: &own };
        translations.add_plugin(&speaker, &mut report);
        let speaker = Speaker { id: "q", folder: "q", reader: &reader, document: &other };
        translations.add_rewordings(&speaker, &BTreeSet::from(["p", "q"]), &|_| true, &mut report);
        (translations, report)
    }

    #[test]
    fn speaks_the_language_of_the_portal() {
        let (german, report) = texts("de-AT");
        assert_eq!(german.find("p", "card.title"), Found::Text("Letzte Läufe"));
        assert_eq!(german.find("p", "card.all"), Found::Text("Alle"), "another plugin says it");
        assert_eq!(german.find("p", "only"), Found::Untranslated("Only here"));
        assert_eq!(german.find("p", "none"), Found::Missing);
        assert_eq!(german.nearest_key("p", "card.titel").as_deref(), Some("card.title"));
        let told: Vec<_> = report.diagnostics().iter().map(|it| it.message.as_str()).collect();
        assert_eq!(told, ["the plugin `p` has no text `card.titel`"]);
        let (french, _) = texts("fr");
        assert_eq!(french.find("p", "only"), Found::Text("Only here"), "nobody promised French");
        assert_eq!(french.find("other", "only"), Found::Missing);
    }
}
