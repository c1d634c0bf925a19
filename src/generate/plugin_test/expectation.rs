//! What a test of a plugin expects, and what there is instead.

use minijinja::value::Value as Shown;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::{Map, Value};

use super::{Run, drawn, fails};
use crate::facts::{Answer, State};
use crate::generate::SiteInput;
use crate::model::EntityRef;

/// Checks a run against what is expected.
pub(super) struct Expected<'a> {
    pub(super) run: &'a Run,
    pub(super) input: &'a SiteInput,
    pub(super) failures: &'a mut Vec<String>,
}

impl Expected<'_> {
    /// Checks everything. Returns the file of the expected HTML and what was drawn, if HTML is expected.
    pub(super) fn check(mut self, expect: &Map<String, Value>) -> Option<(String, String)> {
        let (parts, mut problems) = drawn(self.run);
        problems.extend(self.run.report.diagnostics().iter().cloned());
        self.failures.extend(self.run.mistakes.iter().cloned());
        for unknown in self.run.replay.unknown() {
            self.failures.push(format!("nothing is recorded for `{unknown}`"));
        }
        let wanted: Vec<&str> = match expect.get("diagnostics") {
            Some(Value::Array(codes)) => codes.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        for problem in &problems {
            if fails(problem) && !wanted.contains(&&*problem.code) {
                let reason = problem.reason.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
                self.failures.push(format!("{}: {}{reason}", problem.code, problem.message));
            }
        }
        for code in wanted {
            if !problems.iter().any(|it| it.code == code) {
                self.failures.push(format!("the problem `{code}` was not reported"));
            }
        }
        let mut html = None;
        for (key, value) in expect {
            match (key.as_str(), value) {
                ("requests", wanted) => self.requests(wanted),
                ("state", Value::String(wanted)) => self.state(wanted),
                ("rows", wanted) => self.rows(wanted),
                ("diagnostics", _) => {}
                ("a11y", _) => {
                    let found = parts.iter().flat_map(|((id, entity), html)| {
                        super::super::accessibility::problems(html)
                            .into_iter()
                            .map(move |it| format!("{id} {entity}: {it}"))
                    });
                    self.failures.extend(found);
                }
                ("html", Value::String(file)) => {
                    let all = parts.iter().map(|((id, entity), html)| {
                        let of = if entity.is_empty() { String::new() } else { format!(" of {entity}") };
                        format!("<!-- {id}{of} -->\n{}\n", html.replace("><", ">\n<"))
                    });
                    let all: String = all.collect();
                    self.html(file, &all);
                    html = Some((file.clone(), all));
                }
                (path, wanted) => self.value(path, wanted),
            }
        }
        html
    }

    fn requests(&mut self, wanted: &Value) {
        let asked = self.run.replay.asked();
        if wanted.as_u64() != Some(asked as u64) {
            self.failures.push(format!("{asked} requests were sent, and {wanted} were expected"));
        }
    }

    fn rows(&mut self, wanted: &Value) {
        let rows = self.run.world.facts.rows.len();
        if wanted.as_u64() != Some(rows as u64) {
            self.failures.push(format!("the search has {rows} rows, and {wanted} were expected"));
        }
    }

    fn html(&mut self, file: &str, drawn: &str) {
        match self.input.reader.read_text(file) {
            Ok(text) if text == drawn => {}
            Ok(text) => {
                let line = text.lines().zip(drawn.lines()).position(|(one, other)| one != other);
                let line = line.unwrap_or_else(|| text.lines().count().min(drawn.lines().count()));
                let of = |it: &str| it.lines().nth(line).unwrap_or_default().to_owned();
                let (expected, found) = (of(&text), of(drawn));
                self.failures.push(format!(
                    "the HTML differs from `{file}` in line {}: expected `{expected}`, found `{found}`",
                    line + 1
                ));
            }
            Err(error) => self.failures.push(format!("`{file}` cannot be read: {error}; --bless writes it")),
        }
    }

    fn first_entity(&self) -> Option<EntityRef> {
        self.run.world.catalog.entities().first().map(|it| it.reference.clone())
    }

    /// All sources must be in the state.
    fn state(&mut self, wanted: &str) {
        let Some(own) = self.run.own else { return };
        let sources = self.run.plugins.plugins.get(own).map(|it| it.sources.as_slice()).unwrap_or_default();
        for source in sources {
            let answers = self.run.world.facts.answers(own, &source.name);
            let states: Vec<&str> = match answers {
                [] => vec!["missing"],
                answers => answers.iter().map(|it: &Answer| name_of(&it.state)).collect(),
            };
            if states.iter().any(|it| *it != wanted) {
                self.failures.push(format!(
                    "the source `{}` is {}, and {wanted} was expected{}",
                    source.name,
                    states.join(", "),
                    answers.first().map(|it| why(&it.state)).unwrap_or_default()
                ));
            }
        }
    }

    /// A path such as `data.runs[0].status`, `facts["sonarqube.gate"]` or `entity[component:default/a].data.x`.
    fn value(&mut self, path: &str, wanted: &Value) {
        let Some(own) = self.run.own else { return };
        let (entity, expression) = match path.strip_prefix("entity[").and_then(|it| it.split_once("].")) {
            Some((reference, rest)) => (EntityRef::parse_full(reference).ok(), rest),
            None => (self.first_entity(), path),
        };
        let (data, history) = self.run.world.facts.variables(own, entity.as_ref());
        let values = entity.as_ref().and_then(|it| self.run.world.facts.values(it).cloned());
        let scope = minijinja::context! {
            data => data, history => history, facts => Shown::from_pairs(values.unwrap_or_default()),
        };
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        let found = environment.compile_expression(expression).and_then(|it| it.eval(scope));
        match found.map(|it| serde_json::to_value(&it).unwrap_or_default()) {
            Ok(found) if same(&found, wanted) => {}
            Ok(found) => self.failures.push(format!("`{path}` is `{found}`, and `{wanted}` was expected")),
            Err(error) => self.failures.push(format!("`{path}` cannot be looked up: {error}")),
        }
    }
}

/// Returns whether two values are the same; a whole number is the same however it is written.
fn same(found: &Value, wanted: &Value) -> bool {
    match (found.as_f64(), wanted.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-9,
        _ => found == wanted,
    }
}

fn name_of(state: &State) -> &'static str {
    match state {
        State::Good => "good",
        State::Empty => "empty",
        State::Missing => "missing",
        State::Failed(_) => "error",
        State::Stale(..) => "stale",
    }
}

fn why(state: &State) -> String {
    match state {
        State::Failed(what) => format!(": {what}"),
        State::Stale(_, reason) => format!(": {reason}"),
        _ => String::new(),
    }
}
