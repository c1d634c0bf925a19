//! How long an answer holds, and what a failure means.

use std::collections::BTreeMap;

/// What is done when a source fails and has no last good data, or when there is no use for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Failure {
    /// The last good data stands in, labelled; without any, the view shows an error.
    #[default]
    LastGood,
    /// As if there were no data.
    Omit,
    /// The problem is an error of the build; the rest of the site is built.
    Fail,
}

/// What a status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStatus {
    /// There is nothing.
    Empty,
    /// The entity is not set up there.
    Missing,
    /// It is a failure.
    Error,
}

/// How long an answer holds, and what a failure means.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// How long an answer is taken without asking again, in seconds.
    pub ttl_s: u64,
    /// From which age on data is labelled as old, in seconds.
    pub stale_warn_s: Option<u64>,
    /// From which age on data is not shown any more, in seconds.
    pub stale_error_s: Option<u64>,
    /// What single statuses mean.
    pub on_status: BTreeMap<u16, OnStatus>,
    /// What a failure means.
    pub on_error: Failure,
}
