//! `Node`: one mapping of a manifest being read, which reports every key that nobody asked for.

use serde_json::{Map, Value};

use super::expression::{self, CODE_BYTES_MAX, Code, CodeForm, CodeId, CodeStage};
use super::translations::{Found, Translations};
use crate::diagnostics::{Diagnostic, Span, nearest};
use crate::model::Filter;
use crate::sources::format::Format;
use crate::sources::yaml::Document;

/// What is gathered while one manifest is read.
pub(super) struct Reading<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) plugin: usize,
    /// The stage that runs the code that is read now.
    pub(super) stage: CodeStage,
    /// The id of the plugin or module whose texts `{t: key}` names.
    pub(super) id: &'a str,
    /// The texts of all plugins.
    pub(super) texts: &'a Translations,
    pub(super) codes: &'a mut Vec<Code>,
    pub(super) problems: &'a mut Vec<Diagnostic>,
}

impl Reading<'_> {
    /// Adds a piece of code that stands at `pointer`.
    pub(super) fn code(&mut self, source: &str, form: CodeForm, pointer: &str) -> CodeId {
        let span = self.document.span(pointer);
        let (mut source, mut form) = (source, form);
        if source.len() > CODE_BYTES_MAX {
            let message = "an expression or text is longer than 64 KiB";
            self.problems.push(Diagnostic::error("plugin/bad-expression", span.clone(), message));
            (source, form) = ("", CodeForm::Literal);
        }
        self.problems.extend(expression::check(source, form, &span));
        self.codes.push(Code {
            source: source.to_owned(),
            form,
            stage: self.stage,
            plugin: self.plugin,
            span,
        });
        CodeId(self.codes.len() - 1)
    }

    /// Returns what stands for `{t: key}`. What is missing is reported, and something is shown in its place.
    pub(super) fn translated(&mut self, key: &str, pointer: &str) -> String {
        let language = &self.texts.language;
        let (text, message) = match self.texts.find(self.id, key) {
            Found::Text(text) => return text.to_owned(),
            Found::Untranslated(text) => (text, format!("`{key}` has no text in `{language}`")),
            Found::Missing => (key, format!("there is no text `{key}`")),
        };
        let near = self.texts.nearest_key(self.id, key).filter(|it| it != key);
        let place = self.document.span(pointer);
        let diagnostic = Diagnostic::warning("plugin/missing-translation", place, message);
        self.problems.push(diagnostic.nearest(near.as_deref()));
        text.to_owned()
    }

    /// Reports a problem at a value.
    pub(super) fn error(&mut self, code: &'static str, pointer: &str, message: String) {
        self.problems.push(Diagnostic::error(code, self.document.span(pointer), message));
    }
}

/// A mapping of the manifest, at its place.
pub(super) struct Node<'a> {
    map: &'a Map<String, Value>,
    pub(super) pointer: String,
    asked: Vec<&'static str>,
}

impl<'a> Node<'a> {
    /// Returns the mapping at `pointer`, or reports that it is none.
    pub(super) fn new(
        value: &'a Value,
        pointer: impl Into<String>,
        reading: &mut Reading<'_>,
    ) -> Option<Self> {
        let pointer = pointer.into();
        match value {
            Value::Object(map) => Some(Self { map, pointer, asked: Vec::new() }),
            _ => {
                reading.error("plugin/bad-value", &pointer, "a mapping is wanted here".to_owned());
                None
            }
        }
    }

    /// Returns the place of a key's value.
    pub(super) fn at(&self, key: &str) -> String {
        format!("{}/{}", self.pointer, key.replace('~', "~0").replace('/', "~1"))
    }

