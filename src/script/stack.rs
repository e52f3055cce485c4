//! How much of its stack a console's thread has left: what comes back to itself without an end (a
//! function, an import, an `eval`) and values that lie too deep in each other become an error
//! before the stack runs out, which would end the process.

use std::cell::Cell;
use std::hint::black_box;

thread_local! {
    /// The address below which the stack is nearly used up; 0 in a thread that has not told its size.
    static LOWEST: Cell<usize> = const { Cell::new(0) };
}

/// Room for what is not asked on the way: rhai's parser at its deepest, our own functions, signals.
const RESERVE: usize = 16 << 20;

/// In a message.
pub(crate) const TOO_DEEP: &str = "this goes too deep: a function, an `import` or an `eval` comes \
    back to itself without an end, or values lie too deep in each other";

/// Tells the size, in bytes, of this thread's stack, of which next to nothing is used yet.
pub(crate) fn begin(size: usize) {
    LOWEST.set(here().saturating_sub(size.saturating_sub(RESERVE)));
}

/// Whether this thread's stack is nearly used up.
pub(crate) fn is_low() -> bool {
    here() < LOWEST.get()
}

/// About where the stack ends now: it grows downward.
#[inline]
fn here() -> usize {
    let mark = 0_u8;
    std::ptr::from_ref(black_box(&mark)).addr()
}
