//! getaddrinfo(3) with the canonical name, which need not be UTF-8.

use std::ffi::{CStr, CString};
use std::io;
use std::mem::zeroed;
use std::ptr::{null, null_mut};

use dns_lookup::AddrInfoHints;
use libc::addrinfo;
use socket2::SockAddr;

use super::sockaddr;

/// One answer of getaddrinfo(3), as the system gave it.
pub(crate) struct FoundAddrInfo {
    /// `AF_*`.
    pub(crate) family: i32,
    /// `SOCK_*`.
    pub(crate) kind: i32,
    /// `IPPROTO_*`.
    pub(crate) proto: i32,
    /// The canonical name, where it was asked for; what is not UTF-8 in it is replaced.
    pub(crate) canonname: String,
    /// Where to connect.
    pub(crate) addr: SockAddr,
}

/// Why there is no answer.
pub(crate) enum AddrInfoFailure {
    /// `EAI_*`.
    Lookup(i32),
    /// `EAI_SYSTEM`: the system's own error.
    System(io::Error),
}

/// A list of the C library's, freed when it goes.
struct AddrInfoList(*mut addrinfo);

impl Drop for AddrInfoList {
    fn drop(&mut self) {
        // SAFETY: the list came from a successful getaddrinfo and nobody else frees it.
        unsafe { libc::freeaddrinfo(self.0) }
    }
}

/// The system's answers, canonical names included. The texts have no NUL inside.
pub(crate) fn getaddrinfo(
    host: Option<&str>,
    service: Option<&str>,
    wanted: AddrInfoHints,
) -> Result<Vec<FoundAddrInfo>, AddrInfoFailure> {
    let c_string = |text: &str| CString::new(text).unwrap_or_default();
    let (host, service) = (host.map(c_string), service.map(c_string));
    // SAFETY: plain C data, for which zeros are valid.
    let mut hints: addrinfo = unsafe { zeroed() };
    hints.ai_flags = wanted.flags;
    hints.ai_family = wanted.address;
    hints.ai_socktype = wanted.socktype;
    hints.ai_protocol = wanted.protocol;
    let mut list = null_mut();
    // SAFETY: strings are null or end in NUL and outlive the call; `hints` is filled as
    // getaddrinfo(3) asks.
    let code = unsafe {
        libc::getaddrinfo(
            host.as_deref().map_or(null(), CStr::as_ptr),
            service.as_deref().map_or(null(), CStr::as_ptr),
            &raw const hints,
            &raw mut list,
        )
    };
    match code {
        0 => {}
        libc::EAI_SYSTEM => return Err(AddrInfoFailure::System(io::Error::last_os_error())),
        code => return Err(AddrInfoFailure::Lookup(code)),
    }
    let answers = AddrInfoList(list);
    let mut infos = Vec::new();
    let mut next = answers.0;
    // SAFETY: the list's elements live as long as `answers`; the last one's `ai_next` is null.
    while let Some(info) = unsafe { next.as_ref() } {
        infos.extend(owned(info));
        next = info.ai_next;
    }
    Ok(infos)
}

fn owned(info: &addrinfo) -> Option<FoundAddrInfo> {
    if info.ai_addr.is_null() {
        return None;
    }
    let canonname = if info.ai_canonname.is_null() {
        String::new()
    } else {
        // SAFETY: not null, so a string that ends in NUL and lives with its list.
        unsafe { CStr::from_ptr(info.ai_canonname) }
            .to_string_lossy()
            .into_owned()
    };
    Some(FoundAddrInfo {
        family: info.ai_family,
        kind: info.ai_socktype,
        proto: info.ai_protocol,
        canonname,
        // SAFETY: `ai_addr` has `ai_addrlen` bytes.
        addr: unsafe { sockaddr::copied(info.ai_addr, info.ai_addrlen) }?,
    })
}
