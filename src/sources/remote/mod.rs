//! What is read from elsewhere: requests, answers, and the rules that every one of them obeys.

mod transport;
mod cache;
mod lock;
mod fetcher;
mod remote_reader;
pub mod archive;
mod recorded;
mod remote_tree;

pub use cache::{Cache, CacheEntry};
pub use fetcher::{Ask, Count, Decode, Fetched, Fetcher, Mode, Refresh, Stale};
pub use lock::{LOCK_FILE, Lock, Pin};
pub use recorded::{Recorded, RecordedTransport};
pub use remote_reader::RemoteReader;
pub use transport::{FetchError, HeaderValue, Method, Request, Response, Transport};
