//! What was read from elsewhere so far, as words for people.

use crate::sources::Reader;
use crate::sources::remote::{Count, HostState};

/// What was read so far, and from whom.
#[derive(Clone, Debug, Default)]
pub(super) struct Network {
    pub(super) count: Count,
    pub(super) hosts: Vec<HostState>,
}

impl Network {
    /// Looks at what a reader did so far.
    pub(super) fn of(reader: &dyn Reader) -> Self {
        match reader.elsewhere() {
            Some(remote) => {
                Self { count: remote.fetcher().count(), hosts: remote.fetcher().transport().hosts() }
            }
            None => Self::default(),
        }
    }

    /// Returns whether anybody waits for a host.
    pub(super) fn waits(&self) -> bool {
        self.hosts.iter().any(|it| it.active > 0 || it.paused.is_some())
    }

    /// Returns all sums; nothing where nothing was read.
    pub(super) fn sums(&self) -> Option<String> {
        let Count { wanted, asked, .. } = self.count;
        // Bytes on their way count too, so that a large answer is seen to come.
        let bytes = self.hosts.iter().map(|it| it.bytes).sum::<u64>().max(self.count.bytes);
        let mib = bytes as f64 / 1024.0 / 1024.0;
        (wanted > 0 || asked > 0).then(|| format!("{wanted} from elsewhere, {asked} requests, {mib:.1} MiB"))
    }

    /// Returns a line for each of the busiest hosts: those that are waited for first, then those that were asked most.
    pub(super) fn busiest(&self, most: usize) -> Vec<String> {
        let mut hosts: Vec<&HostState> = self.hosts.iter().collect();
        hosts.sort_by_key(|it| std::cmp::Reverse((it.paused.is_some(), it.active, it.requests)));
        hosts.into_iter().take(most).map(line).collect()
    }
}

fn line(it: &HostState) -> String {
    let mut line = format!("{}: {} requests", it.host, it.requests);
    if it.active > 0 {
        line.push_str(&format!(", {} under way", it.active));
    }
    if let Some(left) = it.rate_limit_remaining {
        line.push_str(&format!(", {left} left"));
    }
    if let Some(until) = &it.paused {
        line.push_str(&format!(", its budget is spent {until}"));
    }
    line
}

#[cfg(test)]
pub(super) mod tests {
    use super::Network;
    use crate::sources::remote::{Count, HostState};

    pub(in super::super) fn network(active: u64, asked: u64) -> Network {
        let host = |host: &str, active: u64, paused: Option<&str>| HostState {
            host: host.to_owned(),
            requests: asked,
            bytes: 1024 * 1024,
            active,
            rate_limit_remaining: paused.map(|_| 0),
            paused: paused.map(str::to_owned),
            ..HostState::default()
        };
        let until = (active > 0).then_some("until 2026-11-24 05:05:00 UTC");
        Network {
            count: Count { wanted: 2 * asked, asked, ..Count::default() },
            hosts: vec![host("a.example", active, None), host("b.example", 0, until)],
        }
    }

    #[test]
    fn says_what_was_read_and_who_is_waited_for() {
        let network = network(3, 5);
        assert!(network.waits());
        assert_eq!(network.sums().unwrap(), "10 from elsewhere, 5 requests, 2.0 MiB");
        assert_eq!(
            network.busiest(5),
            [
                "b.example: 5 requests, 0 left, its budget is spent until 2026-11-24 05:05:00 UTC",
                "a.example: 5 requests, 3 under way"
            ]
        );
        assert_eq!(network.busiest(1).len(), 1);
        assert!(Network::default().sums().is_none() && !Network::default().waits());
    }
}
