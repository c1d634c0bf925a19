//! `Engines` and `Program`: the code of plugins compiled once, and evaluated within bounds.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Expression, Template, UndefinedBehavior};

use super::{Scope, meter, stack};
use crate::diagnostics::{Diagnostic, Position, Span, Spanned};
use crate::plugins::expression::shown;
use crate::plugins::{CodeForm, CodeId, CodeStage, PluginSet, filters};
use crate::sources::parent;

/// How much an expression may do: about this many steps, and 64 bytes a step.
const FUEL: u64 = 2_000_000;

/// The most problems of one view or one question.
const PROBLEMS_MAX: usize = 50;

/// How deep calls may go.
const RECURSION_MAX: usize = 64;

/// The variables that a plain path may begin with.
const ROOTS: &[&str] = &["row", "entity", "config", "site", "data", "params", "history", "body", "rows"];

/// One environment a plugin: its templates are visible to itself alone.
#[derive(Debug)]
pub struct Engines {
    environments: Vec<Environment<'static>>,
    /// The templates of each plugin that do not parse, with the error.
    broken: Vec<BTreeMap<String, minijinja::Error>>,
}

impl Engines {
    /// Returns the environments of all plugins. `add` adds what the code of a plugin, by its index, may call.
    pub fn new(plugins: &PluginSet, add: &dyn Fn(&mut Environment<'static>, usize)) -> Self {
        let (environments, broken) = plugins
            .plugins
            .iter()
            .enumerate()
            .map(|(index, plugin)| {
                let mut environment = bounded();
                filters::add(&mut environment);
                meter::add(&mut environment);
                let words = plugin.words.clone();
                environment.add_function("t", move |key: &str| word(&words, key));
                add(&mut environment, index);
                let mut broken = BTreeMap::new();
                for (name, source) in &plugin.templates {
                    // A template that does not parse is reported when it is drawn, with its error.
                    let added = stack::run(source.len(), || {
                        environment.add_template_owned(format!("{name}.html"), source.clone())
                    });
                    broken.extend(added.unwrap_or_else(too_long).err().map(|error| (name.clone(), error)));
                }
                (environment, broken)
            })
            .unzip();
        Self { environments, broken }
    }
}

/// `t("key")`: a text of the plugin in the language of the portal.
fn word(words: &BTreeMap<String, String>, key: &str) -> Result<String, minijinja::Error> {
    let missing =
        || minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, format!("there is no text `{key}`"));
    words.get(key).cloned().ok_or_else(missing)
}

/// Returns an environment whose evaluations are bounded in time, memory and depth.
fn bounded() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(RECURSION_MAX);
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
    });
    environment
}

/// A piece of code that is ready to run.
enum Compiled<'a> {
    Expression(Expression<'a, 'a>),
    /// A path such as `row.metadata.description`, which most expressions are; it needs no machine.
    Path(&'a str, Vec<&'a str>),
    Text(Template<'a, 'a>),
    Literal(Value),
    /// It does not parse, which was reported when the plugin was read, or it belongs to another stage.
    Broken,
}

/// All code of all plugins, ready to run.
pub struct Program<'a> {
    plugins: &'a PluginSet,
    engines: &'a Engines,
    codes: Vec<Compiled<'a>>,
    configs: Vec<Value>,
    stage: CodeStage,
}

impl<'a> Program<'a> {
    /// Compiles all code of a stage.
    pub fn new(plugins: &'a PluginSet, engines: &'a Engines, stage: CodeStage) -> Self {
        let codes = plugins
            .codes
            .iter()
            .map(|code| {
                let Some(environment) = engines.environments.get(code.plugin) else {
                    return Compiled::Broken;
                };
                match code.form {
                    _ if code.stage != stage => Compiled::Broken,
                    CodeForm::Literal => Compiled::Literal(Value::from(code.source.as_str())),
                    CodeForm::Text => {
                        let compile = || environment.template_from_str(&code.source).map(Compiled::Text);
                        stack::run(code.source.len(), compile)
                            .and_then(Result::ok)
                            .unwrap_or(Compiled::Broken)
                    }
                    CodeForm::Expression => match path(&code.source) {
                        Some((root, path)) => Compiled::Path(root, path),
                        None => {
                            let source = meter::metered(&code.source);
                            let compile =
                                || environment.compile_expression_owned(source).map(Compiled::Expression);
                            stack::run(code.source.len(), compile)
                                .and_then(Result::ok)
                                .unwrap_or(Compiled::Broken)
                        }
                    },
                }
            })
            .collect();
        let configs = plugins.plugins.iter().map(super::secret_value::config).collect();
        Self { plugins, engines, codes, configs, stage }
    }

    /// Returns the stage whose code it runs.
    pub fn stage(&self) -> CodeStage {
        self.stage
    }

    /// Evaluates a piece of code. What fails is reported and gives nothing.
    pub fn evaluate(&self, id: CodeId, scope: &Scope<'_>, problems: &mut Vec<Diagnostic>) -> Value {
        let Some(compiled) = self.codes.get(id.index()) else { return Value::UNDEFINED };
        let (result, steps) = match compiled {
            Compiled::Literal(value) => return value.clone(),
            Compiled::Broken => return Value::UNDEFINED,
            _ if scope.meter().is_spent() => {
                self.add_problem(id, scope, &spent(scope.meter()), problems);
                return Value::UNDEFINED;
            }
            Compiled::Path(root, path) => {
                scope.meter().add(1);
                return follow(scope.get(root), path);
            }
            Compiled::Expression(expression) => meter::measure(FUEL, || expression.eval(scope.value())),
            Compiled::Text(template) => meter::measure_text(FUEL, || template.render_captured(scope.value())),
        };
        scope.meter().add(steps);
        result.unwrap_or_else(|error| {
            self.add_problem(id, scope, &error, problems);
            Value::UNDEFINED
        })
    }

