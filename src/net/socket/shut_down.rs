//! Receiving where the reading side has ended: a datagram socket after `shutdown(SHUT_RD)`.
//!
//! Such a socket is "ready" for poll(2) for ever, while recv(2) on a non-blocking descriptor says
//! EAGAIN: trying again would never end. A blocking recv(2) gives 0 bytes there; one with a timeout
//! waits it out, as CPython's does.

use std::cell::Cell;
use std::io;
use std::os::fd::AsRawFd;
use std::time::Instant;

use socket2::Socket as Descriptor;

use super::Socket;
use crate::net::error::{Cause, Fault};
use crate::net::io_context::IoContext;
use crate::net::poll::READ;
use crate::net::sys::{self, numbers};

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
                && sys::reading_has_ended(descriptor.as_raw_fd())
            {
                ended.set(true);
                return Err(io::Error::from_raw_os_error(numbers::EIO));
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::super::{Socket, open, pair};
    use crate::net::error::Cause;
    use crate::net::io_context::IoContext;
    use crate::net::sys::{numbers, processor_time};
    use crate::net::system::System;

    fn ended() -> (IoContext, Socket) {
        let caller = IoContext::new(Arc::new(System)).unwrap();
        let socket = open(&caller, numbers::AF_INET, numbers::SOCK_DGRAM, 0).unwrap();
        // ENOTCONN, and yet the reading side has ended: so Linux has it.
        let _not_connected = socket.shutdown(&caller, numbers::SHUT_RD);
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
        let (began, used) = (Instant::now(), processor_time());
        let error = socket.recv(&caller, 9, 0).unwrap_err();
        assert_eq!(error.cause, Cause::TimedOut);
        assert!(began.elapsed() >= Duration::from_millis(200));
        let burnt = processor_time().saturating_sub(used);
        assert!(burnt < Duration::from_millis(100), "{burnt:?}");
    }

    #[test]
    fn what_came_before_the_end_is_still_received() {
        let caller = IoContext::new(Arc::new(System)).unwrap();
        let (a, b) = pair(&caller, numbers::AF_UNIX, numbers::SOCK_DGRAM, 0).unwrap();
        a.send(&caller, b"last", 0).unwrap();
        b.shutdown(&caller, numbers::SHUT_RD).unwrap();
        assert_eq!(b.recv(&caller, 9, 0).unwrap(), b"last");
        assert_eq!(b.recv(&caller, 9, 0).unwrap(), b"");
    }
}
