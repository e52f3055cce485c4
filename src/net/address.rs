//! Socket addresses: what `sockaddr` structures hold, as values.

use std::net::SocketAddr;

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
