//! Messages with ancillary data: sendmsg(2), recvmsg(2), and the arithmetic of cmsg(3).

use std::io;
use std::mem::{size_of, zeroed};
use std::os::fd::RawFd;

use socket2::SockAddr;

use super::super::platform;
use super::recv::{counted, fill, room};
use super::sockaddr;

/// The room for a sender's address.
#[allow(clippy::cast_possible_truncation)] // 128 bytes
const NAME_ROOM: libc::socklen_t = sockaddr::LARGEST as libc::socklen_t;

/// Descriptors that come are not for the programs that are started from here, as others are not.
const CLOEXEC: i32 = platform::MSG_CMSG_CLOEXEC;

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

/// What recvmsg(2) tells beside the bytes.
pub(crate) struct Received {
    /// The ancillary data.
    pub(crate) controls: Vec<Control>,
    /// `MSG_*`: what the system says of the message, such as `MSG_TRUNC`.
    pub(crate) flags: i32,
    /// Who sent it, where the system tells.
    pub(crate) from: Option<SockAddr>,
}

/// The bytes that a piece of ancillary data of this length takes without what may follow it
/// (`CMSG_LEN`).
pub(crate) fn cmsg_len(length: u32) -> usize {
    // SAFETY: arithmetic on a number.
    unsafe { libc::CMSG_LEN(length) as usize }
}

/// The bytes that a piece of ancillary data of this length takes in a buffer (`CMSG_SPACE`).
pub(crate) fn cmsg_space(length: u32) -> usize {
    // SAFETY: arithmetic on a number.
    unsafe { libc::CMSG_SPACE(length) as usize }
}

/// Sends the buffers one after the other as one message (sendmsg(2)): the number of bytes taken.
/// `controls` comes from [`pack`].
pub(crate) fn sendmsg(
    fd: RawFd,
    buffers: &[&[u8]],
    controls: &mut [u64],
    to: Option<&SockAddr>,
    flags: i32,
) -> io::Result<usize> {
    let parts: Vec<libc::iovec> = buffers
        .iter()
        .map(|buffer| libc::iovec {
            iov_base: buffer.as_ptr().cast_mut().cast(),
            iov_len: buffer.len(),
        })
        .collect();
    // SAFETY: a msghdr is integers and pointers, for which zeros are valid.
    let mut header: libc::msghdr = unsafe { zeroed() };
    if let Some(to) = to {
        header.msg_name = to.as_ptr().cast_mut().cast();
        header.msg_namelen = to.len();
    }
    header.msg_iov = parts.as_ptr().cast_mut();
    header.msg_iovlen = parts.len() as _;
    if !controls.is_empty() {
        header.msg_control = controls.as_mut_ptr().cast();
        header.msg_controllen = size_of_val(controls) as _;
    }
    // SAFETY: everything that the header points at outlives the call, and sendmsg(2) only reads it.
    counted(unsafe { libc::sendmsg(fd, &raw const header, flags) })
}

/// Receives a message of up to `size` bytes after those in `buffer`, with up to `controls` bytes of
/// ancillary data (recvmsg(2)).
pub(crate) fn recvmsg(
    fd: RawFd,
    buffer: &mut Vec<u8>,
    size: usize,
    controls: usize,
    flags: i32,
) -> io::Result<Received> {
    // Words, so that the structures in it lie where the system wants them.
    let mut words = vec![0_u64; controls.div_ceil(size_of::<u64>())];
    // SAFETY: integers, for which zeros are valid.
    let mut name: libc::sockaddr_storage = unsafe { zeroed() };
    let mut part = libc::iovec {
        iov_base: room(buffer, size, flags),
        iov_len: size,
    };
    // SAFETY: as in `sendmsg`.
    let mut header: libc::msghdr = unsafe { zeroed() };
    header.msg_name = (&raw mut name).cast();
    header.msg_namelen = NAME_ROOM;
    header.msg_iov = &raw mut part;
    header.msg_iovlen = 1;
    if controls > 0 {
        header.msg_control = words.as_mut_ptr().cast();
        header.msg_controllen = controls as _;
    }
    // SAFETY: `part`, `words` and `name` have room for the lengths beside them and outlive the call.
    let count = counted(unsafe { libc::recvmsg(fd, &raw mut header, flags | CLOEXEC) })?;
    fill(buffer, count.min(size));
    let from = (header.msg_namelen > 0)
        // SAFETY: the system wrote an address of `msg_namelen` bytes into `name`.
        .then(|| unsafe { sockaddr::copied((&raw const name).cast(), header.msg_namelen) })
        .flatten();
    Ok(Received {
        controls: unpack(&header),
        // Only what the caller asked for is told again.
        flags: header.msg_flags & !(CLOEXEC & !flags),
        from,
    })
}

/// Ancillary data as sendmsg(2) takes it, in words. None where it is too much to be counted.
pub(crate) fn pack(controls: &[Control]) -> Option<Vec<u64>> {
    let mut total = 0_usize;
    for control in controls {
        total = total.checked_add(cmsg_space(u32::try_from(control.data.len()).ok()?))?;
    }
    let mut words = vec![0_u64; total.div_ceil(size_of::<u64>())];
    // SAFETY: as in `sendmsg`.
    let mut header: libc::msghdr = unsafe { zeroed() };
    header.msg_control = words.as_mut_ptr().cast();
    header.msg_controllen = total as _;
    // SAFETY: the header names `total` bytes of `words`.
    let mut place = unsafe { libc::CMSG_FIRSTHDR(&raw const header) };
    for control in controls {
        if place.is_null() {
            return None;
        }
        // SAFETY: `total` counts CMSG_SPACE of every piece, so this one's header and data lie
        // within `words`, which are aligned as the system wants them.
        unsafe {
            (*place).cmsg_len = cmsg_len(u32::try_from(control.data.len()).ok()?) as _;
            (*place).cmsg_level = control.level;
            (*place).cmsg_type = control.kind;
            let data = libc::CMSG_DATA(place);
            std::ptr::copy_nonoverlapping(control.data.as_ptr(), data, control.data.len());
            place = libc::CMSG_NXTHDR(&raw const header, place);
        }
    }
    Some(words)
}

/// The pieces of ancillary data that recvmsg(2) left after a header.
fn unpack(header: &libc::msghdr) -> Vec<Control> {
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
            #[allow(clippy::unnecessary_cast)]
            let whole = ((*place).cmsg_len as usize).saturating_sub(cmsg_len(0));
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
    use super::{Control, pack, unpack};
    use std::mem::zeroed;

    #[test]
    fn pieces_survive_packing_and_taking_apart() {
        let pieces =
            [(1, 1, b"abcd".as_slice()), (7, 9, b"odd"), (0, 0, b"")].map(|(level, kind, data)| {
                Control {
                    level,
                    kind,
                    data: data.to_vec(),
                }
            });
        let mut words = pack(&pieces).unwrap();
        // SAFETY: integers and pointers, for which zeros are valid.
        let mut header: libc::msghdr = unsafe { zeroed() };
        header.msg_control = words.as_mut_ptr().cast();
        header.msg_controllen = size_of_val(words.as_slice()) as _;
        assert_eq!(unpack(&header), pieces);
    }
}
