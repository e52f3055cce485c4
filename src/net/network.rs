//! The network as a console sees it: a place to look names up and a way to route an address.
//! The system is one implementation, the lab is another.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::fd::{OwnedFd, RawFd};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use super::act::Act;
use super::address::Address;
use super::convert::ip_text;
use super::error::Fault;
use super::machine;
pub use super::sys::netdb::HostEntry;
pub use crate::trace::Journal;

/// An address of a host; link-local IPv6 addresses say with a scope on which card they are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HostAddress {
    /// The address.
    pub(crate) ip: IpAddr,
    /// The scope id after `%` (RFC 4007); 0 where there is none.
    pub(crate) scope: u32,
}

impl HostAddress {
    /// An address as a person writes it: IPv4 with four parts, or IPv6, perhaps with `%` and a
    /// scope's number. None for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (ip, scope) = match text.split_once('%') {
            None => (text.parse().ok()?, 0),
            Some((ip, scope)) if scope.bytes().all(|digit| digit.is_ascii_digit()) => {
                (IpAddr::V6(ip.parse().ok()?), scope.parse().ok()?)
            }
            Some(_) => return None,
        };
        Some(Self { ip, scope })
    }
}

impl fmt::Display for HostAddress {
    /// `192.0.2.7`, `fe80::1%5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            0 => f.write_str(&ip_text(self.ip)),
            scope => write!(f, "{}%{scope}", ip_text(self.ip)),
        }
    }
}

/// A host's name and its addresses, in the order in which a lookup answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRecord {
    /// The name as it was written.
    pub(crate) name: String,
    /// At least one.
    pub(crate) addresses: Vec<HostAddress>,
}

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

    /// [`Network::route`] for one socket, which may belong to another network than this.
    fn route_of(
        &self,
        _socket: RawFd,
        address: SocketAddr,
        kind: i32,
    ) -> Result<SocketAddr, Fault> {
        self.route(address, kind)
    }

    /// Makes a socket of family, type and protocol on the machine that this network belongs to
    /// (socket(2)).
    fn socket(&self, parts: (i32, i32, i32)) -> io::Result<OwnedFd> {
        machine::socket(parts)
    }

    /// An error that says why a script may not do this. Unix itself decides where nothing is said here.
    fn allows(&self, _act: Act<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// Prepares a thread of a console in this network, before anything runs there. The error says that it
    /// must not run.
    fn enter_thread(&self) -> io::Result<()> {
        Ok(())
    }

    /// The session that it was made for has ended; what a console that was left behind still does with it
    /// fails.
    fn end(&self) {}

    /// Another network in the place of this one, with the same limits.
    fn succeeded_by(&self, next: Arc<dyn Network>) -> Arc<dyn Network> {
        next
    }

    /// Whether its ports are its own: no other program of this system can have one of them.
    fn has_own_ports(&self) -> bool {
        false
    }

    /// The name of the machine that this network belongs to (gethostname(2)).
    fn machine_name(&self) -> Result<String, Fault> {
        machine::gethostname()
    }

    /// The cards of that machine, each with its number, 1 or more; none where the C library is to
    /// be asked (`if_nameindex(3)`).
    fn interfaces(&self) -> Option<io::Result<Vec<(u32, String)>>> {
        None
    }

    /// The folder in which the system tells of that machine's sockets (proc(5), `/proc/net`).
    fn socket_tables(&self) -> PathBuf {
        machine::SOCKET_TABLES.into()
    }

    /// Has a program run on that machine once it is started. Errors: the machine is gone.
    fn place(&self, _program: &mut Command) -> io::Result<()> {
        Ok(())
    }

    /// Has its packets recorded in this journal from now on, where it can see them.
    fn record(&self, _journal: &Arc<Journal>) {}

    /// Whether the packets of its machine can be recorded; the error says why not, in words.
    fn sees_packets(&self) -> Result<(), String> {
        Err("only the lab's private internet shows its packets".into())
    }
}

#[cfg(test)]
mod tests {
    use super::{HostAddress, HostRecord};

    impl HostRecord {
        /// A record of addresses that are written right.
        pub(crate) fn of(name: &str, addresses: &[&str]) -> Self {
            let parse = |text: &&str| HostAddress::parse(text).expect("an address");
            Self {
                name: name.into(),
                addresses: addresses.iter().map(parse).collect(),
            }
        }
    }

    #[test]
    fn addresses_may_carry_a_scope_number() {
        assert_eq!(HostAddress::parse("fe80::1%5").unwrap().scope, 5);
        assert_eq!(
            HostAddress::parse("fe80::1%5").unwrap().to_string(),
            "fe80::1%5"
        );
        for wrong in [
            "",
            "127.1",
            "1.2.3.4%5",
            "fe80::1%",
            "fe80::1%+5",
            "fe80::1%en0",
            "1.2.3",
        ] {
            assert!(HostAddress::parse(wrong).is_none(), "{wrong}");
        }
    }
}
