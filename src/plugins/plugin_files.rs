//! The templates and schemas in the folder of a plugin.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::own_file;
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::sources::schema::Schema;
use crate::sources::{Reader, join};

/// The largest template, in bytes.
const TEMPLATE_BYTES_MAX: usize = 256 * 1024;

/// The largest schema, in bytes.
const SCHEMA_BYTES_MAX: usize = 1024 * 1024;

/// How many templates, and how many schemas, a plugin may have.
const FILES_MAX: usize = 200;

/// Reads the templates: `templates/NAME.html`, by name.
pub(super) fn templates(folder: &str, reader: &dyn Reader, report: &mut Report) -> BTreeMap<String, String> {
    let mut templates = BTreeMap::new();
    for path in files(folder, "templates/*.html", "plugin/bad-template", reader, report) {
        let name = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".html").to_owned();
        match own_file::read_text(folder, &path, TEMPLATE_BYTES_MAX, reader) {
            Ok(text) => drop(templates.insert(name, text)),
            Err(error) => {
                let message = format!("the template cannot be read: {error}");
                report.push(Diagnostic::error("plugin/bad-template", Span::file(path), message));
            }
        }
    }
    templates
}

/// Reads the schemas: `schemas/NAME.json`, named by that path.
pub(super) fn schemas(folder: &str, reader: &dyn Reader, report: &mut Report) -> Vec<(String, Arc<Schema>)> {
    let mut schemas = Vec::new();
    for path in files(folder, "schemas/*.json", "plugin/bad-schema", reader, report) {
        let name = format!("schemas/{}", path.rsplit('/').next().unwrap_or(&path));
        let text = own_file::read_text(folder, &path, SCHEMA_BYTES_MAX, reader);
        let json = text.and_then(|it| serde_json::from_str(&it).map_err(|error| error.to_string()));
        match json.and_then(|it| Schema::new(it).map_err(|error| error.message)) {
            Ok(schema) => schemas.push((name, Arc::new(schema))),
            Err(error) => {
                let message = format!("`{name}` is not a JSON Schema: {error}");
                report.push(Diagnostic::error("plugin/bad-schema", Span::file(path), message));
            }
        }
    }
    schemas
}

fn files(
    folder: &str,
    pattern: &str,
    code: &'static str,
    reader: &dyn Reader,
    report: &mut Report,
) -> Vec<String> {
    let mut files = reader.search(&join(folder, pattern)).unwrap_or_default();
    if let Some(first) = files.get(FILES_MAX) {
        let message =
            format!("a plugin has at most {FILES_MAX} files at `{pattern}`; the first ones are read");
        report.push(Diagnostic::error(code, Span::file(first.as_str()), message));
    }
    files.truncate(FILES_MAX);
    files
}
