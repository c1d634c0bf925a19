//! Manifests to where the fields of their data are shown, told from the code of their views.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::mention::{arguments, chains, loops};

/// How deep views are looked into; deeper ones are refused when they are read.
const DEPTH_MAX: usize = 64;

/// A source and a field of its data; an empty field is the data as a whole.
type Field = (String, String);

/// What a `row` is: a source, and what stands before the names of its fields.
type Row = Option<(String, String)>;

/// Where fields of data are shown.
#[derive(Clone, Debug, Default)]
pub(super) struct ShownFields {
    by_field: BTreeMap<Field, BTreeSet<String>>,
    history: BTreeMap<String, BTreeSet<String>>,
}

/// What is needed to know of a plugin.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// The lists that a source derives, by source.
    pub(super) derived: &'a BTreeMap<String, BTreeSet<String>>,
    /// The templates, by name.
    pub(super) templates: &'a BTreeMap<String, String>,
}

impl ShownFields {
    /// Returns where a field is shown; where the data as a whole is shown, every field of it may be.
    pub(super) fn of(&self, source: &str, field: &str) -> BTreeSet<String> {
        let at = |field: &str| self.by_field.get(&(source.to_owned(), field.to_owned()));
        let (own, whole) = (at(field), at("").filter(|_| !field.is_empty()));
        own.into_iter().chain(whole).flatten().cloned().collect()
    }

    /// Returns where the points of a field are shown.
    pub(super) fn of_history(&self, field: &str) -> BTreeSet<String> {
        self.history.get(field).cloned().unwrap_or_default()
    }

    /// Returns the fields of a source that are shown, by name.
    pub(super) fn fields(&self, source: &str) -> Vec<&str> {
        self.by_field.keys().filter(|(of, _)| of == source).map(|(_, field)| field.as_str()).collect()
    }

    /// Adds what an extension shows: its view, or another part of a manifest.
    pub(super) fn add(&mut self, extension: &str, part: &Value, context: Context<'_>) {
        Walk { shown: self, extension, context }.value(part, &None, 0);
    }

    /// Adds what is said of the rows of a source, where `row` is known.
    pub(super) fn add_rows(&mut self, extension: &str, source: &str, part: &Value, context: Context<'_>) {
        let row = Some((source.to_owned(), String::new()));
        Walk { shown: self, extension, context }.value(part, &row, 0);
    }
}

struct Walk<'a, 'b> {
    shown: &'a mut ShownFields,
    extension: &'b str,
    context: Context<'b>,
}

impl Walk<'_, '_> {
    /// Looks at a part of a view. Returns whether it mentions a field of its row.
    fn value(&mut self, value: &Value, row: &Row, depth: usize) -> bool {
        if depth > DEPTH_MAX {
            return false;
        }
        match value {
            Value::String(source) => self.source(source, row),
            Value::Array(items) => {
                // Each of them is looked at, whatever the first one says.
                let found: Vec<bool> = items.iter().map(|it| self.value(it, row, depth + 1)).collect();
                found.contains(&true)
            }
            Value::Object(map) => {
                let rows = map.get("rows").and_then(Value::as_str);
                let own = rows.and_then(|it| self.rows(it));
                let inner = if rows.is_some() { own.clone() } else { row.clone() };
                let mut found = false;
                for (key, it) in map {
                    match (key.as_str(), it) {
                        // What is gone through is shown by what is said of each row.
                        ("rows", Value::String(_)) if own.is_some() => {}
                        ("rows", it) => drop(self.value(it, row, depth + 1)),
                        ("template", Value::String(name)) => self.template(name),
                        (_, it) => found |= self.value(it, &inner, depth + 1),
                    }
                }
                if let (Some((source, prefix)), false) = (own, found) {
                    self.note(source, prefix.trim_end_matches('.').to_owned());
                }
                found
            }
            _ => false,
        }
    }

    /// Returns what a row is, where an expression goes through the data of one source or a list derived from it.
    fn rows(&self, source: &str) -> Row {
        let mut all = chains(source, "data");
        let related = arguments(source, "source");
        match (all.pop(), all.is_empty(), related.first()) {
            (Some(chain), true, None) => self.row(&chain),
            (None, _, Some(name)) => Some((name.clone(), String::new())),
            _ => None,
        }
    }

    fn row(&self, chain: &[String]) -> Row {
        match chain {
            [source] => Some((source.clone(), String::new())),
            [source, list] if self.is_derived(source, list) => Some((source.clone(), format!("{list}."))),
            _ => None,
        }
    }

