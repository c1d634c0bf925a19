//! Stages to lines of a log: one at the end of each, and now and then one while the network is waited for.

use std::time::Duration;

use super::network::Network;

/// The least time between two lines about waiting.
const BETWEEN: Duration = Duration::from_secs(10);

/// The stage that is under way. All times are from one beginning.
#[derive(Debug, Default)]
pub(super) struct StageLines {
    stage: Option<Stage>,
    said: Duration,
}

#[derive(Debug)]
struct Stage {
    name: String,
    start: Duration,
    asked: u64,
}

impl StageLines {
    /// A stage begins. Returns the line of the one before.
    pub(super) fn begin(&mut self, name: String, now: Duration, network: &Network) -> Option<String> {
        let line = self.end(now, network);
        self.stage = Some(Stage { name, start: now, asked: network.count.asked });
        line
    }

    /// The stage is over. Returns its line.
    pub(super) fn end(&mut self, now: Duration, network: &Network) -> Option<String> {
        let Stage { name, start, asked } = self.stage.take()?;
        let seconds = now.saturating_sub(start).as_secs_f64();
        Some(match network.count.asked.saturating_sub(asked) {
            0 => format!("{name}: {seconds:.2} s"),
            requests => format!("{name}: {seconds:.2} s, {requests} requests"),
        })
    }

    /// Returns a line if the network is waited for, and the last one was ten seconds ago.
    pub(super) fn tick(&mut self, now: Duration, network: &Network) -> Option<String> {
        let stage = self.stage.as_ref().filter(|_| network.waits())?;
        if now.saturating_sub(self.said.max(stage.start)) < BETWEEN {
            return None;
        }
        self.said = now;
        let parts: Vec<String> = network.sums().into_iter().chain(network.busiest(2)).collect();
        Some(format!("{}: {}", stage.name, parts.join("; ")))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::network::Network;
    use super::super::network::tests::network;
    use super::StageLines;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn each_stage_has_a_line_at_its_end() {
        let mut lines = StageLines::default();
        assert_eq!(lines.end(at(0), &Network::default()), None);
        assert_eq!(lines.begin("configuration".to_owned(), at(1), &Network::default()), None);
        let line = lines.begin("catalog (3)".to_owned(), at(3), &Network::default());
        assert_eq!(line.unwrap(), "configuration: 2.00 s");
        assert_eq!(lines.end(at(5), &network(0, 12)).unwrap(), "catalog (3): 2.00 s, 12 requests");
        assert_eq!(lines.end(at(6), &network(0, 12)), None);
    }

    #[test]
    fn waiting_is_told_at_most_every_ten_seconds() {
        let mut lines = StageLines::default();
        lines.begin("catalog".to_owned(), at(3), &Network::default());
        let mut told = |seconds: u64, active: u64| lines.tick(at(seconds), &network(active, 5)).is_some();
        let told: Vec<u64> = (3..40).filter(|it| told(*it, u64::from(*it < 34))).collect();
        assert_eq!(told, [13, 23, 33]);
        // What is not waited for is not told of.
        assert_eq!(lines.tick(at(90), &network(0, 5)), None);
        let line = lines.tick(at(90), &network(3, 5)).unwrap();
        assert!(line.starts_with("catalog: 10 from elsewhere, 5 requests, 2.0 MiB; b.example: "), "{line}");
        lines.begin("pages".to_owned(), at(91), &Network::default());
        assert_eq!(lines.tick(at(100), &network(3, 5)), None);
    }
}
