//! What is read from elsewhere: requests, answers, and the rules that every one of them obeys.

mod transport;
pub mod archive;

pub use transport::{FetchError, HeaderValue, Method, Request, Response, Transport};
