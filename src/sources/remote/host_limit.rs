//! `HostLimits`: how many requests a host gets at once, and whether it gets one now.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::FetchError;
use super::rate_limit::{Budget, Pause};

/// What happened at one host so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostState {
    /// Its name, with the port where addresses write one.
    pub host: String,
    /// How many requests it got, with those that were sent again and those that follow redirects.
    pub requests: u64,
    /// How many of them were sent again.
    pub retries: u64,
    /// How many bytes of bodies were read, after decompression.
    pub bytes: u64,
    /// How many answers said that nothing changed.
    pub not_modified: u64,
    /// How long requests waited because the host asked for it or failed, in milliseconds, all waits added.
    pub waiting_ms_total: u64,
    /// How many requests the host says are left.
    pub rate_limit_remaining: Option<u64>,
    /// How many requests are under way, their bodies included.
    pub active: u64,
    /// Until when no more is asked, in words; nothing where nothing is waited for.
    pub paused: Option<String>,
}

/// The hosts that were asked, shared by all threads.
pub(super) struct HostLimits {
    hosts: Mutex<BTreeMap<String, Host>>,
    changed: Condvar,
    /// The most requests that a host gets at once.
    concurrency: usize,
}

#[derive(Default)]
struct Host {
    active: usize,
    /// Until when a budget is spent, and the words for it. A host may have several, such as for its search.
    pauses: BTreeMap<&'static str, (Instant, String)>,
    state: HostState,
}

/// A place at a host. It is free again when this is dropped.
pub(super) struct Permit {
    limits: Arc<HostLimits>,
    host: String,
}

impl HostLimits {
    pub(super) fn new(concurrency: usize) -> Arc<Self> {
        Arc::new(Self { hosts: Mutex::default(), changed: Condvar::new(), concurrency: concurrency.max(1) })
    }

    /// Waits for a place at a host, and counts the request that it is for.
    ///
    /// `waiting_left` is how long the caller may still wait for a spent budget, and shrinks; `patience` is how long it
    /// may wait for the other requests.
    pub(super) fn enter(
        self: &Arc<Self>,
        host: &str,
        budget: &'static str,
        waiting_left: &mut Duration,
        patience: Duration,
    ) -> Result<Permit, FetchError> {
        let began = Instant::now();
        let mut hosts = self.lock();
        loop {
            let now = Instant::now();
            let entry = hosts.entry(host.to_owned()).or_default();
            let pause = entry.pauses.get(budget).filter(|(end, _)| *end > now);
            if let Some((end, until)) = pause {
                let length = end.saturating_duration_since(now);
                if length > *waiting_left {
                    return Err(FetchError::BudgetSpent(until.clone()));
                }
                hosts = self.wait(hosts, length);
                let waited = now.elapsed();
                *waiting_left = waiting_left.saturating_sub(waited);
                hosts.entry(host.to_owned()).or_default().state.count_waiting(waited);
            } else if entry.active < self.concurrency {
                entry.active += 1;
                entry.state.requests += 1;
                return Ok(Permit { limits: Arc::clone(self), host: host.to_owned() });
            } else {
                let left = patience.saturating_sub(began.elapsed());
                if left.is_zero() {
                    return Err(FetchError::TimedOut("other requests to it did not end".to_owned()));
                }
                hosts = self.wait(hosts, left);
            }
        }
    }

    /// Keeps what an answer says.
    pub(super) fn note(&self, host: &str, budget: &'static str, status: u16, said: &Budget) {
        let mut hosts = self.lock();
        let entry = hosts.entry(host.to_owned()).or_default();
        if status == 304 {
            entry.state.not_modified += 1;
        }
        // Answers arrive in any order; that with the fewest left is the youngest, until the budget is full again.
        entry.state.rate_limit_remaining = said.remaining.or(entry.state.rate_limit_remaining);
        if let Some(Pause { length, until }) = &said.pause
            && let Some(end) = Instant::now().checked_add(*length)
            && entry.pauses.get(budget).is_none_or(|(known, _)| *known < end)
        {
            entry.pauses.insert(budget, (end, until.clone()));
        }
        drop(hosts);
        self.changed.notify_all();
    }

    /// Counts a request that is sent again after a wait.
    pub(super) fn count_retry(&self, host: &str, waited: Duration) {
        let mut hosts = self.lock();
        let state = &mut hosts.entry(host.to_owned()).or_default().state;
        state.retries += 1;
        state.count_waiting(waited);
    }

    /// Returns the state of every host, in the order of their names.
    pub(super) fn states(&self) -> Vec<HostState> {
        let (hosts, now) = (self.lock(), Instant::now());
        let state = |(name, it): (&String, &Host)| HostState {
            host: name.clone(),
            active: u64::try_from(it.active).unwrap_or(u64::MAX),
            paused: it.pauses.values().filter(|(end, _)| *end > now).max().map(|(_, words)| words.clone()),
            ..it.state.clone()
        };
        hosts.iter().map(state).collect()
    }

    fn wait<'a>(
        &self,
        hosts: MutexGuard<'a, BTreeMap<String, Host>>,
        length: Duration,
    ) -> MutexGuard<'a, BTreeMap<String, Host>> {
        self.changed.wait_timeout(hosts, length).unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Host>> {
        // Whatever a thread that panicked left are counters, which are good enough.
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HostState {
    fn count_waiting(&mut self, waited: Duration) {
        let waited = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        self.waiting_ms_total = self.waiting_ms_total.saturating_add(waited);
    }
}

impl Permit {
    /// Counts bytes of the body.
    pub(super) fn count_bytes(&self, bytes: u64) {
        let mut hosts = self.limits.lock();
        let state = &mut hosts.entry(self.host.clone()).or_default().state;
        state.bytes = state.bytes.saturating_add(bytes);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut hosts = self.limits.lock();
        if let Some(entry) = hosts.get_mut(&self.host) {
            entry.active = entry.active.saturating_sub(1);
        }
        drop(hosts);
        self.limits.changed.notify_all();
    }
}
