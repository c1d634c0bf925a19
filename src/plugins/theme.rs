//! Themes to a style sheet: values for the properties of the portal's own sheet, and nothing else.

use std::collections::BTreeMap;

use serde_json::Value;

use super::colour::{self, Colour};
use super::extension::Extension;
use super::extension_kind::ExtensionKind;
use super::node::{Node, Reading};
use crate::diagnostics::{Diagnostic, Span, nearest};

/// The portal's own sheet, whose properties can be set.
pub(super) const STYLE_SHEET: &str = "layouts/assets/portal.css";

/// How many properties a theme may set.
const TOKENS_MAX: usize = 200;

/// The least contrast of text (WCAG 2.2, 1.4.3).
const CONTRAST_MIN: f64 = 4.5;

/// What stands on what, besides each colour on the one of its name and `-bg`.
const ON: &[(&str, &str)] = &[
    ("text", "bg"),
    ("text", "surface"),
    ("text", "sunken"),
    ("text", "mark"),
    ("muted", "bg"),
    ("muted", "surface"),
    ("accent", "bg"),
    ("accent", "surface"),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("side-text", "side"),
    ("side-strong", "side"),
    ("side-muted", "side"),
];

/// The value of a property.
#[derive(Clone, Debug)]
pub struct Token {
    /// In the light theme.
    pub light: String,
    /// In the dark theme.
    pub dark: String,
    /// Where the name is written.
    pub key_span: Span,
    /// Where the value is written.
    pub span: Span,
}

/// Reads `tokens` of a theme; whether the portal has them is looked at when all are known.
pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<BTreeMap<String, Token>> {
    let pointer = node.at("tokens");
    let Some(value) = node.value("tokens") else {
        node.missing("tokens", reading);
        return None;
    };
    let document = reading.document;
    let place = |at: &str, key: bool| {
        let at = format!("{pointer}{at}");
        if key { document.key_span(&at) } else { document.span(&at) }
    };
    let mut tokens = BTreeMap::new();
    for (at, message) in add(value, &mut tokens, &place) {
        reading.error("plugin/bad-value", &format!("{pointer}{at}"), message);
    }
    Some(tokens)
}

/// Adds tokens over others. Returns what is wrong, by JSON pointer from the value.
pub(super) fn add(
    value: &Value,
    tokens: &mut BTreeMap<String, Token>,
    place: &dyn Fn(&str, bool) -> Span,
) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    let Some(object) = value.as_object() else {
        return vec![(String::new(), "`tokens` takes a mapping of names to values".to_owned())];
    };
    for (name, value) in object {
        let at = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let side = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let both = value.as_object().is_some_and(|it| it.len() == 2);
        let sides = match value.as_str() {
            Some(text) => Some((text.to_owned(), text.to_owned())),
            None => side("light").zip(side("dark")).filter(|_| both),
        };
        match sides {
            None => wrong.push((at, format!("`{name}` takes a value, or `{{light: …, dark: …}}`"))),
            Some(_) if tokens.len() >= TOKENS_MAX => {
                wrong.push((at, format!("a theme has at most {TOKENS_MAX} values")));
                break;
            }
            Some((light, dark)) => {
                let (key_span, span) = (place(&at, true), place(&at, false));
                tokens.insert(name.clone(), Token { light, dark, key_span, span });
            }
        }
    }
    wrong
}

/// A property of the portal's own sheet.
enum Property {
    Colour { light: String, dark: String },
    Measure,
}

