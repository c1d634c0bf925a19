//! `gather`: all questions of all plugins in parallel, their answers in the order of plugins, sources and keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value;

use super::allowance::Allowance;
use super::answer::{Answer, Facts, SearchRow, SourceFacts, State};
use super::entity_value;
use super::history::Points;
use super::landing;
use super::outside::Outside;
use super::plan::{self, SourcePlan, text_of};
use super::problems;
use super::question::{Outcome, Question, Reply};
use crate::diagnostics::{Diagnostic, Report};
use crate::model::{Entity, Filter};
use crate::plugins::engine::{Program, Scope};
use crate::plugins::source::{Failure, Fetch};
use crate::plugins::{CodeStage, Plugin, PluginSet, Source};
use crate::sources::in_waiting_threads;

/// The most rows that one source adds to the search.
const SEARCH_ROWS_MAX: usize = 20_000;

/// The longest text of a row that is searched, in characters.
const SEARCH_TEXT_MAX: usize = 400;

/// Asks every source for what it is needed, and makes data of the answers.
pub fn gather(
    plugins: &PluginSet,
    program: &Program<'_>,
    entities: &[Arc<Entity>],
    outside: Outside<'_>,
    report: &mut Report,
) -> Facts {
    debug_assert_eq!(program.stage(), CodeStage::Facts);
    let (plans, diagnostics) = plan::all(plugins, program, entities, outside);
    report.extend(diagnostics);
    let questions: Vec<(usize, &[usize])> = plans
        .iter()
        .enumerate()
        .flat_map(|(index, plan)| plan.questions.iter().map(move |keys| (index, keys.as_slice())))
        .collect();
    let allowances: Vec<Allowance> = plugins.plugins.iter().map(|_| Allowance::new()).collect();
    let answered = in_waiting_threads(&questions, |(index, keys)| {
        let plan = plans.get(*index).and_then(|it| Some((it, allowances.get(it.plugin)?)));
        let Some((plan, allowance)) = plan else { return (Vec::new(), Vec::new()) };
        ask(plugins, program, entities, outside, (plan, allowance), keys)
    });
    let mut outcomes: BTreeMap<(usize, usize), Outcome> = BTreeMap::new();
    let mut problems: BTreeMap<usize, Vec<Diagnostic>> = BTreeMap::new();
    for ((index, keys), (answers, found)) in questions.iter().zip(answered) {
        outcomes.extend(keys.iter().zip(answers).map(|(key, it)| ((*index, *key), it)));
        problems.entry(*index).or_default().extend(found);
    }
    let mut facts = Facts { plugins: vec![Vec::new(); plugins.plugins.len()], ..Facts::default() };
    for (index, plan) in plans.iter().enumerate() {
        let of_source = (0..plan.keys.len()).map(|key| outcomes.remove(&(index, key))).collect();
        let found = problems.remove(&index).unwrap_or_default();
        let Some(allowance) = allowances.get(plan.plugin) else { continue };
        join(plugins, program, outside, (plan, allowance), of_source, found, &mut facts, report);
    }
    facts
}

fn ask(
    plugins: &PluginSet,
    program: &Program<'_>,
    entities: &[Arc<Entity>],
    outside: Outside<'_>,
    (plan, allowance): (&SourcePlan, &Allowance),
    keys: &[usize],
) -> (Vec<Outcome>, Vec<Diagnostic>) {
    let plugin = plugins.plugins.get(plan.plugin);
    let Some((plugin, source)) = plugin.and_then(|it| Some((it, it.sources.get(plan.source)?))) else {
        return (Vec::new(), Vec::new());
    };
    let keys = keys.iter().filter_map(|it| plan.keys.get(*it)).collect();
    let problems = Vec::new();
    let mut question = Question { plugin, source, program, outside, keys, problems, allowance, room: None };
    let outcomes = match &source.fetch {
        Fetch::Catalog(filter) => question.outcomes(of_catalog(entities, filter.as_ref())),
        _ => question.answer(),
    };
    (outcomes, question.problems)
}

