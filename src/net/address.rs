//! Socket addresses: what `sockaddr` structures hold, as values.

mod display;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use socket2::SockAddr;

use super::error::{Cause, Fault};
use super::sys::numbers;
use super::sys::sockaddr::{
    self, FAMILY_END, IN_HOST, IN_PORT, IN_SIZE, IN6_FLOW_INFO, IN6_HOST, IN6_PORT, IN6_SCOPE_ID,
    IN6_SIZE, PATH, PATH_ROOM,
};

/// The largest flow info: it is a field of 20 bits (RFC 8200).
pub(crate) const MAX_FLOW_INFO: u32 = 0xF_FFFF;

/// An address that a socket can be bound or connected to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Address {
    /// `AF_INET` and `AF_INET6`: host, port, and for IPv6 flow info (host order) and scope id.
    Inet(SocketAddr),
    /// `AF_UNIX`: a path; empty for an unnamed socket; with a leading NUL for Linux's abstract
    /// names.
    Unix(Vec<u8>),
    /// A family that we do not take apart: its number and the bytes that follow it.
    Other(i32, Vec<u8>),
}

impl Address {
    /// Its `AF_*`.
    pub(crate) fn family(&self) -> i32 {
        match self {
            Self::Inet(SocketAddr::V4(_)) => numbers::AF_INET,
            Self::Inet(SocketAddr::V6(_)) => numbers::AF_INET6,
            Self::Unix(_) => numbers::AF_UNIX,
            Self::Other(family, _) => *family,
        }
    }

    /// The address as system calls take it, with its length in bytes (sockaddr(3type)).
    ///
    /// Out of range for flow info above [`MAX_FLOW_INFO`]; an invalid value for a path of
    /// `AF_UNIX` that is too long (108 bytes and more on Linux; an abstract name may have exactly
    /// 108) or has a NUL inside, where the system would silently cut it off.
    pub(crate) fn to_sockaddr(&self) -> Result<SockAddr, Fault> {
        let bytes = match self {
            Self::Inet(SocketAddr::V4(address)) => inet_bytes(*address),
            Self::Inet(SocketAddr::V6(address)) => inet6_bytes(address)?,
            Self::Unix(path) => unix_bytes(path)?,
            Self::Other(_, rest) => [&[0; FAMILY_END], rest.as_slice()].concat(),
        };
        if bytes.len() > sockaddr::LARGEST {
            return Err(Cause::Value("socket address too long".into()).into());
        }
        let made = sockaddr::from_bytes(self.family(), &bytes);
        Ok(made.ok_or(Cause::Os(numbers::EAFNOSUPPORT))?)
    }

    /// The address that a system call has told; `AF_UNSPEC` where it told none, such as recvfrom(2)
    /// on a TCP socket.
    pub(crate) fn from_sockaddr(told: &SockAddr) -> Self {
        let bytes = sockaddr::bytes_of(told);
        let Some(rest) = bytes.get(FAMILY_END..) else {
            return Self::Other(numbers::AF_UNSPEC, Vec::new());
        };
        let family = i32::from(told.family());
        let known = match family {
            numbers::AF_INET => read_inet(bytes),
            numbers::AF_INET6 => read_inet6(bytes),
            numbers::AF_UNIX => bytes.get(PATH..).map(|path| Self::Unix(read_path(path))),
            _ => None,
        };
        known.unwrap_or_else(|| Self::Other(family, rest.to_vec()))
    }
}

fn inet_bytes(address: SocketAddrV4) -> Vec<u8> {
    let mut bytes = vec![0; IN_SIZE];
    put(&mut bytes, IN_PORT, &address.port().to_be_bytes());
    put(&mut bytes, IN_HOST, &address.ip().octets());
    bytes
}

fn inet6_bytes(address: &SocketAddrV6) -> Result<Vec<u8>, Fault> {
    let flow_info = checked_flow_info(address.flowinfo())?;
    let scope_id = address.scope_id();
    let mut bytes = vec![0; IN6_SIZE];
    put(&mut bytes, IN6_PORT, &address.port().to_be_bytes());
    put(&mut bytes, IN6_FLOW_INFO, &flow_info.to_be_bytes());
    put(&mut bytes, IN6_HOST, &address.ip().octets());
    put(&mut bytes, IN6_SCOPE_ID, &scope_id.to_ne_bytes());
    Ok(bytes)
}

fn put(bytes: &mut [u8], offset: usize, field: &[u8]) {
    bytes[offset..offset + field.len()].copy_from_slice(field);
}

fn unix_bytes(path: &[u8]) -> Result<Vec<u8>, Fault> {
    // Linux reads a leading NUL as an abstract name of exact length, and no path at all as the
    // wish for a name of the system's choice (unix(7)).
    let counted = cfg!(target_os = "linux") && matches!(path, [] | [0, ..]);
    if path.len() + usize::from(!counted) > PATH_ROOM {
        return Err(Cause::Value("AF_UNIX path too long".into()).noting(format!(
            "it has {} bytes, {} fit",
            path.len(),
            PATH_ROOM - 1
        )));
    }
    if !counted && path.contains(&0) {
        return Err(Cause::Value("embedded null character".into())
            .noting("a path has none; only a Linux abstract name begins with one"));
    }
    let mut bytes = vec![0; PATH];
    bytes.extend_from_slice(path);
    if !counted {
        bytes.push(0);
    }
    Ok(bytes)
}

fn read_inet(bytes: &[u8]) -> Option<Address> {
    let port = u16::from_be_bytes(field(bytes, IN_PORT)?);
    let host: [u8; 4] = field(bytes, IN_HOST)?;
    Some(Address::Inet(
        SocketAddrV4::new(Ipv4Addr::from(host), port).into(),
    ))
}

fn read_inet6(bytes: &[u8]) -> Option<Address> {
    let port = u16::from_be_bytes(field(bytes, IN6_PORT)?);
    let flow_info = u32::from_be_bytes(field(bytes, IN6_FLOW_INFO)?);
    let host: [u8; 16] = field(bytes, IN6_HOST)?;
    let scope_id = u32::from_ne_bytes(field(bytes, IN6_SCOPE_ID)?);
    // Masked, so that every address that the system gives can be given back to it.
    let flow_info = flow_info & MAX_FLOW_INFO;
    let address = SocketAddrV6::new(Ipv6Addr::from(host), port, flow_info, scope_id);
    Some(Address::Inet(address.into()))
}

fn field<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..offset + N)?.try_into().ok()
}

/// A path ends at its first NUL; an abstract name is all there is.
fn read_path(stored: &[u8]) -> Vec<u8> {
    if cfg!(target_os = "linux") && stored.first() == Some(&0) {
        return stored.to_vec();
    }
    stored
        .iter()
        .copied()
        .take_while(|byte| *byte != 0)
        .collect()
}

/// Flow info as it is; out of range above [`MAX_FLOW_INFO`].
pub(crate) fn checked_flow_info(value: u32) -> Result<u32, Fault> {
    if value > MAX_FLOW_INFO {
        return Err(Cause::Range(format!(
            "flow info must be 0-{MAX_FLOW_INFO}, not `{value}`"
        ))
        .into());
    }
    Ok(value)
}

#[cfg(test)]
mod tests;
