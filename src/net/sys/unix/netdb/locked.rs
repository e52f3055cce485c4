//! The plain calls, getservbyname(3) and gethostbyname(3) and their like. Their answers lie in
//! static memory that the next call overwrites, so a lock is held until they are copied.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::net::IpAddr;
use std::ptr::null;
use std::sync::{Mutex, MutexGuard, PoisonError};

use libc::{hostent, socklen_t};

use super::owned_entries::{
    HostEntry, HostFailure, host_failure, octets, owned_host, owned_text, port_of,
};

unsafe extern "C" {
    fn gethostbyname(name: *const c_char) -> *mut hostent;
    fn gethostbyaddr(address: *const c_void, length: socklen_t, family: c_int) -> *mut hostent;
    /// Where this thread's `h_errno` lies.
    #[cfg(target_os = "linux")]
    fn __h_errno_location() -> *mut c_int;
    #[cfg(not(target_os = "linux"))]
    static h_errno: c_int;
}

static STATIC_MEMORY: Mutex<()> = Mutex::new(());

fn lock() -> MutexGuard<'static, ()> {
    // Nothing lies behind the lock that a panic could have left half done.
    STATIC_MEMORY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The port of a service; none where the system has no such entry.
#[allow(clippy::unnecessary_wraps)] // the reentrant call can fail
pub(crate) fn service_by_name(
    name: &CStr,
    protocol: Option<&CStr>,
) -> Result<Option<u16>, HostFailure> {
    let _guard = lock();
    let protocol = protocol.map_or(null(), CStr::as_ptr);
    // SAFETY: strings end in NUL and outlive the call, `protocol` may be null; the lock keeps the
    // static answer ours.
    Ok(unsafe { libc::getservbyname(name.as_ptr(), protocol).as_ref() }.map(port_of))
}

/// The name of the service at a port; none where the system has no such entry.
#[allow(clippy::unnecessary_wraps)] // the reentrant call can fail
pub(crate) fn service_by_port(
    port: u16,
    protocol: Option<&CStr>,
) -> Result<Option<String>, HostFailure> {
    let _guard = lock();
    let protocol = protocol.map_or(null(), CStr::as_ptr);
    // SAFETY: as in `service_by_name`; the name is copied while the lock is held.
    Ok(unsafe {
        libc::getservbyport(c_int::from(port.to_be()), protocol)
            .as_ref()
            .map(|service| owned_text(service.s_name))
    })
}

/// The number of a protocol; none where the system has no such entry.
#[allow(clippy::unnecessary_wraps)] // the reentrant call can fail
pub(crate) fn protocol_by_name(name: &CStr) -> Result<Option<i32>, HostFailure> {
    let _guard = lock();
    // SAFETY: as in `service_by_name`.
    Ok(unsafe { libc::getprotobyname(name.as_ptr()).as_ref() }.map(|protocol| protocol.p_proto))
}

/// What the system tells of a host by name, IPv4 only.
pub(crate) fn host_by_name(name: &CStr) -> Result<HostEntry, HostFailure> {
    let _guard = lock();
    // SAFETY: the name ends in NUL and outlives the call.
    copy(unsafe { gethostbyname(name.as_ptr()) })
}

/// What the system tells of a host by address.
pub(crate) fn host_by_address(address: IpAddr) -> Result<HostEntry, HostFailure> {
    let (octets, family) = octets(address);
    let length = socklen_t::try_from(octets.len()).unwrap_or_default();
    let _guard = lock();
    // SAFETY: the address has the length told.
    copy(unsafe { gethostbyaddr(octets.as_ptr().cast(), length, family) })
}

fn copy(host: *mut hostent) -> Result<HostEntry, HostFailure> {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    // SAFETY: the caller holds the lock, so a host that is not null is the answer to its call.
    match unsafe { host.as_ref() } {
        // SAFETY: as above.
        Some(host) => unsafe { owned_host(host) },
        None => Err(host_failure(last_h_errno(), errno)),
    }
}

fn last_h_errno() -> i32 {
    // SAFETY: the C library's own number, of this thread on Linux and read under the lock elsewhere.
    #[cfg(target_os = "linux")]
    return unsafe { *__h_errno_location() };
    #[cfg(not(target_os = "linux"))]
    // SAFETY: a global integer of the C library's, read while the lock is held.
    return unsafe { h_errno };
}
