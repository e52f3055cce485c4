//! getaddrinfo(3) with the canonical name, which need not be UTF-8.

use std::ffi::{CStr, CString};
use std::mem::{size_of, zeroed};
use std::ptr::{copy_nonoverlapping, null, null_mut};

use dns_lookup::AddrInfoHints;
use libc::{addrinfo, sockaddr_storage};

use crate::net::address::Address;
use crate::net::error::{Cause, Fault};
use crate::net::network::AddrInfo;

/// A list of the C library's, freed when it goes.
struct Answers(*mut addrinfo);

impl Drop for Answers {
    fn drop(&mut self) {
        // SAFETY: the list came from a successful getaddrinfo and nobody else frees it.
        unsafe { libc::freeaddrinfo(self.0) }
    }
}

/// The system's answers, canonical names included; what is not UTF-8 in them is replaced.
pub(crate) fn getaddrinfo(
    host: Option<&str>,
    service: Option<&str>,
    wanted: AddrInfoHints,
) -> Result<Vec<AddrInfo>, Fault> {
    let host = c_string(host)?;
    let service = c_string(service)?;
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
        libc::EAI_SYSTEM => return Err(Cause::last_os_error().into()),
        code => return Err(Cause::Lookup(code).into()),
    }
    let answers = Answers(list);
    let mut infos = Vec::new();
    let mut next = answers.0;
    // SAFETY: the list's elements live as long as `answers`; the last one's `ai_next` is null.
    while let Some(info) = unsafe { next.as_ref() } {
        infos.extend(owned(info));
        next = info.ai_next;
    }
    Ok(infos)
}

fn c_string(text: Option<&str>) -> Result<Option<CString>, Fault> {
    text.map(CString::new)
        .transpose()
        .map_err(|_| Cause::Value("embedded null character".into()).into())
}

fn owned(info: &addrinfo) -> Option<AddrInfo> {
    let length = usize::try_from(info.ai_addrlen).ok()?;
    if info.ai_addr.is_null() || length > size_of::<sockaddr_storage>() {
        return None;
    }
    // SAFETY: plain C data, for which zeros are valid.
    let mut storage: sockaddr_storage = unsafe { zeroed() };
    // SAFETY: `ai_addr` has `ai_addrlen` bytes, which fit into the storage.
    unsafe {
        copy_nonoverlapping(
            info.ai_addr.cast::<u8>(),
            (&raw mut storage).cast::<u8>(),
            length,
        );
    }
    let canonname = if info.ai_canonname.is_null() {
        String::new()
    } else {
        // SAFETY: not null, so a string that ends in NUL and lives with its list.
        unsafe { CStr::from_ptr(info.ai_canonname) }
            .to_string_lossy()
            .into_owned()
    };
    Some(AddrInfo {
        family: info.ai_family,
        kind: info.ai_socktype,
        proto: info.ai_protocol,
        canonname,
        addr: Address::from_storage(&storage, info.ai_addrlen)?,
    })
}
