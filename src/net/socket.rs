//! A socket: its descriptor, what it was made with, its timeout, and the lab addresses it used.
//!
//! As in CPython, a socket without a timeout blocks in the system's calls, and one with a timeout is
//! non-blocking: a call is tried, and on EAGAIN its descriptor is waited for.

mod connect;
mod message;
mod names;
mod options;
mod recv_loops;
mod transfer;
mod unowned_fds;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, RawFd};
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket as Descriptor, Type};

use super::act::Act;
use super::error::{Cause, Error, Fault};
use super::open_sockets::Listed;
use crate::net::io_context::{Awaited, IoContext};
use crate::net::sys::{self, numbers};
use crate::trace::End;

pub(crate) use crate::net::socket::unowned_fds::{close_fd, dup_fd, from_loose, take_in};
pub(crate) use connect::{create_connection, create_server};
pub(crate) use message::{
    Control, MOST_BUFFERS, Message, cmsg_len, cmsg_space, handing_over, rights,
};
pub(crate) use names::{can_open_raw, has_dualstack_ipv6, has_ipv6, has_ipv6_loopback};
pub(crate) use options::OptionValue;

/// The longest timeout, as CPython counts it, in nanoseconds of 63 bits: about 292 years.
const LONGEST_TIMEOUT: Duration = Duration::from_nanos(i64::MAX.unsigned_abs());
/// What may be added to a type in socket(2) and socketpair(2); both are true of ours anyway.
const TYPE_FLAGS: i32 = sys::SOCK_NONBLOCK | sys::SOCK_CLOEXEC;

/// A socket of one console.
#[derive(Debug)]
pub(crate) struct Socket {
    /// `AF_*`, as it was made.
    pub(crate) family: i32,
    /// `SOCK_*`, without flags.
    pub(crate) kind: i32,
    /// `IPPROTO_*` as it was asked for: 0 stays 0, whatever the kernel chose.
    pub(crate) proto: i32,
    descriptor: RefCell<Option<Listed>>,
    timeout: Cell<Option<Duration>>,
    /// The address that the learner used, by the loopback address behind it.
    seen: RefCell<HashMap<SocketAddr, SocketAddr>>,
    /// The addresses of both ends of a connection, once somebody recorded a call on it.
    ends: RefCell<Option<(End, End)>>,
}

/// Opens a socket (socket(2)). Errors: EAFNOSUPPORT, EPROTONOSUPPORT, EPERM for raw ones, EMFILE.
pub(crate) fn open(
    caller: &IoContext,
    family: i32,
    kind: i32,
    proto: i32,
) -> Result<Socket, Error> {
    caller.traced("socket", None, || {
        let bare = kind & !TYPE_FLAGS;
        let network = caller.network_of_calls();
        network.allows(Act::Socket { family })?;
        let made = network.socket((family, bare, proto))?;
        let descriptor = Descriptor::from(made);
        let timeout = first_timeout(caller, kind);
        Socket::adopt(caller, descriptor, (family, bare, proto), timeout)
    })
}

/// Two connected sockets (socketpair(2)); `AF_UNIX` is the family that every system has.
pub(crate) fn pair(
    caller: &IoContext,
    family: i32,
    kind: i32,
    proto: i32,
) -> Result<(Socket, Socket), Error> {
    caller.traced("socketpair", None, || {
        let bare = kind & !TYPE_FLAGS;
        caller.network_of_calls().allows(Act::Socket { family })?;
        let (domain, protocol) = (Domain::from(family), Protocol::from(proto));
        let (a, b) = Descriptor::pair(domain, Type::from(bare), Some(protocol))?;
        let timeout = first_timeout(caller, kind);
        Ok((
            Socket::adopt(caller, a, (family, bare, proto), timeout)?,
            Socket::adopt(caller, b, (family, bare, proto), timeout)?,
        ))
    })
}

/// A socket on a copy of a descriptor's number, which stays open (CPython's `socket.fromfd`).
/// Errors: EBADF, EMFILE.
pub(crate) fn from_fd(
    caller: &IoContext,
    fd: RawFd,
    family: i32,
    kind: i32,
    proto: i32,
) -> Result<Socket, Error> {
    caller.traced("fromfd", Some(fd), || {
        caller.may_use(fd)?;
        let copy = Descriptor::from(sys::fd::duplicate(fd)?);
        let timeout = first_timeout(caller, kind);
        Socket::adopt(caller, copy, (family, kind & !TYPE_FLAGS, proto), timeout)
    })
}

