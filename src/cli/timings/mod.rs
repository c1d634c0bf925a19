//! `--timings`: where the time of a run went, to a page or to JSON.

mod record;
mod page;
mod timeline;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Failure;
use super::arguments::TimingsArguments;
use crate::sources::remote::{Exchange, Watch};
use crate::sources::{Reader, SecretFilter};
use record::Record;

/// Keeps what happened when, from its making on.
pub(super) struct Recorder {
    start: Instant,
    record: Mutex<Record>,
}

impl Recorder {
    fn note(&self, what: impl FnOnce(&mut Record, Duration)) {
        let now = self.start.elapsed();
        what(&mut self.record.lock().unwrap_or_else(PoisonError::into_inner), now);
    }

    /// A phase begins, and the one before it is over.
    pub(super) fn stage(&self, name: &str, count: Option<usize>) {
        self.note(|it, now| it.stage(name, count, now));
    }

    /// The last phase is over.
    pub(super) fn finish(&self) {
        self.note(Record::finish);
    }

    /// A provider begins, or is over.
    pub(super) fn provider(&self, name: &str, over: bool) {
        self.note(|it, now| it.provider(name, over, now));
    }
}

impl Watch for Recorder {
    fn exchanged(&self, exchange: Exchange) {
        let start = exchange.began.saturating_duration_since(self.start);
        self.note(|it, _| it.exchanged(&exchange, start));
    }
}

/// The file that a run was asked for, and what it will hold.
pub(super) struct Timings {
    file: PathBuf,
    recorder: Arc<Recorder>,
}

impl Timings {
    /// Begins, where the arguments ask for it.
    pub(super) fn begin(arguments: &TimingsArguments) -> Option<Self> {
        let file = arguments.timings.clone()?;
        let recorder = Arc::new(Recorder { start: Instant::now(), record: Mutex::default() });
        Some(Self { file, recorder })
    }

    /// Returns what keeps the times.
    pub(super) fn recorder(&self) -> Arc<Recorder> {
        Arc::clone(&self.recorder)
    }

    /// Returns who is told of requests.
    pub(super) fn watch(&self) -> Arc<dyn Watch> {
        self.recorder()
    }

    /// Writes the file. A secret that stands in an address does not reach it.
    pub(super) fn write(&self, reader: &dyn Reader) -> Result<(), Failure> {
        self.recorder.finish();
        let record = self.recorder.record.lock().unwrap_or_else(PoisonError::into_inner).summed_up();
        let text = match self.file.extension().is_some_and(|it| it.eq_ignore_ascii_case("json")) {
            true => serde_json::to_string_pretty(&record).unwrap_or_default() + "\n",
            false => page::page(&record),
        };
        let text = SecretFilter::new(&reader.secrets()).mask(&text).into_owned();
        std::fs::write(&self.file, text).map_err(|error| Failure::io(&shown(&self.file), &error))?;
        super::output::say(&format!("where the time went: {}", shown(&self.file)));
        Ok(())
    }
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}
