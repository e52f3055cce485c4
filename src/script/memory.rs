//! How much memory scripts may hold: a counting allocator, asked at every step of a script.
//!
//! rhai's own limits add up whole arrays at each step, which makes every loop that fills one
//! quadratic. A count of what the process holds costs nothing to ask.

use std::alloc::System;

use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// What all consoles together may hold, in bytes.
const MOST: usize = 1 << 30;
/// A statement that takes less than this may go on beyond the limit: it may be the one that frees.
const SMALL: usize = 64 << 20;

/// What the process holds now, in bytes.
pub(crate) fn held() -> usize {
    ALLOCATOR.allocated()
}

/// Whether a statement that began when `before` bytes were held has taken too much.
pub(crate) fn is_too_much(before: usize) -> bool {
    // What remains is one load, where what is held takes several.
    ALLOCATOR.remaining() < usize::MAX - MOST && held() > before.saturating_add(SMALL)
}

/// In a message.
pub(crate) const TOO_MUCH: &str =
    "this holds more than 1 GiB of memory; keep it in parts, or count instead of keeping";
