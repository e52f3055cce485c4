//! Receiving where the reading side has ended: a datagram socket after `shutdown(SHUT_RD)`.
//!
//! Such a socket is "ready" for poll(2) for ever, while recv(2) on a non-blocking descriptor says
//! EAGAIN: trying again would never end. A blocking recv(2) gives 0 bytes there; one with a timeout
//! waits it out, as CPython's does.

use std::cell::Cell;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::time::Instant;

use socket2::Socket as Descriptor;

use super::Socket;
use crate::net::error::{Cause, Fault};
use crate::net::io_context::IoContext;
use crate::net::poll::READ;

impl Socket {
    /// Tries to receive, and waits and tries again as [`Socket::retry_unless`] does. Where the reading
    /// side has ended without a word, a call without a timeout gives `nothing`, and one with a
    /// timeout waits it out.
    pub(crate) fn receive<T>(
        &self,
        flags: i32,
        (caller, name): (&IoContext, &'static str),
        descriptor: &Descriptor,
        deadline: Option<Instant>,
        nothing: impl FnOnce() -> T,
        mut attempt: impl FnMut() -> io::Result<T>,
    ) -> Result<T, Fault> {
        let (mut again, ended) = (false, Cell::new(false));
        let result = self.retry_unless(flags, caller, name, READ, deadline, || {
            let result = attempt();
            if let Err(error) = &result
                && error.kind() == io::ErrorKind::WouldBlock
                // The first time poll(2) is not asked yet: it may well have something to wait for.
                && std::mem::replace(&mut again, true)
                && reading_has_ended(descriptor.as_raw_fd())
            {
                ended.set(true);
                return Err(io::Error::from_raw_os_error(libc::EIO));
            }
            result
        });
        if !ended.get() {
            return result;
        }
        if self.timeout().is_none() {
            return Ok(nothing());
        }
        match caller.wait_any(name, &[], deadline, || self.whereabouts()) {
            Ok(_) => Err(Cause::TimedOut.into()),
            Err(cause) => Err(cause.into()),
        }
    }
}

/// Whether poll(2) says that nothing will ever come: the reading side has been shut down.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn reading_has_ended(fd: RawFd) -> bool {
    let mut entry = libc::pollfd {
        fd,
        events: libc::POLLRDHUP,
        revents: 0,
    };
    // SAFETY: one pollfd structure, valid for the length of the call, which does not wait.
    let found = unsafe { libc::poll(&raw mut entry, 1, 0) };
    found > 0 && entry.revents & libc::POLLRDHUP != 0
}

/// Elsewhere recv(2) itself gives 0 bytes.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn reading_has_ended(_fd: RawFd) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::super::{Socket, open, pair};
    use crate::net::error::Cause;
    use crate::net::io_context::IoContext;
    use crate::net::system::System;

    fn ended() -> (IoContext, Socket) {
        let caller = IoContext::new(Arc::new(System)).unwrap();
        let socket = open(&caller, libc::AF_INET, libc::SOCK_DGRAM, 0).unwrap();
        // ENOTCONN, and yet the reading side has ended: so Linux has it.
        let _not_connected = socket.shutdown(&caller, libc::SHUT_RD);
        (caller, socket)
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn receiving_where_nothing_will_come_gives_nothing_at_once() {
        let (caller, socket) = ended();
        assert_eq!(socket.recv(&caller, 9, 0).unwrap(), b"");
        assert_eq!(socket.recvfrom(&caller, 9, 0).unwrap(), (Vec::new(), None));
        assert_eq!(socket.recvmsg(&caller, 9, 0, 0).unwrap().data, b"");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_timeout_is_waited_out_without_burning_time() {
        let (caller, socket) = ended();
        socket
            .set_timeout(Some(Duration::from_millis(200)))
            .unwrap();
        let (began, used) = (Instant::now(), used());
        let error = socket.recv(&caller, 9, 0).unwrap_err();
        assert_eq!(error.cause, Cause::TimedOut);
        assert!(began.elapsed() >= Duration::from_millis(200));
        let burnt = self::used().saturating_sub(used);
        assert!(burnt < Duration::from_millis(100), "{burnt:?}");
    }

    #[test]
    fn what_came_before_the_end_is_still_received() {
        let caller = IoContext::new(Arc::new(System)).unwrap();
        let (a, b) = pair(&caller, libc::AF_UNIX, libc::SOCK_DGRAM, 0).unwrap();
        a.send(&caller, b"last", 0).unwrap();
        b.shutdown(&caller, libc::SHUT_RD).unwrap();
        assert_eq!(b.recv(&caller, 9, 0).unwrap(), b"last");
        assert_eq!(b.recv(&caller, 9, 0).unwrap(), b"");
    }

    /// The processor time of this thread.
    #[cfg(target_os = "linux")]
    fn used() -> Duration {
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: `time` has room for what the call writes.
        unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
        Duration::new(
            u64::try_from(time.tv_sec).unwrap_or_default(),
            u32::try_from(time.tv_nsec).unwrap_or_default(),
        )
    }
}
