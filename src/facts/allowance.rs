//! `Allowance`: what all sources of one plugin may take together in one build, whatever servers answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::Value;
use minijinja::value::ValueKind;

use crate::plugins::engine::Meter;

/// How many steps the expressions of one plugin's sources may take: to plan, and again to make data.
const STEPS_MAX: u64 = 4_000_000_000;

/// How much data one plugin may keep, in bytes.
const DATA_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// What a value takes besides its text, in bytes.
const VALUE_BYTES: u64 = 48;

/// How much a question may read before it waits for others that read as much, in bytes.
const LARGE_BYTES: usize = 1024 * 1024;

/// Held by the question whose answer is large: of those there is one in memory.
static LARGE: Mutex<()> = Mutex::new(());

/// What one plugin may take. Whether it took too much does not depend on the order of answers: what is left out once it
/// has does not make it less.
#[derive(Debug)]
pub(super) struct Allowance {
    pub(super) meter: Arc<Meter>,
    kept: AtomicU64,
}

impl Allowance {
    pub(super) fn new() -> Self {
        Self { meter: Meter::new(STEPS_MAX), kept: AtomicU64::new(0) }
    }

    /// Counts data that is kept.
    pub(super) fn keep(&self, data: &Value) {
        self.kept.fetch_add(weight(data), Ordering::Relaxed);
    }

    /// Returns what the plugin took too much of, in words.
    pub(super) fn exceeded(&self) -> Option<String> {
        if self.meter.is_spent() {
            return Some(format!("its expressions take more than {} steps", self.meter.steps_max()));
        }
        let too_much = self.kept.load(Ordering::Relaxed) > DATA_BYTES_MAX;
        too_much.then(|| format!("its data takes more than {} MiB", DATA_BYTES_MAX / 1024 / 1024))
    }
}

/// Waits until no other large answer is in memory, where this one is large.
pub(super) fn wait_for_room(bytes: usize, held: &mut Option<MutexGuard<'static, ()>>) {
    if held.is_none() && bytes > LARGE_BYTES {
        *held = Some(LARGE.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Returns about how many bytes a value takes.
fn weight(value: &Value) -> u64 {
    let mut sum = 0;
    // The list is the stack of a walk that does not call itself.
    let mut waiting = vec![value.clone()];
    while let Some(value) = waiting.pop() {
        sum += VALUE_BYTES;
        match value.kind() {
            ValueKind::String => sum += value.as_str().map_or(0, |it| it.len() as u64),
            ValueKind::Map => {
                for key in value.try_iter().into_iter().flatten() {
                    sum += VALUE_BYTES + key.as_str().map_or(0, |it| it.len() as u64);
                    waiting.extend(value.get_item(&key));
                }
            }
            ValueKind::Seq | ValueKind::Iterable => waiting.extend(value.try_iter().into_iter().flatten()),
            _ => {}
        }
        if sum > DATA_BYTES_MAX {
            break;
        }
    }
    sum
}
