//! getaddrinfo(3) and getnameinfo(3) in the lab.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::hosts::canonical;
use super::literal;
use super::local::own_name;
use super::resolver::{Resolver, lookup_fault};
use crate::net::address::Address;
use crate::net::error::{Cause, Fault};
use crate::net::lookup::to_ascii;
use crate::net::network::{AddrInfo, HostAddress, Query};
use crate::net::numbers::{
    AF_INET, AF_INET6, AF_UNSPEC, AI_ALL, AI_CANONNAME, AI_MASK, AI_NUMERICHOST, AI_NUMERICSERV,
    AI_PASSIVE, AI_V4MAPPED, EAI_ADDRFAMILY, EAI_BADFLAGS, EAI_FAMILY, EAI_NONAME, EAI_SERVICE,
    EAI_SOCKTYPE, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, NI_DGRAM, NI_MASK,
    NI_NAMEREQD, NI_NOFQDN, NI_NUMERICHOST, NI_NUMERICSERV, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET,
    SOCK_STREAM,
};
use crate::net::services;

/// A kind of socket that an answer can propose.
struct Profile {
    kind: i32,
    proto: i32,
    /// In services(5); none for raw sockets, which know neither ports nor one protocol.
    transport: Option<&'static str>,
    /// Proposed when nobody asks for it.
    common: bool,
}

const PROFILES: [Profile; 6] = [
    Profile {
        kind: SOCK_STREAM,
        proto: IPPROTO_TCP,
        transport: Some("tcp"),
        common: true,
    },
    Profile {
        kind: SOCK_DGRAM,
        proto: IPPROTO_UDP,
        transport: Some("udp"),
        common: true,
    },
    Profile {
        kind: SOCK_DGRAM,
        proto: IPPROTO_UDPLITE,
        transport: Some("udplite"),
        common: false,
    },
    Profile {
        kind: SOCK_STREAM,
        proto: IPPROTO_SCTP,
        transport: Some("sctp"),
        common: false,
    },
    Profile {
        kind: SOCK_SEQPACKET,
        proto: IPPROTO_SCTP,
        transport: Some("sctp"),
        common: false,
    },
    Profile {
        kind: SOCK_RAW,
        proto: 0,
        transport: None,
        common: true,
    },
];

/// Kind, protocol and port of a socket.
type Proposal = (i32, i32, u16);

/// The sockets that reach a service on a host, for each address in turn, as
/// [`crate::net::network::Network::getaddrinfo`]. `AI_ADDRCONFIG` changes nothing: the lab's
/// network has both families on every machine.
pub(crate) fn getaddrinfo(resolver: &Resolver<'_>, query: &Query) -> Result<Vec<AddrInfo>, Fault> {
    // C libraries take `*` for "none".
    let host = query.host.as_deref().filter(|host| *host != "*");
    let service = query.service.as_deref().filter(|service| *service != "*");
    if [host, service]
        .iter()
        .flatten()
        .any(|text| text.contains('\0'))
    {
        return Err(Cause::Value("a name cannot contain a NUL character".into()).into());
    }
    if host.is_none() && service.is_none() {
        return Err(Cause::Lookup(EAI_NONAME).into());
    }
    if query.flags & !AI_MASK != 0 || (query.flags & AI_CANONNAME != 0 && host.is_none()) {
        return Err(Cause::Lookup(EAI_BADFLAGS).into());
    }
    if ![AF_UNSPEC, AF_INET, AF_INET6].contains(&query.family) {
        return Err(Cause::Lookup(EAI_FAMILY).into());
    }
    // An empty service is one, without a port.
    let service = service.filter(|service| !service.is_empty());
    if query.flags & AI_NUMERICSERV != 0 && service.is_some_and(|service| !is_number(service)) {
        return Err(Cause::Lookup(EAI_NONAME).into());
    }
    let proposals = proposals(query, service)?;
    let (mut canonname, addresses) = match host {
        None => (String::new(), this_machine(query)),
        Some(host) => addresses(resolver, query, host)?,
    };
    if query.flags & AI_CANONNAME == 0 {
        canonname.clear();
    }
    let mut infos = Vec::with_capacity(addresses.len() * proposals.len());
    for address in addresses {
        for &(kind, proto, port) in &proposals {
            infos.push(AddrInfo {
                family: if address.ip.is_ipv4() {
                    AF_INET
                } else {
                    AF_INET6
                },
                kind,
                proto,
                // On the first answer only.
                canonname: std::mem::take(&mut canonname),
                addr: Address::Inet(socket_address(address, port)),
            });
        }
    }
    Ok(infos)
}

