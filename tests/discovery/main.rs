//! Discovery against recorded answers in the shapes of each host: what is found, what is asked, and what is told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

mod recorded;
mod github;
mod hosts;
mod configuration;
mod files;