/// Returns the style sheet of all themes, a later one over an earlier one; empty if there is none.
pub(super) fn style_sheet(extensions: &[Extension], own: &str, problems: &mut Vec<Diagnostic>) -> String {
    let mut themes: Vec<(i64, &BTreeMap<String, Token>)> = Vec::new();
    for extension in extensions {
        if let ExtensionKind::Theme { tokens } = &extension.kind {
            themes.push((extension.order, tokens));
        }
    }
    themes.sort_by_key(|(order, _)| *order);
    let known = properties(own);
    let mut set: BTreeMap<&str, &Token> = BTreeMap::new();
    for (name, token) in themes.into_iter().flat_map(|(_, tokens)| tokens) {
        match check(name, token, &known) {
            None => drop(set.insert(name, token)),
            Some(problem) => problems.push(problem),
        }
    }
    if set.is_empty() {
        return String::new();
    }
    problems.extend(low_contrast(&set, &known));
    let line = |(name, token): (&&str, &&Token)| match token.light == token.dark {
        true => format!("    --{name}: {};\n", token.light),
        false => format!("    --{name}: light-dark({}, {});\n", token.light, token.dark),
    };
    let lines: String = set.iter().map(line).collect();
    format!("/* The themes of plugins. */\n@layer tokens {{\n  :root {{\n{lines}  }}\n}}\n")
}

/// Returns the properties that the first rule of a sheet sets and that a theme may set.
fn properties(sheet: &str) -> BTreeMap<String, Property> {
    let rule =
        sheet.split_once(":root {").and_then(|(_, rest)| rest.split_once('}')).map_or("", |(rule, _)| rule);
    let mut known = BTreeMap::new();
    for part in rule.split(';') {
        let Some((name, value)) = part.split_once("--").and_then(|(_, it)| it.split_once(':')) else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let colour = match value.strip_prefix("light-dark(").and_then(|it| it.strip_suffix(')')) {
            Some(both) => split_outside(both),
            None => Colour::parse(value).map(|_| (value, value)),
        };
        if let Some((light, dark)) = colour {
            let (light, dark) = (light.trim().to_owned(), dark.trim().to_owned());
            known.insert(name.to_owned(), Property::Colour { light, dark });
        } else if is_measure(value) && name != "side-width" {
            // The width of the sidebar has two values, of which a theme would overwrite one.
            known.insert(name.to_owned(), Property::Measure);
        }
    }
    known
}