fn socket_address(address: HostAddress, port: u16) -> SocketAddr {
    match address.ip {
        IpAddr::V4(ip) => SocketAddrV4::new(ip, port).into(),
        IpAddr::V6(ip) => SocketAddrV6::new(ip, port, 0, address.scope).into(),
    }
}

fn proposals(query: &Query, service: Option<&str>) -> Result<Vec<Proposal>, Fault> {
    let asked = query.kind != 0 || query.proto != 0;
    let fitting: Vec<&Profile> = PROFILES
        .iter()
        .filter(|profile| query.kind == 0 || query.kind == profile.kind)
        .filter(|profile| {
            query.proto == 0 || query.proto == profile.proto || profile.transport.is_none()
        })
        .filter(|profile| asked || profile.common)
        .collect();
    let Some(&first) = fitting.first() else {
        let code = if query.kind == 0 {
            EAI_SERVICE
        } else {
            EAI_SOCKTYPE
        };
        return Err(Cause::Lookup(code).into());
    };
    let Some(service) = service else {
        return Ok(with_port(&fitting, query, 0));
    };
    if asked && first.transport.is_none() {
        return Err(Cause::Lookup(EAI_SERVICE).into());
    }
    if is_number(service) {
        return match service.trim_start().parse::<u16>() {
            Ok(port) => Ok(with_port(&fitting, query, port)),
            Err(_) => Err(Cause::Lookup(EAI_SERVICE).noting("ports are `0` to `65535`")),
        };
    }
    let mut named: Vec<Proposal> = fitting
        .iter()
        .filter_map(|profile| {
            let port = services::port(service, Some(profile.transport?))?;
            Some((profile.kind, profile.proto, port))
        })
        .collect();
    // The document's machine put the datagram answer first for names of services.
    named.sort_by_key(|proposal| proposal.0 != SOCK_DGRAM);
    if named.is_empty() {
        return Err(Cause::Lookup(EAI_SERVICE).into());
    }
    Ok(named)
}

