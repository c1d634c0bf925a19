//! One question of a source: what is asked, and the answer of each key in it.

use std::collections::BTreeMap;
use std::sync::MutexGuard;

use minijinja::Value;
use serde_json::Value as Json;

use super::allowance::Allowance;
use super::answer::State;
use super::failures::Failed;
use super::outside::Outside;
use super::plan::{Key, text_of};
use super::shape::{self, Made};
use super::{call, file, git, problems, sql};
use crate::diagnostics::Diagnostic;
use crate::plugins::engine::{Program, Scope, Variable, secrets_variable};
use crate::plugins::source::{Fetch, Policy};
use crate::plugins::{CodeId, Plugin, Source};
use crate::sources::remote::Fresh;

/// One question: one key, or several in one request.
pub(super) struct Question<'a> {
    pub(super) plugin: &'a Plugin,
    pub(super) source: &'a Source,
    pub(super) program: &'a Program<'a>,
    pub(super) outside: Outside<'a>,
    pub(super) keys: Vec<&'a Key>,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) allowance: &'a Allowance,
    /// Held while the answer is large.
    pub(super) room: Option<MutexGuard<'static, ()>>,
}

/// What came back: the pages of one answer, and how old it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub(super) pages: Vec<Json>,
    /// Pages that are values already, in the place of the others.
    pub(super) values: Vec<Value>,
    /// When the oldest page was known to be so, in seconds since 1970.
    pub(super) at: Option<i64>,
    /// Since when it is not up to date, and why.
    pub(super) stale: Option<(String, String)>,
}

impl Reply {
    /// Returns a reply of one page that is read with the site.
    pub(super) fn of(page: Json) -> Self {
        Self { pages: vec![page], ..Self::default() }
    }

    /// Adds a page.
    pub(super) fn add(&mut self, answer: &Fresh, body: Json) {
        self.pages.push(body);
        self.at = Some(self.at.map_or(answer.at, |it| it.min(answer.at)));
        if let Some(stale) = &answer.stale {
            self.stale = Some((stale.since.clone(), stale.reason.to_string()));
        }
    }
}

/// What one key has, before it is joined with the others.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) state: State,
    pub(super) data: Value,
    pub(super) at: Option<i64>,
    /// Rows that were left out since they are not what the schema says, and what the first one lacks.
    pub(super) bad_rows: usize,
    pub(super) bad: Option<String>,
}

impl Outcome {
    pub(super) fn without_data(state: State) -> Self {
        Self { state, data: Value::UNDEFINED, at: None, bad_rows: 0, bad: None }
    }
}

