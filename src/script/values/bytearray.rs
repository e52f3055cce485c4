//! Bytes that change in place: room that `recv_into` fills. As in Python a copy is the same room.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use super::{Bytes, Property, Value, ValueType, property, size};
use crate::repr::{Repr, ReprBuilder};

/// A sequence of bytes that can be changed (CPython's `bytearray`). Copies are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bytearray(Rc<RefCell<Vec<u8>>>);

impl Bytearray {
    /// Room that begins with these bytes.
    pub(crate) fn new(data: Vec<u8>) -> Self {
        Self(Rc::new(RefCell::new(data)))
    }

    /// What is in it now.
    pub(crate) fn bytes(&self) -> Bytes {
        Bytes::new(self.0.borrow().clone())
    }

    /// How many bytes it holds.
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Writes bytes over those that begin at a place, as many as there is room for.
    pub(crate) fn write(&self, at: usize, data: &[u8]) {
        let mut room = self.0.borrow_mut();
        for (place, byte) in room.iter_mut().skip(at).zip(data) {
            *place = *byte;
        }
    }

    /// Puts bytes in the place of a part; the rest moves.
    pub(crate) fn splice(&self, part: Range<usize>, data: &[u8]) {
        let mut room = self.0.borrow_mut();
        let end = part.end.min(room.len());
        let start = part.start.min(end);
        room.splice(start..end, data.iter().copied());
    }
}

impl PartialEq for Bytearray {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || *self.0.borrow() == *other.0.borrow()
    }
}

impl Value for Bytearray {
    const TYPE: ValueType = ValueType::Bytearray;
    const PROPERTIES: &'static [Property<Self>] =
        &[property("len", ValueType::Integer, |room| size(room.len()))];

    fn repr(&self, builder: &mut ReprBuilder) -> Repr {
        Repr::Bytearray(builder.bytes(&self.0.borrow()))
    }
}
