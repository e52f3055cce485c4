//! Receiving into memory that nobody has cleared, and shutting down: recv(2), recvfrom(2),
//! shutdown(2).

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::slice;

use socket2::SockAddr;

/// What is received at once on the stack, aligned as the system copies fastest.
const ON_STACK: usize = 8192;

#[repr(align(64))]
struct Stack([MaybeUninit<u8>; ON_STACK]);

/// Receives up to `size` bytes after those in `buffer` (recv(2)): how many. Errors: those of recv(2).
pub(crate) fn recv(fd: RawFd, buffer: &mut Vec<u8>, size: usize, flags: i32) -> io::Result<usize> {
    if size <= ON_STACK && buffer.capacity() == 0 && flags & libc::MSG_TRUNC == 0 {
        // A message is often far shorter than what was asked for: it gets the memory it needs.
        let mut stack = Stack([const { MaybeUninit::uninit() }; ON_STACK]);
        let room = stack.0.as_mut_ptr();
        // SAFETY: `stack` has space for `size` bytes.
        let count = counted(unsafe { libc::recv(fd, room.cast(), size, flags) })?.min(size);
        // SAFETY: the system has written so many bytes there.
        buffer.extend_from_slice(unsafe { slice::from_raw_parts(room.cast(), count) });
        return Ok(count);
    }
    let room = room(buffer, size, flags);
    // SAFETY: `room` has space for `size` bytes.
    let count = counted(unsafe { libc::recv(fd, room, size, flags) })?;
    Ok(fill(buffer, count.min(size)))
}

/// [`recv`], and who sent the bytes (recvfrom(2)).
pub(crate) fn recv_from(
    fd: RawFd,
    buffer: &mut Vec<u8>,
    size: usize,
    flags: i32,
) -> io::Result<(usize, SockAddr)> {
    let room = room(buffer, size, flags);
    // SAFETY: `room` has space for `size` bytes, and `storage` for the `length` that it is said to
    // have.
    let (count, from) = unsafe {
        SockAddr::try_init(|storage, length| {
            counted(libc::recvfrom(
                fd,
                room,
                size,
                flags,
                storage.cast(),
                length,
            ))
        })
    }?;
    Ok((fill(buffer, count.min(size)), from))
}

/// Room for `size` bytes after those in `buffer`. With MSG_TRUNC a stream's bytes are counted and
/// thrown away, so that nobody writes what the count speaks of: zeros are there.
pub(super) fn room(buffer: &mut Vec<u8>, size: usize, flags: i32) -> *mut libc::c_void {
    buffer.reserve(size);
    let spare = buffer.spare_capacity_mut();
    if flags & libc::MSG_TRUNC != 0 {
        for byte in spare.iter_mut().take(size) {
            byte.write(0);
        }
    }
    spare.as_mut_ptr().cast()
}

/// Counts the first `count` bytes after those in `buffer`, which the system filled, as its own.
pub(super) fn fill(buffer: &mut Vec<u8>, count: usize) -> usize {
    // SAFETY: callers pass what the system says to have written into `room`, which cleared the
    // bytes where it writes none, and no more than there is room for.
    unsafe { buffer.set_len(buffer.len() + count) };
    count
}

/// The result of a call that gives a count of bytes, or -1.
pub(super) fn counted(result: isize) -> io::Result<usize> {
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

/// Ends one direction of a connection or both (shutdown(2)). Errors: ENOTCONN, EINVAL.
pub(crate) fn shutdown(fd: RawFd, how: i32) -> io::Result<()> {
    // SAFETY: shutdown(2) takes two numbers.
    match unsafe { libc::shutdown(fd, how) } {
        result if result < 0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
