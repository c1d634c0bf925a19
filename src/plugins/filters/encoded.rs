//! Filters of encoded texts: JSON, Base64 and addresses.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use minijinja::value::{Serde, Value};
use minijinja::{Error, State};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::FilterDescription;
use super::argument::{failed, text};

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "from_json",
        signature: "from_json",
        what: "The value of a text in JSON",
        example: r#"('{"a": [1]}' | from_json).a"#,
        result: "[1]",
        add: |it| it.add_filter("from_json", from_json),
    },
    FilterDescription {
        name: "from_base64",
        signature: "from_base64",
        what: "The text in Base64, in either alphabet, with or without padding and line breaks",
        example: r#""SGVsbG8" | from_base64"#,
        result: r#""Hello""#,
        add: |it| it.add_filter("from_base64", from_base64),
    },
    FilterDescription {
        name: "urlencode_path",
        signature: "urlencode_path",
        what: "A text encoded for the path of an address, with its slashes; `urlencode` encodes for one segment or a query",
        example: r#""a b/c?d" | urlencode_path"#,
        result: r#""a%20b/c%3Fd""#,
        add: |it| it.add_filter("urlencode_path", urlencode_path),
    },
];

/// What a path holds as it is: unreserved characters and slashes.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn from_json(state: &State<'_, '_>, value: &Value) -> Result<Value, Error> {
    let Some(text) = text(value)?.filter(|it| !it.trim().is_empty()) else { return Ok(Value::UNDEFINED) };
    state.consume_fuel(text.len() as u64 / 4)?;
    let json: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| failed(format!("this is not JSON: {error}")))?;
    Ok(Value::from(Serde(&json)))
}

fn from_base64(value: &Value) -> Result<Value, Error> {
    let Some(text) = text(value)? else { return Ok(Value::UNDEFINED) };
    let standard = |it: char| match it {
        '-' => '+',
        '_' => '/',
        other => other,
    };
    let digits: String = text.chars().filter(|it| !it.is_whitespace()).map(standard).collect();
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    let bytes = engine.decode(digits).map_err(|_| failed("this is not Base64"))?;
    let decoded = String::from_utf8(bytes).map_err(|_| failed("what is in Base64 here is no text"))?;
    Ok(Value::from(decoded))
}

fn urlencode_path(value: &Value) -> Result<Value, Error> {
    let text = text(value)?;
    Ok(text.map(|it| Value::from(utf8_percent_encode(&it, PATH).to_string())).unwrap_or_default())
}
