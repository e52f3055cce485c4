//! The system's own network: what a console uses unless it is in the lab. Services come from the
//! system's table, and from the embedded one on machines that have none.

use std::ffi::CString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use super::address::Address;
use super::convert::without_nul;
use super::error::{Cause, Fault};
use super::lookup;
use super::network::{AddrInfo, HostEntry, Network, Query};
use super::services;
use super::sys::numbers;
use super::target::resolve_host;

const SERVICES_FILE: &str = "/etc/services";
const PROTOCOLS_FILE: &str = "/etc/protocols";

/// The network that this machine is connected to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LiveNetwork;

impl Network for LiveNetwork {
    fn name(&self) -> &'static str {
        "live"
    }

    fn getservbyname(&self, name: &str, protocol: Option<&str>) -> Result<u16, Fault> {
        let (c_name, c_protocol) = (c_string(name)?, protocol.map(c_string).transpose()?);
        let found = match services::services_file::system() {
            Some(table) => table.port(name, protocol),
            None => lookup::service_by_name(&c_name, c_protocol.as_deref())?,
        };
        found
            .or_else(|| stand_in(SERVICES_FILE, || services::common_port(name, protocol)))
            .ok_or_else(|| match protocol {
                Some(protocol) => Cause::Unknown(format!("no service `{name}` over `{protocol}`"))
                    .noting("case matters; `getservbyname(name)` looks at every protocol"),
                None => Cause::Unknown(format!("no service `{name}`"))
                    .noting("case matters: `getservbyname(\"http\")`"),
            })
    }

    fn getservbyport(&self, port: u16, protocol: Option<&str>) -> Result<String, Fault> {
        let c_protocol = protocol.map(c_string).transpose()?;
        let found = match services::services_file::system() {
            Some(table) => table.name(port, protocol).map(str::to_owned),
            None => lookup::service_by_port(port, c_protocol.as_deref())?,
        };
        found
            .or_else(|| {
                stand_in(SERVICES_FILE, || services::common_name(port, protocol)).map(str::to_owned)
            })
            .ok_or_else(|| {
                Cause::Unknown(match protocol {
                    Some(protocol) => format!("no service at port `{port}` over `{protocol}`"),
                    None => format!("no service at port `{port}`"),
                })
                .into()
            })
    }

    fn getprotobyname(&self, name: &str) -> Result<i32, Fault> {
        lookup::protocol_by_name(&c_string(name)?)?
            .or_else(|| stand_in(PROTOCOLS_FILE, || services::protocol_number(name)))
            .ok_or_else(|| {
                Cause::Unknown(format!("no protocol `{name}`"))
                    .noting("case matters: `getprotobyname(\"tcp\")`")
            })
    }

    fn gethostbyname(&self, host: &str) -> Result<Ipv4Addr, Fault> {
        match resolve_host(self, host, numbers::AF_INET)?.ip() {
            IpAddr::V4(address) => Ok(address),
            IpAddr::V6(_) => Err(Cause::Lookup(numbers::EAI_FAMILY).into()),
        }
    }

    fn gethostbyname_ex(&self, host: &str) -> Result<HostEntry, Fault> {
        // As CPython does, for the errors: those of getaddrinfo say more.
        resolve_host(self, host, numbers::AF_INET)?;
        // Not a name to the C library, which then tells the trouble of an earlier lookup.
        if host == "<broadcast>" {
            return Err(Cause::Host(numbers::HOST_NOT_FOUND).into());
        }
        Ok(lookup::host_by_name(&c_string(&lookup::to_ascii(host)?)?)?)
    }

    fn gethostbyaddr(&self, host: &str) -> Result<HostEntry, Fault> {
        Ok(lookup::host_by_address(
            resolve_host(self, host, numbers::AF_UNSPEC)?.ip(),
        )?)
    }

    fn getaddrinfo(&self, query: &Query) -> Result<Vec<AddrInfo>, Fault> {
        let answer = lookup::getaddrinfo(query);
        match &answer {
            Err(Fault {
                cause: Cause::Lookup(numbers::EAI_SERVICE),
                ..
            }) => stand_in(SERVICES_FILE, || with_embedded_service(query)).unwrap_or(answer),
            _ => answer,
        }
    }

    fn getnameinfo(&self, address: &SocketAddr, flags: i32) -> Result<(String, String), Fault> {
        let (host, service) = lookup::getnameinfo(address, flags)?;
        if flags & numbers::NI_NUMERICSERV != 0 || service != address.port().to_string() {
            return Ok((host, service));
        }
        let protocol = if flags & numbers::NI_DGRAM == 0 {
            "tcp"
        } else {
            "udp"
        };
        let named = stand_in(SERVICES_FILE, || {
            services::common_name(address.port(), Some(protocol))
        });
        Ok((host, named.map_or(service, str::to_owned)))
    }

    fn is_at_hand(&self, host: &str, family: i32) -> bool {
        lookup::is_at_hand(host, family)
    }

    fn route(&self, address: SocketAddr, _kind: i32) -> Result<SocketAddr, Fault> {
        Ok(address)
    }
}

/// What the embedded table says, where the system has no table of its own.
fn stand_in<T>(table: &str, embedded: impl FnOnce() -> Option<T>) -> Option<T> {
    if Path::new(table).exists() {
        None
    } else {
        embedded()
    }
}

/// The answers to a query for a service that only the embedded table knows: every socket gets the
/// port of the service over its protocol, those over which there is none drop out.
fn with_embedded_service(query: &Query) -> Option<Result<Vec<AddrInfo>, Fault>> {
    let name = query.service.as_deref()?;
    services::common_port(name, None)?;
    let numeric = Query {
        service: Some("0".into()),
        ..query.clone()
    };
    let mut infos = match lookup::getaddrinfo(&numeric) {
        Ok(infos) => infos,
        Err(fault) => return Some(Err(fault)),
    };
    infos.retain_mut(|info| {
        let protocol = match info.proto {
            numbers::IPPROTO_TCP => "tcp",
            numbers::IPPROTO_UDP => "udp",
            _ => return false,
        };
        match (services::common_port(name, Some(protocol)), &mut info.addr) {
            (Some(port), Address::Inet(address)) => {
                address.set_port(port);
                true
            }
            _ => false,
        }
    });
    (!infos.is_empty()).then_some(Ok(infos))
}

fn c_string(text: &str) -> Result<CString, Fault> {
    Ok(CString::new(without_nul(text)?).unwrap_or_default())
}
