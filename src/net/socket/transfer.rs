//! Sending and receiving.

use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use socket2::{SockAddr, Socket as Descriptor};

use super::Socket;
use crate::net::address::Address;
use crate::net::error::{Cause, Error, Fault};
use crate::net::io_context::{Awaited, IoContext};
use crate::net::sys::numbers;
use crate::net::sys::recv as system;
use crate::net::target::Target;

pub(super) use crate::net::sys::QUIET;

/// The most that one `recv` takes room for, whatever it is asked: a call may always give less.
const MOST_AT_ONCE: usize = 16 << 20;
/// The same where it is to wait for all of it.
const MOST_OF_ALL: usize = 1 << 30;

impl Socket {
    /// Sends what fits (send(2)): the number of bytes taken, at times fewer than given. Errors:
    /// EPIPE and ECONNRESET when the peer is gone, ENOTCONN, EDESTADDRREQ, EMSGSIZE.
    pub(crate) fn send(&self, caller: &IoContext, data: &[u8], flags: i32) -> Result<usize, Error> {
        self.call(caller, "send", |descriptor| {
            let deadline = self.deadline();
            self.push(caller, "send", descriptor, data, (flags, deadline))
        })
    }

    /// Sends everything, in as many sends as it takes; the timeout counts for all of them together.
    /// After an error nobody knows how much was sent.
    pub(crate) fn sendall(&self, caller: &IoContext, data: &[u8], flags: i32) -> Result<(), Error> {
        self.call(caller, "sendall", |descriptor| {
            let blocking = self.timeout() != Some(Duration::ZERO);
            let deadline = self.deadline();
            let mut rest = data;
            loop {
                let count = self.push(caller, "sendall", descriptor, rest, (flags, deadline))?;
                rest = rest.get(count..).unwrap_or_default();
                if rest.is_empty() {
                    return Ok(());
                }
                // What went out is nobody's to put away: an interrupt counts at once.
                caller.check()?;
                if blocking && deadline.is_some_and(|at| Instant::now() >= at) {
                    return Err(Cause::TimedOut.into());
                }
            }
        })
    }

    /// Sends one datagram to an address (sendto(2)). Errors: as [`Socket::send`], and EISCONN on a
    /// connected stream.
    pub(crate) fn sendto(
        &self,
        caller: &IoContext,
        data: &[u8],
        flags: i32,
        target: &Target,
    ) -> Result<usize, Error> {
        self.call(caller, "sendto", |descriptor| {
            let mut address = caller.resolve(target, self.family)?;
            if let Address::Inet(wanted) = address {
                caller.tracer().note_ends(None, Some(address.end()));
                address = Address::Inet(self.route(caller, wanted)?);
            }
            let sockaddr = address.to_sockaddr()?;
            let (fd, how) = (descriptor.as_raw_fd(), (flags, self.deadline()));
            let count = self.perform(caller, "sendto", Awaited::Writable(fd), how, |flags| {
                descriptor.send_to_with_flags(data, &sockaddr, flags | QUIET)
            })?;
            caller.tracer().note_sent(&data[..count.min(data.len())]);
            Ok(count)
        })
    }

    fn push(
        &self,
        caller: &IoContext,
        name: &'static str,
        descriptor: &Descriptor,
        data: &[u8],
        how: (i32, Option<Instant>),
    ) -> Result<usize, Fault> {
        let awaited = Awaited::Writable(descriptor.as_raw_fd());
        let count = self.perform(caller, name, awaited, how, |flags| {
            descriptor.send_with_flags(data, flags | QUIET)
        })?;
        caller.tracer().note_sent(&data[..count.min(data.len())]);
        Ok(count)
    }

    /// Receives up to `size` bytes (recv(2)); none at all says that the peer has ended. What does
    /// not fit of a datagram is lost. Errors: ECONNRESET, ENOTCONN, EAGAIN when not blocking.
    pub(crate) fn recv(
        &self,
        caller: &IoContext,
        size: usize,
        flags: i32,
    ) -> Result<Vec<u8>, Error> {
        self.call(caller, "recv", |descriptor| {
            if size == 0 {
                return Ok(Vec::new());
            }
            let (size, mut buffer) = (bounded(size, flags), Vec::new());
            let (fd, how) = (descriptor.as_raw_fd(), (flags, self.deadline()));
            self.perform(caller, "recv", Awaited::Readable(fd), how, |flags| {
                system::recv(fd, &mut buffer, size, flags)
            })?;
            caller.tracer().note_received(&buffer);
            Ok(trimmed(buffer))
        })
    }

    /// Receives up to `size` bytes and says who sent them (recvfrom(2)); on a connected stream the
    /// system names nobody. Errors: as [`Socket::recv`].
    pub(crate) fn recvfrom(
        &self,
        caller: &IoContext,
        size: usize,
        flags: i32,
    ) -> Result<(Vec<u8>, Option<Address>), Error> {
        self.call(caller, "recvfrom", |descriptor| {
            let (size, mut buffer) = (bounded(size, flags), Vec::new());
            let (fd, how) = (descriptor.as_raw_fd(), (flags, self.deadline()));
            let awaited = Awaited::Readable(fd);
            let (_, from) = self.perform(caller, "recvfrom", awaited, how, |flags| {
                system::recv_from(fd, &mut buffer, size, flags)
            })?;
            let from = self.sender(&from);
            caller.tracer().note_received(&buffer);
            caller
                .tracer()
                .note_ends(None, from.as_ref().map(Address::end));
            Ok((trimmed(buffer), from))
        })
    }

    pub(crate) fn sender(&self, from: &SockAddr) -> Option<Address> {
        match Address::from_sockaddr(from) {
            Address::Inet(real) => Some(Address::Inet(self.shown(real))),
            Address::Other(0, _) => None,
            other => Some(other),
        }
    }

    /// Ends one direction of the connection or both (shutdown(2)): `SHUT_RD`, `SHUT_WR`,
    /// `SHUT_RDWR`. Ending the writing side sends FIN: the peer's `recv` gives 0 bytes. Errors:
    /// ENOTCONN, EINVAL for another number.
    pub(crate) fn shutdown(&self, caller: &IoContext, how: i32) -> Result<(), Error> {
        self.call(caller, "shutdown", |descriptor| {
            Ok(system::shutdown(descriptor.as_raw_fd(), how)?)
        })
    }
}

/// As many bytes as one call takes room for.
pub(super) fn bounded(size: usize, flags: i32) -> usize {
    if flags & numbers::MSG_WAITALL == 0 {
        size.min(MOST_AT_ONCE)
    } else {
        size.min(MOST_OF_ALL)
    }
}

/// The bytes without the room that stayed empty, where that is most of it.
pub(super) fn trimmed(mut buffer: Vec<u8>) -> Vec<u8> {
    if buffer.len() < buffer.capacity() / 2 {
        buffer.shrink_to_fit();
    }
    buffer
}
