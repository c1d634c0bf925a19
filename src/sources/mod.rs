//! Every read of the program: files, folders and globs behind one `Reader`, and YAML with places.

mod reader;
mod path;
mod percent;
mod local;
mod git_tree;
mod memory;
mod parallel;
mod checkout;
mod copied_tree;
pub mod git_address;
mod origin_map;
mod secret;
mod secret_filter;
pub mod remote;
mod site_reader;
mod packed;
pub mod integration;
pub mod schema;
mod schema_visits;
pub mod yaml;
mod yaml_mending;
pub mod format;
#[cfg(feature = "sql")]
pub mod sql;

pub use checkout::{Checkout, tree_of_branch};
pub use git_tree::{GitTreeReader, RevisionError};
pub use local::LocalReader;
pub use memory::MemoryReader;
pub use origin_map::OriginMap;
pub use packed::{is_archive, packed_path, unpack};
pub use parallel::{in_parallel, in_waiting_threads};
pub use path::{is_glob, join, normalize, parent, remote_path, split_remote};
pub use percent::percent_decoded;
pub use reader::{LeftOut, ReadError, Reader};
pub use secret::Secret;
pub use secret_filter::SecretFilter;
pub use site_reader::{Connect, Hosts, SiteReader};
