//! Bytes: what travels over a socket.

use std::rc::Rc;

use rhai::Dynamic;

/// A sequence of bytes, cheap to copy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bytes(Rc<Vec<u8>>);

impl Bytes {
    /// The bytes of `data`.
    pub fn new(data: Vec<u8>) -> Self {
        Self(Rc::new(data))
    }

    /// The bytes as a slice.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// Our own bytes, a Blob, or a text as UTF-8; none for any other value.
    pub fn from_dynamic(_value: &Dynamic) -> Option<Self> {
        None
    }
}
