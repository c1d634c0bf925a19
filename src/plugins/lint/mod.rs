//! A plugin that works to what would make it better: for operators, for readers, and for whoever keeps it.

mod metadata;
mod names;
mod requests;
mod templates;
mod tests_of_plugin;
mod texts;
mod unused;
mod views;

use serde_json::{Map, Value};

use super::Package;
use super::mention::chains;
use crate::diagnostics::{Diagnostic, Severity, Span};

/// Looks at a plugin, and returns what could be better, in the order of the manifest.
pub fn lint_package(package: &Package) -> Vec<Diagnostic> {
    let mut linting = Linting { package, code: code_of(package), found: Vec::new() };
    metadata::lint(&mut linting);
    names::lint(&mut linting);
    unused::lint(&mut linting);
    requests::lint(&mut linting);
    views::lint(&mut linting);
    templates::lint(&mut linting);
    texts::lint(&mut linting);
    tests_of_plugin::lint(&mut linting);
    let mut found = linting.found;
    found.sort_by(|a, b| (&a.span, &a.code, &a.message).cmp(&(&b.span, &b.code, &b.message)));
    found
}

/// A plugin that is being looked at.
struct Linting<'a> {
    package: &'a Package,
    /// All code of the manifest and its templates.
    code: Vec<String>,
    found: Vec<Diagnostic>,
}

impl<'a> Linting<'a> {
    fn manifest(&self) -> &'a Value {
        &self.package.manifest
    }

    /// Returns the entries of a mapping of the manifest, with their JSON pointers.
    fn entries(&self, key: &str) -> Vec<(&'a str, &'a Value, String)> {
        let map = self.manifest().get(key).and_then(Value::as_object);
        map.into_iter()
            .flatten()
            .map(|(name, it)| (name.as_str(), it, format!("/{key}/{}", escaped(name))))
            .collect()
    }

    /// Returns the items of a list of the manifest, with their JSON pointers.
    fn items(&self, pointer: &str) -> Vec<(&'a Value, String)> {
        let items = self.manifest().pointer(pointer).and_then(Value::as_array);
        items.into_iter().flatten().enumerate().map(|(at, it)| (it, format!("{pointer}/{at}"))).collect()
    }

    fn value_at(&self, pointer: &str) -> Span {
        self.package.document.span(pointer)
    }

    fn key_at(&self, pointer: &str) -> Span {
        self.package.document.key_span(pointer)
    }

    /// Returns the file of the plugin, beside its manifest.
    fn file(&self, path: &str) -> Span {
        let folder = crate::sources::parent(&self.package.file);
        Span::file(crate::sources::join(folder, path))
    }

    fn warn(&mut self, code: &'static str, span: Span, message: String, hint: &str) {
        self.tell(Severity::Warning, code, span, message, hint);
    }

    fn note(&mut self, code: &'static str, span: Span, message: String, hint: &str) {
        self.tell(Severity::Notice, code, span, message, hint);
    }

    fn tell(&mut self, severity: Severity, code: &'static str, span: Span, message: String, hint: &str) {
        self.found.push(Diagnostic::new(severity, code, span, message).hint(hint));
    }

    /// Returns whether code names something below a variable, as in `params.slug`. A variable that is passed on as a
    /// whole may mean anything.
    fn mentions(&self, variable: &str, name: &str) -> bool {
        let names = |it: &Vec<String>| it.first().is_none_or(|it| it == name);
        self.code.iter().any(|it| chains(it, variable).iter().any(names))
    }

    fn is_module(&self) -> bool {
        self.package.text("/kind") == Some("Module")
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Returns every text of the manifest that may be code, and every template.
fn code_of(package: &Package) -> Vec<String> {
    let mut code = Vec::new();
    for (key, value) in package.manifest.as_object().into_iter().flatten() {
        if !matches!(
            key.as_str(),
            "metadata"
                | "requires"
                | "config"
                | "schemas"
                | "params"
                | "i18n"
                | "assets"
                | "tests"
                | "apiVersion"
                | "kind"
        ) {
            gather(value, &mut code);
        }
    }
    code.extend(
        package
            .files
            .iter()
            .filter(|(path, _)| path.starts_with("templates/"))
            .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()),
    );
    code
}

fn gather(value: &Value, code: &mut Vec<String>) {
    match value {
        Value::String(text) => code.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|it| gather(it, code)),
        Value::Object(map) => map.values().for_each(|it| gather(it, code)),
        _ => {}
    }
}

/// Calls `look` with every mapping in a value, and the JSON pointer of each.
fn each_mapping<'a>(value: &'a Value, pointer: &str, look: &mut dyn FnMut(&'a Map<String, Value>, &str)) {
    match value {
        Value::Object(map) => {
            look(map, pointer);
            map.iter().for_each(|(key, it)| each_mapping(it, &format!("{pointer}/{}", escaped(key)), look));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, it)| each_mapping(it, &format!("{pointer}/{at}"), look));
        }
        _ => {}
    }
}

#[cfg(test)]
#[path = "lint_tests.rs"]
mod tests;
