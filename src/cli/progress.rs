//! Progress: a bar and the busiest hosts on a terminal, plain lines in CI, nothing elsewhere.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::network::Network;
use super::output;
use super::stage_lines::StageLines;
use super::timings::{Recorder, Timings};
use crate::generate::Progress;
use crate::sources::Reader;

/// How many hosts a terminal shows.
const HOSTS_SHOWN: usize = 4;

/// Tells how far a run is, and keeps the times of its stages.
pub(super) struct Meter {
    shown: Arc<Shown>,
    recorder: Option<Arc<Recorder>>,
    ticker: Mutex<Option<JoinHandle<()>>>,
}

/// What is shown, shared with the thread that looks at the network.
struct Shown {
    kind: Kind,
    reader: Arc<dyn Reader>,
    start: Instant,
    over: Mutex<bool>,
    changed: Condvar,
}

enum Kind {
    /// On a terminal; whether the stage counts its pieces.
    Bar(ProgressBar, AtomicBool),
    /// In CI.
    Lines(Mutex<StageLines>),
    /// Elsewhere.
    Silent,
}

impl Meter {
    /// Returns the meter for where the program runs; `reader` knows what is read from elsewhere.
    pub(super) fn new(reader: &Arc<dyn Reader>, timings: Option<&Timings>) -> Self {
        let shown = Arc::new(Shown {
            kind: Kind::here(),
            reader: Arc::clone(reader),
            start: Instant::now(),
            over: Mutex::new(false),
            changed: Condvar::new(),
        });
        let ticker = shown.kind.interval().map(|interval| {
            let shown = Arc::clone(&shown);
            std::thread::spawn(move || shown.tick_every(interval))
        });
        Self { shown, recorder: timings.map(Timings::recorder), ticker: Mutex::new(ticker) }
    }

    /// Ends the last stage, and shows nothing more.
    pub(super) fn finish(&self) {
        if let Some(recorder) = &self.recorder {
            recorder.finish();
        }
        *self.shown.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shown.changed.notify_all();
        let ticker = self.ticker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ticker) = ticker {
            // Its panic would be a defect of the display alone.
            let _ = ticker.join();
        }
        match &self.shown.kind {
            Kind::Bar(bar, _) => bar.finish_and_clear(),
            Kind::Lines(lines) => {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                say(lines.end(self.shown.start.elapsed(), &self.shown.network()));
            }
            Kind::Silent => {}
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Kind {
    fn here() -> Self {
        if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(100));
            return Self::Bar(bar, AtomicBool::new(false));
        }
        let in_ci = std::env::var_os("CI").is_some_and(|it| !it.is_empty() && it != "false");
        if in_ci { Self::Lines(Mutex::default()) } else { Self::Silent }
    }

    /// Returns how often the network is looked at.
    fn interval(&self) -> Option<Duration> {
        match self {
            Self::Bar(..) => Some(Duration::from_millis(200)),
            Self::Lines(_) => Some(Duration::from_secs(1)),
            Self::Silent => None,
        }
    }
}

impl Shown {
    fn network(&self) -> Network {
        Network::of(&*self.reader)
    }

    fn tick_every(&self, interval: Duration) {
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        while !*over {
            over = self.changed.wait_timeout(over, interval).unwrap_or_else(PoisonError::into_inner).0;
            if *over {
                return;
            }
            match &self.kind {
                Kind::Bar(bar, _) => bar.set_message(below(&self.network())),
                Kind::Lines(lines) => {
                    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                    say(lines.tick(self.start.elapsed(), &self.network()));
                }
                Kind::Silent => {}
            }
        }
    }
}

/// Returns the lines below the bar, each after a line break.
fn below(network: &Network) -> String {
    let Some(sums) = network.sums() else { return String::new() };
    let mut text = format!("\n  {sums}");
    for line in network.busiest(HOSTS_SHOWN) {
        text.push_str("\n  ");
        text.push_str(&line);
    }
    text
}

fn say(line: Option<String>) {
    if let Some(line) = line {
        output::say(&line);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl Progress for Meter {
    fn stage(&self, name: &str, count: Option<usize>) {
        if let Some(recorder) = &self.recorder {
            recorder.stage(name, count);
        }
        let text = match count {
            Some(count) => format!("{name} ({count})"),
            None => name.to_owned(),
        };
        match &self.shown.kind {
            Kind::Bar(bar, counts) => {
                counts.store(false, Ordering::Relaxed);
                bar.set_style(style("{spinner} {prefix}{msg}"));
                bar.set_prefix(text);
                bar.set_position(0);
                bar.set_length(count.and_then(|it| u64::try_from(it).ok()).unwrap_or_default());
            }
            Kind::Lines(lines) => {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                say(lines.begin(text, self.shown.start.elapsed(), &self.shown.network()));
            }
            Kind::Silent => {}
        }
    }

    fn done(&self) {
        if let Kind::Bar(bar, counts) = &self.shown.kind {
            // A bar that never moves says less than none: it comes with the first piece.
            if !counts.swap(true, Ordering::Relaxed) {
                bar.set_style(style("{spinner} {prefix} [{bar:30}] {pos}/{len}{msg}"));
            }
            bar.inc(1);
        }
    }

    fn provider(&self, name: &str, over: bool) {
        if let Some(recorder) = &self.recorder {
            recorder.provider(name, over);
        }
    }
}
