//! The script's own types of values.

pub mod address;
mod addrinfo;
mod bytes;
mod module;
mod poller;
mod socket;

pub use addrinfo::AddrInfo;
pub use bytes::Bytes;
pub use module::SocketModule;
pub use poller::Poller;
pub use socket::Socket;
