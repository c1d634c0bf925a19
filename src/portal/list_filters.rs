//! The choices above a list of entities: which values its rows have, so that a script can leave some of them.

use std::collections::BTreeSet;

use minijinja::Value;

use super::Portal;
use super::page::ListFilter;
use super::widgets::shown;
use crate::diagnostics::Diagnostic;
use crate::model::slug;
use crate::plugins::{Extension, ExtensionKind};

/// How many values a choice offers on one page; the first ones in order.
const OPTIONS_MAX: usize = 100;

/// The longest value, in characters.
const VALUE_CHARS_MAX: usize = 100;

/// Returns the choices for the rows of one page of a list. A choice between fewer than two values is none.
pub(super) fn filters(
    portal: &Portal<'_>,
    page: &Extension,
    kind: Option<&str>,
    rows: &[Value],
    problems: &mut Vec<Diagnostic>,
) -> Vec<ListFilter> {
    let mut filters: Vec<ListFilter> = Vec::new();
    for (_, extension) in portal.plugins.attached(&page.id, "filters") {
        let ExtensionKind::CatalogFilter { value } = &extension.kind else { continue };
        if !is_for_list(extension, kind) {
            continue;
        }
        let pen = portal.pen("", extension.plugin, Value::UNDEFINED, "");
        let found: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                values(&pen.canvas.program.evaluate(*value, &pen.scope.with_row(row.clone()), problems))
            })
            .collect();
        let options: BTreeSet<&str> = found.iter().flatten().map(String::as_str).collect();
        let options: Vec<&str> = options.into_iter().take(OPTIONS_MAX).collect();
        if options.len() < 2 {
            continue;
        }
        let numbers = |values: &Vec<String>| {
            let numbers = values.iter().filter_map(|it| options.binary_search(&it.as_str()).ok());
            let joined = numbers.map(|it| it.to_string()).collect::<Vec<_>>().join(".");
            if joined.is_empty() { "-".to_owned() } else { joined }
        };
        let rows = found.iter().map(numbers).collect::<Vec<_>>().join(" ");
        let name = slug(extension.id.trim_start_matches("catalog-filter:"));
        let options = options.into_iter().map(str::to_owned).collect();
        filters.push(ListFilter { title: extension.title.clone(), name, options, rows });
    }
    filters
}

/// The filter of what is attached to a list sees the kind of the list alone.
pub(super) fn is_for_list(extension: &Extension, kind: Option<&str>) -> bool {
    let value = serde_json::json!({"kind": kind.unwrap_or_default()});
    extension.filter.as_ref().is_none_or(|filter| filter.matches_value(&value))
}

/// Returns one value or several as texts.
fn values(value: &Value) -> Vec<String> {
    let text = |it: &Value| shown(it).trim().chars().take(VALUE_CHARS_MAX).collect::<String>();
    let several = value.as_str().is_none().then(|| value.try_iter().ok()).flatten();
    let texts: Vec<String> = match several {
        Some(items) => items.take(OPTIONS_MAX).map(|it| text(&it)).collect(),
        None => vec![text(value)],
    };
    texts.into_iter().filter(|it| !it.is_empty()).collect()
}