impl<'a> Question<'a> {
    /// Returns the variables of the first key, with `batch` for what is asked for several.
    pub(super) fn scope(&self) -> Scope<'a> {
        let Some(first) = self.keys.first() else { return self.scope_of(Vec::new(), "") };
        let mut variables: Vec<Variable> = Vec::new();
        if self.source.batch.is_some() {
            let last = |it: &&Key| it.parts.last().cloned().unwrap_or_default();
            let keys: Value = self.keys.iter().map(last).collect();
            variables.push(("batch".into(), Value::from_pairs([("keys", keys)])));
        }
        variables.push(("key".into(), first.parts.iter().cloned().collect()));
        variables.extend(first.variables.iter().cloned());
        self.scope_of(variables, first.entities.first().map(|it| it.as_str()).unwrap_or_default())
    }

    fn scope_of(&self, variables: Vec<Variable>, subject: &'a str) -> Scope<'a> {
        Scope::new(variables, subject).metered(&self.allowance.meter)
    }

    /// Returns the variables of `auth` alone: with the secrets that the plugin was granted.
    pub(super) fn secret_scope(&self) -> Scope<'a> {
        self.scope().with(vec![("secrets".into(), secrets_variable(self.plugin))])
    }

    pub(super) fn evaluate(&mut self, code: CodeId, scope: &Scope<'_>) -> Value {
        self.program.evaluate(code, scope, &mut self.problems)
    }

    pub(super) fn text(&mut self, code: CodeId, scope: &Scope<'_>) -> String {
        text_of(&self.evaluate(code, scope))
    }

    /// Returns how many rows a page has.
    pub(super) fn rows_in(&mut self, body: &Json, scope: &Scope<'_>) -> usize {
        let rows = self.source.distribute.as_ref().map(|it| it.rows).or(self.source.shape.rows);
        let Some(rows) = rows else { return body.as_array().map_or(0, Vec::len) };
        let body = Value::from(minijinja::value::Serde(body));
        self.evaluate(rows, &scope.with(vec![("body".into(), body)])).len().unwrap_or(0)
    }

    /// Asks, and returns the outcome of each key, in their order.
    pub(super) fn answer(&mut self) -> Vec<Outcome> {
        if let Some(what) = self.allowance.exceeded() {
            return self.keys.iter().map(|_| Outcome::without_data(State::Failed(what.clone()))).collect();
        }
        let reply = match &self.source.fetch {
            Fetch::Call(call) => call::ask(self, call),
            Fetch::File(it) => file::read(self, it),
            Fetch::Tree(it) => file::read_tree(self, it),
            Fetch::Git(it) => git::read(self, it),
            Fetch::Sql(it) => sql::query(self, it),
            Fetch::Catalog(_) | Fetch::Embed => Ok(Reply::of(Json::Null)),
        };
        match reply {
            Ok(reply) => self.outcomes(reply),
            Err(failed) => {
                let state = match failed {
                    Failed::Empty => State::Empty,
                    Failed::Missing => State::Missing,
                    Failed::Because(what) => State::Failed(what),
                    Failed::Refused(diagnostic) => {
                        let what = diagnostic.message.clone();
                        self.problems.push(*diagnostic);
                        State::Failed(what)
                    }
                };
                self.keys.iter().map(|_| Outcome::without_data(state.clone())).collect()
            }
        }
    }

    /// Shapes a body that is there already.
    pub(super) fn outcomes(&mut self, reply: Reply) -> Vec<Outcome> {
        let pages = reply.pages.iter().map(|it| Value::from(minijinja::value::Serde(it)));
        let bodies: Vec<Value> = if reply.values.is_empty() { pages.collect() } else { reply.values.clone() };
        if let Some(state) = too_old(&reply, &self.source.policy, self.outside.now_s) {
            return self.keys.iter().map(|_| Outcome::without_data(state.clone())).collect();
        }
        let parted = self.distributed(&bodies);
        let keys = self.keys.clone();
        let mut outcomes = Vec::with_capacity(keys.len());
        for key in keys {
            let rows = parted.as_ref().map(|it| {
                it.get(key.parts.last().map(String::as_str).unwrap_or_default()).cloned().unwrap_or_default()
            });
            let subject = key.entities.first().map(|it| it.as_str()).unwrap_or_default();
            let mut variables: Vec<Variable> = vec![("key".into(), key.parts.iter().cloned().collect())];
            variables.extend(key.variables.iter().cloned());
            let scope = self.scope_of(variables, subject);
            let made = shape::make(self, &bodies, rows, &scope);
            if !matches!(self.source.fetch, Fetch::Catalog(_)) {
                self.allowance.keep(&made.data);
            }
            outcomes.push(self.outcome(made, &reply));
        }
        outcomes
    }

    fn outcome(&mut self, made: Made, reply: &Reply) -> Outcome {
        let state = match (made.is_empty, &made.bad, &reply.stale) {
            (_, Some(what), _) if made.data.is_undefined() => {
                State::Failed(format!("its data is not what was expected: {what}"))
            }
            (true, ..) => State::Empty,
            (false, _, Some((since, reason))) => State::Stale(since.clone(), reason.clone()),
            (false, _, None) => old(reply, &self.source.policy, self.outside.now_s).unwrap_or(State::Good),
        };
        Outcome { state, data: made.data, at: reply.at, bad_rows: made.bad_rows, bad: made.bad }
    }

    /// Returns the rows of each key, where one answer is parted among several.
    fn distributed(&mut self, bodies: &[Value]) -> Option<BTreeMap<String, Vec<Value>>> {
        let distribute = self.source.distribute.as_ref()?;
        let scope = self.scope();
        let mut parted: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for body in bodies {
            let rows = self.evaluate(distribute.rows, &scope.with(vec![("body".into(), body.clone())]));
            for row in rows.try_iter().into_iter().flatten() {
                let key = self.text(distribute.by, &scope.with_row(row.clone()));
                parted.entry(key).or_default().push(row);
            }
        }
        Some(parted)
    }
}

/// Returns the state of data that is too old to be shown.
fn too_old(reply: &Reply, policy: &Policy, now_s: i64) -> Option<State> {
    let age_s = age(reply, now_s)?;
    let is_over = policy.stale_error_s.is_some_and(|most| age_s > most);
    let why = reply.stale.as_ref().map(|(_, reason)| format!(": {reason}")).unwrap_or_default();
    is_over.then(|| State::Failed(format!("its last good data is {} old{why}", in_words(age_s))))
}

/// Returns the state of data that is labelled as old.
fn old(reply: &Reply, policy: &Policy, now_s: i64) -> Option<State> {
    let age_s = age(reply, now_s)?;
    let is_old = policy.stale_warn_s.is_some_and(|most| age_s > most);
    let since = jiff::Timestamp::from_second(reply.at?).ok()?.to_string();
    is_old.then(|| {
        State::Stale(since.get(..10).unwrap_or(&since).to_owned(), "it was not asked for again".to_owned())
    })
}

fn age(reply: &Reply, now_s: i64) -> Option<u64> {
    u64::try_from(now_s.saturating_sub(reply.at?)).ok()
}

fn in_words(seconds: u64) -> String {
    match seconds {
        it if it >= 172_800 => format!("{} days", it / 86_400),
        it if it >= 7_200 => format!("{} hours", it / 3_600),
        it => format!("{} minutes", it / 60),
    }
}

impl Question<'_> {
    /// Tells of rows that were left out, or of data that is none.
    pub(super) fn tell_bad(plugin: &Plugin, source: &Source, outcomes: &[Outcome]) -> Option<Diagnostic> {
        let rows: usize = outcomes.iter().map(|it| it.bad_rows).sum();
        let what = outcomes.iter().find_map(|it| it.bad.as_ref())?;
        Some(problems::bad_data(plugin, source, rows, what))
    }
}
