//! Makes trees within bounds.

use super::{Bounds, Cut, Repr};

/// Makes a tree, and counts what it may still take. Values may contain themselves.
#[derive(Debug)]
pub(crate) struct ReprBuilder {
    /// What is left.
    left: Bounds,
    /// The shared values that are being made, by their place in memory.
    open: Vec<usize>,
}

impl ReprBuilder {
    /// A builder of one tree.
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            left: bounds,
            open: Vec::new(),
        }
    }

    /// One value, a level further in than its container; `...` where it lies too deep.
    pub(crate) fn nested(&mut self, make: impl FnOnce(&mut Self) -> Repr) -> Repr {
        self.left.values = self.left.values.saturating_sub(1);
        if self.left.depth == 0 {
            return Repr::word("...");
        }
        self.left.depth -= 1;
        let made = make(self);
        self.left.depth += 1;
        made
    }

    /// A shared value; `again` where it is being made already, further out.
    pub(crate) fn once(
        &mut self,
        place: usize,
        again: &'static str,
        make: impl FnOnce(&mut Self) -> Repr,
    ) -> Repr {
        if self.open.contains(&place) {
            return Repr::word(again);
        }
        self.open.push(place);
        let made = make(self);
        self.open.pop();
        made
    }

    /// A text, as much of it as there is room for.
    pub(crate) fn text(&mut self, text: &str) -> Repr {
        let made = Repr::text(text, self.left.bytes);
        self.left.bytes = self.left.bytes.saturating_sub(text.len());
        made
    }

    /// Bytes, as many as there is room for.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Cut<Box<[u8]>> {
        let made = Cut::of_bytes(bytes, self.left.bytes);
        self.left.bytes -= made.kept.len();
        made
    }

    /// A map's key. It is kept whole, so that two never look the same.
    pub(crate) fn key(&mut self, key: &str) -> Box<str> {
        self.left.bytes = self.left.bytes.saturating_sub(key.len());
        key.into()
    }

    /// Elements, as many as there is room for.
    pub(crate) fn gather<S, T>(
        &mut self,
        items: impl ExactSizeIterator<Item = S>,
        mut make: impl FnMut(&mut Self, S) -> T,
    ) -> Cut<Vec<T>> {
        let mut left = items.len();
        let mut kept = Vec::with_capacity(left.min(self.left.values));
        for item in items {
            if self.left.values == 0 || self.left.bytes == 0 {
                break;
            }
            kept.push(make(self, item));
            left -= 1;
        }
        Cut { kept, left }
    }
}
