//! How much of its stack a console's thread has left: what comes back to itself without an end (a
//! function, an import, an `eval`) and values that lie too deep in each other become an error
//! before the stack runs out, which would end the process.

use std::cell::Cell;
use std::hint::black_box;

thread_local! {
    /// The size that this thread's stack was made with; 0 in a thread that has not told it.
    static SIZE: Cell<usize> = const { Cell::new(0) };
    /// The address below which the stack is nearly used up; 0 in a thread that has not told its size.
    static LOWEST: Cell<usize> = const { Cell::new(0) };
}

/// Room for what is not asked on the way: rhai's parser at its deepest, our own functions, signals.
const RESERVE: usize = 16 << 20;

/// What copying or dropping a value within a value takes of the stack, at most, for each of the pieces
/// of memory that it is kept in: rhai comes back to itself for each.
const OF_PIECE: usize = 256;

/// In a message.
pub(crate) const TOO_DEEP: &str = "this goes too deep: a function, an `import` or an `eval` comes \
    back to itself without an end, or values lie too deep in each other";

/// Tells the size, in bytes, of this thread's stack, of which next to nothing is used yet.
pub(crate) fn begin(size: usize) {
    SIZE.set(size);
    LOWEST.set(here().saturating_sub(size.saturating_sub(RESERVE)));
}

/// Whether this thread's stack is nearly used up.
pub(crate) fn is_low() -> bool {
    here() < LOWEST.get()
}

/// In how many pieces of memory scripts may hold their values, so that the deepest of them can still be
/// dropped on this thread.
pub(crate) fn most_pieces() -> usize {
    match SIZE.get() {
        0 => usize::MAX,
        size => size / OF_PIECE,
    }
}

/// About where the stack ends now: it grows downward.
#[inline]
fn here() -> usize {
    let mark = 0_u8;
    std::ptr::from_ref(black_box(&mark)).addr()
}
