//! Tests and their fixtures: they show that a plugin works, and are what a preview is drawn from.

use serde_json::Value;

use super::Linting;

const CODE: &str = "plugin/lint-tests";

pub(super) fn lint(it: &mut Linting<'_>) {
    let tests = it.items("/tests");
    if tests.is_empty() {
        let message = "the plugin has no tests".to_owned();
        it.warn(
            CODE,
            it.key_at("/metadata"),
            message,
            "add `tests:` with recorded answers; `callboard plugin record` makes them",
        );
    }
    for (test, pointer) in tests {
        for key in ["/entity", "/entities", "/replay", "/expect/html"] {
            let at = format!("{pointer}{key}");
            let named: Vec<&str> = match test.pointer(key) {
                Some(Value::String(one)) => vec![one],
                Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            for path in named {
                if !it.package.files.contains_key(path.trim_start_matches("./")) {
                    let message = format!("there is no file `{path}`");
                    it.warn(
                        CODE,
                        it.value_at(&at),
                        message,
                        "fixtures are files in `fixtures/` of the plugin",
                    );
                }
            }
        }
    }
    let tests: String = it.manifest().get("tests").map(ToString::to_string).unwrap_or_default();
    // A fixture may name another one, as an entity names a folder beside it.
    let named = it.package.files.iter().filter(|(path, _)| tests.contains(path.as_str()));
    let contents = named.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
    let told = std::iter::once(tests.clone()).chain(contents).collect::<Vec<String>>().join("\n");
    let is_used = |path: &&String| {
        let below = path.trim_start_matches("fixtures/");
        told.contains(below) || below.split_once('/').is_some_and(|(folder, _)| told.contains(folder))
    };
    let fixtures = it.package.files.keys().filter(|it| it.starts_with("fixtures/"));
    let unused: Vec<String> = fixtures.filter(|it| !is_used(it)).cloned().collect();
    for path in unused {
        it.note(
            CODE,
            it.file(&path),
            "no test uses this fixture".to_owned(),
            "delete it, or write a test with it",
        );
    }
}
