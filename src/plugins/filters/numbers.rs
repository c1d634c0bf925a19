//! Filters that make numbers of texts.

use minijinja::value::Value;

use super::FilterDescription;
use super::argument::{number, value_of};

pub(super) const FILTERS: &[FilterDescription] = &[FilterDescription {
    name: "to_number",
    signature: "to_number",
    what: "The number that a text holds, nothing where it holds none; `int` and `float` make 0 of nothing",
    example: r#"["81.5", "3.0", none, "soon"] | map("to_number") | list"#,
    result: "[81.5, 3, null, null]",
    add: |it| it.add_filter("to_number", to_number),
}];

fn to_number(value: &Value) -> Value {
    number(value).map(value_of).unwrap_or_default()
}
