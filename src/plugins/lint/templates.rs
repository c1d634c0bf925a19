//! Templates that a widget could replace: widgets follow the theme, and keyboards and screen readers know them.

use std::collections::BTreeSet;

use super::Linting;

const CODE: &str = "plugin/lint-template";

/// Elements that only dress up a text.
const INLINE: &[&str] = &["a", "b", "br", "code", "em", "i", "small", "span", "strong"];

/// What a widget draws: its name, the element that marks it, and those that stand in it.
const WIDGETS: &[(&str, &str, &[&str])] = &[
    ("table", "table", &["caption", "tbody", "td", "th", "thead", "tr"]),
    ("list", "ul", &["li", "p"]),
    ("list", "ol", &["li", "p"]),
    ("kv", "dl", &["dd", "dt"]),
    ("link", "a", &[]),
];

/// Elements around the one that matters.
const AROUND: &[&str] = &["div", "p", "section"];

pub(super) fn lint(it: &mut Linting<'_>) {
    let mut templates = Vec::new();
    for (path, bytes) in it.package.files.iter().filter(|(path, _)| path.starts_with("templates/")) {
        templates.push((path.clone(), elements(&String::from_utf8_lossy(bytes))));
    }
    for (path, elements) in templates {
        if let Some(widget) = widget(&elements) {
            let message = format!("the template only makes what the widget `{widget}` draws");
            let hint = "use the widget: it sorts, folds and speaks as the rest of the portal does";
            it.warn(CODE, it.file(&path), message, hint);
        }
    }
}

fn widget(elements: &BTreeSet<String>) -> Option<&'static str> {
    WIDGETS.iter().find_map(|(widget, mark, inner)| {
        let fits = |it: &String| {
            let it = it.as_str();
            it == *mark || inner.contains(&it) || INLINE.contains(&it) || AROUND.contains(&it)
        };
        (elements.contains(*mark) && elements.iter().all(fits)).then_some(*widget)
    })
}

/// Returns the names of the elements that a template writes.
fn elements(template: &str) -> BTreeSet<String> {
    let tags = template.split('<').skip(1);
    let names = tags.map(|it| it.split(|it: char| !it.is_ascii_alphanumeric()).next().unwrap_or_default());
    names
        .filter(|it| it.starts_with(|it: char| it.is_ascii_alphabetic()))
        .map(str::to_ascii_lowercase)
        .collect()
}
