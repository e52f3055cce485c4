//! The platform's numbers that our own code compares with, so that only `net` names libc.

/// IPv4.
pub const AF_INET: i32 = libc::AF_INET;
/// IPv6.
pub const AF_INET6: i32 = libc::AF_INET6;
/// Sockets of one machine, with paths for addresses.
pub const AF_UNIX: i32 = libc::AF_UNIX;
/// A reliable stream of bytes: TCP.
pub const SOCK_STREAM: i32 = libc::SOCK_STREAM;
/// Single datagrams: UDP.
pub const SOCK_DGRAM: i32 = libc::SOCK_DGRAM;
/// The most callers that a queue may hold, as the headers say.
pub const SOMAXCONN: i32 = libc::SOMAXCONN;
