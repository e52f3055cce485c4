//! Messages with ancillary data: sendmsg(2), recvmsg(2), and the sizes that cmsg(3) counts with.

use std::os::fd::{AsRawFd, RawFd};

use super::Socket;
use super::transfer::{QUIET, bounded, trimmed};
use crate::net::act::Act;
use crate::net::address::Address;
use crate::net::error::{Cause, Error, Fault};
use crate::net::io_context::{Awaited, IoContext};
use crate::net::sys::msghdr as system;
use crate::net::sys::numbers;
use crate::net::target::Target;

pub(crate) use crate::net::sys::msghdr::Control;

/// The most that a size of cmsg(3) may come to, as CPython counts: a C `int`.
const MOST: usize = i32::MAX.unsigned_abs() as usize;
/// How many separate buffers one sendmsg(2) takes (`IOV_MAX` of Linux and macOS).
pub(crate) const MOST_BUFFERS: usize = 1024;

/// What recvmsg(2) gave.
#[derive(Debug)]
pub(crate) struct Message {
    /// The bytes.
    pub(crate) data: Vec<u8>,
    /// The ancillary data.
    pub(crate) controls: Vec<Control>,
    /// `MSG_*`: what the system says of the message, such as `MSG_TRUNC`.
    pub(crate) flags: i32,
    /// Who sent it, where the system tells.
    pub(crate) from: Option<Address>,
}

/// The bytes that a piece of ancillary data of this length takes without what may follow it
/// (`CMSG_LEN`). Out of range below 0 and beyond 2 GiB.
pub(crate) fn cmsg_len(length: i64) -> Result<usize, Fault> {
    sized(("CMSG_LEN", 0), length, system::cmsg_len)
}

/// The bytes that a piece of ancillary data of this length takes in a buffer (`CMSG_SPACE`). Out of
/// range below 0 and beyond 2 GiB.
pub(crate) fn cmsg_space(length: i64) -> Result<usize, Fault> {
    sized(("CMSG_SPACE", 1), length, system::cmsg_space)
}

/// The size of `length` bytes, which must leave room for what `least` bytes take, as in CPython.
fn sized(
    (name, least): (&str, u32),
    length: i64,
    size: impl Fn(u32) -> usize,
) -> Result<usize, Fault> {
    u32::try_from(length)
        .ok()
        .filter(|&length| length as usize <= MOST - size(least))
        .map(size)
        .ok_or_else(|| Cause::Range(format!("{name}() argument out of range: {length}")).into())
}

/// The descriptors in the `SCM_RIGHTS` of a message; a part of one at the end is left out, as
/// CPython's `recv_fds` does.
pub(crate) fn rights(controls: &[Control]) -> Vec<RawFd> {
    let of_rights = |c: &&Control| c.level == numbers::SOL_SOCKET && c.kind == numbers::SCM_RIGHTS;
    let chunks = controls.iter().filter(of_rights).flat_map(|control| {
        let (whole, _cut) = control.data.as_chunks::<{ size_of::<RawFd>() }>();
        whole
    });
    chunks.map(|bytes| RawFd::from_ne_bytes(*bytes)).collect()
}

/// The ancillary data that hands descriptors over (unix(7)).
pub(crate) fn handing_over(fds: &[RawFd]) -> Control {
    Control {
        level: numbers::SOL_SOCKET,
        kind: numbers::SCM_RIGHTS,
        data: fds.iter().flat_map(|fd| fd.to_ne_bytes()).collect(),
    }
}

impl Socket {
    /// Sends the buffers one after the other as one message, with ancillary data, to an address or
    /// to the peer (sendmsg(2)): the number of bytes taken. Errors: those of [`Socket::send`],
    /// EINVAL and EBADF for wrong ancillary data, EMSGSIZE for more than 1024 buffers.
    pub(crate) fn sendmsg(
        &self,
        caller: &IoContext,
        buffers: &[&[u8]],
        controls: &[Control],
        flags: i32,
        target: Option<&Target>,
    ) -> Result<usize, Error> {
        self.call(caller, "sendmsg", |descriptor| {
            if buffers.len() > MOST_BUFFERS {
                return Err(Cause::Os(numbers::EMSGSIZE).into());
            }
            let network = caller.network_of_calls();
            for &Control { level, kind, .. } in controls {
                network.allows(Act::Attach { level, kind })?;
            }
            for fd in rights(controls) {
                caller.may_use(fd)?;
            }
            let address = target
                .map(|target| self.whither(caller, target))
                .transpose()?
                .map(|address| address.to_sockaddr())
                .transpose()?;
            let mut packed = packed(controls)?;
            let (fd, how) = (descriptor.as_raw_fd(), (flags, self.deadline()));
            let count = self.perform(caller, "sendmsg", Awaited::Writable(fd), how, |flags| {
                system::sendmsg(fd, buffers, &mut packed, address.as_ref(), flags | QUIET)
            })?;
            let mut left = count;
            for buffer in buffers {
                let taken = buffer.len().min(left);
                caller.tracer().note_sent(&buffer[..taken]);
                left -= taken;
            }
            Ok(count)
        })
    }

    fn whither(&self, caller: &IoContext, target: &Target) -> Result<Address, Fault> {
        Ok(match caller.resolve(target, self.family)? {
            Address::Inet(wanted) => Address::Inet(self.route(caller, wanted)?),
            other => other,
        })
    }

    /// Receives a message of up to `size` bytes with up to `room_for_controls` bytes of ancillary data
    /// (recvmsg(2)). What does not fit is lost, and `MSG_TRUNC` or `MSG_CTRUNC` says so. Errors:
    /// those of [`Socket::recv`].
    pub(crate) fn recvmsg(
        &self,
        caller: &IoContext,
        size: usize,
        room_for_controls: usize,
        flags: i32,
    ) -> Result<Message, Error> {
        self.call(caller, "recvmsg", |descriptor| {
            let (size, mut data) = (bounded(size, flags), Vec::new());
            let (fd, how) = (descriptor.as_raw_fd(), (flags, self.deadline()));
            let awaited = Awaited::Readable(fd);
            let received = self.perform(caller, "recvmsg", awaited, how, |flags| {
                system::recvmsg(fd, &mut data, size, room_for_controls, flags)
            })?;
            let from = received.from.and_then(|from| self.sender(&from));
            caller.tracer().note_received(&data);
            caller
                .tracer()
                .note_ends(None, from.as_ref().map(Address::end));
            Ok(Message {
                data: trimmed(data),
                controls: received.controls,
                flags: received.flags,
                from,
            })
        })
    }
}

/// Ancillary data as sendmsg(2) takes it. Out of range where it is more than the system counts.
fn packed(controls: &[Control]) -> Result<Vec<u64>, Fault> {
    for control in controls {
        cmsg_space(i64::try_from(control.data.len()).unwrap_or(-1))?;
    }
    Ok(system::pack(controls).ok_or(Cause::Os(numbers::EINVAL))?)
}

#[cfg(test)]
mod tests {
    use super::{cmsg_len, cmsg_space};

    #[test]
    fn sizes_are_those_of_the_c_library_and_bounded() {
        assert_eq!(cmsg_len(0).unwrap() % size_of::<usize>(), 0);
        assert!(cmsg_space(1).unwrap() > cmsg_len(1).unwrap());
        for wrong in [-1, i64::from(i32::MAX), i64::MAX, i64::MIN] {
            assert!(cmsg_len(wrong).is_err() && cmsg_space(wrong).is_err());
        }
    }
}
