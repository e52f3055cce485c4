//! A socket: its descriptor, what it was made with, its timeout, and the lab addresses it used.
//!
//! Descriptors are non-blocking from birth; blocking is ours: a call is tried, and on EAGAIN the
//! caller waits for the descriptor together with its wake-up and tries again.

mod connect;
mod names;
mod options;
mod transfer;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket as Descriptor, Type};

use super::caller::Caller;
use super::error::{Cause, Error, Fault};
use super::open_sockets::Listed;
use super::poll::Interest;
use crate::trace::Event;

pub use connect::{create_connection, create_server};
pub use names::{can_open_raw, has_ipv6, has_ipv6_loopback};
pub use options::OptionValue;

/// The longest timeout, as far as poll(2) can wait in one call: about 24 days.
const LONGEST_TIMEOUT: Duration = Duration::from_millis(2_147_483_647);

/// A socket of one console.
#[derive(Debug)]
pub struct Socket {
    /// `AF_*`, as it was made.
    pub family: i32,
    /// `SOCK_*`, without flags.
    pub kind: i32,
    /// `IPPROTO_*` as it was asked for: 0 stays 0, whatever the kernel chose.
    pub proto: i32,
    descriptor: RefCell<Option<Listed>>,
    timeout: Cell<Option<Duration>>,
    /// The address that the learner used, by the loopback address behind it.
    seen: RefCell<HashMap<SocketAddr, SocketAddr>>,
    whereabouts: RefCell<Option<Arc<str>>>,
}

/// Opens a socket (socket(2)). Errors: EAFNOSUPPORT, EPROTONOSUPPORT, EPERM for raw ones, EMFILE.
pub fn open(caller: &Caller, family: i32, kind: i32, proto: i32) -> Result<Socket, Error> {
    caller.traced(
        "socket",
        None,
        || format!("{family}, {kind}, {proto}"),
        || {
            let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
            let bare = kind & !flags;
            let descriptor = Descriptor::new(
                Domain::from(family),
                Type::from(bare),
                Some(Protocol::from(proto)),
            )?;
            let socket = Socket::adopt(caller, descriptor, family, bare, proto)?;
            if kind & libc::SOCK_NONBLOCK != 0 {
                socket.timeout.set(Some(Duration::ZERO));
            }
            Ok(socket)
        },
    )
}

/// Two connected sockets (socketpair(2)); `AF_UNIX` is the family that every system has.
pub fn pair(
    caller: &Caller,
    family: i32,
    kind: i32,
    proto: i32,
) -> Result<(Socket, Socket), Error> {
    caller.traced(
        "socketpair",
        None,
        || format!("{family}, {kind}, {proto}"),
        || {
            let (domain, kind_) = (Domain::from(family), Type::from(kind));
            let (a, b) = Descriptor::pair(domain, kind_, Some(Protocol::from(proto)))?;
            Ok((
                Socket::adopt(caller, a, family, kind, proto)?,
                Socket::adopt(caller, b, family, kind, proto)?,
            ))
        },
    )
}

impl Socket {
    fn adopt(
        caller: &Caller,
        descriptor: Descriptor,
        family: i32,
        kind: i32,
        proto: i32,
    ) -> Result<Self, Fault> {
        descriptor.set_nonblocking(true)?;
        let sockets = caller.status().sockets();
        let descriptor = Listed::new(descriptor, (family, kind, proto), sockets);
        Ok(Self {
            family,
            kind,
            proto,
            descriptor: RefCell::new(Some(descriptor)),
            timeout: Cell::new(None),
            seen: RefCell::default(),
            whereabouts: RefCell::default(),
        })
    }

    /// The descriptor's number; -1 when closed.
    pub fn fileno(&self) -> RawFd {
        self.descriptor
            .borrow()
            .as_ref()
            .map_or(-1, |descriptor| descriptor.as_raw_fd())
    }

    /// Closes the descriptor (close(2)). Closing twice is fine.
    pub fn close(&self, caller: &Caller) {
        let fd = self.fileno();
        let closed: Result<(), Error> = caller.traced("close", Some(fd), String::new, || {
            drop(self.descriptor.borrow_mut().take());
            Ok(())
        });
        debug_assert!(closed.is_ok(), "close has no way to fail");
    }

