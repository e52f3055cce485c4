//! The script's own types of values.

mod bytes;
mod module;

pub use bytes::Bytes;
pub use module::SocketModule;
