//! Socket options: getsockopt(2) and setsockopt(2).

use std::io;
use std::os::fd::RawFd;

use super::super::platform;

/// What an option is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OptionValue {
    /// A C `int`.
    Int(i32),
    /// A structure, as bytes.
    Bytes(Vec<u8>),
    /// No value, only a length (Linux's `AF_ALG` options).
    Length(u32),
}

/// What the system tells of a TCP socket.
pub(crate) struct TcpInfo {
    /// `"LISTEN"`, `"ESTABLISHED"`…
    pub(crate) state: &'static str,
    /// Callers in a listening socket's queue, and how many it admits beside the first.
    pub(crate) queue: (u32, u32),
}

/// Sets an option (setsockopt(2)). Errors: ENOPROTOOPT for an option this level lacks, EINVAL, EPERM.
pub(crate) fn set(fd: RawFd, level: i32, option: i32, value: &OptionValue) -> io::Result<()> {
    let number;
    let (data, length): (*const libc::c_void, usize) = match value {
        OptionValue::Int(value) => {
            number = *value;
            (std::ptr::from_ref(&number).cast(), size_of::<libc::c_int>())
        }
        OptionValue::Bytes(bytes) => (bytes.as_ptr().cast(), bytes.len()),
        OptionValue::Length(length) => (std::ptr::null(), *length as usize),
    };
    let length = libc::socklen_t::try_from(length)
        .map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    // SAFETY: `data` is null or points at `length` readable bytes that live to the end of the call.
    match unsafe { libc::setsockopt(fd, level, option, data, length) } {
        result if result < 0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Reads an option into `buffer` (getsockopt(2)): how many bytes it has. Errors: ENOPROTOOPT,
/// EOPNOTSUPP.
pub(crate) fn get(fd: RawFd, level: i32, option: i32, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = libc::socklen_t::try_from(buffer.len()).unwrap_or(libc::socklen_t::MAX);
    let data = buffer.as_mut_ptr().cast();
    // SAFETY: `data` has room for `length` bytes, and the system writes no more than that.
    match unsafe { libc::getsockopt(fd, level, option, data, &raw mut length) } {
        result if result < 0 => Err(io::Error::last_os_error()),
        _ => Ok(length as usize),
    }
}

/// An option as a C `int`. Errors: those of [`get`].
pub(crate) fn get_int(fd: RawFd, level: i32, option: i32) -> io::Result<i32> {
    let mut number = [0; size_of::<libc::c_int>()];
    get(fd, level, option, &mut number)?;
    Ok(i32::from_ne_bytes(number))
}

/// How many bytes have come and were not received yet (`FIONREAD`); none where the system does not
/// say.
pub(crate) fn bytes_in(fd: RawFd) -> Option<u32> {
    ioctl_int(fd, libc::FIONREAD)
}

/// How many bytes were sent and have not been acknowledged yet (`TIOCOUTQ`); none where the system
/// does not say.
pub(crate) fn bytes_out(fd: RawFd) -> Option<u32> {
    ioctl_int(fd, platform::TIOCOUTQ)
}

fn ioctl_int(fd: RawFd, request: platform::Ioctl) -> Option<u32> {
    let mut count: libc::c_int = 0;
    // SAFETY: both requests write one int to the address given.
    if unsafe { libc::ioctl(fd, request, &raw mut count) } < 0 {
        return None;
    }
    u32::try_from(count).ok()
}
