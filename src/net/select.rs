//! Waiting for many sockets at once: select(2) and poll(2), both carried out by poll(2), so that
//! no descriptor is too large for them.

use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use super::error::{Cause, Error};
use super::sys::numbers;
use super::sys::poll::{ERROR, HANG_UP, Interest, NOT_OPEN, PollFd, READ, URGENT, WRITE};
use crate::net::io_context::IoContext;

/// Which descriptors of the three lists are ready, as positions in them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Selected {
    /// Can be read: data, a caller, or the end.
    pub(crate) readable: Vec<usize>,
    /// Can be written.
    pub(crate) writable: Vec<usize>,
    /// Has urgent data.
    pub(crate) exceptional: Vec<usize>,
}

const READ_SET: Interest = READ | HANG_UP | ERROR;
const WRITE_SET: Interest = WRITE | ERROR;
const EXCEPT_SET: Interest = URGENT;

/// Waits until one of the descriptors is ready, at most for `timeout` (none waits for ever): which
/// are (CPython's `select.select`). Errors: an invalid value for a closed socket, whose number is
/// negative; EBADF for a number that is not open.
pub(crate) fn select(
    caller: &IoContext,
    reading: &[RawFd],
    writing: &[RawFd],
    exceptional: &[RawFd],
    timeout: Option<Duration>,
) -> Result<Selected, Error> {
    let lists = [(reading, READ), (writing, WRITE), (exceptional, URGENT)];
    let fds: Vec<(RawFd, Interest)> = lists
        .iter()
        .flat_map(|&(list, events)| list.iter().map(move |&fd| (fd, events)))
        .collect();
    // A negative descriptor is one that poll(2) would pass over in silence.
    if fds.iter().any(|&(fd, _)| fd < 0) {
        let text = "a closed socket has no descriptor to watch";
        return Err(Cause::Value(text.into()).during("select"));
    }
    let found = ready(caller, "select", &fds, timeout)?;
    if found.iter().any(|&revents| revents & NOT_OPEN != 0) {
        return Err(Cause::Os(numbers::EBADF).during("select"));
    }
    let (in_read, rest) = found.split_at(reading.len());
    let (in_write, in_except) = rest.split_at(writing.len());
    let positions = |found: &[Interest], set: Interest| {
        (0..found.len())
            .filter(|&at| found[at] & set != 0)
            .collect()
    };
    Ok(Selected {
        readable: positions(in_read, READ_SET),
        writable: positions(in_write, WRITE_SET),
        exceptional: positions(in_except, EXCEPT_SET),
    })
}

/// Waits until one of the descriptors has an event, at most for `timeout` (none waits for ever):
/// those that have, with their `POLL*` bits (CPython's `poll.poll`).
pub(crate) fn poll(
    caller: &IoContext,
    fds: &[(RawFd, Interest)],
    timeout: Option<Duration>,
) -> Result<Vec<(RawFd, Interest)>, Error> {
    let found = ready(caller, "poll", fds, timeout)?;
    let pairs = fds
        .iter()
        .zip(found)
        .map(|(&(fd, _), revents)| (fd, revents));
    Ok(pairs.filter(|&(_, revents)| revents != 0).collect())
}

fn ready(
    caller: &IoContext,
    call: &'static str,
    fds: &[(RawFd, Interest)],
    timeout: Option<Duration>,
) -> Result<Vec<Interest>, Error> {
    let deadline = timeout.and_then(|time| Instant::now().checked_add(time));
    caller.traced(call, None, || {
        let mut fds: Vec<PollFd> = fds
            .iter()
            .map(|&(fd, events)| PollFd::new(fd, events))
            .collect();
        // What is not ready at the deadline has no events.
        caller.poll(call, &mut fds, deadline)?;
        Ok(fds.into_iter().map(PollFd::found).collect())
    })
}