/// Splits at the first comma that stands in no brackets.
fn split_outside(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_i32;
    let at = text.char_indices().find(|(_, letter)| {
        depth += i32::from(*letter == '(') - i32::from(*letter == ')');
        *letter == ',' && depth == 0
    });
    let (at, _) = at?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Returns whether a value is a length of reasonable size.
fn is_measure(value: &str) -> bool {
    let within = |unit: &str, most: f64| {
        value.strip_suffix(unit).and_then(colour::number).is_some_and(|it| it <= most)
    };
    within("px", 1000.0) || within("rem", 64.0)
}

fn check(name: &str, token: &Token, known: &BTreeMap<String, Property>) -> Option<Diagnostic> {
    let wrong = |message: String| Diagnostic::error("plugin/bad-value", token.span.clone(), message);
    match known.get(name) {
        None => {
            let message = format!("the portal has no `{name}` that a theme can set");
            let diagnostic = Diagnostic::error("plugin/unknown-key", token.key_span.clone(), message);
            Some(match nearest(name, known.keys().map(String::as_str)) {
                Some(near) => diagnostic.nearest(Some(near)),
                None => {
                    let names: Vec<&str> = known.keys().map(String::as_str).collect();
                    diagnostic.hint(format!("known here: {}", names.join(", ")))
                }
            })
        }
        Some(Property::Colour { .. }) => {
            let bad = [&token.light, &token.dark].into_iter().find(|it| Colour::parse(it).is_none())?;
            let hint = "write `#0b6254`, `rgb(11 98 84)` or `oklch(45% 0.08 180)`";
            Some(wrong(format!("`{bad}` is no colour that a theme may use")).hint(hint))
        }
        Some(Property::Measure) => {
            let bad = [&token.light, &token.dark].into_iter().find(|it| !is_measure(it))?;
            Some(
                wrong(format!("`{bad}` is no measure"))
                    .hint("write a number with `px` or `rem`, such as `6px`"),
            )
        }
    }
}

/// Compares what a theme sets with what it stands on, in both themes.
fn low_contrast(set: &BTreeMap<&str, &Token>, known: &BTreeMap<String, Property>) -> Vec<Diagnostic> {
    let on_its_own = known.keys().filter_map(|it| Some((it.strip_suffix("-bg")?, it.as_str())));
    let mut found = Vec::new();
    for (text, ground) in ON.iter().copied().chain(on_its_own) {
        let Some(token) = set.get(text).or_else(|| set.get(ground)) else { continue };
        for (theme, is_dark) in [("light", false), ("dark", true)] {
            let colour = |name: &str| {
                let (light, dark) = match (set.get(name), known.get(name)) {
                    (Some(token), _) => (&token.light, &token.dark),
                    (None, Some(Property::Colour { light, dark })) => (light, dark),
                    _ => return None,
                };
                // What shines through has no contrast of its own.
                Colour::parse(if is_dark { dark } else { light }).filter(|it| it.opaque)
            };
            let Some(contrast) = colour(text).zip(colour(ground)).map(|(a, b)| a.contrast(b)) else {
                continue;
            };
            if contrast < CONTRAST_MIN {
                let message = format!(
                    "`{text}` on `{ground}` has a contrast of {:.1}:1 in the {theme} theme",
                    (contrast * 10.0).floor() / 10.0
                );
                let diagnostic = Diagnostic::warning("plugin/low-contrast", token.span.clone(), message);
                found.push(diagnostic.reason("text is hard to read below 4.5:1 (WCAG 2.2, 1.4.3)"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::{Property, add, check, low_contrast, properties};
    use crate::diagnostics::Span;

    const SHEET: &str = include_str!("../../layouts/assets/portal.css");

    fn problems(tokens: &Value) -> Vec<String> {
        let mut read = BTreeMap::new();
        let shape = add(tokens, &mut read, &|_, _| Span::file("plugin.yaml"));
        assert!(shape.is_empty(), "{shape:?}");
        let known = properties(SHEET);
        let wrong: Vec<_> = read.iter().filter_map(|(name, token)| check(name, token, &known)).collect();
        let set = read.iter().map(|(name, token)| (name.as_str(), token)).collect();
        wrong.into_iter().chain(low_contrast(&set, &known)).map(|it| it.message).collect()
    }

    #[test]
    fn knows_the_portals_own_sheet() {
        let known = properties(SHEET);
        for name in ["bg", "accent", "on-accent", "side", "shadow", "brass", "slate-bg"] {
            assert!(matches!(known.get(name), Some(Property::Colour { .. })), "{name}");
        }
        for name in ["t-xs", "s4", "r-lg"] {
            assert!(matches!(known.get(name), Some(Property::Measure)), "{name}");
        }
        for name in ["sans", "mono", "gutter", "side-width", "k"] {
            assert!(!known.contains_key(name), "{name}");
        }
    }

    #[test]
    fn the_portals_own_colours_can_be_read() {
        let mut own = serde_json::Map::new();
        for (name, property) in properties(SHEET) {
            if let Property::Colour { light, dark } = property {
                own.insert(name, json!({"light": light, "dark": dark}));
            }
        }
        assert_eq!(problems(&Value::Object(own)), Vec::<String>::new());
    }

    #[test]
    fn lets_nothing_through_that_is_no_colour_or_measure() {
        for value in
            ["url(https://x.example/)", "red;} body{", "expression(1)", "4pt", "5000px", "calc(1px)", "\\23"]
        {
            assert_eq!(problems(&json!({"accent-strong": value})).len(), 1, "{value}");
            assert_eq!(problems(&json!({"r-md": value})).len(), 1, "{value}");
        }
        assert_eq!(problems(&json!({"r-md": "4px", "s4": "1.125rem"})), Vec::<String>::new());
        assert_eq!(problems(&json!({"acent": "#000"})), ["the portal has no `acent` that a theme can set"]);
    }

    #[test]
    fn tells_what_is_hard_to_read() {
        let found = problems(&json!({"muted": {"light": "#999", "dark": "#a4aea9"}}));
        assert_eq!(found.len(), 2, "on the page and on cards: {found:?}");
        assert!(found.iter().all(|it| it.contains("`muted` on") && it.contains("light theme")), "{found:?}");
    }
}
