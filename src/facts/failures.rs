//! Why a question has no answer.

use crate::diagnostics::Diagnostic;
use crate::plugins::source::{OnStatus, Policy};
use crate::sources::ReadError;
use crate::sources::remote::FetchError;

/// Why a question has no answer.
#[derive(Clone, Debug)]
pub(super) enum Failed {
    /// There is nothing.
    Empty,
    /// The entity is not set up there.
    Missing,
    /// It failed; the text says what.
    Because(String),
    /// It may not be asked.
    Refused(Box<Diagnostic>),
}

impl From<String> for Failed {
    fn from(message: String) -> Self {
        Self::Because(message)
    }
}

impl From<Box<Diagnostic>> for Failed {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        Self::Refused(diagnostic)
    }
}

impl From<ReadError> for Failed {
    fn from(error: ReadError) -> Self {
        Self::Because(error.to_string())
    }
}

/// Returns what a failed request means to a source.
pub(super) fn meaning(error: &FetchError, policy: &Policy) -> Failed {
    if let FetchError::Status(status) = error {
        match policy.on_status.get(status) {
            Some(OnStatus::Empty) => return Failed::Empty,
            Some(OnStatus::Missing) => return Failed::Missing,
            Some(OnStatus::Error) | None => {}
        }
        if matches!(status, 404 | 410) {
            return Failed::Because(format!("there is nothing at its address ({status})"));
        }
    }
    Failed::Because(error.to_string())
}
