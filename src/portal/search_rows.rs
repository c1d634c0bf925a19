//! Rows that plugins add to the search, in the groups that `search-result` extensions make of them.

use serde_json::{Value, json};

use crate::facts::SearchRow;
use crate::plugins::PluginSet;

/// How many rows plugins may add to the search.
const ROWS_MAX: usize = 50_000;

/// How much of the text of a row is kept, in characters.
const TEXT_CHARS_MAX: usize = 240;

/// Returns the groups, and the rows: number of the group, title, text, address. A row is left out that leads where no
/// page may link to.
pub(super) fn rows(
    plugins: &PluginSet,
    found: &[SearchRow],
    can_lead: &dyn Fn(&str) -> bool,
) -> (Value, Vec<Value>) {
    let kinds = plugins.attached("page:search", "items");
    let mut groups: Vec<Value> = Vec::new();
    let mut rows = Vec::new();
    for row in found.iter().take(ROWS_MAX).filter(|it| !it.title.is_empty() && can_lead(&it.href)) {
        let seen = json!({
            "type": row.kind, "plugin": row.plugin, "title": row.title, "text": row.text, "href": row.href,
        });
        let plugin = plugins.plugins.iter().find(|it| it.id == row.plugin);
        let own = |index: usize| plugins.plugins.get(index).is_some_and(|it| it.id == row.plugin);
        let kind = kinds.iter().map(|(_, it)| *it).find(|it| match &it.filter {
            Some(filter) => filter.matches_value(&seen),
            None => own(it.plugin),
        });
        let title = kind.map(|it| it.title.as_str()).or(plugin.map(|it| it.title.as_str()));
        let icon = kind.and_then(|it| it.icon.as_deref());
        let group = json!({"t": title.unwrap_or("More"), "i": icon.unwrap_or("file")});
        let number = groups.iter().position(|it| *it == group).unwrap_or_else(|| {
            groups.push(group);
            groups.len() - 1
        });
        let text: String = row.text.chars().take(TEXT_CHARS_MAX).collect();
        rows.push(json!([number, row.title, text, row.href.trim_start_matches('/')]));
    }
    (Value::Array(groups), rows)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::rows;
    use crate::diagnostics::Report;
    use crate::facts::SearchRow;
    use crate::plugins::{PluginSettings, load};
    use crate::sources::MemoryReader;

    #[test]
    fn rows_are_shown_in_the_group_that_takes_them() {
        let manifest = "apiVersion: plugin/v1
kind: Plugin
metadata: {id: sea, title: Sea}
extensions: [{kind: search-result, title: Buoys, icon: globe, filter: {type: buoy}}]
";
        let site = MemoryReader::new([("plugins/sea/plugin.yaml", manifest)]);
        let set =
            load(&PluginSettings::default(), &site, &MemoryReader::new([("x", "")]), &mut Report::new());
        let row = |kind: &str, title: &str, href: &str| SearchRow {
            plugin: "sea".to_owned(),
            kind: kind.to_owned(),
            title: title.to_owned(),
            text: "words".to_owned(),
            href: href.to_owned(),
        };
        let found = [
            row("buoy", "Bar", "/sea/#bar"),
            row("wreck", "Ella", "https://x.example"),
            row("buoy", "", "/sea/"),
            row("buoy", "Script", "javascript:x"),
        ];
        let (groups, rows) = rows(&set, &found, &|it| !it.starts_with("javascript"));
        assert_eq!(groups, json!([{"t": "Buoys", "i": "globe"}, {"t": "Sea", "i": "file"}]));
        let wanted =
            [json!([0, "Bar", "words", "sea/#bar"]), json!([1, "Ella", "words", "https://x.example"])];
        assert_eq!(rows, wanted);
    }
}
