//! Addresses in one line, for people.

use std::fmt;

use super::{Address, Target};

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
            Self::Inet(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "{}", path.escape_ascii()),
            Self::Other(family, _) => write!(f, "family {family}"),
        }
    }
}
