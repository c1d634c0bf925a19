//! One problem: code, severity, place, message, reason and remedy.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Span;

/// How bad a problem is. The order is from harmless to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never changes the exit code by default.
    Notice,
    /// Probably a mistake; the input is used as it stands.
    Warning,
    /// The input, or a part of it, cannot be used.
    Error,
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A second place that explains the first, such as the earlier of two definitions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Related {
    /// The other place.
    pub span: Span,
    /// What stands there.
    pub label: String,
}

/// A mistake in the user's input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// A stable name such as `catalog/unknown-reference`.
    pub code: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub span: Span,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Why it is wrong: the rule, and where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to write instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The reference of the entity it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// Other places that belong to the problem.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
}

impl Diagnostic {
    /// Returns a problem of the given severity; `code` is `stage/what-is-wrong`.
    pub fn new(severity: Severity, code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code: Cow::Borrowed(code),
            severity,
            span,
            message: message.into(),
            reason: None,
            hint: None,
            entity: None,
            related: Vec::new(),
        }
    }

    /// Returns an error: the input, or a part of it, cannot be used.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, span, message)
    }

    /// Returns a warning: the input is used, and is probably not what was meant.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, span, message)
    }

    /// Returns a notice: worth knowing.
    pub fn notice(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Notice, code, span, message)
    }

    /// Adds why it is wrong.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds "did you mean" when there is a near name and no other remedy.
    #[must_use]
    pub fn nearest(self, name: Option<&str>) -> Self {
        match name {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Says which entity it is about.
    #[must_use]
    pub fn about(mut self, entity: impl Into<String>) -> Self {
        self.entity = Some(entity.into());
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push(Related { span, label: label.into() });
        self
    }

    /// Changes every text that a person reads.
    pub fn map_texts(&mut self, change: &dyn Fn(&str) -> String) {
        self.message = change(&self.message);
        self.reason = self.reason.as_deref().map(change);
        self.hint = self.hint.as_deref().map(change);
        self.related.iter_mut().for_each(|it| it.label = change(&it.label));
    }
}