    /// Returns the name in the sprite of an icon that plugins bring, as one of them calls it.
    pub fn icon(&self, plugin: usize, name: &str) -> Option<String> {
        let id = self.plugins.plugins.get(plugin).map_or("", |it| it.id.as_str());
        self.plugins.icons.resolve(id, name)
    }

    /// Renders a template of a plugin. The result is not safe yet.
    ///
    /// # Errors
    /// When the template fails, with the place of the error in it.
    pub fn render(
        &self,
        plugin: usize,
        name: &Spanned<String>,
        scope: &Scope<'_>,
    ) -> Result<String, Box<Diagnostic>> {
        let failed = |error: &minijinja::Error| {
            let place = self.place_in_template(plugin, error).unwrap_or_else(|| name.span.clone());
            let message = format!("the template fails: {}", describe(error));
            Box::new(Diagnostic::error("plugin/failed-template", place, message))
        };
        if let Some(error) = self.engines.broken.get(plugin).and_then(|it| it.get(&name.value)) {
            return Err(failed(error));
        }
        let Some(environment) = self.engines.environments.get(plugin) else { return Ok(String::new()) };
        if scope.meter().is_spent() {
            return Err(failed(&spent(scope.meter())));
        }
        let template = environment.get_template(&format!("{}.html", name.value));
        let (rendered, steps) =
            meter::measure_text(FUEL, || template.and_then(|it| it.render_captured(scope.value())));
        scope.meter().add(steps);
        rendered.map(|it| it.as_str().unwrap_or_default().to_owned()).map_err(|error| failed(&error))
    }

    /// Returns where in a template of a plugin an error is; `None` where it is in none.
    fn place_in_template(&self, plugin: usize, error: &minijinja::Error) -> Option<Span> {
        let plugin = self.plugins.plugins.get(plugin)?;
        let (name, line) = (error.name()?, error.line()?);
        let source = plugin.templates.get(name.strip_suffix(".html")?)?;
        let text = source.lines().nth(line.checked_sub(1)?)?;
        // The range is not there for all errors; then the whole line is meant.
        let start = source.lines().take(line - 1).map(|it| it.len() + 1).sum::<usize>();
        let range = error.range().map(|it| it.start.saturating_sub(start)..it.end.saturating_sub(start));
        let range = range.filter(|it| !it.is_empty() && text.get(it.clone()).is_some());
        let range = range.unwrap_or(text.len() - text.trim_start().len()..text.trim_end().len());
        let position = |byte: usize| {
            let before = text.get(..byte).map_or(0, |it| it.chars().count());
            let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
            Position { line: number(line), column: number(before + 1) }
        };
        let file = format!("{}/templates/{name}", parent(&plugin.file));
        Some(Span { file: Arc::from(file), start: position(range.start), end: position(range.end) })
    }

    /// Returns the configuration of a plugin.
    pub fn config(&self, plugin: usize) -> Value {
        self.configs.get(plugin).cloned().unwrap_or_default()
    }

    /// Adds what is wrong. What fails for one row often fails for all, and a few are told.
    fn add_problem(
        &self,
        id: CodeId,
        scope: &Scope<'_>,
        error: &minijinja::Error,
        problems: &mut Vec<Diagnostic>,
    ) {
        if problems.len() < PROBLEMS_MAX {
            problems.push(self.failed(id, scope, error));
        }
    }

    fn failed(&self, id: CodeId, scope: &Scope<'_>, error: &minijinja::Error) -> Diagnostic {
        let code = self.plugins.codes.get(id.index());
        let span = code.map_or_else(|| Span::file("plugin.yaml"), |it| it.span.clone());
        let source = code.map(|it| it.source.as_str()).unwrap_or_default();
        let diagnostic = Diagnostic::error(
            "plugin/failed-expression",
            span,
            format!("`{}` fails: {}", shown(source), describe(error)),
        );
        match scope.situation() {
            Some(situation) => diagnostic.reason(format!("it was evaluated for {situation}")),
            None => diagnostic,
        }
    }
}

fn spent(meter: &meter::Meter) -> minijinja::Error {
    let what = format!("what belongs together has taken more than {} steps", meter.steps_max());
    minijinja::Error::new(minijinja::ErrorKind::OutOfFuel, what)
}

fn too_long() -> Result<(), minijinja::Error> {
    Err(minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, "it is too long"))
}

fn describe(error: &minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// Returns the root and the keys of an expression that is a plain path.
fn path(source: &str) -> Option<(&str, Vec<&str>)> {
    let mut keys = source.trim().split('.');
    let root = keys.next().filter(|it| ROOTS.contains(it))?;
    let keys: Vec<&str> = keys.collect();
    let plain = |it: &&str| {
        !it.is_empty()
            && it.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
            && !it.starts_with(|it: char| it.is_ascii_digit())
    };
    keys.iter().all(plain).then_some((root, keys))
}

fn follow(value: Value, path: &[&str]) -> Value {
    path.iter().fold(value, |value, key| value.get_attr(key).unwrap_or_default())
}
