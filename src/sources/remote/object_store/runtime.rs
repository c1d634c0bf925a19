//! `Runtime`: a future to its result, on the thread that asks.

use std::future::Future;
use std::sync::Arc;

use crate::sources::remote::FetchError;

/// What drives the futures of the stores. All that waits for the network waits in [`super::request_door`], so that
/// there is nothing to run at once: each thread drives its own future.
#[derive(Clone)]
pub(super) struct Runtime(Arc<tokio::runtime::Runtime>);

impl Runtime {
    /// Returns a new one.
    ///
    /// # Errors
    /// When the system gives no timer.
    pub(super) fn new() -> Result<Self, FetchError> {
        let made = tokio::runtime::Builder::new_current_thread().enable_time().build();
        made.map(|it| Self(Arc::new(it))).map_err(|error| FetchError::Unreachable(error.kind().to_string()))
    }

    /// Waits for a result.
    pub(super) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.block_on(future)
    }
}
