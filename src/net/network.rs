//! The network as a console sees it: a place to look names up and a way to route an address.
//! The system is one implementation, the lab is another.

use std::net::{Ipv4Addr, SocketAddr};

use super::address::Address;
use super::error::Fault;
pub use super::sys::hosts::HostEntry;

/// What `getaddrinfo` is asked. Zero means "any", as in C.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// A name or a literal address; none asks for this machine.
    pub(crate) host: Option<String>,
    /// A service name or a decimal port number 0-65535.
    pub(crate) service: Option<String>,
    /// `AF_*`.
    pub(crate) family: i32,
    /// `SOCK_*`.
    pub(crate) kind: i32,
    /// `IPPROTO_*`.
    pub(crate) proto: i32,
    /// `AI_*`.
    pub(crate) flags: i32,
}

/// One answer of `getaddrinfo`: a socket that would reach the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddrInfo {
    /// `AF_*`.
    pub(crate) family: i32,
    /// `SOCK_*`.
    pub(crate) kind: i32,
    /// `IPPROTO_*`.
    pub(crate) proto: i32,
    /// The canonical name: empty unless `AI_CANONNAME` asked for it, and on all but the first.
    pub(crate) canonname: String,
    /// Where to connect.
    pub(crate) addr: Address,
}

/// Looks names up and routes addresses. Every method may block: consoles call the ones that ask a
/// resolver on a thread that they can abandon.
pub trait Network: Send + Sync {
    /// `"lab"`, or `"live"` for the system's own.
    fn name(&self) -> &'static str;

    /// The port of a service, 0-65535, with `protocol` `"tcp"` or `"udp"` (getservbyname(3)).
    fn getservbyname(&self, name: &str, protocol: Option<&str>) -> Result<u16, Fault>;

    /// The service at a port (getservbyport(3)).
    fn getservbyport(&self, port: u16, protocol: Option<&str>) -> Result<String, Fault>;

    /// The number of a protocol, `"tcp"` is 6 (getprotobyname(3)).
    fn getprotobyname(&self, name: &str) -> Result<i32, Fault>;

    /// The IPv4 address of a host (CPython's `gethostbyname`: `""` is 0.0.0.0 and
    /// `"<broadcast>"` 255.255.255.255).
    fn gethostbyname(&self, host: &str) -> Result<Ipv4Addr, Fault>;

    /// Canonical name, aliases and IPv4 addresses of a host (`gethostbyname_r(3)`).
    fn gethostbyname_ex(&self, host: &str) -> Result<HostEntry, Fault>;

    /// The host behind a literal address or a name (`gethostbyaddr_r(3)`).
    fn gethostbyaddr(&self, host: &str) -> Result<HostEntry, Fault>;

    /// The sockets that reach a service on a host (getaddrinfo(3)).
    fn getaddrinfo(&self, query: &Query) -> Result<Vec<AddrInfo>, Fault>;

    /// Whether [`Network::getaddrinfo`] has the addresses of this host at hand, so that it never
    /// waits for an answer.
    fn is_at_hand(&self, _host: &str, _family: i32) -> bool {
        false
    }

    /// Host and service name of an address, with `NI_*` flags (getnameinfo(3)).
    fn getnameinfo(&self, address: &SocketAddr, flags: i32) -> Result<(String, String), Fault>;

    /// Where a packet for `address` really goes, for a socket of type `kind` (`SOCK_*`). The same
    /// address where nothing stands between; a loopback port where the lab serves the address.
    fn route(&self, address: SocketAddr, kind: i32) -> Result<SocketAddr, Fault>;
}
