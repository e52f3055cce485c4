//! Socket addresses: what `sockaddr` structures hold, as values.

use std::net::SocketAddr;
use super::error::Fault;
use super::network::Network;
use std::fmt;

/// An address that a socket can be bound or connected to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// `AF_INET` and `AF_INET6`: host, port, and for IPv6 flow info (host order) and scope id.
    Inet(SocketAddr),
    /// `AF_UNIX`: a path; empty for an unnamed socket; with a leading NUL for Linux's abstract
    /// names.
    Unix(Vec<u8>),
    /// A family that we do not take apart: its number and the bytes that follow it.
    Other(i32, Vec<u8>),
}
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target { Inet{host: String, port: u16}, Inet6{host: String, port: u16, flowinfo: u32, scope_id: u32}, Unix(Vec<u8>), Resolved(Address) }
impl Target {
    pub fn literal(&self, _family: i32) -> Result<Option<Address>, Fault> { Ok(None) }
    pub fn resolve(&self, _network: &dyn Network, _family: i32) -> Result<Address, Fault> { todo!() }
}
impl Address {
    pub fn to_storage(&self) -> Result<(socket2::SockAddrStorage, libc::socklen_t), Fault> { todo!() }
    pub fn from_storage(_s: &libc::sockaddr_storage, _len: libc::socklen_t) -> Self { todo!() }
}
impl fmt::Display for Address { fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result { todo!() } }
impl fmt::Display for Target { fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result { todo!() } }
