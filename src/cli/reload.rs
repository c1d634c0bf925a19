//! Changed files to the plugins that they belong to, and what the tests and lints of these say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{embedded, plugin};
use crate::diagnostics::{Drawing, Severity, draw};
use crate::generate::{lint, package_in};
use crate::sources::{LocalReader, Reader as _};

/// Returns the folders of the plugins that hold all of some files; nothing if one of them is in none.
pub(super) fn changed_plugins(files: &BTreeSet<PathBuf>, site: &Path) -> BTreeSet<PathBuf> {
    let folder = |file: &PathBuf| {
        let above = file.ancestors().skip(1).take_while(|it| it.starts_with(site) && *it != site);
        above.into_iter().find(|it| it.join("plugin.yaml").is_file()).map(Path::to_path_buf)
    };
    files.iter().map(folder).collect::<Option<BTreeSet<PathBuf>>>().unwrap_or_default()
}

/// Returns the name of a plugin's folder, for people.
pub(super) fn name_of(folder: &Path) -> String {
    folder.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Returns what fails in the tests of a plugin and what would make it better, as rows for the page.
pub(super) fn findings(folder: &Path) -> Vec<Value> {
    let name = name_of(folder);
    let failures = plugin::test_failures(folder).unwrap_or_default();
    let row = |failure: String| {
        let drawing = format!("test of {name} fails\n  {failure}");
        json!({"severity": Severity::Error, "code": "", "message": failure, "place": name, "drawing": drawing})
    };
    let mut rows: Vec<Value> = failures.into_iter().map(row).collect();
    let reader = LocalReader::new(folder, folder).ok();
    let package = reader.as_ref().and_then(|it| package_in("", it).ok());
    let Some((reader, package)) = reader.as_ref().zip(package) else { return rows };
    let text_of = |path: &str| reader.read_text(path).ok().map(Into::into);
    let report = lint(&package, &embedded::reader());
    // The build tells the other problems.
    let is_lint = |code: &str| code.rsplit('/').next().is_some_and(|it| it.starts_with("lint-"));
    let of_lint = report.diagnostics().iter().filter(|it| is_lint(&it.code));
    rows.extend(of_lint.filter(|it| it.severity >= Severity::Warning).map(|it| {
        json!({"severity": it.severity, "code": it.code, "message": it.message, "place": it.span.to_string(),
            "drawing": draw(it, Drawing { colour: false }, &text_of)})
    }));
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::changed_plugins;

    #[test]
    fn files_belong_to_the_plugin_above_them() {
        let site = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("site.yaml", ""),
            ("plugins/a/plugin.yaml", ""),
            ("plugins/a/i18n/en.yaml", ""),
            ("own/b/plugin.yaml", ""),
        ] {
            let file = site.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let changed = |files: &[&str]| -> Vec<String> {
            let files: BTreeSet<_> = files.iter().map(|it| site.path().join(it)).collect();
            let found = changed_plugins(&files, site.path());
            found.iter().map(|it| it.strip_prefix(site.path()).unwrap().display().to_string()).collect()
        };
        assert_eq!(changed(&["plugins/a/i18n/en.yaml", "plugins/a/gone.html"]), ["plugins/a"]);
        assert_eq!(changed(&["plugins/a/plugin.yaml", "own/b/plugin.yaml"]), ["own/b", "plugins/a"]);
        assert_eq!(changed(&["plugins/a/plugin.yaml", "site.yaml"]), Vec::<String>::new());
        assert_eq!(changed(&[]), Vec::<String>::new());
    }
}
