//! Sockets of this machine, or of one of our own.

use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use super::error::Fault;
use super::sys::fd;

pub(crate) use super::sys::Machine;
pub(crate) use super::sys::keeper::{Keeper, namespace_of, out_of_the_way, switch_off_offloads};
pub(crate) use super::sys::packet_ring::{PacketRing, RingFrame, packet_sender};

/// The folder in which the system tells of this machine's sockets (proc(5)).
pub(crate) const SOCKET_TABLES: &str = "/proc/net";
/// Callers that may wait for a server.
const QUEUE: i32 = 128;

/// Opens descriptors that get no number a learner counts on.
pub(crate) fn open_out_of_the_way<T>(open: impl FnOnce() -> T) -> T {
    fd::open_above(fd::FIRST_OF_OURS, open)
}

/// The name of this machine (gethostname(2)).
pub(crate) fn gethostname() -> Result<String, Fault> {
    dns_lookup::get_hostname().map_err(Fault::from)
}

/// A socket of this machine (socket(2)).
pub(crate) fn socket((family, kind, proto): (i32, i32, i32)) -> io::Result<OwnedFd> {
    let (domain, protocol) = (Domain::from(family), Protocol::from(proto));
    Socket::new(domain, Type::from(kind), Some(protocol)).map(OwnedFd::from)
}

/// A socket that has its own address (bind(2)).
pub(crate) fn bound(socket: OwnedFd, address: SocketAddr) -> io::Result<OwnedFd> {
    let socket = Socket::from(socket);
    socket.bind(&SockAddr::from(address))?;
    Ok(socket.into())
}

/// A socket that takes callers at an address (listen(2)).
pub(crate) fn listening(socket: OwnedFd, address: SocketAddr) -> io::Result<OwnedFd> {
    let socket = Socket::from(bound(socket, address)?);
    socket.listen(QUEUE)?;
    Ok(socket.into())
}

/// A socket that is connected to an address, within a time (connect(2)).
pub(crate) fn connected(
    socket: OwnedFd,
    address: SocketAddr,
    within: Duration,
) -> io::Result<OwnedFd> {
    let socket = Socket::from(socket);
    socket.connect_timeout(&SockAddr::from(address), within)?;
    Ok(socket.into())
}
