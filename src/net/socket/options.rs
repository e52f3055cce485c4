//! Socket options: getsockopt(2) and setsockopt(2), as integers and as bytes.

use std::os::fd::AsRawFd;

use super::Socket;
use crate::net::act::Act;
use crate::net::error::{Cause, Error};
use crate::net::io_context::IoContext;
use crate::net::sys::sockopt;

pub(crate) use crate::net::sys::sockopt::OptionValue;

/// The longest option that CPython reads too.
const LONGEST: usize = 1024;

impl Socket {
    /// Sets an option. Errors: ENOPROTOOPT for an option this level lacks, EINVAL, EPERM.
    pub(crate) fn setsockopt(
        &self,
        caller: &IoContext,
        level: i32,
        name: i32,
        value: &OptionValue,
    ) -> Result<(), Error> {
        self.call(caller, "setsockopt", |descriptor| {
            caller.network_of_calls().allows(Act::SetOption {
                level,
                option: name,
            })?;
            Ok(sockopt::set(descriptor.as_raw_fd(), level, name, value)?)
        })
    }

    /// An option as a C `int`. Errors: ENOPROTOOPT, EOPNOTSUPP.
    pub(crate) fn getsockopt(
        &self,
        caller: &IoContext,
        level: i32,
        name: i32,
    ) -> Result<i32, Error> {
        self.call(caller, "getsockopt", |descriptor| {
            Ok(sockopt::get_int(descriptor.as_raw_fd(), level, name)?)
        })
    }

    /// An option as up to `size` bytes. Errors: as [`Socket::getsockopt`]; sizes beyond 1024.
    pub(crate) fn getsockopt_bytes(
        &self,
        caller: &IoContext,
        level: i32,
        name: i32,
        size: usize,
    ) -> Result<Vec<u8>, Error> {
        if size > LONGEST {
            let text = format!("an option has at most {LONGEST} bytes, not {size}");
            return Err(Cause::Value(text).during("getsockopt"));
        }
        let mut buffer = vec![0; size];
        self.call(caller, "getsockopt", |descriptor| {
            let len = sockopt::get(descriptor.as_raw_fd(), level, name, &mut buffer)?;
            buffer.truncate(len);
            Ok(())
        })?;
        Ok(buffer)
    }
}
