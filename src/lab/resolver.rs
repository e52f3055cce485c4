//! Finds names and addresses the way a machine of the lab does: literal addresses, the hosts file,
//! the machine's own name, then the lab's DNS. The C library's resolver is never asked.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;

use domain::base::Rtype;

use super::hosts::{Host, canonical};
use super::hosts_file::{HostNames, HostsFile};
use super::literal::InterfaceNumbers;
use super::local::own_name;
use super::zone::reverse_name;
use crate::lab::dns_client::{NoAnswer, Server, ask};
use crate::net::error::{Cause, Fault};
use crate::net::network::HostAddress;
use crate::net::numbers::{
    AF_INET, AF_INET6, AF_UNSPEC, EAI_AGAIN, EAI_FAIL, EAI_NODATA, EAI_NONAME, HOST_NOT_FOUND,
    NO_DATA, NO_RECOVERY, TRY_AGAIN,
};

/// What a lookup may use. The DNS server starts when it is first asked.
pub(crate) struct Resolver<'a> {
    pub(crate) hosts: &'a [Host],
    pub(crate) hosts_file: &'a HostsFile,
    pub(crate) dns: &'a dyn Fn() -> io::Result<SocketAddr>,
    /// Knows the machine's cards.
    pub(crate) card: InterfaceNumbers<'a>,
    /// Makes a socket that reaches the server, of family, type and protocol.
    pub(crate) socket: &'a dyn Fn((i32, i32, i32)) -> io::Result<OwnedFd>,
}

impl Resolver<'_> {
    /// The names and addresses of a host that is not written as a literal, of one family
    /// (`AF_INET`, `AF_INET6`) or of both (`AF_UNSPEC`).
    pub(crate) fn by_name(&self, name: &str, family: i32) -> Result<HostNames, NoAnswer> {
        let mut here = false;
        for names in [self.hosts_file.by_name(name), fallback(name)]
            .into_iter()
            .flatten()
        {
            here = true;
            let mut names = names;
            names.addresses.retain(|address| is_of(address.ip, family));
            if !names.addresses.is_empty() {
                return Ok(names);
            }
        }
        match self.by_dns(name, family) {
            Err(NoAnswer::NoName) if here => Err(NoAnswer::NoData),
            found => found,
        }
    }

    /// The host at an address.
    pub(crate) fn by_address(&self, ip: IpAddr) -> Result<HostNames, NoAnswer> {
        if let Some(names) = self.hosts_file.by_address(ip) {
            return Ok(names);
        }
        let mut names = if ip.is_loopback() {
            HostNames {
                canonical: "localhost".into(),
                ..HostNames::default()
            }
        } else {
            let answer = ask(self.server()?, &reverse_name(ip), Rtype::PTR)?;
            let mut hosts = answer.hosts.into_iter();
            HostNames {
                canonical: hosts.next().ok_or(NoAnswer::NoData)?,
                aliases: hosts.collect(),
                addresses: Vec::new(),
            }
        };
        names.addresses.push(HostAddress { ip, scope: 0 });
        Ok(names)
    }

    fn by_dns(&self, name: &str, family: i32) -> Result<HostNames, NoAnswer> {
        let server = self.server()?;
        let mut found: Option<HostNames> = None;
        let mut failure = NoAnswer::NoData;
        for (rtype, of) in [(Rtype::A, AF_INET), (Rtype::AAAA, AF_INET6)] {
            if family != AF_UNSPEC && family != of {
                continue;
            }
            match ask(server, name, rtype) {
                Ok(answer) => {
                    let found = found.get_or_insert_with(|| HostNames {
                        canonical: answer.canonical.clone(),
                        aliases: answer.aliases.clone(),
                        addresses: Vec::new(),
                    });
                    for ip in answer.addresses {
                        let scope = self.scope(&found.canonical, ip);
                        found.addresses.push(HostAddress { ip, scope });
                    }
                }
                Err(other) => failure = other,
            }
        }
        found.ok_or(failure)
    }

    /// DNS has no room for scopes: on a real network a link-local address is learned together with
    /// the card on which it was heard (RFC 6762, 15).
    fn scope(&self, name: &str, ip: IpAddr) -> u32 {
        self.hosts
            .iter()
            .filter(|host| host.name == name)
            .flat_map(|host| &host.addresses)
            .find(|address| address.ip == ip)
            .map_or(0, |address| address.scope)
    }

    fn server(&self) -> Result<Server<'_>, NoAnswer> {
        let address = (self.dns)().map_err(|_| NoAnswer::Silence)?;
        Ok(Server {
            address,
            socket: self.socket,
        })
    }
}

/// What resolvers know without a table: `localhost` (RFC 6761, 6.3), and the machine's own name,
/// which slim containers do not list.
fn fallback(name: &str) -> Option<HostNames> {
    let name = canonical(name);
    let loopback = |ip: IpAddr| HostAddress { ip, scope: 0 };
    if name == "localhost" || name.ends_with(".localhost") {
        return Some(HostNames {
            canonical: name,
            aliases: Vec::new(),
            addresses: vec![
                loopback(Ipv6Addr::LOCALHOST.into()),
                loopback(Ipv4Addr::LOCALHOST.into()),
            ],
        });
    }
    own_name()
        .filter(|own| canonical(own) == name)
        .map(|own| HostNames {
            canonical: own,
            aliases: Vec::new(),
            addresses: vec![loopback(Ipv4Addr::LOCALHOST.into())],
        })
}

fn is_of(ip: IpAddr, family: i32) -> bool {
    match family {
        AF_INET => ip.is_ipv4(),
        AF_INET6 => ip.is_ipv6(),
        _ => true,
    }
}

/// A failure of getaddrinfo(3) and those built on it; a name that nobody knows gets a way out.
pub(crate) fn lookup_fault(failure: NoAnswer, name: &str) -> Fault {
    let code = match failure {
        NoAnswer::NoName => {
            let note = format!("the lab does not know `{name}`; `lab hosts` lists what it knows");
            return Cause::Lookup(EAI_NONAME).noting(note);
        }
        NoAnswer::NoData => EAI_NODATA,
        NoAnswer::Silence => {
            let note = "the lab's name server on 127.0.0.1 cannot be reached; is the loopback \
                        interface `lo` up?";
            return Cause::Lookup(EAI_AGAIN).noting(note);
        }
        NoAnswer::Refusal => EAI_FAIL,
    };
    Cause::Lookup(code).into()
}

/// A failure of gethostbyname(3) and gethostbyaddr(3).
pub(crate) fn host_fault(failure: NoAnswer, what: &str) -> Fault {
    let code = match failure {
        NoAnswer::NoName => {
            let note = format!("the lab has no host at `{what}`; `lab hosts` lists its addresses");
            return Cause::Host(HOST_NOT_FOUND).noting(note);
        }
        NoAnswer::NoData => NO_DATA,
        NoAnswer::Silence => TRY_AGAIN,
        NoAnswer::Refusal => NO_RECOVERY,
    };
    Cause::Host(code).into()
}
