//! Results of tests in JUnit's XML to suites and cases.

use serde_json::{Value, json};

use super::xml_events::{Attributes, XmlEvent, local, walk};
use super::{FormatError, bounds};

/// How many characters of the message of a case are kept.
const MESSAGE_MAX: usize = 2_000;

/// How many values a case becomes.
const NODES_OF_CASE: usize = 8;

/// What can happen to a case, from good to bad.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    #[default]
    Passed,
    Skipped,
    Failure,
    Error,
}

impl Outcome {
    /// Returns the outcome that an element inside of a case stands for. Those of runs that were tried again, such as
    /// `flakyFailure`, are none: the last run decides.
    fn of_element(name: &str) -> Option<Self> {
        match name {
            "skipped" => Some(Self::Skipped),
            "failure" => Some(Self::Failure),
            "error" => Some(Self::Error),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::Failure => "failure",
            Self::Error => "error",
        }
    }

    /// Returns the word of the portal.
    fn status(self) -> &'static str {
        match self {
            Self::Passed => "ok",
            Self::Skipped => "skipped",
            Self::Failure | Self::Error => "error",
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Counts {
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
    seconds: f64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.tests = self.tests.saturating_add(other.tests);
        self.failures = self.failures.saturating_add(other.failures);
        self.errors = self.errors.saturating_add(other.errors);
        self.skipped = self.skipped.saturating_add(other.skipped);
        self.seconds += other.seconds;
    }

    fn of_attributes(attributes: &Attributes) -> Self {
        let count = |name| attributes.number(name).unwrap_or_default();
        Self {
            tests: count("tests"),
            failures: count("failures"),
            errors: count("errors"),
            skipped: count("skipped").saturating_add(count("disabled")),
            seconds: seconds(attributes.text("time")),
        }
    }
}

#[derive(Default)]
struct Suite {
    name: String,
    timestamp: Option<String>,
    declared: Counts,
    counts: Counts,
    cases: Vec<Value>,
    has_suites: bool,
}

#[derive(Default)]
struct Case {
    name: String,
    class: String,
    seconds: f64,
    outcome: Outcome,
    message: String,
    /// The text of the element that tells the outcome, where no attribute has a message.
    detail: String,
}

#[derive(Default)]
struct Reading {
    suites: Vec<Value>,
    open: Vec<Suite>,
    case: Option<Case>,
    in_outcome: bool,
    total: Counts,
    nodes: usize,
    has_root: bool,
}

/// Returns `{tests, failures, errors, skipped, seconds, suites: [{…, cases}]}`. Suites within suites stand side by side.
pub(super) fn parse(text: &str) -> Result<Value, FormatError> {
    let mut reading = Reading::default();
    walk(text, &mut |event| match event {
        XmlEvent::Open(name, attributes) => reading.open(local(name), attributes),
        XmlEvent::Text(text) => {
            reading.text(text);
            Ok(())
        }
        XmlEvent::Close(name) => {
            reading.close(local(name));
            Ok(())
        }
    })?;
    let mut whole = counts_row(reading.total);
    whole.insert("suites".to_owned(), Value::Array(reading.suites));
    Ok(Value::Object(whole))
}

impl Reading {
    fn open(&mut self, name: &str, attributes: &Attributes) -> Result<(), FormatError> {
        if !std::mem::replace(&mut self.has_root, true) && !matches!(name, "testsuites" | "testsuite") {
            let message = format!("the root of JUnit's results is `testsuites` or `testsuite`, not `{name}`");
            return Err(FormatError::new(message));
        }
        self.nodes += if matches!(name, "testsuite" | "testcase") { NODES_OF_CASE } else { 0 };
        if self.nodes > bounds::NODES_MAX {
            return Err(bounds::too_many());
        }
        match (name, &mut self.case) {
            ("testsuite", _) => {
                self.open.last_mut().into_iter().for_each(|it| it.has_suites = true);
                let timestamp = Some(attributes.text("timestamp")).filter(|it| !it.is_empty());
                self.open.push(Suite {
                    name: attributes.text("name").to_owned(),
                    timestamp: timestamp.map(str::to_owned),
                    declared: Counts::of_attributes(attributes),
                    ..Suite::default()
                });
            }
            ("testcase", _) => {
                self.case = Some(Case {
                    name: attributes.text("name").to_owned(),
                    class: attributes.text("classname").to_owned(),
                    seconds: seconds(attributes.text("time")),
                    ..Case::default()
                });
            }
            (_, Some(case)) => {
                let Some(outcome) = Outcome::of_element(name).filter(|it| *it > case.outcome) else {
                    return Ok(());
                };
                case.outcome = outcome;
                case.message = shortened(attributes.text("message"));
                case.detail.clear();
                self.in_outcome = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(case) =
            self.case.as_mut().filter(|it| self.in_outcome && it.detail.len() < 4 * MESSAGE_MAX)
        {
            case.detail.push_str(text);
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "testcase" => self.finish_case(),
            "testsuite" => self.finish_suite(),
            _ if Outcome::of_element(name).is_some() => self.in_outcome = false,
            _ => {}
        }
    }

    fn finish_case(&mut self) {
        self.in_outcome = false;
        let Some(case) = self.case.take() else { return };
        // A case beside all suites gets one without a name.
        if self.open.is_empty() {
            self.open.push(Suite::default());
        }
        let Some(suite) = self.open.last_mut() else { return };
        suite.counts.add(Counts {
            tests: 1,
            failures: u64::from(case.outcome == Outcome::Failure),
            errors: u64::from(case.outcome == Outcome::Error),
            skipped: u64::from(case.outcome == Outcome::Skipped),
            seconds: case.seconds,
        });
        let message = if case.message.is_empty() { shortened(case.detail.trim()) } else { case.message };
        suite.cases.push(json!({
            "name": case.name,
            "class": case.class,
            "seconds": rounded(case.seconds),
            "status": case.outcome.status(),
            "outcome": case.outcome.name(),
            "message": Some(message).filter(|it| !it.is_empty()),
        }));
    }

    fn finish_suite(&mut self) {
        let Some(suite) = self.open.pop() else { return };
        let counts = match (suite.cases.is_empty(), suite.has_suites) {
            // It only holds others, and its numbers are theirs.
            (true, true) => return,
            (true, false) => suite.declared,
            _ => suite.counts,
        };
        self.total.add(counts);
        let mut row = serde_json::Map::from_iter([("name".to_owned(), Value::from(suite.name))]);
        row.extend(counts_row(counts));
        row.insert("timestamp".to_owned(), Value::from(suite.timestamp));
        row.insert("cases".to_owned(), Value::Array(suite.cases));
        self.suites.push(Value::Object(row));
    }
}

fn counts_row(counts: Counts) -> serde_json::Map<String, Value> {
    serde_json::Map::from_iter([
        ("tests".to_owned(), Value::from(counts.tests)),
        ("failures".to_owned(), Value::from(counts.failures)),
        ("errors".to_owned(), Value::from(counts.errors)),
        ("skipped".to_owned(), Value::from(counts.skipped)),
        ("seconds".to_owned(), Value::from(rounded(counts.seconds))),
    ])
}

/// Some tools part the thousands with commas.
fn seconds(text: &str) -> f64 {
    let number: f64 = text.trim().replace(',', "").parse().unwrap_or_default();
    if number.is_finite() && number >= 0.0 { number } else { 0.0 }
}

/// To milliseconds, so that sums show no noise.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1_000.0).round() / 1_000.0
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MESSAGE_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