/// Returns the entities that satisfy a predicate as the answer to a question.
fn of_catalog(entities: &[Arc<Entity>], filter: Option<&Filter>) -> Reply {
    let wanted = entities.iter().filter(|it| filter.is_none_or(|filter| filter.matches(it)));
    Reply { values: vec![wanted.map(entity_value::value).collect()], ..Reply::default() }
}

/// Joins the answers of one source.
#[expect(
    clippy::too_many_arguments,
    reason = "it is the one place where all that a source has comes together"
)]
fn join(
    plugins: &PluginSet,
    program: &Program<'_>,
    outside: Outside<'_>,
    (plan, allowance): (&SourcePlan, &Allowance),
    outcomes: Vec<Option<Outcome>>,
    found: Vec<Diagnostic>,
    facts: &mut Facts,
    report: &mut Report,
) {
    let Some(plugin) = plugins.plugins.get(plan.plugin) else { return };
    let Some(source) = plugin.sources.get(plan.source) else { return };
    let exceeded = allowance.exceeded();
    let (outcomes, found) = match &exceeded {
        // What came before it was known is dropped too, so that it does not matter who was first.
        Some(what) => {
            let failed = || Outcome::without_data(State::Failed(what.clone()));
            let told = problems::too_large(plugin, source, what);
            (outcomes.iter().map(|it| it.as_ref().map(|_| failed())).collect(), vec![told])
        }
        None => (outcomes, found),
    };
    report.extend(each_once(found));
    let known: Vec<Outcome> = outcomes.iter().flatten().cloned().collect();
    report.extend(Question::tell_bad(plugin, source, &known));
    report.extend(tell_failed(plugin, source, plan, &outcomes).filter(|_| exceeded.is_none()));
    facts.asked.push((plugin.id.clone(), source.name.clone(), plan.questions.len()));
    let mut of_source =
        SourceFacts { name: source.name.clone(), once: source.is_shared(), ..SourceFacts::default() };
    let mut points = points(plugin, source, outside);
    for (key, outcome) in plan.keys.iter().zip(outcomes) {
        let Some(outcome) = outcome else { continue };
        let history = match (&mut points, &source.history) {
            (Some(points), Some((fields, keep))) => {
                if outcome.state == State::Good {
                    points.add(&key.parts, &outcome.data, fields, outside.now_s, *keep);
                }
                points.of(&key.parts, fields)
            }
            _ => Value::UNDEFINED,
        };
        for entity in &key.entities {
            of_source.of_entity.insert(entity.clone(), of_source.answers.len());
        }
        let state = match outcome.state {
            State::Failed(_) if source.policy.on_error == Failure::Omit => State::Empty,
            state => state,
        };
        let (parts, entities) = (key.parts.clone(), key.entities.clone());
        let answer = Answer { key: parts, state, data: outcome.data, at: outcome.at, history, entities };
        let mut problems = Vec::new();
        let scope = Scope::new(key.variables.clone(), "").metered(&allowance.meter);
        let base = match &source.index {
            Some(_) => landing::path(plugins, plan.plugin, source, answer.entities.first()),
            None => String::new(),
        };
        let scope = scope.with(vec![("base".into(), Value::from(base))]);
        let told = Told { plugin, source, program, scope, answer: &answer };
        told.values(facts, &mut problems);
        told.rows(facts, &mut problems);
        report.extend(each_once(problems));
        of_source.answers.push(answer);
    }
    if let Some(points) = points {
        facts.points.push((list_name(plugin, source), points.lines()));
    }
    if let Some(sources) = facts.plugins.get_mut(plan.plugin) {
        sources.push(of_source);
    }
}

fn list_name(plugin: &Plugin, source: &Source) -> String {
    format!("{}/{}", plugin.id, source.name)
}

fn points(plugin: &Plugin, source: &Source, outside: Outside<'_>) -> Option<Points> {
    source.history.as_ref().filter(|_| plugin.history)?;
    let kept = outside.asker.and_then(|it| it.history(&list_name(plugin, source)));
    Some(Points::read(&kept.unwrap_or_default()))
}

