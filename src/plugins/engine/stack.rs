//! `stack`: work that calls itself once for each step of a text, on a stack that is large enough for it.

use std::thread;

/// Texts up to so many bytes need no stack of their own.
const BYTES_SHORT: usize = 256;

/// How much of the stack one byte of a text may need, in bytes: every second one may be an operator.
const STACK_PER_BYTE: usize = 2 * 1024;

/// What every stack has, in bytes.
const STACK_MIN: usize = 1024 * 1024;

/// Runs what parses a text of so many bytes. The parser of MiniJinja bounds brackets, and not chains such as `a.b.c` or
/// `1 + 1 + 1`, for each part of which it calls itself. `None` when there is no memory for the stack.
pub(in crate::plugins) fn run<T: Send>(bytes: usize, work: impl FnOnce() -> T + Send) -> Option<T> {
    if bytes <= BYTES_SHORT {
        return Some(work());
    }
    let stack = STACK_MIN.saturating_add(bytes.saturating_mul(STACK_PER_BYTE));
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(stack).spawn_scoped(scope, work);
        thread.ok()?.join().ok()
    })
}
