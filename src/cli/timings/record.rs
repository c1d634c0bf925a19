//! `Record`: what happened when, bounded, and its sums.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::sources::remote::Exchange;

/// The most requests that are kept one by one; the others are in the sums alone.
pub(super) const REQUESTS_MAX: usize = 10_000;

/// The most hosts with sums of their own.
const HOSTS_MAX: usize = 500;

/// What happened, all times in milliseconds from the beginning of the run.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Record {
    /// How long the run took.
    pub(super) total_ms: f64,
    pub(super) phases: Vec<Phase>,
    pub(super) providers: Vec<Phase>,
    /// Sums by host.
    pub(super) hosts: BTreeMap<String, HostSum>,
    /// In the order of their beginning.
    pub(super) requests: Vec<Asked>,
    /// How many requests are in the sums alone.
    pub(super) requests_left_out: u64,
}

/// A phase of the run, or a provider of the discovery.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Phase {
    pub(super) name: String,
    /// How many pieces of work it had, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count: Option<usize>,
    pub(super) start_ms: f64,
    /// How long it took; nothing while it is under way.
    pub(super) length_ms: Option<f64>,
}

/// What happened at one host.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct HostSum {
    pub(super) requests: u64,
    /// Those without answer, and those whose status is 400 or more.
    pub(super) failures: u64,
    pub(super) bytes: u64,
    /// All waits, and all times with waits and bodies, added; requests run side by side.
    pub(super) waited_ms: f64,
    pub(super) took_ms: f64,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Asked {
    pub(super) host: String,
    pub(super) address: String,
    pub(super) start_ms: f64,
    pub(super) waited_ms: f64,
    pub(super) took_ms: f64,
    pub(super) bytes: u64,
    pub(super) status: Option<u16>,
}

impl Phase {
    /// Returns its length, nothing for one that never ended.
    pub(super) fn length(&self) -> f64 {
        self.length_ms.unwrap_or_default()
    }

    fn end(&mut self, now: f64) {
        if self.length_ms.is_none() {
            self.length_ms = Some(tenths(now - self.start_ms));
        }
    }
}

impl Record {
    pub(super) fn stage(&mut self, name: &str, count: Option<usize>, now: Duration) {
        self.finish(now);
        self.phases.push(Phase { name: name.to_owned(), count, start_ms: ms(now), length_ms: None });
    }

    pub(super) fn finish(&mut self, now: Duration) {
        let now = ms(now);
        if let Some(last) = self.phases.last_mut() {
            last.end(now);
        }
        self.total_ms = self.total_ms.max(now);
    }

    pub(super) fn provider(&mut self, name: &str, over: bool, now: Duration) {
        let now = ms(now);
        if !over {
            let phase = Phase { name: name.to_owned(), count: None, start_ms: now, length_ms: None };
            self.providers.push(phase);
        } else if let Some(it) =
            self.providers.iter_mut().find(|it| it.length_ms.is_none() && it.name == name)
        {
            it.end(now);
        }
    }

    pub(super) fn exchanged(&mut self, exchange: &Exchange, start: Duration) {
        let known = self.hosts.contains_key(&exchange.host) || self.hosts.len() < HOSTS_MAX;
        let host = if known { exchange.host.clone() } else { "other hosts".to_owned() };
        let sum = self.hosts.entry(host.clone()).or_default();
        let (waited_ms, took_ms) = (ms(exchange.waited), ms(exchange.took));
        sum.requests += 1;
        sum.failures += u64::from(exchange.status.is_none_or(|it| it >= 400));
        sum.bytes = sum.bytes.saturating_add(exchange.bytes);
        sum.waited_ms = tenths(sum.waited_ms + waited_ms);
        sum.took_ms = tenths(sum.took_ms + took_ms);
        if self.requests.len() >= REQUESTS_MAX {
            self.requests_left_out += 1;
            return;
        }
        self.requests.push(Asked {
            host,
            address: exchange.address.clone(),
            start_ms: ms(start),
            waited_ms,
            took_ms,
            bytes: exchange.bytes,
            status: exchange.status,
        });
    }

    /// Returns a copy with everything in the order of its beginning.
    pub(super) fn summed_up(&self) -> Self {
        let mut record = self.clone();
        let by_start = |one: &Asked, other: &Asked| {
            one.start_ms.total_cmp(&other.start_ms).then_with(|| one.address.cmp(&other.address))
        };
        record.requests.sort_by(by_start);
        record.providers.sort_by(|one, other| {
            one.start_ms.total_cmp(&other.start_ms).then_with(|| one.name.cmp(&other.name))
        });
        record
    }
}

/// Returns milliseconds, with one decimal.
fn ms(duration: Duration) -> f64 {
    tenths(duration.as_secs_f64() * 1000.0)
}

fn tenths(ms: f64) -> f64 {
    (ms * 10.0).round() / 10.0
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::{Duration, Instant};

    use super::{HOSTS_MAX, HostSum, REQUESTS_MAX, Record};
    use crate::sources::remote::Exchange;

    pub(in super::super) fn exchange(host: &str, path: &str, status: Option<u16>) -> Exchange {
        Exchange {
            host: host.to_owned(),
            address: format!("https://{host}/{path}"),
            began: Instant::now(),
            waited: Duration::from_millis(20),
            took: Duration::from_millis(50),
            bytes: 7,
            status,
        }
    }

    pub(in super::super) fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn phases_follow_one_another_and_providers_run_side_by_side() {
        let mut record = Record::default();
        record.stage("catalog", Some(3), at(10));
        record.provider("b", false, at(11));
        record.provider("a", false, at(11));
        record.provider("a", true, at(14));
        record.provider("b", true, at(19));
        record.stage("pages", None, at(40));
        record.finish(at(55));
        record.finish(at(60));
        let of = |phases: &[super::Phase]| -> Vec<String> {
            phases.iter().map(|it| format!("{} {} {}", it.name, it.start_ms, it.length())).collect()
        };
        let record = record.summed_up();
        assert_eq!(of(&record.phases), ["catalog 10 30", "pages 40 15"]);
        assert_eq!(of(&record.providers), ["a 11 3", "b 11 8"]);
        assert_eq!(record.total_ms, 60.0);
    }

    #[test]
    fn requests_are_bounded_and_their_sums_are_not() {
        let mut record = Record::default();
        for index in 0..REQUESTS_MAX as u64 + 5 {
            let status = if index == 0 { None } else { Some(200) };
            record.exchanged(&exchange("a.example", &index.to_string(), status), at(99_999 - index));
        }
        record.exchanged(&exchange("b.example", "x", Some(404)), at(1));
        let record = record.summed_up();
        assert_eq!((record.requests.len(), record.requests_left_out), (REQUESTS_MAX, 6));
        let sum = &record.hosts["a.example"];
        assert_eq!((sum.requests, sum.failures, sum.bytes), (10_005, 1, 70_035));
        let one = HostSum { requests: 1, failures: 1, bytes: 7, waited_ms: 20.0, took_ms: 50.0 };
        assert_eq!(record.hosts["b.example"], one);
        assert!(record.requests.is_sorted_by(|one, other| one.start_ms <= other.start_ms));
    }

    #[test]
    fn hosts_are_bounded() {
        let mut record = Record::default();
        for index in 0..2 * HOSTS_MAX {
            record.exchanged(&exchange(&format!("h{index}.example"), "", None), at(1));
        }
        assert_eq!(record.hosts.len(), HOSTS_MAX + 1);
        assert_eq!(record.hosts["other hosts"].requests, HOSTS_MAX as u64);
    }
}
