//! poll(2): waits until descriptors are ready.

use std::io;
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

/// `POLL*` bits.
pub(crate) type Interest = libc::c_short;

/// Something can be read, accepted, or the peer has ended.
pub(crate) const READ: Interest = libc::POLLIN;
/// Something can be written, or a connect has ended.
pub(crate) const WRITE: Interest = libc::POLLOUT;
/// Urgent data is there.
pub(crate) const URGENT: Interest = libc::POLLPRI;
/// An error is pending.
pub(crate) const ERROR: Interest = libc::POLLERR;
/// The peer is gone.
pub(crate) const HANG_UP: Interest = libc::POLLHUP;
/// The number is of no open descriptor.
pub(crate) const NOT_OPEN: Interest = libc::POLLNVAL;

/// A descriptor, what is asked of it, and what poll(2) found.
#[repr(transparent)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct PollFd(libc::pollfd);

impl PollFd {
    /// A descriptor to be asked; one below 0 is passed over.
    pub(crate) fn new(fd: RawFd, events: Interest) -> Self {
        Self(libc::pollfd {
            fd,
            events,
            revents: 0,
        })
    }

    /// What the last poll(2) found.
    pub(crate) fn found(self) -> Interest {
        self.0.revents
    }
}

/// One poll(2), at most until `deadline` (none is for ever): how many descriptors have something.
/// Errors: EINTR; EINVAL for more descriptors than the process may have.
pub(crate) fn poll(fds: &mut [PollFd], deadline: Option<Instant>) -> io::Result<usize> {
    let count = libc::nfds_t::try_from(fds.len())
        .map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    // SAFETY: `PollFd` is a pollfd, and `fds` an array of `count` of them for the length of the call.
    let found = unsafe { libc::poll(fds.as_mut_ptr().cast(), count, milliseconds(deadline)) };
    usize::try_from(found).map_err(|_| io::Error::last_os_error())
}

/// Whether a descriptor has one of the events now.
pub(crate) fn is_ready(fd: RawFd, events: Interest) -> bool {
    poll(&mut [PollFd::new(fd, events)], Some(Instant::now())).is_ok_and(|found| found > 0)
}

/// Whether standard input has something to read, or has ended, within this time. A signal may cut it
/// short.
pub(crate) fn input_waits(within: Duration) -> bool {
    let deadline = Instant::now().checked_add(within);
    let found = poll(&mut [PollFd::new(libc::STDIN_FILENO, READ)], deadline);
    // Reading tells what is wrong with it.
    match found {
        Ok(found) => found > 0,
        Err(error) => error.kind() != io::ErrorKind::Interrupted,
    }
}

/// Whether standard output takes more, or has an error to tell, within this time. A signal may cut
/// it short.
pub(crate) fn output_has_room(within: Duration) -> io::Result<bool> {
    let deadline = Instant::now().checked_add(within);
    match poll(&mut [PollFd::new(libc::STDOUT_FILENO, WRITE)], deadline) {
        Ok(found) => Ok(found > 0),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(false),
        Err(error) => Err(error),
    }
}

/// One write(2) on standard output, without a buffer: how many bytes it took.
pub(crate) fn write_output(bytes: &[u8]) -> io::Result<usize> {
    // SAFETY: the pointer and the length are those of `bytes`, which the system only reads.
    let count = unsafe { libc::write(libc::STDOUT_FILENO, bytes.as_ptr().cast(), bytes.len()) };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}

/// Rounded up, so that poll(2) does not return before the deadline; -1 waits for ever.
fn milliseconds(deadline: Option<Instant>) -> libc::c_int {
    let Some(deadline) = deadline else { return -1 };
    let left = deadline.saturating_duration_since(Instant::now());
    let rounded = left + Duration::from_nanos(999_999);
    libc::c_int::try_from(rounded.as_millis()).unwrap_or(libc::c_int::MAX)
}
