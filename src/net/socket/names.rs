//! What a socket says of itself: its own address, its peer's, and a line for people.

use std::io;
use std::net::{Ipv6Addr, SocketAddr};

use socket2::SockAddr;

use super::Socket;
use crate::net::address::Address;
use crate::net::error::Error;
use crate::net::io_context::IoContext;

impl Socket {
    /// The socket's own address (getsockname(2)); behind the lab it stays the loopback one.
    /// Errors: EBADF.
    pub(crate) fn getsockname(&self, caller: &IoContext) -> Result<Address, Error> {
        self.call(caller, "getsockname", |descriptor| {
            Ok(Address::from_sockaddr(&descriptor.local_addr()?))
        })
    }

    /// The peer's address (getpeername(2)), as it was used to connect. Errors: ENOTCONN, EBADF.
    pub(crate) fn getpeername(&self, caller: &IoContext) -> Result<Address, Error> {
        self.call(caller, "getpeername", |descriptor| {
            Ok(self.as_used(&descriptor.peer_addr()?))
        })
    }

    fn as_used(&self, address: &SockAddr) -> Address {
        match Address::from_sockaddr(address) {
            Address::Inet(real) => Address::Inet(self.shown(real)),
            other => other,
        }
    }

    /// Own and peer address where the system tells them; for displays, not recorded as calls.
    pub(crate) fn addresses(&self) -> (Option<Address>, Option<Address>) {
        let descriptor = self.descriptor.borrow();
        let Some(descriptor) = descriptor.as_ref() else {
            return (None, None);
        };
        let known = |found: io::Result<SockAddr>| found.ok();
        (
            known(descriptor.local_addr()).map(|address| Address::from_sockaddr(&address)),
            known(descriptor.peer_addr()).map(|address| self.as_used(&address)),
        )
    }
}

/// Whether this machine can make an IPv6 socket (CPython's `has_ipv6`).
pub(crate) fn has_ipv6() -> bool {
    ipv6_socket().is_some()
}

/// Whether an IPv6 socket of this machine can take IPv4 callers as well (CPython's
/// `has_dualstack_ipv6`).
pub(crate) fn has_dualstack_ipv6() -> bool {
    ipv6_socket().is_some_and(|socket| socket.set_only_v6(false).is_ok())
}

/// Whether `::1` can be used here: IPv6 may be compiled in and yet be off.
pub(crate) fn has_ipv6_loopback() -> bool {
    let loopback = SockAddr::from(SocketAddr::from((Ipv6Addr::LOCALHOST, 0)));
    ipv6_socket().is_some_and(|socket| socket.bind(&loopback).is_ok())
}

fn ipv6_socket() -> Option<socket2::Socket> {
    socket2::Socket::new(socket2::Domain::IPV6, socket2::Type::STREAM, None).ok()
}

/// Whether this program may make raw sockets (EPERM otherwise).
pub(crate) fn can_open_raw() -> bool {
    socket2::Socket::new(
        socket2::Domain::IPV4,
        socket2::Type::RAW,
        Some(socket2::Protocol::ICMPV4),
    )
    .is_ok()
}
