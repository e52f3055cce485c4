//! What the language has beside sockets: bytes, texts, lists, and Python's everyday names.

// The rows of a table have one type: a function that cannot fail returns a result all the same.
#![allow(clippy::unnecessary_wraps)]

pub(crate) mod arrays;
pub(crate) mod bytearray;
pub(crate) mod bytes;
pub(crate) mod convert;
pub(crate) mod dict;
pub(crate) mod explain;
pub(crate) mod file;
pub(crate) mod leave;
pub(crate) mod nesting;
pub(crate) mod python;
pub(crate) mod sequence;
pub(crate) mod syntax;
pub(crate) mod text;
pub(crate) mod unlink;
