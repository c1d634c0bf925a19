//! `catalog.providers` to locations and entities: the repositories of an organisation that hold descriptors, and the
//! people and teams of a host or of a file.
//!
//! Each host has one file that reads its block of the configuration and asks its API, through `sources::remote` alone.
//! Providers run in threads of their own, for they only wait; the result is sorted and does not depend on them.

mod settings;
mod keys;
mod pattern;
mod plan;
mod run;
mod parallel;
mod client;
mod found;
mod address;
mod people;
mod github;
mod github_org;
mod gitlab;
mod gitlab_org;
mod bitbucket_cloud;
mod bitbucket_server;
mod azure;
mod gitea;
mod file_people;
mod ldif;
mod ldif_org;
mod scim_org;

pub use file_people::people_of_files;
pub use plan::{Plan, PlannedProvider, plan};
pub use run::{Credentials, Discovered, DiscoveredLocation, Told, discover};
pub use settings::DiscoverySettings;
