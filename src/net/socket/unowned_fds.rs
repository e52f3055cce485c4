//! Descriptors without a socket: those that a script let go of or was handed, and may close or make
//! a socket of. All others belong to somebody, and closing those would pull the ground away from
//! under a socket, or under the program itself.

use std::os::fd::{AsRawFd, IntoRawFd, RawFd};

use socket2::Socket as Descriptor;

use super::{Socket, TYPE_FLAGS};
use crate::net::error::{Cause, Error, Fault};
use crate::net::io_context::IoContext;
use crate::net::sys::{self, fd as system, numbers, sockopt};

/// Why a number that is not loose can be neither closed nor taken: it is not open, or somebody's.
fn refused(fd: RawFd) -> Fault {
    if fd < 0 || system::is_inheritable(fd).is_err() {
        return Cause::Os(numbers::EBADF).into();
    }
    Cause::Value(format!(
        "descriptor {fd} belongs to a socket, or to the program"
    ))
    .noting(format!(
        "`s.close()` closes a socket, `s.detach()` sets its descriptor free, and `fromfd({fd}, \
         family, type)` makes a socket on a copy"
    ))
}

/// Closes a loose descriptor (close(2)). Errors: EBADF, an invalid value for one that is not loose.
pub(crate) fn close_fd(caller: &IoContext, fd: RawFd) -> Result<(), Error> {
    caller.traced("close", Some(fd), || {
        drop(caller.unowned_fds().take(fd).ok_or_else(|| refused(fd))?);
        Ok(())
    })
}

/// A copy of an open descriptor, loose (dup(2)). Errors: EBADF, EMFILE.
pub(crate) fn dup_fd(caller: &IoContext, fd: RawFd) -> Result<RawFd, Error> {
    caller.traced("dup", Some(fd), || {
        caller.may_use(fd)?;
        let copy = system::duplicate(fd)?.into_raw_fd();
        caller.unowned_fds().insert(copy);
        Ok(copy)
    })
}

/// Counts descriptors that were handed over as loose.
pub(crate) fn take_in(caller: &IoContext, fds: &[RawFd]) {
    for &fd in fds {
        caller.unowned_fds().insert(fd);
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
        if !caller.unowned_fds().contains(fd) {
            return Err(refused(fd));
        }
        // Whether it is a socket at all.
        let own_kind = sockopt::get_int(fd, numbers::SOL_SOCKET, numbers::SO_TYPE)?;
        let family = family.map_or_else(|| sys::family_of(fd), Ok)?;
        let kind = kind.unwrap_or(own_kind);
        let proto = proto.map_or_else(|| sys::protocol_of(fd), Ok)?;
        let descriptor = caller.unowned_fds().take(fd).ok_or_else(|| refused(fd))?;
        let descriptor = Descriptor::from(descriptor);
        let timeout = super::first_timeout(caller, kind);
        Socket::adopt(
            caller,
            descriptor,
            (family, kind & !TYPE_FLAGS, proto),
            timeout,
        )
    })
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
            Ok(system::is_inheritable(descriptor.as_raw_fd())?)
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
    use crate::net::live_network::LiveNetwork;
    use crate::net::sys::numbers;

    #[test]
    fn only_a_descriptor_that_no_socket_holds_is_closed_or_taken() {
        let caller = IoContext::new(Arc::new(LiveNetwork)).unwrap();
        let socket = open(&caller, numbers::AF_INET, numbers::SOCK_STREAM, 0).unwrap();
        let fd = socket.fileno();
        for refused in [
            close_fd(&caller, fd).unwrap_err(),
            from_loose(&caller, fd, None, None, None).unwrap_err(),
        ] {
            assert!(matches!(refused.cause, Cause::Value(_)), "{refused}");
        }
        for unopened in [-1, 98_765] {
            let error = close_fd(&caller, unopened).unwrap_err();
            assert_eq!(error.cause, Cause::Os(numbers::EBADF));
        }
        let fd = socket.let_go(&caller);
        let again = from_loose(&caller, fd, None, None, None).unwrap();
        assert_eq!((again.fileno(), again.family), (fd, numbers::AF_INET));
        let copy = dup_fd(&caller, fd).unwrap();
        close_fd(&caller, copy).unwrap();
        assert!(close_fd(&caller, copy).is_err());
    }

    #[test]
    fn what_is_no_socket_stays_loose() {
        let caller = IoContext::new(Arc::new(LiveNetwork)).unwrap();
        let fd = dup_fd(&caller, 0).unwrap();
        // Standard input may be a socket where tests run; then there is nothing to see.
        if let Err(error) = from_loose(&caller, fd, None, None, None) {
            assert_eq!(error.cause, Cause::Os(numbers::ENOTSOCK));
            close_fd(&caller, fd).unwrap();
        }
    }

    #[test]
    fn a_descriptor_goes_over_a_unix_socket() {
        let caller = IoContext::new(Arc::new(LiveNetwork)).unwrap();
        let (a, b) = pair(&caller, numbers::AF_UNIX, numbers::SOCK_STREAM, 0).unwrap();
        let (x, y) = pair(&caller, numbers::AF_UNIX, numbers::SOCK_STREAM, 0).unwrap();
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
