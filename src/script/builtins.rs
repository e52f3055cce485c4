//! What the language has beside sockets: bytes, texts, lists, and Python's everyday names.

pub mod bytearray;
pub mod bytes;
pub mod convert;
pub mod dict;
pub mod explain;
pub mod file;
pub mod files;
pub mod leave;
pub mod list;
pub mod python;
pub mod sequence;
pub mod syntax;
pub mod text;
