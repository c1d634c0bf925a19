//! XML text to objects: `@attribute`, `#text`, and a list for each name of children.

use serde_json::{Map, Value};

use super::xml_events::{XmlEvent, walk};
use super::{FormatError, bounds};

/// An element that has begun.
struct Element {
    name: String,
    object: Map<String, Value>,
    text: String,
}

/// Parses a document to an object whose one key is the name of the root. Children are always lists, also one alone.
pub(super) fn parse(text: &str) -> Result<Value, FormatError> {
    let mut open: Vec<Element> = Vec::new();
    let mut root = Map::new();
    let mut nodes = 0_usize;
    walk(text, &mut |event| {
        match event {
            XmlEvent::Open(name, attributes) => {
                nodes += 2 + attributes.0.len();
                if nodes > bounds::NODES_MAX {
                    return Err(bounds::too_many());
                }
                let of_attributes =
                    attributes.0.iter().map(|(name, value)| (format!("@{name}"), value.clone()));
                let object = of_attributes.collect();
                open.push(Element { name: name.to_owned(), object, text: String::new() });
            }
            XmlEvent::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(text);
                }
            }
            XmlEvent::Close(_) => {
                let Some(Element { name, mut object, text }) = open.pop() else { return Ok(()) };
                let text = text.trim();
                if !text.is_empty() {
                    object.insert("#text".to_owned(), Value::from(text));
                }
                let Some(parent) = open.last_mut() else {
                    root.insert(name, Value::Object(object));
                    return Ok(());
                };
                let list = parent.object.entry(name).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(list) = list {
                    list.push(Value::Object(object));
                }
            }
        }
        Ok(())
    })?;
    Ok(Value::Object(root))
}