    /// Returns the raw value of a key.
    pub(super) fn value(&mut self, key: &'static str) -> Option<&'a Value> {
        self.asked.push(key);
        self.map.get(key)
    }

    /// Returns whether a key is there, without counting it as asked for.
    pub(super) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// Returns a text that is taken as it is.
    pub(super) fn literal(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<&'a str> {
        match self.value(key)? {
            Value::String(text) => Some(text),
            _ => {
                reading.error("plugin/bad-value", &self.at(key), format!("`{key}` takes a text"));
                None
            }
        }
    }

    /// Returns a flag.
    pub(super) fn flag(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<bool> {
        match self.value(key)? {
            Value::Bool(flag) => Some(*flag),
            _ => {
                reading.error("plugin/bad-value", &self.at(key), format!("`{key}` takes `true` or `false`"));
                None
            }
        }
    }

    /// Returns a number of items, from 1.
    pub(super) fn count(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<usize> {
        match self.value(key)?.as_u64() {
            Some(count) if count > 0 => usize::try_from(count).ok(),
            _ => {
                reading.error(
                    "plugin/bad-value",
                    &self.at(key),
                    format!("`{key}` takes a whole number from 1"),
                );
                None
            }
        }
    }

    /// Returns an expression. Numbers and flags stand for themselves.
    pub(super) fn expression(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<CodeId> {
        let pointer = self.at(key);
        let source = match self.value(key)? {
            Value::String(source) => source.clone(),
            plain @ (Value::Number(_) | Value::Bool(_)) => plain.to_string(),
            _ => {
                reading.error("plugin/bad-value", &pointer, format!("`{key}` takes an expression"));
                return None;
            }
        };
        Some(reading.code(&source, CodeForm::Expression, &pointer))
    }

    /// Returns a text in which `{{ }}` marks computed parts; numbers and flags are texts too.
    pub(super) fn computed(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<CodeId> {
        let pointer = self.at(key);
        text_of(self.value(key)?, &pointer, reading)
    }

    /// Returns what one of a few words means.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&str, T)],
        reading: &mut Reading<'_>,
    ) -> Option<T> {
        let pointer = self.at(key);
        let word = self.literal(key, reading)?;
        if let Some((_, choice)) = choices.iter().find(|(it, _)| *it == word) {
            return Some(*choice);
        }
        let known = choices.iter().map(|(it, _)| *it);
        let message = match nearest(word, known.clone()) {
            Some(near) => format!("`{key}` cannot be `{word}`; did you mean `{near}`?"),
            None => format!("`{key}` cannot be `{word}`; it takes {}", known.collect::<Vec<_>>().join(", ")),
        };
        reading.error("plugin/bad-value", &pointer, message);
        None
    }

    /// Returns a whole number from 1 to a bound.
    pub(super) fn bounded(&mut self, key: &'static str, max: u64, reading: &mut Reading<'_>) -> Option<u64> {
        match self.value(key)?.as_u64() {
            Some(number) if (1..=max).contains(&number) => Some(number),
            _ => {
                let message = format!("`{key}` takes a whole number from 1 to {max}");
                reading.error("plugin/bad-value", &self.at(key), message);
                None
            }
        }
    }

    /// Returns a length of time in seconds, written as `90s`, `15m`, `24h` or `7d`.
    pub(super) fn seconds(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<u64> {
        let pointer = self.at(key);
        let text = self.literal(key, reading)?;
        let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).unwrap_or_default();
        let unit = match unit {
            "s" => Some(1),
            "m" => Some(60),
            "h" => Some(3_600),
            "d" => Some(86_400),
            _ => None,
        };
        let seconds = unit.and_then(|unit: u64| number.trim().parse::<u64>().ok()?.checked_mul(unit));
        if seconds.is_none() {
            let message = format!("`{text}` is no length of time: write `90s`, `15m`, `24h` or `7d`");
            reading.error("plugin/bad-value", &pointer, message);
        }
        seconds
    }

    /// Returns the name of a format of data.
    pub(super) fn format(&mut self, key: &'static str, default: &str, reading: &mut Reading<'_>) -> String {
        let pointer = self.at(key);
        let Some(name) = self.literal(key, reading) else { return default.to_owned() };
        if Format::parse_name(name).is_none() {
            let message = match nearest(name, Format::NAMES.iter().copied()) {
                Some(near) => format!("there is no format `{name}`; did you mean `{near}`?"),
                None => format!("there is no format `{name}`; there are {}", Format::NAMES.join(", ")),
            };
            reading.error("plugin/bad-value", &pointer, message);
        }
        name.to_owned()
    }

    /// Returns the entries of a mapping, with their places.
    pub(super) fn entries(
        &mut self,
        key: &'static str,
        reading: &mut Reading<'_>,
    ) -> Vec<(&'a str, &'a Value, String)> {
        let pointer = self.at(key);
        match self.value(key) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Object(map)) => {
                let entry = |(name, value): (&'a String, &'a Value)| {
                    let at = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                    (name.as_str(), value, at)
                };
                map.iter().map(entry).collect()
            }
            Some(_) => {
                reading.error("plugin/bad-value", &pointer, format!("`{key}` takes a mapping"));
                Vec::new()
            }
        }
    }

    /// Returns an expression that must be there.
    pub(super) fn required_expression(
        &mut self,
        key: &'static str,
        reading: &mut Reading<'_>,
    ) -> Option<CodeId> {
        if !self.map.contains_key(key) {
            self.missing(key, reading);
        }
        self.expression(key, reading)
    }

    /// Returns a text in which `{{ }}` marks computed parts, or that of `{t: key}`.
    pub(super) fn text(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<CodeId> {
        let pointer = self.at(key);
        let source = self.words(key, reading)?;
        let computed = source.contains("{{") || source.contains("{%");
        let form = if computed { CodeForm::Text } else { CodeForm::Literal };
        Some(reading.code(&source, form, &pointer))
    }

    /// Returns a text as it is, or that of `{t: key}`.
    pub(super) fn words(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<String> {
        let pointer = self.at(key);
        match self.value(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Object(map) if map.len() == 1 && map.contains_key("t") => match map.get("t") {
                Some(Value::String(text)) => Some(reading.translated(text, &format!("{pointer}/t"))),
                _ => {
                    reading.error("plugin/bad-value", &pointer, "`t` takes the key of a text".to_owned());
                    None
                }
            },
            _ => {
                reading.error("plugin/bad-value", &pointer, format!("`{key}` takes a text, or `{{t: key}}`"));
                None
            }
        }
    }

    /// Returns a predicate, or a filter of the older form.
    pub(super) fn filter(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<Filter> {
        let pointer = self.at(key);
        let value = self.value(key)?;
        match Filter::from_json(value) {
            Ok(filter) => {
                for never in Filter::without_effect(value) {
                    let place = reading.document.key_span(&format!("{pointer}{}", never.pointer));
                    let diagnostic = Diagnostic::warning("plugin/unknown-operator", place, never.message);
                    reading.problems.push(diagnostic);
                }
                Some(filter)
            }
            Err(error) => {
                reading.error("plugin/bad-filter", &format!("{pointer}{}", error.pointer), error.message);
                None
            }
        }
    }

    /// Returns the items of a list, with their places.
    pub(super) fn list(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Vec<(&'a Value, String)> {
        let pointer = self.at(key);
        match self.value(key) {
            None => Vec::new(),
            Some(Value::Array(items)) => {
                items.iter().enumerate().map(|(index, item)| (item, format!("{pointer}/{index}"))).collect()
            }
            Some(_) => {
                reading.error("plugin/bad-value", &pointer, format!("`{key}` takes a list"));
                Vec::new()
            }
        }
    }

    /// Reports a key that must be there.
    pub(super) fn missing(&self, key: &str, reading: &mut Reading<'_>) {
        let place = reading.document.span(&self.pointer);
        let diagnostic = Diagnostic::error("plugin/missing-key", place, format!("`{key}` is missing"));
        reading.problems.push(diagnostic.hint(format!("add `{key}:` here")));
    }

    /// Returns the keys that nobody asked for, and those that were asked for.
    pub(super) fn unasked(&self) -> (Vec<&'a str>, &[&'static str]) {
        let unasked = self.map.keys().map(String::as_str).filter(|key| !self.asked.contains(key));
        (unasked.collect(), &self.asked)
    }

    /// Reports every key that was not asked for.
    pub(super) fn finish(self, reading: &mut Reading<'_>) {
        let unasked =
            self.map.keys().filter(|key| !self.asked.contains(&key.as_str()) && !key.starts_with("x-"));
        for key in unasked {
            let place: Span = reading.document.key_span(&self.at(key));
            let known = self.asked.iter().copied();
            let near = nearest(key, known.clone());
            let message = format!("`{key}` is not a known key");
            let diagnostic = Diagnostic::error("plugin/unknown-key", place, message);
            reading.problems.push(match near {
                Some(_) => diagnostic.nearest(near),
                None => diagnostic.hint(format!("known here: {}", known.collect::<Vec<_>>().join(", "))),
            });
        }
    }
}

/// Returns an expression. Numbers and flags stand for themselves.
pub(super) fn expression_of(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<CodeId> {
    let source = match value {
        Value::String(source) => source.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Null => "none".to_owned(),
        _ => {
            reading.error("plugin/bad-value", pointer, "an expression is wanted here".to_owned());
            return None;
        }
    };
    Some(reading.code(&source, CodeForm::Expression, pointer))
}

/// Returns a text in which `{{ }}` marks the computed parts; numbers and flags are texts too.
pub(super) fn text_of(value: &Value, pointer: &str, reading: &mut Reading<'_>) -> Option<CodeId> {
    let source = match value {
        Value::String(source) => source.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => {
            reading.error("plugin/bad-value", pointer, "a text is wanted here".to_owned());
            return None;
        }
    };
    let computed = source.contains("{{") || source.contains("{%");
    Some(reading.code(&source, if computed { CodeForm::Text } else { CodeForm::Literal }, pointer))
}
