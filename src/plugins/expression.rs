//! `Code`: an expression or a text template of a plugin, checked for syntax when the plugin is read.

use std::borrow::Cow;

use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior, context};
use serde_json::Map;

use super::engine::stack;
use crate::diagnostics::{Diagnostic, Span};

/// The longest expression or text, in bytes.
pub(super) const CODE_BYTES_MAX: usize = 64 * 1024;

/// How much of a source a message shows, in characters.
const SHOWN_MAX: usize = 160;

/// How many steps a condition may take.
const FUEL: u64 = 100_000;

/// How deep its calls may go.
const RECURSION_MAX: usize = 64;

/// The index of a piece of code in [`super::PluginSet::codes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeId(pub(super) usize);

impl CodeId {
    /// Returns the index.
    pub fn index(self) -> usize {
        self.0
    }

    pub(super) fn at(index: usize) -> Self {
        Self(index)
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

/// Which stage runs a piece of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeStage {
    /// Data is fetched and shaped.
    Facts,
    /// Pages are drawn.
    View,
}

/// An expression or a text, with its place.
#[derive(Clone, Debug)]
pub struct Code {
    /// The source.
    pub source: String,
    /// How to read it.
    pub form: CodeForm,
    /// Which stage runs it.
    pub stage: CodeStage,
    /// The index of the plugin in [`super::PluginSet::plugins`].
    pub plugin: usize,
    /// Where it stands.
    pub span: Span,
}

/// Returns a source as messages show it.
pub(super) fn shown(source: &str) -> Cow<'_, str> {
    match source.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", source.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(source),
    }
}

/// Checks the syntax.
pub(super) fn check(source: &str, form: CodeForm, span: &Span) -> Option<Diagnostic> {
    if form == CodeForm::Literal {
        return None;
    }
    let environment = Environment::new();
    let parse = || match form {
        CodeForm::Text => environment.template_from_str(source).err(),
        _ => environment.compile_expression(source).err(),
    };
    let detail = match stack::run(source.len(), parse) {
        Some(error) => error.map(|it| it.detail().map_or_else(|| it.kind().to_string(), str::to_owned))?,
        None => "it is too long".to_owned(),
    };
    let diagnostic = Diagnostic::error(
        "plugin/bad-expression",
        span.clone(),
        format!("`{}` does not parse: {detail}", shown(source)),
    );
    Some(match form {
        CodeForm::Expression if source.contains("{{") => {
            diagnostic.hint("this field is an expression already: write it without `{{ }}`")
        }
        _ => diagnostic,
    })
}

/// Decides a condition over the configuration of a plugin and the words of the site, before there are entities.
pub(super) fn decide(
    code: &Code,
    config: &serde_json::Value,
    site: &Map<String, serde_json::Value>,
) -> Result<bool, Box<Diagnostic>> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_recursion_limit(RECURSION_MAX);
    let compiled = stack::run(code.source.len(), || environment.compile_expression(&code.source));
    // What does not parse was reported when the plugin was read.
    let Some(Ok(expression)) = compiled else { return Ok(false) };
    let scope = context! { config => Value::from(Serde(config)), site => Value::from(Serde(site)) };
    expression.eval(scope).map(|it| it.is_true()).map_err(|error| {
        let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        let message = format!("`{}` fails: {detail}", shown(&code.source));
        Box::new(Diagnostic::error("plugin/failed-expression", code.span.clone(), message))
    })
}

/// Returns the names that an expression or text mentions below a variable, as in `params.slug`.
pub(super) fn mentioned(source: &str, variable: &str) -> Vec<String> {
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let mut names = Vec::new();
    for (at, _) in source.match_indices(variable) {
        let before = source.get(..at).and_then(|it| it.chars().next_back());
        let rest = source.get(at + variable.len()..).unwrap_or_default();
        if before.is_some_and(|it| is_name(it) || it == '.') {
            continue;
        }
        let dotted = rest.strip_prefix('.').map(|it| it.split(|it| !is_name(it)).next().unwrap_or_default());
        let quoted = ["[\"", "['"]
            .iter()
            .find_map(|it| rest.strip_prefix(it))
            .and_then(|it| it.split(['"', '\'']).next());
        names.extend(dotted.or(quoted).filter(|it| !it.is_empty()).map(str::to_owned));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::mentioned;

    #[test]
    fn finds_the_names_below_a_variable() {
        let source = r#"params.owner ~ "/" ~ params["repo"] ~ row.params.x ~ myparams.y ~ params"#;
        assert_eq!(mentioned(source, "params"), ["owner", "repo"]);
    }
}
