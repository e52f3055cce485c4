//! Targets: addresses as a script names them, and the step to those that a socket takes.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::address::{Address, checked_flow_info};
use super::convert::{parse_ipv4_forms, without_nul};
use super::error::{Cause, Fault};
use super::network::{AddrInfo, Network, Query};
use super::sys::numbers;

/// An address as a script names it: the host may still be a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Host and port; also good for `AF_INET6`, with flow info and scope 0.
    Inet {
        /// A name, a literal, `""` for any address, `"<broadcast>"`.
        host: String,
        /// 0-65535.
        port: u16,
    },
    /// Host, port and the two parts that only IPv6 has.
    Inet6 {
        /// As above; a literal may end in a scope, `fe80::1%eth0`.
        host: String,
        /// 0-65535.
        port: u16,
        /// 0-[`MAX_FLOW_INFO`](super::address::MAX_FLOW_INFO).
        flowinfo: u32,
        /// The interface's number, 0 for none.
        scope_id: u32,
    },
    /// A path, or Linux's abstract name with a leading NUL.
    Unix(Vec<u8>),
}

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

/// The address of a script's target for a socket of `family` (`AF_*`). Looks the host up where it
/// is a name, so it may block unless [`is_numeric_host`] says otherwise.
///
/// The lookup's errors (`EAI_*`); a wrong type for a target of another family; out of range for
/// the flow info. A scope in the host's text counts where the target's own is 0 (Python drops it).
pub(crate) fn resolve_target(
    network: &dyn Network,
    target: &Target,
    family: i32,
) -> Result<Address, Fault> {
    let (host, port, flowinfo, scope_id) = match (target, family) {
        (Target::Inet { host, port }, numbers::AF_INET | numbers::AF_INET6) => (host, *port, 0, 0),
        (
            Target::Inet6 {
                host,
                port,
                flowinfo,
                scope_id,
            },
            numbers::AF_INET6,
        ) => (host, *port, checked_flow_info(*flowinfo)?, *scope_id),
        (Target::Unix(path), numbers::AF_UNIX) => return Ok(Address::Unix(path.clone())),
        (_, numbers::AF_INET) => {
            return Err(
                Cause::Type("an AF_INET address is a host and a port".into())
                    .noting("write `\"127.0.0.1\", 80`"),
            );
        }
        (_, numbers::AF_INET6) => {
            return Err(Cause::Type(
                "an AF_INET6 address is a host, a port, flow info and a scope id".into(),
            )
            .noting("write `\"::1\", 80`; the last two may be left out"));
        }
        (_, numbers::AF_UNIX) => {
            return Err(Cause::Type("an AF_UNIX address is a path".into())
                .noting("write `\"/tmp/echo.sock\"`"));
        }
        _ => {
            return Err(Cause::Value(format!("bad address family `{family}`"))
                .noting("addresses of AF_INET, AF_INET6 and AF_UNIX can be named"));
        }
    };
    Ok(Address::Inet(match resolve_host(network, host, family)? {
        SocketAddr::V4(found) => SocketAddrV4::new(*found.ip(), port).into(),
        SocketAddr::V6(found) => {
            let scope_id = if scope_id == 0 {
                found.scope_id()
            } else {
                scope_id
            };
            SocketAddrV6::new(*found.ip(), port, flowinfo, scope_id).into()
        }
    }))
}

/// The first address of a host, port 0, with the rules of Python's calls that take a host:
/// `""` is any address (an error where the family leaves a choice), `"<broadcast>"` is
/// 255.255.255.255, standard literals are taken as they are, and all else is asked of the
/// network's `getaddrinfo` (which knows `127.1` and scopes). `AF_UNSPEC` takes any family.
pub(crate) fn resolve_host(
    network: &dyn Network,
    host: &str,
    family: i32,
) -> Result<SocketAddr, Fault> {
    without_nul(host)?;
    if host.is_empty() {
        return any_address(network, family);
    }
    let takes = |wanted| family == wanted || family == numbers::AF_UNSPEC;
    if host == "<broadcast>" || host == "255.255.255.255" {
        if !takes(numbers::AF_INET) {
            return Err(Cause::Value("address family mismatched".into())
                .noting("broadcast is of AF_INET only"));
        }
        return Ok((Ipv4Addr::BROADCAST, 0).into());
    }
    match host.parse() {
        Ok(IpAddr::V4(literal)) if takes(numbers::AF_INET) => return Ok((literal, 0).into()),
        Ok(IpAddr::V6(literal)) if takes(numbers::AF_INET6) => return Ok((literal, 0).into()),
        _ => {}
    }
    let query = Query {
        host: Some(host.into()),
        family,
        ..Query::default()
    };
    network
        .getaddrinfo(&query)?
        .iter()
        .find_map(inet_of)
        .ok_or_else(no_name)
}

fn any_address(network: &dyn Network, family: i32) -> Result<SocketAddr, Fault> {
    let query = Query {
        service: Some("0".into()),
        family,
        kind: numbers::SOCK_DGRAM,
        flags: numbers::AI_PASSIVE,
        ..Query::default()
    };
    let infos = network.getaddrinfo(&query)?;
    if infos.len() > 1 {
        return Err(
            Cause::Value("wildcard resolved to multiple addresses".into())
                .noting("name a host, such as `localhost`"),
        );
    }
    infos.iter().find_map(inet_of).ok_or_else(no_name)
}

fn inet_of(info: &AddrInfo) -> Option<SocketAddr> {
    match info.addr {
        Address::Inet(address) => Some(address),
        _ => None,
    }
}

fn no_name() -> Fault {
    Cause::Lookup(numbers::EAI_NONAME).into()
}

/// Whether a host needs no resolver: a literal in any spelling that getaddrinfo(3) takes for a
/// number, `""` and `"<broadcast>"`. Every other host may make a lookup block.
pub(crate) fn is_numeric_host(host: &str) -> bool {
    if host.is_empty() || host == "<broadcast>" || parse_ipv4_forms(host).is_some() {
        return true;
    }
    let literal = host
        .split_once('%')
        .map_or(host, |(literal, _scope)| literal);
    literal.parse::<Ipv6Addr>().is_ok()
}
