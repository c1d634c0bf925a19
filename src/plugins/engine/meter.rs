//! `Meter`: how many steps several evaluations may take together.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use minijinja::value::Value;
use minijinja::{Environment, State};

/// How many steps all evaluations of one view on one page may take.
const VIEW_STEPS_MAX: u64 = 8_000_000;

/// The filter that is put behind each expression, to learn what it took.
const FILTER: &str = "__steps";

thread_local! {
    /// The steps of the evaluation that ended last on this thread.
    static TAKEN: Cell<u64> = const { Cell::new(0) };
}

/// Counts the steps of several evaluations.
#[derive(Debug)]
pub struct Meter {
    taken: AtomicU64,
    steps_max: u64,
}

impl Meter {
    /// Returns a meter that allows so many steps.
    pub fn new(steps_max: u64) -> Arc<Self> {
        Arc::new(Self { taken: AtomicU64::new(0), steps_max })
    }

    /// Returns the meter of one view on one page.
    pub(super) fn of_view() -> Arc<Self> {
        Self::new(VIEW_STEPS_MAX)
    }

    /// Returns whether more was taken than is allowed. Whether it is so at the end does not depend on who came first.
    pub fn is_spent(&self) -> bool {
        self.taken.load(Ordering::Relaxed) > self.steps_max
    }

    /// Counts the steps of an evaluation.
    pub(super) fn add(&self, steps: u64) {
        self.taken.fetch_add(steps, Ordering::Relaxed);
    }

    /// Returns how many steps are allowed.
    pub fn steps_max(&self) -> u64 {
        self.steps_max
    }
}

/// Adds the filter of [`metered`].
pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_filter(FILTER, |state: &State<'_, '_>, value: Value| {
        TAKEN.set(state.fuel_levels().map_or(0, |(taken, _)| taken));
        value
    });
}

/// Returns an expression that tells what it took.
pub(super) fn metered(expression: &str) -> String {
    format!("({expression}\n)|{FILTER}")
}

/// Returns what an evaluation gives, and how many steps it took: all that it may, if it does not tell.
pub(super) fn measure<T>(most: u64, evaluate: impl FnOnce() -> T) -> (T, u64) {
    TAKEN.set(most);
    let result = evaluate();
    (result, TAKEN.get())
}

/// The same for a text, whose engine tells by itself.
pub(super) fn measure_text<'s>(
    most: u64,
    render: impl FnOnce() -> Result<minijinja::Captured<'s>, minijinja::Error>,
) -> (Result<Value, minijinja::Error>, u64) {
    match render() {
        Ok(captured) => {
            let taken = captured.state().fuel_levels().map_or(most, |(taken, _)| taken);
            (Ok(Value::from(captured.into_output())), taken)
        }
        Err(error) => (Err(error), most),
    }
}