    fn is_derived(&self, source: &str, list: &str) -> bool {
        self.context.derived.get(source).is_some_and(|it| it.contains(list))
    }

    fn source(&mut self, source: &str, row: &Row) -> bool {
        for chain in chains(source, "data") {
            self.chain(&chain);
        }
        for name in arguments(source, "source") {
            self.note(name, String::new());
        }
        for chain in chains(source, "history") {
            let field = chain.into_iter().next().unwrap_or_default();
            self.shown.history.entry(field).or_default().insert(self.extension.to_owned());
        }
        let mentioned = chains(source, "row");
        if let Some((of, prefix)) = row {
            for chain in &mentioned {
                let field = chain.first().map(|it| format!("{prefix}{it}"));
                self.note(of.clone(), field.unwrap_or_else(|| prefix.trim_end_matches('.').to_owned()));
            }
        }
        !mentioned.is_empty()
    }

    fn chain(&mut self, chain: &[String]) {
        match chain {
            [] => {}
            [source] => self.note(source.clone(), String::new()),
            [source, list, field, ..] if self.is_derived(source, list) => {
                self.note(source.clone(), format!("{list}.{field}"));
            }
            [source, field, ..] => self.note(source.clone(), field.clone()),
        }
    }

    fn template(&mut self, name: &str) {
        let Some(text) = self.context.templates.get(name) else { return };
        let looped = loops(text, "data");
        for chain in chains(text, "data") {
            // A list that a loop goes through is shown by what the loop says of each item.
            if !looped.iter().any(|(_, over)| *over == chain) {
                self.chain(&chain);
            }
        }
        for (item, over) in looped {
            let Some((source, prefix)) = self.row(&over) else { continue };
            let fields = chains(text, &item);
            for chain in fields.iter().filter(|it| !it.is_empty()) {
                let field = chain.first().map(|it| format!("{prefix}{it}")).unwrap_or_default();
                self.note(source.clone(), field);
            }
            if fields.iter().all(Vec::is_empty) {
                self.note(source, prefix.trim_end_matches('.').to_owned());
            }
        }
    }

    fn note(&mut self, source: String, field: String) {
        self.shown.by_field.entry((source, field)).or_default().insert(self.extension.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::{Value, json};

    use super::{Context, ShownFields};

    fn shown(view: Value, templates: &[(&str, &str)]) -> ShownFields {
        let derived = BTreeMap::from([("radar".to_owned(), BTreeSet::from(["blips".to_owned()]))]);
        let templates =
            templates.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let mut shown = ShownFields::default();
        shown.add("entity-card:x", &view, Context { derived: &derived, templates: &templates });
        shown
    }

    #[test]
    fn fields_of_rows_and_of_data() {
        let it = shown(
            json!({"stack": [
                {"widget": "table", "rows": "data.runs | unique", "columns": [{"value": "row.name", "href": "row.url"}]},
                {"widget": "list", "rows": "data.radar.blips", "item": {"title": "row.title"}},
                {"widget": "stat", "value": "data.measures.bugs", "trend": "history.bugs"},
                {"widget": "table", "rows": "entities()", "columns": [{"value": "row.secret"}]},
                {"widget": "table", "rows": "related('hasPart', source=\"parts\")", "columns": [{"value": "row.gate"}]}
            ]}),
            &[],
        );
        assert_eq!(it.fields("runs"), ["name", "url"]);
        assert_eq!(it.fields("radar"), ["blips.title"]);
        assert_eq!(it.fields("measures"), ["bugs"]);
        assert_eq!(it.fields("parts"), ["gate"]);
        assert_eq!(it.of_history("bugs").len(), 1);
        assert!(it.of("runs", "actor").is_empty());
    }

    #[test]
    fn data_as_a_whole_shows_every_field() {
        let it =
            shown(json!({"widget": "chart", "series": [{"points": "data.days"}], "rows": "data.runs"}), &[]);
        assert_eq!(it.fields("days"), [""]);
        assert_eq!(it.fields("runs"), [""]);
        assert_eq!(it.of("days", "anything").into_iter().collect::<Vec<_>>(), ["entity-card:x"]);
    }

    #[test]
    fn templates_are_read_too() {
        let text =
            "<ul>{% for run in data.runs %}<li>{{ run.name }}</li>{% endfor %}</ul>{{ data.gate.status }}";
        let it = shown(json!({"template": "runs"}), &[("runs", text)]);
        assert_eq!(it.fields("runs"), ["name"]);
        assert_eq!(it.fields("gate"), ["status"]);
    }
}
