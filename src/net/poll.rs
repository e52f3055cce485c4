//! poll(2): wait until descriptors are ready.

use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use super::error::Cause;

/// `POLL*` bits.
pub type Interest = libc::c_short;

/// Something can be read, accepted, or the peer has ended.
pub const READ: Interest = libc::POLLIN;
/// Something can be written, or a connect has ended.
pub const WRITE: Interest = libc::POLLOUT;
/// Urgent data is there.
pub const URGENT: Interest = libc::POLLPRI;

/// What one poll(2) found.
pub(super) struct Ready {
    /// For each descriptor its `revents`.
    pub(super) fds: Vec<Interest>,
    /// How many of them have any.
    pub(super) count: usize,
    /// Whether the wake-up is readable.
    pub(super) woken: bool,
}

/// One poll(2) of `fds` and a wake-up, at most until `deadline`. A signal is no error: it comes
/// back with nothing ready.
pub(super) fn poll(
    fds: &[(RawFd, Interest)],
    wake: Option<RawFd>,
    deadline: Option<Instant>,
) -> Result<Ready, Cause> {
    let mut all: Vec<libc::pollfd> = fds
        .iter()
        .map(|&(fd, events)| libc::pollfd {
            fd,
            events,
            revents: 0,
        })
        .collect();
    all.extend(wake.map(|fd| libc::pollfd {
        fd,
        events: READ,
        revents: 0,
    }));
    let count = libc::nfds_t::try_from(all.len()).map_err(|_| Cause::Os(libc::EINVAL))?;
    // SAFETY: `all` is a valid array of `count` pollfd structures for the length of the call.
    let found = unsafe { libc::poll(all.as_mut_ptr(), count, milliseconds(deadline)) };
    if found < 0 {
        let cause = Cause::last_os_error();
        if cause != Cause::Os(libc::EINTR) {
            return Err(cause);
        }
        for entry in &mut all {
            entry.revents = 0;
        }
    }
    let woken = wake.is_some() && all.pop().is_some_and(|entry| entry.revents != 0);
    let fds: Vec<Interest> = all.iter().map(|entry| entry.revents).collect();
    let count = fds.iter().filter(|&&revents| revents != 0).count();
    Ok(Ready { fds, count, woken })
}

/// Rounded up, so that poll(2) does not return before the deadline; -1 waits for ever.
fn milliseconds(deadline: Option<Instant>) -> libc::c_int {
    let Some(deadline) = deadline else { return -1 };
    let left = deadline.saturating_duration_since(Instant::now());
    let rounded = left + Duration::from_nanos(999_999);
    libc::c_int::try_from(rounded.as_millis()).unwrap_or(libc::c_int::MAX)
}
