//! Addresses in one line, for people.

use std::fmt;
use std::net::SocketAddr;

use super::{Address, Target};
use crate::net::convert::ipv6_text;

impl fmt::Display for Target {
    /// `crisewing.com:80`, `[::1]:80`, a path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet { host, port } | Self::Inet6 { host, port, .. } if host.contains(':') => {
                write!(f, "[{host}]:{port}")
            }
            Self::Inet { host, port } | Self::Inet6 { host, port, .. } => {
                write!(f, "{host}:{port}")
            }
            Self::Unix(path) => write!(f, "{}", path.escape_ascii()),
        }
    }
}

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
