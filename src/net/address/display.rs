//! Addresses for people: in one line, and as the values that a script has of them.

use std::fmt;
use std::net::SocketAddr;

use super::Address;
use crate::net::convert::{ip_text, ipv6_text};
use crate::repr::Repr;
use crate::trace::End;

impl fmt::Display for Address {
    /// `127.0.0.1:80`, `[::1]:80`, a path; empty for an address that names nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet(SocketAddr::V6(v6)) => {
                write!(f, "[{}", ipv6_text(*v6.ip()))?;
                if v6.scope_id() != 0 {
                    write!(f, "%{}", v6.scope_id())?;
                }
                write!(f, "]:{}", v6.port())
            }
            Self::Inet(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "{}", path.escape_ascii()),
            Self::Other(family, _) => write!(f, "family {family}"),
        }
    }
}

impl Address {
    /// The address as a record of a call has it.
    pub(crate) fn end(&self) -> End {
        match self {
            Self::Inet(address) => End::Inet(*address),
            Self::Unix(path) => End::Unix(path.clone()),
            Self::Other(family, _) => End::Other(*family),
        }
    }

    /// The value that a script has of it, as in CPython: `["127.0.0.1", 80]`, four parts for IPv6, a
    /// text for a path; a family that we do not take apart is its number and bytes.
    pub(crate) fn repr(&self) -> Repr {
        let text = |text: &str| Repr::text(text, usize::MAX);
        let bytes = |bytes: &[u8]| Repr::bytes(bytes, usize::MAX);
        Repr::array(match self {
            Self::Inet(inet) => {
                let mut parts = vec![text(&ip_text(inet.ip())), Repr::Int(inet.port().into())];
                if let SocketAddr::V6(v6) = inet {
                    let rest = [v6.flowinfo(), v6.scope_id()];
                    parts.extend(rest.map(|number| Repr::Int(number.into())));
                }
                parts
            }
            Self::Unix(path) => {
                return match std::str::from_utf8(path) {
                    // Linux's abstract names are bytes, as in CPython.
                    Ok(path) if !path.starts_with('\0') => text(path),
                    _ => bytes(path),
                };
            }
            Self::Other(family, data) => vec![Repr::Int((*family).into()), bytes(data)],
        })
    }
}
