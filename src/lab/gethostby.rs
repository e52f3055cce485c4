//! The older lookups in the lab: gethostbyname(3) and its family, as Python wraps them.

use std::net::{IpAddr, Ipv4Addr};

use super::address_infos::getaddrinfo;
use super::literal;
use super::resolver::{Resolver, host_fault};
use crate::net::address::Address;
use crate::net::error::{Cause, Fault};
use crate::net::lookup::to_ascii;
use crate::net::network::{HostEntry, Query};
use crate::net::numbers::{AF_INET, AF_UNSPEC, EAI_NONAME, NO_RECOVERY, SOCK_DGRAM};

/// The first address of `host` in a family, by getaddrinfo(3): its errors are those of this call.
fn first_address(resolver: &Resolver<'_>, host: &str, family: i32) -> Result<IpAddr, Fault> {
    if host == "<broadcast>" || host == "255.255.255.255" {
        return Ok(Ipv4Addr::BROADCAST.into());
    }
    let query = Query {
        host: Some(host.into()),
        family,
        kind: SOCK_DGRAM,
        ..Query::default()
    };
    let infos = getaddrinfo(resolver, &query)?;
    match infos.first().map(|info| &info.addr) {
        Some(Address::Inet(address)) => Ok(address.ip()),
        _ => Err(Cause::Lookup(EAI_NONAME).into()),
    }
}

pub(crate) fn gethostbyname(resolver: &Resolver<'_>, host: &str) -> Result<Ipv4Addr, Fault> {
    if host.is_empty() {
        return Ok(Ipv4Addr::UNSPECIFIED);
    }
    match first_address(resolver, host, AF_INET)? {
        IpAddr::V4(ip) => Ok(ip),
        IpAddr::V6(_) => Err(Cause::Lookup(EAI_NONAME).into()),
    }
}

pub(crate) fn gethostbyname_ex(resolver: &Resolver<'_>, host: &str) -> Result<HostEntry, Fault> {
    if host.is_empty() {
        return Err(Cause::Host(NO_RECOVERY).into());
    }
    let first = first_address(resolver, host, AF_INET)?;
    if literal::parse(host, resolver.card).is_some() {
        return Ok(HostEntry {
            name: host.into(),
            aliases: Vec::new(),
            addresses: vec![first],
        });
    }
    let names = resolver
        .by_name(&to_ascii(host)?, AF_INET)
        .map_err(|failure| host_fault(failure, host))?;
    Ok(HostEntry {
        name: names.canonical,
        aliases: names.aliases,
        addresses: names.addresses.iter().map(|address| address.ip).collect(),
    })
}

pub(crate) fn gethostbyaddr(resolver: &Resolver<'_>, host: &str) -> Result<HostEntry, Fault> {
    if host.is_empty() {
        return Err(Cause::Unknown(
            "`\"\"` stands for every address of this machine; \
                                   give one address or name"
                .into(),
        )
        .into());
    }
    let ip = first_address(resolver, host, AF_UNSPEC)?;
    let names = resolver
        .by_address(ip.to_canonical())
        .map_err(|failure| host_fault(failure, &ip.to_string()))?;
    Ok(HostEntry {
        name: names.canonical,
        aliases: names.aliases,
        addresses: vec![ip],
    })
}
