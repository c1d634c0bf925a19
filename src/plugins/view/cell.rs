//! `Cell`: a value and how it is shown, in tables and lists of terms.

use crate::diagnostics::nearest;
use crate::plugins::expression::CodeId;
use crate::plugins::node::{Node, Reading};

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellForm {
    /// As plain text.
    Text,
    /// As a link to an entity, or several; a reference that leads nowhere is marked.
    Entity,
    /// As chips.
    Badge,
    /// As a link; the value is the address unless `href` is given.
    Link,
    /// As an address of mail.
    Email,
    /// As short Markdown.
    Markdown,
    /// In the type of code.
    Code,
    /// As a time, in words of how long ago it was where there is script.
    Time,
    /// As a date.
    Date,
    /// As a length of time; the value is in seconds.
    Duration,
    /// As parts of a hundred.
    Percent,
    /// As a person or a team, with their initials.
    Person,
    /// As a small line; the value is a list of numbers.
    Sparkline,
    /// As a state with icon and word.
    Status,
    /// As a number, to the right.
    Number,
}

const FORMS: &[(&str, CellForm)] = &[
    ("text", CellForm::Text),
    ("entity", CellForm::Entity),
    ("badge", CellForm::Badge),
    ("link", CellForm::Link),
    ("email", CellForm::Email),
    ("markdown", CellForm::Markdown),
    ("code", CellForm::Code),
    ("time", CellForm::Time),
    ("date", CellForm::Date),
    ("duration", CellForm::Duration),
    ("percent", CellForm::Percent),
    ("person", CellForm::Person),
    ("sparkline", CellForm::Sparkline),
    ("status", CellForm::Status),
    ("number", CellForm::Number),
];

/// A value and how it is shown.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The value.
    pub value: CodeId,
    /// How it is shown.
    pub form: CellForm,
    /// Where it leads.
    pub href: Option<CodeId>,
}

/// Reads `value`, `as` and `href`.
pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Cell> {
    let value = node.required_expression("value", reading);
    let href = node.expression("href", reading);
    let pointer = node.at("as");
    let form = match node.literal("as", reading) {
        None => CellForm::Text,
        Some(name) => match FORMS.iter().find(|(it, _)| *it == name) {
            Some((_, form)) => *form,
            None => {
                let known = FORMS.iter().map(|(it, _)| *it);
                let near = nearest(name, known.clone()).map(|it| format!("; did you mean `{it}`?"));
                let rest =
                    near.unwrap_or_else(|| format!("; there are {}", known.collect::<Vec<_>>().join(", ")));
                reading.error(
                    "plugin/bad-value",
                    &pointer,
                    format!("a value cannot be shown as `{name}`{rest}"),
                );
                CellForm::Text
            }
        },
    };
    Some(Cell { value: value?, form, href })
}
