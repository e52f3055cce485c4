//! Messages with ancillary data: sendmsg(2), recvmsg(2), and the sizes that cmsg(3) counts with.

use std::io;
use std::mem::{size_of, zeroed};
use std::os::fd::{AsRawFd, RawFd};

use super::Socket;
use super::transfer::{QUIET, filled, room};
use crate::net::address::{Address, Target};
use crate::net::error::{Cause, Error, Fault};
use crate::net::io_context::IoContext;
use crate::net::poll::WRITE;

/// The most that a size of cmsg(3) may come to, as CPython counts: a C `int`.
const MOST: usize = i32::MAX.unsigned_abs() as usize;
/// The room for a sender's address.
#[allow(clippy::cast_possible_truncation)] // 128 bytes
const NAME_ROOM: libc::socklen_t = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
/// How many separate buffers one sendmsg(2) takes (`IOV_MAX` of Linux and macOS).
const MOST_BUFFERS: usize = 1024;

/// One piece of ancillary data (cmsg(3)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Control {
    /// The protocol that it is of: `SOL_SOCKET`, `IPPROTO_IP`…
    pub(crate) level: i32,
    /// What it is, a number of that level: `SCM_RIGHTS`…
    pub(crate) kind: i32,
    /// A structure, as bytes.
    pub(crate) data: Vec<u8>,
}

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
    // SAFETY: pure arithmetic on a number.
    sized(("CMSG_LEN", 0), length, |length| unsafe {
        libc::CMSG_LEN(length) as usize
    })
}

/// The bytes that a piece of ancillary data of this length takes in a buffer (`CMSG_SPACE`). Out of
/// range below 0 and beyond 2 GiB.
pub(crate) fn cmsg_space(length: i64) -> Result<usize, Fault> {
    // SAFETY: pure arithmetic on a number.
    sized(("CMSG_SPACE", 1), length, |length| unsafe {
        libc::CMSG_SPACE(length) as usize
    })
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
    let of_rights = |c: &&Control| c.level == libc::SOL_SOCKET && c.kind == libc::SCM_RIGHTS;
    let chunks = controls.iter().filter(of_rights).flat_map(|control| {
        let (whole, _cut) = control.data.as_chunks::<{ size_of::<RawFd>() }>();
        whole
    });
    chunks.map(|bytes| RawFd::from_ne_bytes(*bytes)).collect()
}

/// The ancillary data that hands descriptors over (unix(7)).
pub(crate) fn handing_over(fds: &[RawFd]) -> Control {
    Control {
        level: libc::SOL_SOCKET,
        kind: libc::SCM_RIGHTS,
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
                return Err(Cause::Os(libc::EMSGSIZE).into());
            }
            let address = target
                .map(|target| self.whither(caller, target))
                .transpose()?
                .map(|address| address.to_sockaddr())
                .transpose()?;
            let mut control = packed(controls)?;
            let parts: Vec<libc::iovec> = buffers
                .iter()
                .map(|buffer| libc::iovec {
                    iov_base: buffer.as_ptr().cast_mut().cast(),
                    iov_len: buffer.len(),
                })
                .collect();
            // SAFETY: a msghdr is plain integers and pointers, for which zeros are valid.
            let mut header: libc::msghdr = unsafe { zeroed() };
            if let Some(address) = &address {
                header.msg_name = address.as_ptr().cast_mut().cast();
                header.msg_namelen = address.len();
            }
            header.msg_iov = parts.as_ptr().cast_mut();
            header.msg_iovlen = parts.len() as _;
            if !control.is_empty() {
                header.msg_control = control.as_mut_ptr().cast();
                header.msg_controllen = (control.len() * size_of::<u64>()) as _;
            }
            let (fd, deadline) = (descriptor.as_raw_fd(), self.deadline());
            self.retry_unless(flags, caller, "sendmsg", WRITE, deadline, || {
                // SAFETY: everything that the header points at lives in this function, and
                // sendmsg(2) only reads it.
                counted(unsafe { libc::sendmsg(fd, &raw const header, flags | QUIET) })
            })
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
            let mut data = room(size, flags);
            // Words, so that the structures in it lie where the system wants them.
            let words = room_for_controls.div_ceil(size_of::<u64>());
            let mut control = vec![0_u64; words];
            // SAFETY: plain integers, for which zeros are valid.
            let mut name: libc::sockaddr_storage = unsafe { zeroed() };
            let (fd, deadline) = (descriptor.as_raw_fd(), self.deadline());
            let fresh = |data: &mut Vec<u8>, control: &mut Vec<u64>, part: &mut libc::iovec| {
                part.iov_base = data.as_mut_ptr().cast();
                part.iov_len = data.capacity().min(size);
                // SAFETY: plain integers and pointers, for which zeros are valid.
                let mut header: libc::msghdr = unsafe { zeroed() };
                header.msg_iov = std::ptr::from_mut(part);
                header.msg_iovlen = 1;
                if room_for_controls > 0 {
                    header.msg_control = control.as_mut_ptr().cast();
                    header.msg_controllen = room_for_controls as _;
                }
                header
            };
            // SAFETY: as above.
            let (mut part, nothing): (libc::iovec, libc::msghdr) = unsafe { zeroed() };
            let who = (caller, "recvmsg");
            let none = || (0, nothing);
            let (count, header) = self.receive(flags, who, descriptor, deadline, none, || {
                let mut header = fresh(&mut data, &mut control, &mut part);
                header.msg_name = (&raw mut name).cast();
                header.msg_namelen = NAME_ROOM;
                // SAFETY: `data` has room for `iov_len` bytes, `control` and `name` for
                // the lengths beside them, and all of them outlive the call.
                let got = unsafe { libc::recvmsg(fd, &raw mut header, flags) };
                Ok((counted(got)?, header))
            })?;
            let from = (header.msg_namelen > 0)
                .then(|| Address::from_storage(&name, header.msg_namelen))
                .flatten();
            Ok(Message {
                data: filled(data, count),
                controls: taken_apart(&header),
                flags: header.msg_flags,
                from: from.and_then(|from| self.as_seen(from)),
            })
        })
    }

    fn as_seen(&self, from: Address) -> Option<Address> {
        match from {
            Address::Inet(real) => Some(Address::Inet(self.shown(real))),
            Address::Other(0, _) => None,
            other => Some(other),
        }
    }
}