/// The timeout that a new socket of this type begins with.
fn first_timeout(caller: &IoContext, kind: i32) -> Option<Duration> {
    if kind & sys::SOCK_NONBLOCK != 0 {
        Some(Duration::ZERO)
    } else {
        caller.default_timeout()
    }
}

/// A time in seconds, rounded as CPython does.
pub(crate) fn in_seconds(time: Duration) -> f64 {
    #[allow(clippy::cast_precision_loss)] // as in CPython
    let nanoseconds = time.as_nanos() as f64;
    nanoseconds / 1e9
}

/// A timeout that is not too long.
pub(crate) fn checked_timeout(timeout: Option<Duration>) -> Result<Option<Duration>, Fault> {
    if timeout.is_some_and(|time| time > LONGEST_TIMEOUT) {
        let text = "the timeout is too long; `()` waits for ever";
        return Err(Cause::Range(text.into()).into());
    }
    Ok(timeout)
}

impl Socket {
    /// A socket on a descriptor, which becomes non-blocking where there is a timeout, and is else left
    /// as it is.
    fn adopt(
        caller: &IoContext,
        descriptor: Descriptor,
        (family, kind, proto): (i32, i32, i32),
        timeout: Option<Duration>,
    ) -> Result<Self, Fault> {
        if timeout.is_some() {
            descriptor.set_nonblocking(true)?;
        }
        caller.tracer().note_fd(descriptor.as_raw_fd());
        let (sockets, teller) = (caller.status().sockets(), caller.teller());
        let listed = Listed::new(descriptor, (family, kind, proto), sockets, teller);
        Ok(Self {
            family,
            kind,
            proto,
            descriptor: RefCell::new(Some(listed)),
            timeout: Cell::new(timeout),
            seen: RefCell::default(),
            ends: RefCell::default(),
        })
    }

    /// The descriptor's number; -1 when closed.
    pub(crate) fn fileno(&self) -> RawFd {
        self.descriptor
            .borrow()
            .as_ref()
            .map_or(-1, |descriptor| descriptor.as_raw_fd())
    }

    /// Closes the descriptor (close(2)). Closing twice is fine.
    pub(crate) fn close(&self, caller: &IoContext) {
        let fd = self.fileno();
        self.note_ends(caller);
        let closed: Result<(), Error> = caller.traced("close", Some(fd), || {
            drop(self.descriptor.borrow_mut().take());
            Ok(())
        });
        debug_assert!(closed.is_ok(), "close has no way to fail");
    }

    /// Gives the descriptor away and counts as closed from now on; -1 when it was closed already.
    pub(crate) fn detach(&self) -> RawFd {
        self.descriptor
            .borrow_mut()
            .take()
            .map_or(-1, Listed::into_raw_fd)
    }

    /// A second socket on the same open connection (dup(2)). Errors: EBADF, EMFILE.
    pub(crate) fn dup(&self, caller: &IoContext) -> Result<Self, Error> {
        self.call(caller, "dup", |descriptor| {
            let parts = (self.family, self.kind, self.proto);
            let copy = Self::adopt(caller, descriptor.try_clone()?, parts, None)?;
            copy.set_timeout(self.timeout())?;
            copy.seen.borrow_mut().clone_from(&self.seen.borrow());
            Ok(copy)
        })
    }

