//! What `struct hostent` and `struct servent` hold, as owned values.

use std::ffi::{CStr, c_char};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use libc::hostent;

/// The value of `h_errno` for "see errno" (netdb.h).
const NETDB_INTERNAL: i32 = -1;

/// What the older host lookups tell of a host (`struct hostent`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostEntry {
    /// The canonical name.
    pub(crate) name: String,
    /// Other names of the same host.
    pub(crate) aliases: Vec<String>,
    /// Its addresses, all of one family.
    pub(crate) addresses: Vec<IpAddr>,
}

/// Why an older lookup failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostFailure {
    /// Its `h_errno`.
    Host(i32),
    /// The system's own errno.
    System(i32),
}

/// What `h_errno` means, or the errno where it says to look there.
pub(crate) fn host_failure(h_errno: i32, errno: i32) -> HostFailure {
    if h_errno == NETDB_INTERNAL {
        HostFailure::System(errno)
    } else {
        HostFailure::Host(h_errno)
    }
}

/// Text of the system's; what is not UTF-8 in it is replaced.
///
/// # Safety
/// `text` is null or NUL-terminated and valid for the call.
pub(crate) unsafe fn owned_text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: not null, the rest is the caller's promise.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}

/// A copy of all that the system tells of a host. `EAFNOSUPPORT` for addresses of an unknown kind.
///
/// # Safety
/// `host` was filled by a successful lookup whose buffer is still alive.
pub(crate) unsafe fn owned_host(host: &hostent) -> Result<HostEntry, HostFailure> {
    let (family, length) = (host.h_addrtype, host.h_length);
    // SAFETY: the lookup left a name and two arrays of pointers that end in null; each address
    // has `h_length` bytes, which is checked against its family before it is read.
    unsafe {
        let mut addresses = Vec::new();
        for address in elements(host.h_addr_list) {
            addresses.push(match (family, length) {
                (libc::AF_INET, 4) => IpAddr::from(Ipv4Addr::from(read::<4>(address))),
                (libc::AF_INET6, 16) => IpAddr::from(Ipv6Addr::from(read::<16>(address))),
                _ => return Err(HostFailure::System(libc::EAFNOSUPPORT)),
            });
        }
        let aliases = elements(host.h_aliases)
            .map(|alias| owned_text(alias))
            .collect();
        Ok(HostEntry {
            name: owned_text(host.h_name),
            aliases,
            addresses,
        })
    }
}

/// The pointers of an array that ends in null.
///
/// # Safety
/// `array` is null or such an array, valid while the iterator lives.
unsafe fn elements(array: *mut *mut c_char) -> impl Iterator<Item = *mut c_char> {
    let mut next = array;
    std::iter::from_fn(move || {
        if next.is_null() {
            return None;
        }
        // SAFETY: `next` is within the array, as its end has not been met.
        let element = unsafe { *next };
        if element.is_null() {
            return None;
        }
        // SAFETY: this element was not the last, so the next one exists.
        next = unsafe { next.add(1) };
        Some(element)
    })
}

/// # Safety
/// `address` points to `N` readable bytes.
unsafe fn read<const N: usize>(address: *const c_char) -> [u8; N] {
    // SAFETY: the caller's promise; the read needs no alignment.
    unsafe { address.cast::<[u8; N]>().read_unaligned() }
}

/// The bytes of an address and their family, as gethostbyaddr(3) takes them.
pub(crate) fn octets(address: IpAddr) -> (Vec<u8>, i32) {
    match address {
        IpAddr::V4(v4) => (v4.octets().to_vec(), libc::AF_INET),
        IpAddr::V6(v6) => (v6.octets().to_vec(), libc::AF_INET6),
    }
}

/// The port of a `struct servent`, which keeps it in network order in an int.
pub(crate) fn port_of(service: &libc::servent) -> u16 {
    u16::from_be(u16::try_from(service.s_port & 0xffff).unwrap_or_default())
}