fn counted(result: isize) -> io::Result<usize> {
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

/// Ancillary data as sendmsg(2) takes it, in words.
fn packed(controls: &[Control]) -> Result<Vec<u64>, Fault> {
    let mut total = 0;
    for control in controls {
        total += cmsg_space(i64::try_from(control.data.len()).unwrap_or(-1))?;
    }
    let mut words = vec![0_u64; total.div_ceil(size_of::<u64>())];
    // SAFETY: plain integers and pointers, for which zeros are valid.
    let mut header: libc::msghdr = unsafe { zeroed() };
    header.msg_control = words.as_mut_ptr().cast();
    header.msg_controllen = total as _;
    // SAFETY: the header names `total` bytes of `words`.
    let mut place = unsafe { libc::CMSG_FIRSTHDR(&raw const header) };
    for control in controls {
        if place.is_null() {
            return Err(Cause::Os(libc::EINVAL).into());
        }
        let length = u32::try_from(control.data.len()).unwrap_or(u32::MAX);
        // SAFETY: `total` counts CMSG_SPACE of every piece, so this one's header and data lie
        // within `words`, which are aligned as the system wants them.
        unsafe {
            (*place).cmsg_len = libc::CMSG_LEN(length) as _;
            (*place).cmsg_level = control.level;
            (*place).cmsg_type = control.kind;
            let data = libc::CMSG_DATA(place);
            std::ptr::copy_nonoverlapping(control.data.as_ptr(), data, control.data.len());
            place = libc::CMSG_NXTHDR(&raw const header, place);
        }
    }
    Ok(words)
}

/// The pieces of ancillary data that recvmsg(2) left behind a header.
fn taken_apart(header: &libc::msghdr) -> Vec<Control> {
    let mut controls = Vec::new();
    if header.msg_control.is_null() {
        return controls;
    }
    // The field is a `size_t` here and a `socklen_t` there.
    #[allow(clippy::unnecessary_cast)]
    let end = header.msg_control.addr() + header.msg_controllen as usize;
    // SAFETY: the header still names the buffer that the system filled.
    let mut place = unsafe { libc::CMSG_FIRSTHDR(header) };
    while !place.is_null() {
        // SAFETY: CMSG_FIRSTHDR and CMSG_NXTHDR give places of whole headers within the buffer; a
        // piece that was cut off ends where the buffer does.
        unsafe {
            let data = libc::CMSG_DATA(place);
            let whole = ((*place).cmsg_len as usize).saturating_sub(libc::CMSG_LEN(0) as usize);
            let length = whole.min(end.saturating_sub(data.addr()));
            controls.push(Control {
                level: (*place).cmsg_level,
                kind: (*place).cmsg_type,
                data: std::slice::from_raw_parts(data, length).to_vec(),
            });
            place = libc::CMSG_NXTHDR(header, place);
        }
    }
    controls
}

#[cfg(test)]
mod tests {
    use super::{Control, cmsg_len, cmsg_space, handing_over, packed, rights, taken_apart};
    use std::mem::{size_of, zeroed};

    #[test]
    fn sizes_are_those_of_the_c_library_and_bounded() {
        assert_eq!(cmsg_len(0).unwrap() % size_of::<usize>(), 0);
        assert!(cmsg_space(1).unwrap() > cmsg_len(1).unwrap());
        for wrong in [-1, i64::from(i32::MAX), i64::MAX, i64::MIN] {
            assert!(cmsg_len(wrong).is_err() && cmsg_space(wrong).is_err());
        }
    }

    #[test]
    fn pieces_survive_packing_and_taking_apart() {
        let pieces = [
            handing_over(&[1, 2, 3]),
            Control {
                level: 7,
                kind: 9,
                data: b"odd".to_vec(),
            },
        ];
        let mut words = packed(&pieces).unwrap();
        // SAFETY: plain integers and pointers.
        let mut header: libc::msghdr = unsafe { zeroed() };
        header.msg_control = words.as_mut_ptr().cast();
        header.msg_controllen = (words.len() * size_of::<u64>()) as _;
        assert_eq!(taken_apart(&header), pieces);
        assert_eq!(rights(&pieces), [1, 2, 3]);
    }
}
