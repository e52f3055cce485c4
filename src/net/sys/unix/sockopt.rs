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
    let unit = platform::option_unit(level, option);
    let room = buffer.len() / unit;
    let mut length = libc::socklen_t::try_from(room).unwrap_or(libc::socklen_t::MAX);
    // Some options read what they are asked from it, such as how many sources there is room for.
    buffer.fill(0);
    let data = buffer.as_mut_ptr().cast();
    // SAFETY: `data` has room for `length` units of this option's length, and the system writes no
    // more than that (options whose length counts bytes: socket(7), ip(7), tcp(7); the one that
    // counts instructions: `option_unit`). Those that read a count from the buffer find zeros.
    match unsafe { libc::getsockopt(fd, level, option, data, &raw mut length) } {
        result if result < 0 => Err(io::Error::last_os_error()),
        // Without room for one unit the system only tells how many there are.
        _ => Ok((length as usize).saturating_mul(unit).min(room * unit)),
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::UdpSocket;
    use std::os::fd::AsRawFd;

    use super::{OptionValue, get, get_int, set};

    #[test]
    fn an_option_whose_length_counts_instructions_stays_within_its_buffer() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let fd = socket.as_raw_fd();
        // 60 times `ret #-1`, which takes all.
        let accept = libc::sock_filter {
            code: 6,
            jt: 0,
            jf: 0,
            k: u32::MAX,
        };
        let mut filter = [accept; 60];
        let program = libc::sock_fprog {
            len: 60,
            filter: filter.as_mut_ptr(),
        };
        // SAFETY: a plain structure, as bytes.
        let bytes = unsafe {
            std::slice::from_raw_parts((&raw const program).cast::<u8>(), size_of_val(&program))
        };
        let value = OptionValue::Bytes(bytes.to_vec());
        set(fd, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, &value).unwrap();

        let mut buffer = [7; 1024];
        let small = get(
            fd,
            libc::SOL_SOCKET,
            libc::SO_GET_FILTER,
            &mut buffer[..100],
        );
        assert_eq!(small.unwrap_err().raw_os_error(), Some(libc::EINVAL));
        assert!(buffer[100..].iter().all(|&byte| byte == 7));
        let whole = get(
            fd,
            libc::SOL_SOCKET,
            libc::SO_GET_FILTER,
            &mut buffer[..600],
        );
        assert_eq!(whole.unwrap(), 60 * 8);
        assert!(buffer[600..].iter().all(|&byte| byte == 7));
        assert_eq!(
            get_int(fd, libc::SOL_SOCKET, libc::SO_GET_FILTER).unwrap(),
            0
        );
    }
}
