//! `Scope`: the variables of an evaluation, and what it is about.

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Value};

use super::Meter;

/// The most characters of a row that a diagnostic shows.
const SHOWN_MAX: usize = 120;

/// The name and the value of a variable.
pub type Variable = (Cow<'static, str>, Value);

/// The variables of an evaluation.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    shared: Arc<Vec<Variable>>,
    /// The row, inside tables and lists.
    row: Value,
    /// What the evaluation is about, for diagnostics; may be empty.
    subject: &'a str,
    /// What all evaluations in it may take together.
    meter: Arc<Meter>,
}

impl<'a> Scope<'a> {
    /// Returns a scope without a row. Of two variables of one name the first counts.
    pub fn new(variables: Vec<Variable>, subject: &'a str) -> Self {
        Self { shared: Arc::new(variables), row: Value::UNDEFINED, subject, meter: Meter::of_view() }
    }

    /// Returns the same scope under another meter.
    #[must_use]
    pub fn metered(self, meter: &Arc<Meter>) -> Self {
        Self { meter: Arc::clone(meter), ..self }
    }

    /// Returns the same scope with a row.
    #[must_use]
    pub fn with_row(&self, row: Value) -> Self {
        Self { row, ..self.clone() }
    }

    /// Returns the same scope with further variables, which come before those of the same name.
    #[must_use]
    pub fn with(&self, mut variables: Vec<Variable>) -> Self {
        variables.extend(self.shared.iter().cloned());
        Self { shared: Arc::new(variables), ..self.clone() }
    }

    /// Returns a variable; undefined where there is none.
    pub fn get(&self, name: &str) -> Value {
        find(&self.shared, &self.row, name).unwrap_or_default()
    }

    /// Returns what counts the steps.
    pub(super) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Returns all variables as one value.
    pub(super) fn value(&self) -> Value {
        Value::from_object(Variables { shared: Arc::clone(&self.shared), row: self.row.clone() })
    }

    /// Returns what the evaluation is about, in words.
    pub(super) fn situation(&self) -> Option<String> {
        let row = (!self.row.is_undefined()).then(|| {
            let text = self.row.to_string();
            let cut: String = text.chars().take(SHOWN_MAX).collect();
            let end = if cut.len() < text.len() { "…" } else { "" };
            format!("the row `{cut}{end}`")
        });
        match (self.subject, row) {
            ("", row) => row,
            (subject, None) => Some(format!("`{subject}`")),
            (subject, Some(row)) => Some(format!("`{subject}`, {row}")),
        }
    }
}

fn find(shared: &[Variable], row: &Value, name: &str) -> Option<Value> {
    if name == "row" && !row.is_undefined() {
        return Some(row.clone());
    }
    shared.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone())
}

#[derive(Debug)]
struct Variables {
    shared: Arc<Vec<Variable>>,
    row: Value,
}

impl Object for Variables {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        find(&self.shared, &self.row, key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.shared.iter().map(|(name, _)| Value::from(name.as_ref()));
        Enumerator::Values(names.chain([Value::from("row")]).collect())
    }
}
