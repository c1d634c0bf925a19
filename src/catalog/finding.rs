//! `Finding`: what is wrong with one document, before it has a place in a file.

use super::places::Places;
use crate::diagnostics::{Diagnostic, Severity};

/// The step of Backstage's pipeline that refuses a document. The order is that of the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The YAML does not parse, or its root is not a mapping.
    Parse,
    /// `apiVersion`, `kind`, `metadata.name` and the like are missing or of a wrong type.
    Envelope,
    /// A placeholder cannot be replaced.
    PreProcess,
    /// A field has a wrong type or format.
    Policy,
    /// The kind's own rules, or no such kind.
    Validate,
    /// A reference is malformed.
    PostProcess,
}

impl Stage {
    /// Returns the name that the step has in Backstage's words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::Envelope => "envelope",
            Self::PreProcess => "preProcess",
            Self::Policy => "policy",
            Self::Validate => "validate",
            Self::PostProcess => "postProcess",
        }
    }
}

/// Something wrong at one node of a document.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The step that refuses.
    pub stage: Stage,
    /// The stable code.
    pub code: &'static str,
    /// The JSON pointer to the node.
    pub pointer: String,
    /// Whether the key, and not the value, is wrong.
    pub at_key: bool,
    /// Whether it leaves the verdict as it is: a warning of ours about what Backstage accepts.
    pub accepted: bool,
    /// What is wrong.
    pub message: String,
    /// The rule.
    pub reason: Option<String>,
    /// The remedy.
    pub hint: Option<String>,
}

impl Finding {
    /// Returns a finding at the value of a node.
    pub fn new(
        stage: Stage,
        code: &'static str,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let (pointer, message) = (pointer.into(), message.into());
        Self { stage, code, pointer, at_key: false, accepted: false, message, reason: None, hint: None }
    }

    /// Moves the place to the key.
    #[must_use]
    pub fn at_key(mut self) -> Self {
        self.at_key = true;
        self
    }

    /// Makes it a warning that leaves the verdict as it is.
    #[must_use]
    pub fn accepted(mut self) -> Self {
        self.accepted = true;
        self
    }

    /// Adds the rule.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Adds the remedy.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds "did you mean" where there is a near name.
    #[must_use]
    pub fn nearest(self, name: Option<&str>) -> Self {
        match name {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Gives the finding its place.
    pub fn into_diagnostic(self, places: &Places<'_, '_>) -> Diagnostic {
        let span = if self.at_key { places.key_span(&self.pointer) } else { places.span(&self.pointer) };
        let severity = if self.accepted { Severity::Warning } else { Severity::Error };
        let mut diagnostic = Diagnostic::new(severity, self.code, span, self.message);
        diagnostic.reason = self.reason;
        diagnostic.hint = self.hint;
        diagnostic
    }
}

/// Returns a key as it stands in a JSON pointer.
pub(super) fn pointer_key(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Returns the JSON type of a value, for messages.
pub(super) fn type_name(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "nothing",
        serde_json::Value::Bool(_) => "a boolean",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a text",
        serde_json::Value::Array(_) => "a list",
        serde_json::Value::Object(_) => "a mapping",
    }
}
