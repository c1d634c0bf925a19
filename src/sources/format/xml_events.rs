//! XML text to a series of `XmlEvent`s, without a DTD and within bounds.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value};

use super::{FormatError, bounds};

/// How many attributes an element may have.
const ATTRIBUTES_MAX: usize = 256;

/// How many elements a file may have. A report has several for each line of code.
const ELEMENTS_MAX: usize = 4_000_000;

/// A step through a document.
pub(super) enum XmlEvent<'a> {
    /// An element begins.
    Open(&'a str, &'a Attributes),
    /// Text, in parts.
    Text(&'a str),
    /// An element ends.
    Close(&'a str),
}

/// The attributes of an element, in their order.
#[derive(Default)]
pub(super) struct Attributes(pub(super) Map<String, Value>);

impl Attributes {
    /// Returns the value of an attribute, empty if it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns the value of an attribute that is a whole number; one too large is the largest.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        whole_number(self.text(name))
    }
}

/// Returns a text that is digits as a number; one too large is the largest.
pub(super) fn whole_number(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// Returns a name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or_default()
}

/// Reads a document, which has exactly one root, and hands on its events. An error of `visit` gets the place.
pub(super) fn walk<'a>(
    text: &'a str,
    visit: &mut dyn FnMut(XmlEvent<'_>) -> Result<(), FormatError>,
) -> Result<(), FormatError> {
    let mut reader = Reader::from_str(text);
    let mut walk = Walk { visit, depth: 0, elements: 0, attributes: Attributes::default() };
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|error| {
            let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
            FormatError::new(format!("this is not XML: {error}")).at_byte(text, at)
        })?;
        if matches!(event, Event::Eof) {
            break;
        }
        walk.event(event).map_err(|error| error.at_byte(text, start))?;
    }
    match (walk.depth, walk.elements) {
        (0, 0) => Err(FormatError::new("this is not XML: it has no element")),
        (0, _) => Ok(()),
        _ => Err(FormatError::new("this is not XML: an element has no end").at_byte(text, text.len())),
    }
}

struct Walk<'v> {
    visit: &'v mut dyn FnMut(XmlEvent<'_>) -> Result<(), FormatError>,
    depth: usize,
    elements: usize,
    attributes: Attributes,
}

impl Walk<'_> {
    fn event(&mut self, event: Event<'_>) -> Result<(), FormatError> {
        match event {
            Event::Start(start) => self.open(&start),
            Event::Empty(start) => {
                self.open(&start)?;
                self.close(start.name().as_ref())
            }
            Event::End(end) => self.close(end.name().as_ref()),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => self.reference(&reference),
            // A DTD is not read: its entities are unknown, and its defaults are not filled in.
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), FormatError> {
        if self.depth == 0 && self.elements > 0 {
            return Err(FormatError::new("this is not XML: it has more than one root"));
        }
        self.depth += 1;
        self.elements += 1;
        if self.depth > bounds::DEPTH_MAX {
            return Err(bounds::too_deep());
        }
        if self.elements > ELEMENTS_MAX {
            return Err(FormatError::new(format!("it has more than {ELEMENTS_MAX} elements")));
        }
        self.attributes.0.clear();
        // Whether one is there twice is seen below, in less than quadratic time.
        for attribute in start.attributes().with_checks(false) {
            let attribute =
                attribute.map_err(|error| FormatError::new(format!("this is not XML: {error}")))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| FormatError::new(format!("this is not XML: {error}")))?;
            let key = attribute.key.as_ref().to_owned();
            if let Some(twice) = self.attributes.0.insert(key, Value::String(value.into_owned())) {
                return Err(FormatError::new(format!(
                    "this is not XML: an attribute with {twice} is there twice"
                )));
            }
            if self.attributes.0.len() > ATTRIBUTES_MAX {
                return Err(FormatError::new(format!(
                    "an element has more than {ATTRIBUTES_MAX} attributes"
                )));
            }
        }
        (self.visit)(XmlEvent::Open(start.name().as_ref(), &self.attributes))
    }

    fn close(&mut self, name: &str) -> Result<(), FormatError> {
        self.depth = self.depth.saturating_sub(1);
        (self.visit)(XmlEvent::Close(name))
    }

    fn text(&mut self, text: &str) -> Result<(), FormatError> {
        match self.depth {
            0 if text.trim().is_empty() => Ok(()),
            0 => Err(FormatError::new("this is not XML: text stands outside of the root")),
            _ => (self.visit)(XmlEvent::Text(text)),
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), FormatError> {
        let character = reference
            .resolve_char_ref()
            .map_err(|error| FormatError::new(format!("this is not XML: {error}")))?;
        match (character, resolve_xml_entity(reference)) {
            (Some(character), _) => self.text(character.encode_utf8(&mut [0; 4])),
            (None, Some(text)) => self.text(text),
            (None, None) => {
                let name: &str = reference;
                Err(FormatError::new(format!("the entity `{name}` is unknown; a DTD is not read")))
            }
        }
    }
}
