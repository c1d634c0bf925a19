//! `Keys`: one mapping of the configuration, read key by key; keys that nobody asked for are told.

use std::cell::{Cell, RefCell};

use serde_json::{Map, Value};

use super::pattern::Pattern;
use crate::diagnostics::{Diagnostic, Places, Span, nearest};

/// What the mappings of one reading share.
pub(super) struct Reading<'a> {
    places: &'a Places,
    diagnostics: RefCell<Vec<Diagnostic>>,
    errors: Cell<usize>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(places: &'a Places) -> Self {
        Self { places, diagnostics: RefCell::default(), errors: Cell::new(0) }
    }

    /// Returns how many errors there were so far.
    pub(super) fn errors(&self) -> usize {
        self.errors.get()
    }

    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics.into_inner()
    }

    pub(super) fn place(&self, pointer: &str, key: bool) -> Span {
        self.places.of(pointer, key)
    }

    pub(super) fn warn(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// Tells that a provider cannot be used, and why.
    pub(super) fn refuse(&self, pointer: &str, message: String, hint: Option<String>) {
        let mut diagnostic = Diagnostic::error("discovery/bad-provider", self.place(pointer, false), message)
            .reason("nothing is discovered by such a provider");
        diagnostic.hint = hint;
        self.errors.set(self.errors.get() + 1);
        self.diagnostics.borrow_mut().push(diagnostic);
    }
}

/// Returns the name of a node as people write it.
pub(super) fn dotted(pointer: &str) -> String {
    let below = pointer.replace('/', ".").replace("~1", "/").replace("~0", "~");
    format!("catalog.providers{below}")
}

/// Returns the pointer to a key.
pub(super) fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// One mapping.
pub(super) struct Keys<'a> {
    value: &'a Map<String, Value>,
    pointer: String,
    reading: &'a Reading<'a>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(value: &'a Map<String, Value>, pointer: String, reading: &'a Reading<'a>) -> Self {
        Self { value, pointer, reading, asked: RefCell::default() }
    }

    pub(super) fn reading(&self) -> &'a Reading<'a> {
        self.reading
    }

    fn get(&self, key: &'static str) -> Option<&'a Value> {
        self.asked.borrow_mut().push(key);
        // An empty value, as in `branch:`, is none.
        self.value.get(key).filter(|it| !it.is_null())
    }

    fn wrong(&self, key: &str, expected: &str) {
        let pointer = below(&self.pointer, key);
        self.reading.refuse(&pointer, format!("`{}` is not {expected}", dotted(&pointer)), None);
    }

    /// Tells that the value of a key cannot be used.
    pub(super) fn refuse(&self, key: &str, message: String, hint: Option<String>) {
        let pointer = match self.value.contains_key(key) {
            true => below(&self.pointer, key),
            false => self.pointer.clone(),
        };
        self.reading.refuse(&pointer, message, hint);
    }

    /// Accepts a key and does not use it.
    pub(super) fn ignore(&self, key: &'static str) {
        self.get(key);
    }

    /// Returns a text; the empty one is none. A number is taken as it is written.
    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        match self.get(key)? {
            Value::String(text) => Some(text.clone()).filter(|it| !it.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => {
                self.wrong(key, "a text");
                None
            }
        }
    }

    /// Returns a text that must be there.
    pub(super) fn required(&self, key: &'static str) -> Option<String> {
        let text = self.text(key);
        if self.value.get(key).is_none_or(|it| it.is_null() || it.as_str() == Some("")) {
            let message = format!("`{}` has no `{key}`", dotted(&self.pointer));
            let near = nearest(key, self.value.keys().map(String::as_str));
            let hint = near.filter(|it| *it != key).map(|it| format!("rename `{it}`, if that is what it is"));
            self.reading.refuse(&self.pointer, message, hint);
        }
        text
    }

    /// Tells where a list of texts has none.
    pub(super) fn required_texts(&self, key: &'static str) {
        let empty = |it: &Value| match it {
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            it => it.is_null(),
        };
        if self.value.get(key).is_none_or(empty) {
            self.reading.refuse(&self.pointer, format!("`{}` has no `{key}`", dotted(&self.pointer)), None);
        }
    }

    /// Returns a flag.
    pub(super) fn flag(&self, key: &'static str, default: bool) -> bool {
        match self.get(key) {
            None => default,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.wrong(key, "`true` or `false`");
                default
            }
        }
    }

    /// Returns a whole number within bounds.
    pub(super) fn number(&self, key: &'static str, default: usize, most: usize) -> usize {
        let Some(value) = self.get(key) else { return default };
        match value.as_u64().and_then(|it| usize::try_from(it).ok()).filter(|it| (1..=most).contains(it)) {
            Some(number) => number,
            None => {
                self.wrong(key, &format!("a whole number from 1 to {most}"));
                default
            }
        }
    }

    /// Returns a list of texts; one text is a list of one.
    pub(super) fn texts(&self, key: &'static str) -> Vec<String> {
        match self.get(key) {
            None => Vec::new(),
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
                items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            Some(_) => {
                self.wrong(key, "a list of texts");
                Vec::new()
            }
        }
    }

    /// Returns a regular expression, which must match a part of the text, or the whole where `whole` is set.
    pub(super) fn pattern(&self, key: &'static str, whole: bool) -> Option<Pattern> {
        let text = self.text(key)?;
        self.compile(key, &text, whole)
    }

    /// Returns several regular expressions.
    pub(super) fn patterns(&self, key: &'static str) -> Vec<Pattern> {
        self.texts(key).iter().filter_map(|it| self.compile(key, it, false)).collect()
    }

    fn compile(&self, key: &str, text: &str, whole: bool) -> Option<Pattern> {
        match Pattern::new(text, whole) {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                self.wrong(key, &format!("a regular expression: {reason}"));
                None
            }
        }
    }

    /// Returns a mapping below; an empty one where there is none.
    pub(super) fn block(&self, key: &'static str) -> Keys<'a> {
        static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        let pointer = below(&self.pointer, key);
        let value = match self.get(key) {
            Some(Value::Object(object)) => object,
            None => &NONE,
            Some(_) => {
                self.wrong(key, "a mapping");
                &NONE
            }
        };
        Keys::new(value, pointer, self.reading)
    }

    /// Returns the mappings of a list; one mapping is a list of one, and where there is none it is an empty mapping.
    pub(super) fn blocks(&self, key: &'static str) -> Vec<Keys<'a>> {
        let Some(Value::Array(items)) = self.value.get(key) else { return vec![self.block(key)] };
        self.asked.borrow_mut().push(key);
        let pointer = below(&self.pointer, key);
        let block = |(index, item): (usize, &'a Value)| match item.as_object() {
            Some(object) => Some(Keys::new(object, format!("{pointer}/{index}"), self.reading)),
            None => {
                self.wrong(key, "a list of mappings");
                None
            }
        };
        items.iter().enumerate().filter_map(block).collect()
    }

    /// Returns the mapping itself, for keys that the user names.
    pub(super) fn entries(&self) -> &'a Map<String, Value> {
        self.value
    }

    /// Warns of the keys that nobody asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.into_inner();
        for key in self.value.keys().filter(|it| !asked.contains(&it.as_str())) {
            let pointer = below(&self.pointer, key);
            let place = self.reading.place(&pointer, true);
            let message = format!("`{}` is not a known key", dotted(&pointer));
            self.reading.warn(
                Diagnostic::warning("discovery/unknown-key", place, message)
                    .nearest(nearest(key, asked.iter().copied())),
            );
        }
    }
}
