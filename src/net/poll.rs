//! poll(2): wait until descriptors are ready.

use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use super::error::Cause;

/// `POLL*` bits.
pub(crate) type Interest = libc::c_short;

/// Something can be read, accepted, or the peer has ended.
pub(crate) const READ: Interest = libc::POLLIN;
/// Something can be written, or a connect has ended.
pub(crate) const WRITE: Interest = libc::POLLOUT;

/// What one poll(2) found. A signal is no error: nothing is ready.
pub(crate) enum Ready<T> {
    /// The wake-up is readable.
    Woken,
    /// At least one descriptor is ready.
    Found(T),
    /// Nothing is.
    Nothing,
}

/// One poll(2) of a descriptor and a wake-up, at most until `deadline`.
pub(crate) fn poll_one(
    fd: RawFd,
    events: Interest,
    wake: RawFd,
    deadline: Option<Instant>,
) -> Result<Ready<()>, Cause> {
    let mut both = [entry(wake, READ), entry(fd, events)];
    let found = call(&mut both, deadline)?;
    Ok(found.map(|_| ()))
}

/// One poll(2) of `fds` and perhaps a wake-up, at most until `deadline`: for each descriptor its
/// `revents`.
pub(crate) fn poll(
    fds: &[(RawFd, Interest)],
    wake: Option<RawFd>,
    deadline: Option<Instant>,
) -> Result<Ready<Vec<Interest>>, Cause> {
    // poll(2) passes over negative descriptors.
    let wake = entry(wake.unwrap_or(-1), READ);
    let fds = fds.iter().map(|&(fd, events)| entry(fd, events));
    let mut all: Vec<libc::pollfd> = [wake].into_iter().chain(fds).collect();
    let found = call(&mut all, deadline)?;
    Ok(found.map(|all| all.iter().map(|entry| entry.revents).collect()))
}

/// Whether standard input has something to read, or has ended, within this time. A signal may cut it
/// short.
pub(crate) fn input_waits(within: Duration) -> bool {
    let deadline = Instant::now().checked_add(within);
    let found = poll(&[(libc::STDIN_FILENO, READ)], None, deadline);
    // Reading tells what is wrong with it.
    !matches!(found, Ok(Ready::Nothing))
}

fn entry(fd: RawFd, events: Interest) -> libc::pollfd {
    libc::pollfd {
        fd,
        events,
        revents: 0,
    }
}

/// poll(2); the first entry is the wake-up, and what is found are the others.
fn call(
    all: &mut [libc::pollfd],
    deadline: Option<Instant>,
) -> Result<Ready<&[libc::pollfd]>, Cause> {
    let count = libc::nfds_t::try_from(all.len()).map_err(|_| Cause::Os(libc::EINVAL))?;
    // SAFETY: `all` is a valid array of `count` pollfd structures for the length of the call.
    let found = unsafe { libc::poll(all.as_mut_ptr(), count, milliseconds(deadline)) };
    if found < 0 {
        let cause = Cause::last_os_error();
        return if cause == Cause::Os(libc::EINTR) {
            Ok(Ready::Nothing)
        } else {
            Err(cause)
        };
    }
    Ok(match all.split_first() {
        Some((wake, _)) if wake.revents != 0 => Ready::Woken,
        Some((_, fds)) if found > 0 => Ready::Found(fds),
        _ => Ready::Nothing,
    })
}

impl<T> Ready<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Ready<U> {
        match self {
            Self::Woken => Ready::Woken,
            Self::Found(found) => Ready::Found(change(found)),
            Self::Nothing => Ready::Nothing,
        }
    }
}

/// Rounded up, so that poll(2) does not return before the deadline; -1 waits for ever.
fn milliseconds(deadline: Option<Instant>) -> libc::c_int {
    let Some(deadline) = deadline else { return -1 };
    let left = deadline.saturating_duration_since(Instant::now());
    let rounded = left + Duration::from_nanos(999_999);
    libc::c_int::try_from(rounded.as_millis()).unwrap_or(libc::c_int::MAX)
}
