//! The internet of the course, served inside the process: names, routes and servers on loopback.
//!
//! ```text
//! hosts --> zone --> dns --> servers/name_server        names become records, and are answered
//!   |                             ^
//!   |    addrinfo, older --> resolver --> lookup        the calls of a program ask
//!   `--> private, or mapped --> runtime, services/*     addresses are true ones of two machines of
//!                                                       our own, or become loopback ports
//! ```

pub(crate) mod hosts;

mod address_infos;
mod borders;
mod dns;
mod dns_client;
mod gethostby;
mod hosts_file;
mod literal;
mod local;
mod mapped;
mod private;
mod resolver;
mod runtime;
mod services;
mod zone;

#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::{OwnedFd, RawFd};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::lab::mapped::Routes;
use crate::lab::private::{Internet, Rules};
use crate::net::act::Act;
use crate::net::error::{Cause, Fault};
use crate::net::interface::if_nametoindex;
use crate::net::link_manners::{ALL_HOSTS, LinkManners, LinkRule};
use crate::net::machine;
use crate::net::network::{AddrInfo, HostAddress, HostEntry, HostRecord, Network, Query};
use crate::net::numbers::{AF_UNIX, EACCES, EADDRINUSE};
use crate::net::port_owner;
use crate::net::services as service_table;
use crate::trace::Journal;
use hosts::{Host, Transport};
use hosts_file::HostsFile;
use resolver::Resolver;
use zone::Zone;

/// Why a lab has no machines where nobody wanted them.
const SHARED: &str = "`--shared` was asked for";

/// What to do when the real machine's port is taken, besides ending who holds it.
const NEXT_PORT: &str = "or serve at another port";

/// An internet of its own. Nothing runs in a new lab: servers start when an address is first
/// asked for, and end with the lab.
pub struct Lab {
    hosts: Vec<Host>,
    hosts_file: HostsFile,
    routes: Routes,
    /// The machines of its own, or why it has none; made when they are first asked for.
    internet: OnceLock<Result<Internet, String>>,
    /// How its links treat what they carry, by the addresses of hosts.
    links: Mutex<Rules>,
    /// Where its packets are to be recorded.
    journal: Mutex<Option<Arc<Journal>>>,
}

/// A host as a list of the lab's hosts shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostSummary {
    /// The canonical name.
    pub(crate) name: String,
    /// Its other names.
    pub(crate) aliases: Vec<String>,
    /// Its addresses, in the order of lookups.
    pub(crate) addresses: Vec<HostAddress>,
    /// What serves there.
    pub(crate) services: Vec<ServiceSummary>,
}

/// A service as a list of the lab's hosts shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceSummary {
    /// Its name in services(5), where it has one.
    pub(crate) name: Option<&'static str>,
    /// The transport below it.
    pub(crate) transport: Transport,
    /// Its port at the host's addresses, 1-65535.
    pub(crate) port: u16,
    /// The loopback addresses behind it, IPv4 and IPv6, as far as they have started.
    pub(crate) behind: Vec<SocketAddr>,
}

impl Lab {
    /// A lab with the hosts of the course and `extra_hosts`, each of which replaces a host of its
    /// name and keeps that name's services: on two machines of its own where the system allows
    /// that, else as [`Lab::mapped`] makes it.
    pub fn new(extra_hosts: &[HostRecord]) -> Self {
        let hosts = hosts::table(extra_hosts);
        let routes = Routes::new(Arc::new(Zone::new(&hosts)));
        Self {
            hosts,
            hosts_file: HostsFile::new("/etc/hosts"),
            routes,
            internet: OnceLock::new(),
            links: Mutex::default(),
            journal: Mutex::default(),
        }
    }

    /// The same lab on ports of this machine's own loopback.
    pub fn mapped(extra_hosts: &[HostRecord]) -> Self {
        let lab = Self::new(extra_hosts);
        // Nobody else has it yet, so that it is not set.
        let _ = lab.internet.set(Err(SHARED.into()));
        lab
    }

    /// Whether it is to be on machines of its own, whatever comes of it.
    pub(crate) fn wants_machines(&self) -> bool {
        !matches!(self.internet.get(), Some(Err(why)) if why == SHARED)
    }

    /// Why its addresses are mapped to loopback; none where it has machines of its own, which are
    /// made now if they have not been.
    pub fn why_mapped(&self) -> Option<&str> {
        self.machines().err()
    }

    fn machines(&self) -> Result<&Internet, &str> {
        let made = self.internet.get_or_init(|| {
            let made = Internet::try_start(&self.hosts)?;
            if let Some(journal) = &*lock(&self.journal) {
                made.record(journal);
            }
            let links = lock(&self.links).clone();
            if !links.is_empty() {
                made.link(links)
                    .map_err(|error| format!("links with manners cannot be had here: {error}"))?;
            }
            Ok(made)
        });
        made.as_ref().map_err(String::as_str)
    }

