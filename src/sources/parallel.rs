//! Work in parallel, its results in the order of the input; waiting for the network takes no thread from other work.

use std::sync::OnceLock;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::split_remote;

/// How many reads may wait for the network at once, whatever the number of processors.
const WAITING_MAX: usize = 32;

/// Returns the results of `work` on each item, in their order. `path` tells which file or tree an item reads; where any
/// lies elsewhere, the work is done on threads of its own.
pub fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    path: impl for<'a> Fn(&'a T) -> &'a str,
    work: impl Fn(&T) -> R + Sync + Send,
) -> Vec<R> {
    let waits = items.iter().any(|it| split_remote(path(it)).is_some());
    let all = || items.par_iter().map(&work).collect();
    match waiting().filter(|_| waits) {
        Some(pool) => pool.install(all),
        None => all(),
    }
}

/// Returns the results of `work` that waits for the network, on each item, in their order.
pub fn in_waiting_threads<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    let all = || items.par_iter().map(&work).collect();
    match waiting() {
        Some(pool) => pool.install(all),
        None => all(),
    }
}

fn waiting() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let make = || ThreadPoolBuilder::new().num_threads(WAITING_MAX).build().ok();
    POOL.get_or_init(make).as_ref()
}
