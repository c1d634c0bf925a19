//! Git: repositories of others in a cache of bare ones, and what their commits say of files and people.

mod address;
mod connection;
mod http;
mod ssh;
mod store;
mod history;

pub use history::{Change, Contributor, Contributors, History, Tag};
pub use store::{GitCommit, GitLimits, GitReference, GitRemote, GitSettings, GitStore, SshAllowed};