    /// The timeout: none blocks for ever, zero does not block at all.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout.get()
    }

    /// Sets the timeout. Errors: a time beyond 292 years is out of range; EBADF when closed.
    pub(crate) fn set_timeout(&self, timeout: Option<Duration>) -> Result<(), Fault> {
        let timeout = checked_timeout(timeout)?;
        let descriptor = self.descriptor.borrow();
        let descriptor = descriptor.as_ref().ok_or(Cause::Os(numbers::EBADF))?;
        descriptor.set_nonblocking(timeout.is_some())?;
        self.timeout.set(timeout);
        Ok(())
    }

    /// When a call that begins now runs out of time.
    fn deadline(&self) -> Option<Instant> {
        self.timeout
            .get()
            .and_then(|time| Instant::now().checked_add(time))
    }

    /// Runs one call on the descriptor, and notes both ends for whoever records it.
    fn call<T>(
        &self,
        caller: &IoContext,
        name: &'static str,
        body: impl FnOnce(&Descriptor) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        if name == "connect" {
            self.ends.take();
        }
        self.note_ends(caller);
        let result = caller.traced(name, Some(self.fileno()), || {
            let descriptor = self.descriptor.borrow();
            body(descriptor.as_ref().ok_or(Cause::Os(numbers::EBADF))?)
        });
        self.note_ends(caller);
        result
    }

    /// Notes the addresses, if the call is recorded.
    #[inline]
    fn note_ends(&self, caller: &IoContext) {
        if caller.tracer().is_recording() {
            let (own, peer) = self.ends();
            caller.tracer().note_ends(own, peer);
        }
    }

    /// The addresses of both ends as a record has them. Those of a connection stay what they are, and
    /// are asked for once.
    fn ends(&self) -> (Option<End>, Option<End>) {
        if let Some((own, peer)) = &*self.ends.borrow() {
            return (Some(own.clone()), Some(peer.clone()));
        }
        let (own, peer) = self.addresses();
        let (own, peer) = (own.map(|it| it.end()), peer.map(|it| it.end()));
        if let (numbers::SOCK_STREAM, Some(own), Some(peer)) = (self.kind, &own, &peer) {
            *self.ends.borrow_mut() = Some((own.clone(), peer.clone()));
        }
        (own, peer)
    }

    /// Makes one system call in the socket's manner: without a timeout it blocks in the system, with
    /// one it is made again whenever the descriptor is ready, up to `deadline`. `attempt` is given the
    /// flags to use. With MSG_DONTWAIT, and for the error queue, nothing is waited for.
    fn perform<T>(
        &self,
        caller: &IoContext,
        name: &'static str,
        awaited: Awaited,
        (flags, deadline): (i32, Option<Instant>),
        mut attempt: impl FnMut(i32) -> io::Result<T>,
    ) -> Result<T, Fault> {
        let at_once = flags & (numbers::MSG_DONTWAIT | sys::ERROR_QUEUE) != 0;
        if at_once || matches!(self.timeout.get(), None | Some(Duration::ZERO)) {
            return caller.block(name, awaited, || attempt(flags));
        }
        // The flag, since a copy of the descriptor may have made both of them block.
        let flags = flags | numbers::MSG_DONTWAIT;
        caller.block_until(name, awaited, deadline, || attempt(flags))
    }

    /// The address as the learner knows it.
    fn shown(&self, real: SocketAddr) -> SocketAddr {
        let seen = self.seen.borrow();
        if seen.is_empty() {
            real
        } else {
            seen.get(&real).copied().unwrap_or(real)
        }
    }

    /// Where a call to `address` really goes; remembers the way back.
    fn route(&self, caller: &IoContext, address: SocketAddr) -> Result<SocketAddr, Fault> {
        let plain = SocketAddr::new(address.ip().to_canonical(), address.port());
        let mapped = plain.ip() != address.ip();
        let asked = if mapped { plain } else { address };
        let mut real = caller.network().route_of(self.fileno(), asked, self.kind)?;
        if real == asked {
            return Ok(address);
        }
        if let (true, SocketAddr::V4(v4)) = (mapped, real) {
            real = SocketAddr::new(v4.ip().to_ipv6_mapped().into(), v4.port());
        }
        self.seen.borrow_mut().insert(real, address);
        if let Some(descriptor) = &*self.descriptor.borrow() {
            descriptor.list().note_seen(self.fileno(), real, address);
        }
        Ok(real)
    }
}

impl IoContext {
    /// An error where a descriptor is neither one of this console's sockets nor nobody's, and the network
    /// refuses those.
    fn may_use(&self, fd: RawFd) -> Result<(), Fault> {
        if self.unowned_fds().contains(fd) || self.status().sockets().has(fd) {
            return Ok(());
        }
        self.network_of_calls().allows(Act::UseDescriptor(fd))
    }

    /// The one place that every call passes: names its error, and notes the descriptor for whoever
    /// records the call.
    pub(crate) fn traced<T>(
        &self,
        call: &'static str,
        fd: Option<RawFd>,
        body: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, Error> {
        if let Some(fd) = fd {
            self.tracer().note_fd(fd);
        }
        body().map_err(|fault| fault.during(call))
    }
}

#[cfg(test)]
mod tests;
