//! `FrontMatter`: the YAML between two `---` lines at the top of a page.

use std::sync::Arc;

use serde_json::Value;

use super::{NavPlacement, problems};
use crate::diagnostics::Diagnostic;
use crate::sources::yaml;

/// The keys that a page of the content folder may have.
const KEYS: [&str; 4] = ["title", "description", "nav", "order"];

/// The keys of `nav`.
const NAV_KEYS: [&str; 4] = ["title", "icon", "order", "group"];

/// What the front matter of a page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FrontMatter {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) nav: Option<NavPlacement>,
}

/// Returns the front matter with its opening line, and the byte where the body begins.
pub(super) fn split(text: &str) -> (Option<&str>, usize) {
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next().filter(|it| it.trim_end() == "---") else { return (None, 0) };
    let mut end = first.len();
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return (text.get(..end), end + line.len());
        }
        end += line.len();
    }
    (None, 0)
}

/// Returns the title alone; problems are left for whoever reads the whole.
pub(super) fn title(front: &str) -> Option<String> {
    if !front.contains("title") {
        return None;
    }
    let document = yaml::parse_one(&Arc::from(""), front).ok()?;
    document.json().get("title").and_then(text).filter(|it| !it.is_empty())
}

/// Reads the front matter of a page of the content folder.
pub(super) fn read(file: &Arc<str>, front: &str, problems: &mut Vec<Diagnostic>) -> FrontMatter {
    let document = match yaml::parse_one(file, front) {
        Ok(document) => document,
        Err(problem) if problem.code == "yaml/empty" => return FrontMatter::default(),
        Err(problem) => {
            problems.push(*problem);
            return FrontMatter::default();
        }
    };
    let json = document.json();
    let Some(object) = json.as_object() else {
        problems.push(problems::wrong_type(document.span(""), "the front matter", "a mapping"));
        return FrontMatter::default();
    };
    for key in object.keys().filter(|it| !KEYS.contains(&it.as_str())) {
        problems.push(problems::unknown_key(document.key_span(&format!("/{}", pointer(key))), key, &KEYS));
    }
    let mut of_text = |key: &str| match object.get(key) {
        None | Some(Value::Null) => None,
        Some(value) => {
            let found = text(value);
            if found.is_none() {
                problems.push(problems::wrong_type(document.span(&format!("/{key}")), key, "a text"));
            }
            found.filter(|it| !it.is_empty())
        }
    };
    let (title, description) = (of_text("title"), of_text("description"));
    let order = order(&document, object.get("order"), "/order", problems);
    let nav = nav(&document, object.get("nav"), order, problems);
    FrontMatter { title, description, nav }
}

fn nav(
    document: &yaml::Document<'_>,
    value: Option<&Value>,
    order_outer: Option<i64>,
    problems: &mut Vec<Diagnostic>,
) -> Option<NavPlacement> {
    let mut placement = NavPlacement {
        title: String::new(),
        icon: None,
        order: order_outer.unwrap_or_default(),
        group: None,
    };
    match value? {
        Value::Null | Value::Bool(false) => return None,
        Value::Bool(true) => {}
        Value::Object(object) => {
            for key in object.keys().filter(|it| !NAV_KEYS.contains(&it.as_str())) {
                let span = document.key_span(&format!("/nav/{}", pointer(key)));
                problems.push(problems::unknown_key(span, key, &NAV_KEYS));
            }
            placement.title = object.get("title").and_then(text).unwrap_or_default();
            placement.icon = object.get("icon").and_then(text);
            placement.group = object.get("group").and_then(text);
            if let Some(order) = order(document, object.get("order"), "/nav/order", problems) {
                placement.order = order;
            }
        }
        _ => {
            let wanted = "`true` or a mapping such as `{title: Guide, icon: docs}`";
            problems.push(problems::wrong_type(document.span("/nav"), "nav", wanted));
            return None;
        }
    }
    Some(placement)
}

fn order(
    document: &yaml::Document<'_>,
    value: Option<&Value>,
    place: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<i64> {
    let value = value.filter(|it| !it.is_null())?;
    let order = value.as_i64();
    if order.is_none() {
        problems.push(problems::wrong_type(document.span(place), "order", "a whole number"));
    }
    order
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{read, split};

    #[test]
    fn ends_at_the_second_line_of_dashes() {
        assert_eq!(split("---\na: 1\n---\nx"), (Some("---\na: 1\n"), 13));
        assert_eq!(split("---\na: 1\nx"), (None, 0));
        assert_eq!(split("# x\n---\n"), (None, 0));
        assert_eq!(split("---\r\n---\r\n"), (Some("---\r\n"), 10));
    }

    #[test]
    fn reads_what_it_knows_and_says_what_it_does_not() {
        let mut problems = Vec::new();
        let text = "---\ntitel: x\ntitle: Plug-ins\nnav: {icon: docs, ordr: 1}\norder: 3\ndescription: [1]\n";
        let front = read(&Arc::from("a.md"), text, &mut problems);
        assert_eq!(front.title.as_deref(), Some("Plug-ins"));
        let nav = front.nav.unwrap();
        assert_eq!((nav.icon.as_deref(), nav.order), (Some("docs"), 3));
        let found: Vec<String> = problems.iter().map(|it| format!("{} {}", it.span, it.code)).collect();
        let wanted =
            ["a.md:2:1 content/unknown-key", "a.md:6:14 content/wrong-type", "a.md:4:19 content/unknown-key"];
        assert_eq!(found, wanted);
        assert_eq!(problems[0].hint.as_deref(), Some("did you mean `title`?"));
    }
}
