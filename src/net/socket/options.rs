//! Socket options: getsockopt(2) and setsockopt(2), as integers and as bytes.

use std::os::fd::AsRawFd;

use super::Socket;
use crate::net::error::{Cause, Error};
use crate::net::io_context::IoContext;

/// The longest option that CPython reads too.
const LONGEST: usize = 1024;

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

impl Socket {
    /// Sets an option. Errors: ENOPROTOOPT for an option this level lacks, EINVAL, EPERM.
    pub(crate) fn setsockopt(
        &self,
        caller: &IoContext,
        level: i32,
        option: i32,
        value: &OptionValue,
    ) -> Result<(), Error> {
        self.call(caller, "setsockopt", |descriptor| {
            let number;
            let (data, len): (*const libc::c_void, usize) = match value {
                OptionValue::Int(value) => {
                    number = *value;
                    (std::ptr::from_ref(&number).cast(), size_of::<libc::c_int>())
                }
                OptionValue::Bytes(bytes) => (bytes.as_ptr().cast(), bytes.len()),
                OptionValue::Length(len) => (std::ptr::null(), *len as usize),
            };
            let len = libc::socklen_t::try_from(len).map_err(|_| Cause::Os(libc::EINVAL))?;
            let fd = descriptor.as_raw_fd();
            // SAFETY: `data` is null or points at `len` readable bytes that live to the end of it.
            if unsafe { libc::setsockopt(fd, level, option, data, len) } < 0 {
                return Err(Cause::last_os_error().into());
            }
            Ok(())
        })
    }

    /// An option as a C `int`. Errors: ENOPROTOOPT, EOPNOTSUPP.
    pub(crate) fn getsockopt(
        &self,
        caller: &IoContext,
        level: i32,
        option: i32,
    ) -> Result<i32, Error> {
        let mut number = [0; size_of::<libc::c_int>()];
        self.read_option(caller, level, option, &mut number)?;
        Ok(i32::from_ne_bytes(number))
    }

    /// An option as up to `size` bytes. Errors: as [`Socket::getsockopt`]; sizes beyond 1024.
    pub(crate) fn getsockopt_bytes(
        &self,
        caller: &IoContext,
        level: i32,
        option: i32,
        size: usize,
    ) -> Result<Vec<u8>, Error> {
        if size > LONGEST {
            let text = format!("an option has at most {LONGEST} bytes, not {size}");
            return Err(Cause::Value(text).during("getsockopt"));
        }
        let mut buffer = vec![0; size];
        let len = self.read_option(caller, level, option, &mut buffer)?;
        buffer.truncate(len);
        Ok(buffer)
    }

    fn read_option(
        &self,
        caller: &IoContext,
        level: i32,
        option: i32,
        buffer: &mut [u8],
    ) -> Result<usize, Error> {
        self.call(caller, "getsockopt", |descriptor| {
            let fd = descriptor.as_raw_fd();
            let mut len = libc::socklen_t::try_from(buffer.len()).unwrap_or_default();
            let data = buffer.as_mut_ptr().cast();
            // SAFETY: `data` has room for `len` bytes, and the system writes no more than that.
            if unsafe { libc::getsockopt(fd, level, option, data, &raw mut len) } < 0 {
                return Err(Cause::last_os_error().into());
            }
            Ok(len as usize)
        })
    }
}
