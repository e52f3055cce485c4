//! getaddrinfo(3) and getnameinfo(3): from names to the sockets that reach them, and back.

use std::net::{SocketAddr, SocketAddrV6};

use dns_lookup::{AddrInfoHints, LookupError};

use super::host_name::to_ascii;
use crate::net::address::{Address, checked_flow_info};
use crate::net::convert::without_nul;
use crate::net::error::{Cause, Fault};
use crate::net::network::{AddrInfo, Network, Query};
use crate::net::sys::getaddrinfo::{self, AddrInfoFailure, FoundAddrInfo};
use crate::net::sys::numbers;
use crate::net::target::Target;

/// The system's answers to a query, in its order.
///
/// `EAI_*`; the errno where that is `EAI_SYSTEM`; out of range for a port as digits beyond
/// 0-65535, which C would wrap; an invalid value for names that no host can have.
pub(crate) fn getaddrinfo(query: &Query) -> Result<Vec<AddrInfo>, Fault> {
    let host = query.host.as_deref().map(to_ascii).transpose()?;
    let service = query.service.as_deref().map(without_nul).transpose()?;
    service.map_or(Ok(()), refuse_wrapping_port)?;
    if host.is_none() && service.is_none() {
        return Err(Cause::Lookup(numbers::EAI_NONAME).into());
    }
    let hints = AddrInfoHints {
        flags: query.flags,
        address: query.family,
        socktype: query.kind,
        protocol: query.proto,
    };
    // dns-lookup panics on a canonical name that is not UTF-8, so it is never asked for one.
    if query.flags & numbers::AI_CANONNAME != 0 {
        return match getaddrinfo::getaddrinfo(host.as_deref(), service, hints) {
            Ok(answers) => Ok(answers.into_iter().map(from_system).collect()),
            Err(AddrInfoFailure::Lookup(code)) => Err(Cause::Lookup(code).into()),
            Err(AddrInfoFailure::System(error)) => Err(error.into()),
        };
    }
    let infos = dns_lookup::getaddrinfo(host.as_deref(), service, Some(hints)).map_err(cause)?;
    // An address of a family that dns-lookup does not know is not one to show a learner.
    Ok(infos.flatten().map(from_dns_lookup).collect())
}

fn from_system(answer: FoundAddrInfo) -> AddrInfo {
    AddrInfo {
        family: answer.family,
        kind: answer.kind,
        proto: answer.proto,
        canonname: answer.canonname,
        addr: Address::from_sockaddr(&answer.addr),
    }
}

fn from_dns_lookup(info: dns_lookup::AddrInfo) -> AddrInfo {
    let addr = match info.sockaddr {
        // Flow info comes in network order.
        SocketAddr::V6(v6) => {
            let flow_info = u32::from_be(v6.flowinfo());
            SocketAddrV6::new(*v6.ip(), v6.port(), flow_info, v6.scope_id()).into()
        }
        v4 @ SocketAddr::V4(_) => v4,
    };
    AddrInfo {
        family: info.address,
        kind: info.socktype,
        proto: info.protocol,
        canonname: info.canonname.unwrap_or_default(),
        addr: Address::Inet(addr),
    }
}

/// The number of a lookup's failure, or the errno behind it.
fn cause(error: LookupError) -> Cause {
    match error.error_num() {
        0 | numbers::EAI_SYSTEM => Cause::from(std::io::Error::from(error)),
        code => Cause::Lookup(code),
    }
}

/// C reads a service of digits, even with blanks and a sign before them, as a port and keeps 16
/// bits of it.
fn refuse_wrapping_port(service: &str) -> Result<(), Fault> {
    let text = service.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let (negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    let digits = digits.trim_start_matches('0');
    if digits.len() > 5 || digits.parse().unwrap_or(0) > 65_535 || negative && !digits.is_empty() {
        return Err(Cause::Range(format!("port must be 0-65535, not `{text}`")).into());
    }
    Ok(())
}

/// Host and service of an address, as the system's tables and resolver name them.
pub(crate) fn getnameinfo(address: &SocketAddr, flags: i32) -> Result<(String, String), Fault> {
    dns_lookup::getnameinfo(address, flags).map_err(|error| cause(error).into())
}

/// The address that getnameinfo is asked about: the host has to be a number already.
///
/// `EAI_NONAME` for a name; a wrong type for an IPv4 host with flow info and scope; out of range
/// for the flow info; an invalid value for a path. A scope in the host's text counts where the
/// target's own is 0 (Python drops it).
pub(crate) fn literal_address(network: &dyn Network, target: &Target) -> Result<SocketAddr, Fault> {
    let (host, port, extra) = match target {
        Target::Inet { host, port } => (host, *port, None),
        Target::Inet6 {
            host,
            port,
            flowinfo,
            scope_id,
        } => (
            host,
            *port,
            Some((checked_flow_info(*flowinfo)?, *scope_id)),
        ),
        Target::Unix(_) => {
            return Err(Cause::Type("getnameinfo takes a host and a port".into())
                .noting("write `[\"127.0.0.1\", 80]`"));
        }
    };
    without_nul(host)?;
    let query = Query {
        host: Some(host.clone()),
        service: Some(port.to_string()),
        kind: numbers::SOCK_DGRAM,
        flags: numbers::AI_NUMERICHOST,
        ..Query::default()
    };
    let infos = network.getaddrinfo(&query)?;
    let [
        AddrInfo {
            addr: Address::Inet(address),
            ..
        },
    ] = infos.as_slice()
    else {
        return Err(Cause::Value("sockaddr resolved to multiple addresses".into()).into());
    };
    match (address, extra) {
        (SocketAddr::V4(_), Some(_)) => {
            Err(Cause::Type("an IPv4 address is a host and a port".into())
                .noting("flow info and scope belong to IPv6"))
        }
        (SocketAddr::V6(v6), Some((flow_info, scope_id))) => {
            let scope_id = if scope_id == 0 {
                v6.scope_id()
            } else {
                scope_id
            };
            Ok(SocketAddrV6::new(*v6.ip(), port, flow_info, scope_id).into())
        }
        (address, None) => Ok(*address),
    }
}

#[cfg(test)]
mod tests {
    use super::refuse_wrapping_port;

    #[test]
    fn only_real_ports_and_names_pass() {
        for service in [
            "0", "80", "65535", "+80", " 80", "00080", "-0", "http", "", "-", "80 ", "0x50",
        ] {
            assert!(refuse_wrapping_port(service).is_ok(), "{service}");
        }
        for service in [
            "65536",
            "-1",
            " +99999",
            "-65535",
            "99999999999999999999999",
        ] {
            assert!(refuse_wrapping_port(service).is_err(), "{service}");
        }
    }
}
