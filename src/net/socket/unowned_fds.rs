//! Descriptors without a socket: those that a script let go of or was handed, and may close or make
//! a socket of. All others belong to somebody, and closing those would pull the ground away from
//! under a socket, or under the program itself.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use socket2::Socket as Descriptor;

use super::{Socket, TYPE_FLAGS};
use crate::net::error::{Cause, Error, Fault};
use crate::net::io_context::IoContext;

/// The numbers of a console's loose descriptors.
#[derive(Debug, Default)]
pub(crate) struct UnownedFds(RefCell<BTreeSet<RawFd>>);

impl UnownedFds {
    fn insert(&self, fd: RawFd) {
        self.0.borrow_mut().insert(fd);
    }

    fn remove(&self, fd: RawFd) -> bool {
        self.0.borrow_mut().remove(&fd)
    }

    fn contains(&self, fd: RawFd) -> bool {
        self.0.borrow().contains(&fd)
    }
}

/// Why a number that is not loose can be neither closed nor taken: it is not open, or somebody's.
fn refused(fd: RawFd) -> Fault {
    if fd < 0 || flags_of(fd).is_err() {
        return Cause::Os(libc::EBADF).into();
    }
    Cause::Value(format!(
        "descriptor {fd} belongs to a socket, or to the program"
    ))
    .noting(format!(
        "`s.close()` closes a socket, `s.detach()` sets its descriptor free, and `fromfd({fd}, \
         family, type)` makes a socket on a copy"
    ))
}

/// The flags of a descriptor (fcntl(2)). Errors: EBADF.
fn flags_of(fd: RawFd) -> Result<i32, Cause> {
    // SAFETY: fcntl takes numbers only; one that is not open is EBADF.
    match unsafe { libc::fcntl(fd, libc::F_GETFD) } {
        flags if flags < 0 => Err(Cause::last_os_error()),
        flags => Ok(flags),
    }
}

/// Closes a loose descriptor (close(2)). Errors: EBADF, an invalid value for one that is not loose.
pub(crate) fn close_fd(caller: &IoContext, fd: RawFd) -> Result<(), Error> {
    caller.traced("close", Some(fd), || {
        if !caller.loose().remove(fd) {
            return Err(refused(fd));
        }
        // SAFETY: it is open and loose, so that nobody else closes it.
        drop(unsafe { OwnedFd::from_raw_fd(fd) });
        Ok(())
    })
}

/// A copy of an open descriptor, loose (dup(2)). Errors: EBADF, EMFILE.
pub(crate) fn dup_fd(caller: &IoContext, fd: RawFd) -> Result<RawFd, Error> {
    caller.traced("dup", Some(fd), || {
        // SAFETY: fcntl takes numbers only.
        let copy = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        if copy < 0 {
            return Err(Cause::last_os_error().into());
        }
        caller.loose().insert(copy);
        Ok(copy)
    })
}

/// Counts descriptors that were handed over as loose.
pub(crate) fn take_in(caller: &IoContext, fds: &[RawFd]) {
    for &fd in fds.iter().filter(|&&fd| fd >= 0) {
        caller.loose().insert(fd);
    }
}

/// A socket on a loose descriptor itself (CPython's `socket(fileno=…)`); what is not given is asked
/// of the system. Errors: EBADF, ENOTSOCK, an invalid value for a descriptor that is not loose.
pub(crate) fn from_loose(
    caller: &IoContext,
    fd: RawFd,
    family: Option<i32>,
    kind: Option<i32>,
    proto: Option<i32>,
) -> Result<Socket, Error> {
    caller.traced("socket", Some(fd), || {
        if !caller.loose().contains(fd) {
            return Err(refused(fd));
        }
        let family = family.map_or_else(|| family_of(fd), Ok)?;
        let kind = kind.map_or_else(|| asked(fd, libc::SO_TYPE), Ok)?;
        let proto = proto.map_or_else(|| proto_of(fd), Ok)?;
        // Whether it is a socket at all.
        asked(fd, libc::SO_TYPE)?;
        caller.loose().remove(fd);
        // SAFETY: it is open and was loose, so that it is nobody else's.
        let descriptor: Descriptor = unsafe { OwnedFd::from_raw_fd(fd) }.into();
        let timeout = super::first_timeout(caller, kind);
        let kind = kind & !TYPE_FLAGS;
        descriptor.set_nonblocking(true)?;
        Ok(Socket::adopt(
            caller, descriptor, family, kind, proto, timeout,
        ))
    })
}

/// The family that a socket was made with.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn family_of(fd: RawFd) -> Result<i32, Fault> {
    asked(fd, libc::SO_DOMAIN)
}

/// The protocol that the system chose.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn proto_of(fd: RawFd) -> Result<i32, Fault> {
    asked(fd, libc::SO_PROTOCOL)
}