    /// Has the link to a host treat packets so from now on; what it did before does not count any
    /// more. The error says why it cannot.
    pub(crate) fn link(&self, rule: &LinkRule) -> Result<(), String> {
        self.plan_link(rule)?;
        let internet = self
            .machines()
            .map_err(|why| format!("only a private internet has links: {why}"))?;
        let links = lock(&self.links).clone();
        internet
            .link(links)
            .map_err(|error| format!("the link cannot be set: {error}"))
    }

    /// The same for a lab whose machines are not made yet; without machines it does nothing.
    pub(crate) fn plan_link(&self, rule: &LinkRule) -> Result<(), String> {
        let is_meant = |host: &&Host| rule.host == ALL_HOSTS || host.is_called(&rule.host);
        let meant: Vec<&Host> = self.hosts.iter().filter(is_meant).collect();
        if meant.is_empty() {
            let host = &rule.host;
            return Err(format!(
                "the lab has no host `{host}`; `lab hosts` lists them"
            ));
        }
        let addresses = meant.iter().flat_map(|host| host.addresses.iter());
        let mut links = lock(&self.links);
        for address in addresses {
            match rule.manners {
                Some(manners) => drop(links.insert(address.ip, manners)),
                None => drop(links.remove(&address.ip)),
            }
        }
        Ok(())
    }

    /// The hosts whose links have manners.
    pub(crate) fn links(&self) -> Vec<(String, LinkManners)> {
        let links = lock(&self.links);
        let manners = |host: &Host| {
            let mut all = host.addresses.iter();
            all.find_map(|address| links.get(&address.ip).copied())
        };
        let rows = self.hosts.iter();
        rows.filter_map(|host| Some((host.name.clone(), manners(host)?)))
            .collect()
    }

    /// Where the lab's own lookups find its DNS server.
    fn name_server(&self) -> io::Result<SocketAddr> {
        let Ok(internet) = self.machines() else {
            return self.routes.dns();
        };
        internet.serve(&self.hosts, &self.routes.zone)?;
        internet.name_server(&self.hosts)
    }

    /// Lets programs of the real machine in at a port; nothing needs to be done where the lab has
    /// its ports (false). Errors: EADDRINUSE with who holds it, EACCES.
    pub(crate) fn publish(&self, port: u16) -> Result<bool, Fault> {
        let Ok(internet) = self.machines() else {
            return Ok(false);
        };
        internet.publish(port).map_err(|error| {
            let cause = Cause::from(error);
            let holder = || {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                port_owner::note(
                    Path::new(machine::SOCKET_TABLES),
                    address,
                    (true, false),
                    NEXT_PORT,
                )
            };
            let note = match cause {
                Cause::Os(EADDRINUSE) => holder(),
                Cause::Os(EACCES) => {
                    Some("ports below 1024 are reserved; serve at another one".into())
                }
                _ => None,
            };
            Fault {
                note,
                ..Fault::from(cause)
            }
        })?;
        Ok(true)
    }

    /// Keeps programs of the real machine out again: whether the port was published.
    pub(crate) fn unpublish(&self, port: u16) -> bool {
        self.machines()
            .is_ok_and(|internet| internet.unpublish(port))
    }

    /// The ports at which programs of the real machine come in.
    pub(crate) fn published_ports(&self) -> Vec<u16> {
        let published = self.machines().map(Internet::published_ports);
        published.unwrap_or_default()
    }

    /// All hosts with their names, addresses and services.
    pub(crate) fn hosts(&self) -> Vec<HostSummary> {
        self.hosts.iter().map(|host| self.summary(host)).collect()
    }

    /// Where the lab's DNS answers, by UDP and TCP: it starts now if it has not yet. Errors of
    /// bind(2).
    pub(crate) fn dns_addr(&self) -> Result<SocketAddr, Fault> {
        Ok(self.routes.dns()?)
    }

    fn summary(&self, host: &Host) -> HostSummary {
        let services = host
            .services
            .iter()
            .map(|&(transport, port, service)| ServiceSummary {
                name: service_table::name(port, Some(transport.name())),
                transport,
                port,
                behind: [false, true]
                    .into_iter()
                    .filter_map(|ipv6| self.routes.started(host, service, transport, ipv6))
                    .collect(),
            });
        HostSummary {
            name: host.name.clone(),
            aliases: host.aliases.clone(),
            addresses: host.addresses.clone(),
            services: services.collect(),
        }
    }