/// Returns each problem once: an expression that fails for one row often fails for all.
fn each_once(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut more: BTreeMap<usize, usize> = BTreeMap::new();
    for diagnostic in found {
        match kept.iter().position(|it| it.code == diagnostic.code && it.span == diagnostic.span) {
            Some(at) => *more.entry(at).or_default() += 1,
            None => kept.push(diagnostic),
        }
    }
    for (at, count) in more {
        if let Some(diagnostic) = kept.get_mut(at) {
            let reason = diagnostic.reason.take().map(|it| format!("{it}; ")).unwrap_or_default();
            diagnostic.reason = Some(format!("{reason}and {count} more times"));
        }
    }
    kept
}

fn tell_failed(
    plugin: &Plugin,
    source: &Source,
    plan: &SourcePlan,
    outcomes: &[Option<Outcome>],
) -> Option<Diagnostic> {
    let failed = |it: &Outcome| match &it.state {
        State::Failed(what) => Some(what.clone()),
        State::Stale(since, reason) => Some(format!("{reason}; the data of {since} stands in")),
        _ => None,
    };
    let mut all = plan.keys.iter().zip(outcomes).filter_map(|(key, it)| Some((key, failed(it.as_ref()?)?)));
    let (key, what) = all.next()?;
    let count = all.count() + 1;
    let is_bad_data =
        outcomes.iter().flatten().all(|it| it.bad.is_some() || !matches!(it.state, State::Failed(_)));
    // Data that is wrong has been told of already.
    (!is_bad_data).then(|| {
        problems::source_failed(plugin, source, count, plan.keys.len(), (&key.parts.join(" "), &what))
    })
}

/// What an answer tells besides its data.
struct Told<'a> {
    plugin: &'a Plugin,
    source: &'a Source,
    program: &'a Program<'a>,
    scope: Scope<'a>,
    answer: &'a Answer,
}

impl Told<'_> {
    /// Adds the facts of the entities that the answer is for.
    fn values(&self, facts: &mut Facts, problems: &mut Vec<Diagnostic>) {
        if self.source.facts.is_empty() || self.answer.data.is_undefined() {
            return;
        }
        let data = &self.answer.data;
        let fields = data.try_iter().into_iter().flatten();
        let mut variables = vec![("data".into(), data.clone())];
        variables.extend(fields.filter_map(|key| {
            let name = key.as_str()?.to_owned();
            Some((name.into(), data.get_item(&key).ok()?))
        }));
        let scope = self.scope.with(variables);
        for (name, code) in &self.source.facts {
            let value = self.program.evaluate(*code, &scope, problems);
            if value.is_undefined() || value.is_none() {
                continue;
            }
            for entity in &self.answer.entities {
                facts.values.entry(entity.clone()).or_default().insert(name.clone(), value.clone());
            }
        }
    }

    /// Adds the rows of the search.
    fn rows(&self, facts: &mut Facts, problems: &mut Vec<Diagnostic>) {
        let Some(index) = &self.source.index else { return };
        if self.answer.data.is_undefined() {
            return;
        }
        let data = Value::from_pairs([(self.source.name.clone(), self.answer.data.clone())]);
        let scope = self.scope.with(vec![("data".into(), data), ("rows".into(), self.answer.data.clone())]);
        let rows = self.program.evaluate(index.rows, &scope, problems);
        for row in rows.try_iter().into_iter().flatten().take(SEARCH_ROWS_MAX) {
            let scope = scope.with_row(row);
            let mut text = |code| text_of(&self.program.evaluate(code, &scope, problems));
            let title = text(index.title);
            let href = text(index.href);
            let words: String =
                index.text.map(&mut text).unwrap_or_default().chars().take(SEARCH_TEXT_MAX).collect();
            if !title.is_empty() && !href.is_empty() {
                let (plugin, kind) = (self.plugin.id.clone(), index.kind.clone());
                facts.rows.push(SearchRow { plugin, kind, title, text: words, href });
            }
        }
    }
}
