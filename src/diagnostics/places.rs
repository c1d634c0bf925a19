//! `Places`: the places of the keys and values below one node, for values that leave the file they were read from.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Span;

/// Where a value and everything in it is written.
#[derive(Clone, Debug)]
pub struct Places {
    whole: Span,
    /// By JSON pointer from the value: the place of the key, and that of the value.
    below: BTreeMap<String, (Span, Span)>,
}

impl Places {
    /// Returns the places of a value that as a whole is at `whole`. `place` gives the place of a node by its JSON
    /// pointer from the value, of its key if the flag is set.
    pub fn new(value: &Value, whole: Span, place: &dyn Fn(&str, bool) -> Span) -> Self {
        let mut places = Self { whole, below: BTreeMap::new() };
        places.add(value, "", place);
        places
    }

    fn add(&mut self, value: &Value, pointer: &str, place: &dyn Fn(&str, bool) -> Span) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(object) => {
                object.iter().map(|(key, child)| (key.replace('~', "~0").replace('/', "~1"), child)).collect()
            }
            Value::Array(items) => {
                items.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect()
            }
            _ => return,
        };
        for (key, child) in children {
            let pointer = format!("{pointer}/{key}");
            self.add(child, &pointer, place);
            let spans = (place(&pointer, true), place(&pointer, false));
            self.below.insert(pointer, spans);
        }
    }

    /// Returns the place of the node at a JSON pointer, or of its nearest ancestor that is there.
    pub fn of(&self, pointer: &str, key: bool) -> Span {
        match (self.below.get(pointer), pointer.rsplit_once('/')) {
            (Some((span, _)), _) if key => span.clone(),
            (Some((_, span)), _) => span.clone(),
            (None, Some((parent, _))) => self.of(parent, false),
            (None, None) => self.whole.clone(),
        }
    }
}