    fn resolving<T>(&self, lookup: impl FnOnce(&Resolver<'_>) -> T) -> T {
        lookup(&Resolver {
            hosts: &self.hosts,
            hosts_file: &self.hosts_file,
            dns: &|| self.name_server(),
            card: &|name| if_nametoindex(self, name).ok(),
            socket: &|parts| match self.machines() {
                Ok(internet) => internet.socket(parts),
                Err(_) => machine::socket(parts),
            },
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Network for Lab {
    fn name(&self) -> &'static str {
        "lab"
    }

    fn getservbyname(&self, name: &str, protocol: Option<&str>) -> Result<u16, Fault> {
        let over = protocol
            .map(|protocol| format!(" over `{protocol}`"))
            .unwrap_or_default();
        service_table::port(name, protocol).ok_or_else(|| {
            Cause::Unknown(format!("no service `{name}`{over}"))
                .noting("case matters: `getservbyname(\"http\")`")
        })
    }

    fn getservbyport(&self, port: u16, protocol: Option<&str>) -> Result<String, Fault> {
        let over = protocol
            .map(|protocol| format!(" over `{protocol}`"))
            .unwrap_or_default();
        service_table::name(port, protocol)
            .map(str::to_owned)
            .ok_or_else(|| Cause::Unknown(format!("no service at port `{port}`{over}")).into())
    }

    fn getprotobyname(&self, name: &str) -> Result<i32, Fault> {
        service_table::protocol_number(name).ok_or_else(|| {
            Cause::Unknown(format!("no protocol `{name}`"))
                .noting("case matters: `getprotobyname(\"tcp\")`")
        })
    }

    fn gethostbyname(&self, host: &str) -> Result<Ipv4Addr, Fault> {
        self.resolving(|resolver| gethostby::gethostbyname(resolver, host))
    }

    fn gethostbyname_ex(&self, host: &str) -> Result<HostEntry, Fault> {
        self.resolving(|resolver| gethostby::gethostbyname_ex(resolver, host))
    }

    fn gethostbyaddr(&self, host: &str) -> Result<HostEntry, Fault> {
        self.resolving(|resolver| gethostby::gethostbyaddr(resolver, host))
    }

    fn getaddrinfo(&self, query: &Query) -> Result<Vec<AddrInfo>, Fault> {
        self.resolving(|resolver| address_infos::getaddrinfo(resolver, query))
    }

    fn getnameinfo(&self, address: &SocketAddr, flags: i32) -> Result<(String, String), Fault> {
        self.resolving(|resolver| address_infos::getnameinfo(resolver, address, flags))
    }

    fn route(&self, address: SocketAddr, kind: i32) -> Result<SocketAddr, Fault> {
        match self.machines() {
            Ok(internet) => internet.route(&self.hosts, &self.routes.zone, address),
            Err(_) => self.routes.route(&self.hosts, address, kind),
        }
    }

    fn route_of(&self, socket: RawFd, address: SocketAddr, kind: i32) -> Result<SocketAddr, Fault> {
        match self.machines() {
            Ok(internet) if internet.has(socket) => {
                internet.route(&self.hosts, &self.routes.zone, address)
            }
            // One that was made before the lab was entered.
            _ => self.routes.route(&self.hosts, address, kind),
        }
    }

    fn socket(&self, parts: (i32, i32, i32)) -> io::Result<OwnedFd> {
        match self.machines() {
            Ok(internet) if parts.0 != AF_UNIX => internet.socket(parts),
            _ => machine::socket(parts),
        }
    }

    fn allows(&self, act: Act<'_>) -> Result<(), Fault> {
        borders::check(act, self.machines().is_ok())
    }

    fn has_own_ports(&self) -> bool {
        self.machines().is_ok()
    }

    fn machine_name(&self) -> Result<String, Fault> {
        match self.machines() {
            Ok(_) => Ok(private::LEARNERS_NAME.into()),
            Err(_) => machine::gethostname(),
        }
    }

    fn interfaces(&self) -> Option<io::Result<Vec<(u32, String)>>> {
        Some(self.machines().ok()?.interfaces())
    }

    fn socket_tables(&self) -> PathBuf {
        match self.machines() {
            Ok(internet) => internet.socket_tables(),
            Err(_) => machine::SOCKET_TABLES.into(),
        }
    }

    fn place(&self, program: &mut Command) -> io::Result<()> {
        match self.machines() {
            Ok(internet) => internet.place(program),
            Err(_) => Ok(()),
        }
    }

    fn record(&self, journal: &Arc<Journal>) {
        *lock(&self.journal) = Some(Arc::clone(journal));
        // Machines that come later know of it.
        if let Some(Ok(internet)) = self.internet.get() {
            internet.record(journal);
        }
    }

    fn sees_packets(&self) -> Result<(), String> {
        let internet = self.machines()?;
        if internet.is_recorded() {
            Ok(())
        } else {
            Err("this system does not let a user look at packets".into())
        }
    }
}
