//! How much memory scripts may hold: what the allocator counts, asked at every step of a script.
//!
//! rhai's own limits add up whole arrays at each step, which makes every loop that fills one
//! quadratic. A count of what the process holds costs nothing to ask.

use crate::net::counting;
use crate::script::stack;

/// What all consoles together may hold, in bytes.
const MOST: usize = 1 << 30;
/// A statement that takes less than this may go on beyond the limit: it may be the one that frees.
const SMALL: usize = 64 << 20;
/// The same, in pieces.
const FEW: usize = 100;

/// What was held at some time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MemoryMark {
    /// In bytes.
    bytes: usize,
    /// In how many pieces: a value within a value is one at least.
    pieces: usize,
}

impl MemoryMark {
    /// What the process holds now.
    pub(crate) fn now() -> Self {
        Self {
            bytes: counting::bytes(),
            pieces: counting::pieces(),
        }
    }

    /// Why what began when this was held may take no more; none where it may.
    pub(crate) fn refusal(self) -> Option<&'static str> {
        let now = Self::now();
        if now.bytes > MOST && now.bytes > self.bytes.saturating_add(SMALL) {
            return Some(TOO_MUCH);
        }
        let too_many = now.pieces > stack::most_pieces() && now.pieces > self.pieces + FEW;
        too_many.then_some(TOO_MANY)
    }
}

const TOO_MUCH: &str =
    "this holds more than 1 GiB of memory; keep it in parts, or count instead of keeping";
const TOO_MANY: &str =
    "this holds millions of values at once; keep them in parts, or count instead of keeping";