/// Where no option tells the family, the socket's own address does.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn family_of(fd: RawFd) -> Result<i32, Fault> {
    // SAFETY: the descriptor is open and loose; it is only looked at for the length of the call.
    let descriptor = unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) };
    let own = socket2::SockRef::from(&descriptor).local_addr()?;
    Ok(i32::from(own.family()))
}

/// No option tells it here: 0, as in CPython.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn proto_of(_fd: RawFd) -> Result<i32, Fault> {
    Ok(0)
}

/// An integer option of `SOL_SOCKET`.
fn asked(fd: RawFd, option: i32) -> Result<i32, Fault> {
    let mut value: libc::c_int = 0;
    let mut size = libc::socklen_t::try_from(size_of::<libc::c_int>()).unwrap_or_default();
    // SAFETY: `value` has room for the `size` bytes that the system may write.
    let result = unsafe {
        let value = (&raw mut value).cast();
        libc::getsockopt(fd, libc::SOL_SOCKET, option, value, &raw mut size)
    };
    if result < 0 {
        return Err(Cause::last_os_error().into());
    }
    Ok(value)
}

impl Socket {
    /// [`Socket::detach`], and the descriptor counts as loose from now on.
    pub(crate) fn let_go(&self, caller: &IoContext) -> RawFd {
        let fd = self.detach();
        take_in(caller, &[fd]);
        fd
    }

    /// Whether programs that are started from here get the descriptor too (fcntl(2), the opposite
    /// of `FD_CLOEXEC`). Errors: EBADF.
    pub(crate) fn inheritable(&self, caller: &IoContext) -> Result<bool, Error> {
        self.call(caller, "get_inheritable", |descriptor| {
            Ok(flags_of(descriptor.as_raw_fd())? & libc::FD_CLOEXEC == 0)
        })
    }

    /// Sets whether programs that are started from here get the descriptor too. Errors: EBADF.
    pub(crate) fn set_inheritable(&self, caller: &IoContext, on: bool) -> Result<(), Error> {
        self.call(caller, "set_inheritable", |descriptor| {
            Ok(descriptor.set_cloexec(!on)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{handing_over, open, pair, rights};
    use super::{close_fd, dup_fd, from_loose, take_in};
    use crate::net::error::Cause;
    use crate::net::io_context::IoContext;
    use crate::net::system::System;

    #[test]
    fn only_a_descriptor_that_no_socket_holds_is_closed_or_taken() {
        let caller = IoContext::new(Arc::new(System)).unwrap();
        let socket = open(&caller, libc::AF_INET, libc::SOCK_STREAM, 0).unwrap();
        let fd = socket.fileno();
        for refused in [
            close_fd(&caller, fd).unwrap_err(),
            from_loose(&caller, fd, None, None, None).unwrap_err(),
        ] {
            assert!(matches!(refused.cause, Cause::Value(_)), "{refused}");
        }
        for unopened in [-1, 98_765] {
            let error = close_fd(&caller, unopened).unwrap_err();
            assert_eq!(error.cause, Cause::Os(libc::EBADF));
        }
        let fd = socket.let_go(&caller);
        let again = from_loose(&caller, fd, None, None, None).unwrap();
        assert_eq!((again.fileno(), again.family), (fd, libc::AF_INET));
        let copy = dup_fd(&caller, fd).unwrap();
        close_fd(&caller, copy).unwrap();
        assert!(close_fd(&caller, copy).is_err());
    }

    #[test]
    fn what_is_no_socket_stays_loose() {
        let caller = IoContext::new(Arc::new(System)).unwrap();
        let fd = dup_fd(&caller, 0).unwrap();
        // Standard input may be a socket where tests run; then there is nothing to see.
        if let Err(error) = from_loose(&caller, fd, None, None, None) {
            assert_eq!(error.cause, Cause::Os(libc::ENOTSOCK));
            close_fd(&caller, fd).unwrap();
        }
    }

    #[test]
    fn a_descriptor_goes_over_a_unix_socket() {
        let caller = IoContext::new(Arc::new(System)).unwrap();
        let (a, b) = pair(&caller, libc::AF_UNIX, libc::SOCK_STREAM, 0).unwrap();
        let (x, y) = pair(&caller, libc::AF_UNIX, libc::SOCK_STREAM, 0).unwrap();
        a.sendmsg(&caller, &[b"here"], &[handing_over(&[x.fileno()])], 0, None)
            .unwrap();
        let message = b.recvmsg(&caller, 9, 64, 0).unwrap();
        let fds = rights(&message.controls);
        take_in(&caller, &fds);
        let through = from_loose(&caller, fds[0], None, None, None).unwrap();
        through.sendall(&caller, b"through", 0).unwrap();
        assert_eq!(y.recv(&caller, 9, 0).unwrap(), b"through");
    }
}
