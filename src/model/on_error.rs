//! `OnError`: what becomes of a location whose host fails.

/// What is done when a location cannot be read. A file that is not there is not a failure of its host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// The last good content is used, with a warning; without one it is an error.
    #[default]
    LastGood,
    /// The location is left out, with a warning.
    Warn,
    /// The run ends, and the portal stays as it was.
    Fail,
}

impl OnError {
    /// Reads the word of the configuration.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "last-good" => Self::LastGood,
            "warn" => Self::Warn,
            "fail" => Self::Fail,
            _ => return None,
        })
    }
}