/// Whether strtoul(3) would read all of `service`.
fn is_number(service: &str) -> bool {
    let number = service.trim_start();
    let digits = number.strip_prefix(['+', '-']).unwrap_or(number);
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// All that fit where nothing was asked for, else the first.
fn with_port(fitting: &[&Profile], query: &Query, port: u16) -> Vec<Proposal> {
    let asked = query.kind != 0 || query.proto != 0;
    let wanted = if asked { 1 } else { fitting.len() };
    fitting
        .iter()
        .take(wanted)
        .map(|profile| match profile.transport {
            Some(_) => (profile.kind, profile.proto, port),
            None => (profile.kind, query.proto, port),
        })
        .collect()
}

/// The addresses for "no host": for servers any of this machine, for clients loopback.
fn this_machine(query: &Query) -> Vec<HostAddress> {
    let v4: IpAddr;
    let v6: IpAddr;
    let v6_first;
    if query.flags & AI_PASSIVE == 0 {
        (v4, v6) = (Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into());
        // RFC 6724, rule 1: what cannot be reached comes last.
        v6_first = std::net::UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    } else {
        (v4, v6) = (Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into());
        v6_first = false;
    }
    let mut addresses = vec![
        HostAddress { ip: v4, scope: 0 },
        HostAddress { ip: v6, scope: 0 },
    ];
    if v6_first {
        addresses.reverse();
    }
    match query.family {
        AF_INET => addresses.retain(|address| address.ip.is_ipv4()),
        AF_INET6 => addresses.retain(|address| address.ip.is_ipv6()),
        _ => {}
    }
    addresses
}

/// Canonical name and addresses of a host.
fn addresses(
    resolver: &Resolver<'_>,
    query: &Query,
    host: &str,
) -> Result<(String, Vec<HostAddress>), Fault> {
    if let Some(address) = literal::parse(host, resolver.card) {
        let address =
            in_family(address, query).ok_or(Fault::from(Cause::Lookup(EAI_ADDRFAMILY)))?;
        return Ok((host.to_owned(), vec![address]));
    }
    if query.flags & AI_NUMERICHOST != 0 || host.is_empty() {
        return Err(Cause::Lookup(EAI_NONAME).into());
    }
    let mapping = query.family == AF_INET6 && query.flags & AI_V4MAPPED != 0;
    let family = if mapping { AF_UNSPEC } else { query.family };
    let ascii = to_ascii(host)?;
    let mut names = resolver
        .by_name(&ascii, family)
        .map_err(|failure| lookup_fault(failure, host))?;
    if mapping {
        let native = names.addresses.iter().any(|address| address.ip.is_ipv6());
        names
            .addresses
            .retain(|address| address.ip.is_ipv6() || !native || query.flags & AI_ALL != 0);
        // Native addresses first.
        names.addresses.sort_by_key(|address| address.ip.is_ipv4());
        for address in &mut names.addresses {
            if let IpAddr::V4(ip) = address.ip {
                address.ip = ip.to_ipv6_mapped().into();
            }
        }
    } else {
        // RFC 6724 puts an IPv6 loopback that works before the IPv4 one. The lab's own addresses
        // keep their order: all of them work.
        names.addresses.sort_by_key(|address| {
            !(address.ip == IpAddr::V6(Ipv6Addr::LOCALHOST)
                && is_bindable(Ipv6Addr::LOCALHOST.into()))
        });
    }
    Ok((names.canonical, names.addresses))
}

fn is_bindable(ip: IpAddr) -> bool {
    std::net::UdpSocket::bind((ip, 0)).is_ok()
}

/// A literal address in the family asked for; none where it has no form in it.
fn in_family(mut address: HostAddress, query: &Query) -> Option<HostAddress> {
    match (address.ip, query.family) {
        (IpAddr::V4(ip), AF_INET6) if query.flags & AI_V4MAPPED != 0 => {
            address.ip = ip.to_ipv6_mapped().into();
        }
        (IpAddr::V6(ip), AF_INET) => address.ip = ip.to_ipv4_mapped()?.into(),
        (IpAddr::V4(_), AF_INET6) => return None,
        _ => {}
    }
    Some(address)
}

/// Host and service name of an address, as
/// [`crate::net::network::Network::getnameinfo`].
pub(crate) fn getnameinfo(
    resolver: &Resolver<'_>,
    address: &SocketAddr,
    flags: i32,
) -> Result<(String, String), Fault> {
    if flags & !NI_MASK != 0 {
        return Err(Cause::Lookup(EAI_BADFLAGS).into());
    }
    let transport = if flags & NI_DGRAM == 0 { "tcp" } else { "udp" };
    let service = services::name(address.port(), Some(transport))
        .filter(|_| flags & NI_NUMERICSERV == 0)
        .map_or_else(|| address.port().to_string(), str::to_owned);
    let named = if flags & NI_NUMERICHOST == 0 {
        resolver.by_address(address.ip().to_canonical()).ok()
    } else {
        None
    };
    let host = match named {
        Some(names) if flags & NI_NOFQDN != 0 => without_own_domain(names.canonical),
        Some(names) => names.canonical,
        None if flags & NI_NAMEREQD != 0 => return Err(Cause::Lookup(EAI_NONAME).into()),
        None => {
            let scope = match address {
                SocketAddr::V4(_) => 0,
                SocketAddr::V6(address) => address.scope_id(),
            };
            HostAddress {
                ip: address.ip(),
                scope,
            }
            .to_string()
        }
    };
    Ok((host, service))
}

/// Hosts of the machine's own domain go by their first label with `NI_NOFQDN`.
fn without_own_domain(name: String) -> String {
    let own = own_name().map(|own| canonical(&own));
    match (
        name.split_once('.'),
        own.as_deref().and_then(|own| own.split_once('.')),
    ) {
        (Some((host, domain)), Some((_, own))) if canonical(domain) == own => host.to_owned(),
        _ => name,
    }
}