    /// Gives the descriptor away and counts as closed from now on; -1 when it was closed already.
    pub fn detach(&self) -> RawFd {
        self.descriptor
            .borrow_mut()
            .take()
            .map_or(-1, Listed::into_raw_fd)
    }

    /// A second socket on the same open connection (dup(2)). Errors: EBADF, EMFILE.
    pub fn dup(&self, caller: &Caller) -> Result<Self, Error> {
        self.call(caller, "dup", String::new, |descriptor| {
            let copy = descriptor.try_clone()?;
            let copy = Self::adopt(caller, copy, self.family, self.kind, self.proto)?;
            copy.timeout.set(self.timeout.get());
            copy.seen.borrow_mut().clone_from(&self.seen.borrow());
            Ok(copy)
        })
    }

    /// The timeout: none blocks for ever, zero does not block at all.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout.get()
    }

    /// Sets the timeout. Errors: a time beyond 24 days is out of range; EBADF when closed.
    pub fn set_timeout(&self, timeout: Option<Duration>) -> Result<(), Fault> {
        if self.fileno() < 0 {
            return Err(Cause::Os(libc::EBADF).into());
        }
        if timeout.is_some_and(|time| time > LONGEST_TIMEOUT) {
            return Err(Cause::Range(
                "the timeout is too long; leave it out to wait for ever".into(),
            )
            .into());
        }
        self.timeout.set(timeout);
        Ok(())
    }

    /// When a call that begins now runs out of time.
    fn deadline(&self) -> Option<Instant> {
        self.timeout
            .get()
            .and_then(|time| Instant::now().checked_add(time))
    }

    /// Runs one call on the descriptor and records it.
    fn call<T>(
        &self,
        caller: &Caller,
        name: &'static str,
        args: impl FnOnce() -> String,
        body: impl FnOnce(&Descriptor) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        caller.traced(name, Some(self.fileno()), args, || {
            let descriptor = self.descriptor.borrow();
            body(descriptor.as_ref().ok_or(Cause::Os(libc::EBADF))?)
        })
    }

    /// Tries a system call, and waits and tries again while it would block, up to `deadline`.
    fn retry<T>(
        &self,
        caller: &Caller,
        name: &'static str,
        interest: Interest,
        deadline: Option<Instant>,
        mut attempt: impl FnMut() -> io::Result<T>,
    ) -> Result<T, Fault> {
        loop {
            match attempt() {
                Ok(value) => return Ok(value),
                Err(error) => match error.raw_os_error() {
                    Some(libc::EINTR) => {}
                    Some(libc::EAGAIN) if self.timeout.get() != Some(Duration::ZERO) => {
                        caller.wait(name, self.fileno(), interest, deadline, || {
                            self.whereabouts()
                        })?;
                    }
                    _ => return Err(error.into()),
                },
            }
        }
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
    fn route(&self, caller: &Caller, address: SocketAddr) -> Result<SocketAddr, Fault> {
        let plain = SocketAddr::new(address.ip().to_canonical(), address.port());
        let mapped = plain.ip() != address.ip();
        let asked = if mapped { plain } else { address };
        let mut real = caller.network().route(asked, self.kind)?;
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

impl Caller {
    /// The one place that every call passes: runs it, names its error, and records it for whoever
    /// listens. When nobody does, nothing is measured and `args` is not asked.
    pub(super) fn traced<T>(
        &self,
        call: &'static str,
        fd: Option<RawFd>,
        args: impl FnOnce() -> String,
        body: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, Error> {
        let Some(recorder) = self.recorder() else {
            return body().map_err(|fault| fault.during(call));
        };
        let started = Instant::now();
        let result = body().map_err(|fault| fault.during(call));
        let error = result.as_ref().err().map(ToString::to_string);
        recorder.record(Event {
            call,
            fd,
            args: args(),
            error,
            started,
            took: started.elapsed(),
        });
        result
    }
}
