//! `Code`: an expression or a text template of a plugin, checked for syntax when the plugin is read.

use minijinja::Environment;

use crate::diagnostics::{Diagnostic, Span};

/// The index of a piece of code in [`super::PluginSet::codes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeId(pub(super) usize);

impl CodeId {
    /// Returns the index.
    pub fn index(self) -> usize {
        self.0
    }
}

/// What the text of a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeForm {
    /// One MiniJinja expression.
    Expression,
    /// A text in which `{{ }}` marks the computed parts.
    Text,
    /// A text without computed parts.
    Literal,
}

/// An expression or a text, with its place.
#[derive(Clone, Debug)]
pub struct Code {
    /// The source.
    pub source: String,
    /// How to read it.
    pub form: CodeForm,
    /// The index of the plugin in [`super::PluginSet::plugins`].
    pub plugin: usize,
    /// Where it stands.
    pub span: Span,
}

/// Checks the syntax.
pub(super) fn check(source: &str, form: CodeForm, span: &Span) -> Option<Diagnostic> {
    let environment = Environment::new();
    let error = match form {
        CodeForm::Literal => return None,
        CodeForm::Expression => environment.compile_expression(source).err()?,
        CodeForm::Text => environment.template_from_str(source).err()?,
    };
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let diagnostic = Diagnostic::error(
        "plugin/bad-expression",
        span.clone(),
        format!("`{source}` does not parse: {detail}"),
    );
    Some(match form {
        CodeForm::Expression if source.contains("{{") => {
            diagnostic.hint("this field is an expression already: write it without `{{ }}`")
        }
        _ => diagnostic,
    })
}
