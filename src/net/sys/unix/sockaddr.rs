//! The structures of socket addresses (sockaddr(3type)) as bytes, and where their fields lie.

use std::mem::{offset_of, size_of};

use libc::{sa_family_t, sockaddr, sockaddr_in, sockaddr_in6, sockaddr_storage, sockaddr_un};
use socket2::{SockAddr, SockAddrStorage};

/// Where the family ends and the family's own bytes begin.
pub(crate) const FAMILY_END: usize = offset_of!(sockaddr, sa_data);
/// The size of an IPv4 address's structure.
pub(crate) const IN_SIZE: usize = size_of::<sockaddr_in>();
/// Where its port lies.
pub(crate) const IN_PORT: usize = offset_of!(sockaddr_in, sin_port);
/// Where its host lies.
pub(crate) const IN_HOST: usize = offset_of!(sockaddr_in, sin_addr);
/// The size of an IPv6 address's structure.
pub(crate) const IN6_SIZE: usize = size_of::<sockaddr_in6>();
/// Where its port lies.
pub(crate) const IN6_PORT: usize = offset_of!(sockaddr_in6, sin6_port);
/// Where its flow info lies.
pub(crate) const IN6_FLOW_INFO: usize = offset_of!(sockaddr_in6, sin6_flowinfo);
/// Where its host lies.
pub(crate) const IN6_HOST: usize = offset_of!(sockaddr_in6, sin6_addr);
/// Where its scope id lies.
pub(crate) const IN6_SCOPE_ID: usize = offset_of!(sockaddr_in6, sin6_scope_id);
/// Where the path of `AF_UNIX` begins.
pub(crate) const PATH: usize = offset_of!(sockaddr_un, sun_path);
/// The bytes that a path of `AF_UNIX` has room for: 108 on Linux, 104 on macOS.
pub(crate) const PATH_ROOM: usize = size_of::<sockaddr_un>() - PATH;
/// The size of the largest structure.
pub(crate) const LARGEST: usize = size_of::<sockaddr_storage>();

/// The structure of a family from its bytes, of which those before [`FAMILY_END`] do not count. None
/// for more than [`LARGEST`] bytes, or a family that its field has no room for.
pub(crate) fn from_bytes(family: i32, bytes: &[u8]) -> Option<SockAddr> {
    let family = sa_family_t::try_from(family).ok()?;
    let length = libc::socklen_t::try_from(bytes.len()).ok()?;
    let mut whole = [0_u8; LARGEST];
    whole.get_mut(..bytes.len())?.copy_from_slice(bytes);
    let mut storage = SockAddrStorage::zeroed();
    // SAFETY: socket2's storage is the C library's structure.
    let place = unsafe { storage.view_as::<sockaddr_storage>() };
    // SAFETY: a sockaddr_storage is plain integers, so that any bytes of its size are a valid one;
    // the read needs no alignment.
    *place = unsafe { whole.as_ptr().cast::<sockaddr_storage>().read_unaligned() };
    place.ss_family = family;
    // SAFETY: `length` bytes are filled, with an address of the family that they name.
    Some(unsafe { SockAddr::new(storage, length) })
}

/// The bytes of an address, as many as the system told of.
pub(crate) fn bytes_of(address: &SockAddr) -> &[u8] {
    let length = usize::try_from(address.len()).map_or(LARGEST, |length| length.min(LARGEST));
    // SAFETY: a SockAddr is a whole sockaddr_storage that began zeroed, so that all its bytes are
    // initialised, and `length` is within it.
    unsafe { std::slice::from_raw_parts(address.as_ptr().cast::<u8>(), length) }
}

/// An address of `length` bytes that the C library told of. None where it is too long.
///
/// # Safety
/// `address` points at `length` readable bytes.
pub(super) unsafe fn copied(address: *const sockaddr, length: libc::socklen_t) -> Option<SockAddr> {
    let count = usize::try_from(length)
        .ok()
        .filter(|&count| count <= LARGEST)?;
    // SAFETY: the caller's promise.
    let bytes = unsafe { std::slice::from_raw_parts(address.cast::<u8>(), count) };
    // SAFETY: as above; a sockaddr may lie anywhere, and is read without alignment.
    let family = unsafe { address.read_unaligned() }.sa_family;
    from_bytes(family.into(), bytes)
}
