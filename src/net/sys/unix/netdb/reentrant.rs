//! The reentrant calls of the GNU C library: `getservbyname_r(3)`, `gethostbyname_r(3)` and their
//! like, which write into a buffer of ours.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::zeroed;
use std::net::IpAddr;
use std::ptr::{null, null_mut};

use libc::{ERANGE, hostent, protoent, servent, size_t, socklen_t};

use super::owned_entries::{
    HostEntry, HostFailure, host_failure, octets, owned_host, owned_text, port_of,
};

unsafe extern "C" {
    fn getservbyname_r(
        name: *const c_char,
        protocol: *const c_char,
        entry: *mut servent,
        buffer: *mut c_char,
        length: size_t,
        result: *mut *mut servent,
    ) -> c_int;
    fn getservbyport_r(
        port: c_int,
        protocol: *const c_char,
        entry: *mut servent,
        buffer: *mut c_char,
        length: size_t,
        result: *mut *mut servent,
    ) -> c_int;
    fn getprotobyname_r(
        name: *const c_char,
        entry: *mut protoent,
        buffer: *mut c_char,
        length: size_t,
        result: *mut *mut protoent,
    ) -> c_int;
    fn gethostbyname_r(
        name: *const c_char,
        entry: *mut hostent,
        buffer: *mut c_char,
        length: size_t,
        result: *mut *mut hostent,
        h_errno: *mut c_int,
    ) -> c_int;
    fn gethostbyaddr_r(
        address: *const c_void,
        address_length: socklen_t,
        family: c_int,
        entry: *mut hostent,
        buffer: *mut c_char,
        length: size_t,
        result: *mut *mut hostent,
        h_errno: *mut c_int,
    ) -> c_int;
}

/// The port of a service; none where the system has no such entry.
pub(crate) fn service_by_name(
    name: &CStr,
    protocol: Option<&CStr>,
) -> Result<Option<u16>, HostFailure> {
    let protocol = protocol.map_or(null(), CStr::as_ptr);
    in_growing_buffer(|buffer| {
        // SAFETY: plain C data, for which zeros are valid.
        let mut entry: servent = unsafe { zeroed() };
        let mut result = null_mut();
        // SAFETY: strings end in NUL and outlive the call, `protocol` may be null, the buffer has
        // the length told.
        let code = unsafe {
            getservbyname_r(
                name.as_ptr(),
                protocol,
                &raw mut entry,
                buffer.as_mut_ptr(),
                buffer.len(),
                &raw mut result,
            )
        };
        (
            code,
            (code == 0 && !result.is_null()).then(|| port_of(&entry)),
        )
    })
}

/// The name of the service at a port; none where the system has no such entry.
pub(crate) fn service_by_port(
    port: u16,
    protocol: Option<&CStr>,
) -> Result<Option<String>, HostFailure> {
    let protocol = protocol.map_or(null(), CStr::as_ptr);
    in_growing_buffer(|buffer| {
        // SAFETY: plain C data, for which zeros are valid.
        let mut entry: servent = unsafe { zeroed() };
        let mut result = null_mut();
        // SAFETY: as in `service_by_name`.
        let code = unsafe {
            getservbyport_r(
                c_int::from(port.to_be()),
                protocol,
                &raw mut entry,
                buffer.as_mut_ptr(),
                buffer.len(),
                &raw mut result,
            )
        };
        // SAFETY: after success the name lies in the buffer, which is still alive.
        let name = (code == 0 && !result.is_null()).then(|| unsafe { owned_text(entry.s_name) });
        (code, name)
    })
}

/// The number of a protocol; none where the system has no such entry.
pub(crate) fn protocol_by_name(name: &CStr) -> Result<Option<i32>, HostFailure> {
    in_growing_buffer(|buffer| {
        // SAFETY: plain C data, for which zeros are valid.
        let mut entry: protoent = unsafe { zeroed() };
        let mut result = null_mut();
        // SAFETY: the name ends in NUL and outlives the call, the buffer has the length told.
        let code = unsafe {
            getprotobyname_r(
                name.as_ptr(),
                &raw mut entry,
                buffer.as_mut_ptr(),
                buffer.len(),
                &raw mut result,
            )
        };
        (
            code,
            (code == 0 && !result.is_null()).then_some(entry.p_proto),
        )
    })
}

/// What the system tells of a host by name, IPv4 only.
pub(crate) fn host_by_name(name: &CStr) -> Result<HostEntry, HostFailure> {
    host(|entry, buffer, result, h_errno| {
        // SAFETY: the name ends in NUL and outlives the call, the buffer has the length told, the
        // rest are places of `host`'s.
        unsafe {
            gethostbyname_r(
                name.as_ptr(),
                entry,
                buffer.as_mut_ptr(),
                buffer.len(),
                result,
                h_errno,
            )
        }
    })
}

/// What the system tells of a host by address.
pub(crate) fn host_by_address(address: IpAddr) -> Result<HostEntry, HostFailure> {
    let (octets, family) = octets(address);
    let octets_length = socklen_t::try_from(octets.len()).unwrap_or_default();
    host(|entry, buffer, result, h_errno| {
        // SAFETY: the address has the length told, the rest as in `host_by_name`.
        unsafe {
            gethostbyaddr_r(
                octets.as_ptr().cast(),
                octets_length,
                family,
                entry,
                buffer.as_mut_ptr(),
                buffer.len(),
                result,
                h_errno,
            )
        }
    })
}

fn host(
    call: impl Fn(*mut hostent, &mut [c_char], *mut *mut hostent, *mut c_int) -> c_int,
) -> Result<HostEntry, HostFailure> {
    let mut h_errno: c_int = 0;
    let found = in_growing_buffer(|buffer| {
        // SAFETY: plain C data, for which zeros are valid.
        let mut entry: hostent = unsafe { zeroed() };
        let mut result = null_mut();
        let code = call(&raw mut entry, buffer, &raw mut result, &raw mut h_errno);
        // A failure is told by `h_errno`; only a buffer that is too small makes us ask again.
        let code = if code == ERANGE { ERANGE } else { 0 };
        // SAFETY: a result that is not null says that the entry was filled, and its buffer lives.
        (
            code,
            (!result.is_null()).then(|| unsafe { owned_host(&entry) }),
        )
    })?;
    match found {
        Some(entry) => entry,
        None => Err(host_failure(
            h_errno,
            std::io::Error::last_os_error().raw_os_error().unwrap_or(0),
        )),
    }
}

/// Asks with a larger buffer as long as the answer is `ERANGE`. Other numbers are errnos, but a
/// lookup without an answer may leave `ENOENT` there: an entry that is missing, not a failure.
fn in_growing_buffer<T>(
    mut ask: impl FnMut(&mut [c_char]) -> (c_int, Option<T>),
) -> Result<Option<T>, HostFailure> {
    const LARGEST: usize = 1 << 22;
    let mut length = 1024;
    loop {
        let mut buffer: Vec<c_char> = vec![0; length];
        match ask(&mut buffer) {
            (0, found) => return Ok(found),
            (ERANGE, _) if length < LARGEST => length *= 4,
            (libc::ENOENT, _) => return Ok(None),
            (errno, _) => return Err(HostFailure::System(errno)),
        }
    }
}
