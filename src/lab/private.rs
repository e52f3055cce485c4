//! The private internet: two machines of our own, joined by a wire, on which the lab's addresses and
//! ports are true ones.
//!
//! ```text
//! learner's machine --- wire --- internet's machine
//!   sockets of consoles            every lab host, with its servers
//! ```

mod chance;
mod link;
mod published;
mod sniffer;
mod wire;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::hosts::{Host, HostService, Transport, UnservedPorts, at};
use super::mapped::outside;
use super::runtime::Runtime;
use super::zone::Zone;
use crate::lab::services::{self, Site};
use crate::net::error::{Cause, Fault};
use crate::net::machine::{Keeper, Machine, bound, listening, namespace_of, out_of_the_way};
use crate::net::numbers::{AF_INET, AF_INET6, ENETUNREACH, SOCK_DGRAM, SOCK_STREAM};
use crate::trace::Journal;
use link::Link;
pub(super) use link::Rules;
use sniffer::Sniffer;
use wire::{Cards, Plan, lead_through_link};

/// The learner's machine, as the course has it.
const LEARNER: Ipv4Addr = Ipv4Addr::new(10, 29, 144, 178);
const LEARNER_IPV6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0x29, 0x144, 0, 0, 0, 0x178);
/// The host whose addresses are the learner's machine's too.
pub(super) const LEARNERS_NAME: &str = "heffalump.local";

const NO_IPV6: &str =
    "this machine has no IPv6, so the lab has none here; ask for `AF_INET` addresses";

/// Two machines, for as long as this lives.
pub(super) struct Internet {
    /// The servers, once they are asked for; they end before the machines do.
    servers: Mutex<Option<Runtime>>,
    /// What lets programs of the real machine in, by port.
    published: Mutex<BTreeMap<u16, Runtime>>,
    keeper: Arc<Keeper>,
    /// What records the packets, once somebody wants them.
    sniffer: Mutex<Option<Sniffer>>,
    /// Where packets are recorded.
    journal: Arc<Mutex<Option<Arc<Journal>>>>,
    /// What carries the frames while a link has manners.
    link: Mutex<Option<Link>>,
    /// The namespace of the learner's machine.
    namespace: u64,
    cards: Cards,
    plan: Plan,
}

/// Why this system does not let us make one: found out once.
static REFUSAL: OnceLock<String> = OnceLock::new();

/// Why the system does not let us, in words.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "this system does not let a user make network namespaces".into()
        }
        io::ErrorKind::StorageFull => "this system's limit of user namespaces is reached".into(),
        io::ErrorKind::Unsupported => "this system has no network namespaces".into(),
        _ => format!("network namespaces cannot be set up here: {error}"),
    }
}

impl Internet {
    /// Makes the machines, unless it is known that the system does not let us; the reason in words.
    pub(super) fn try_start(hosts: &[Host]) -> Result<Self, String> {
        if let Some(known) = REFUSAL.get() {
            return Err(known.clone());
        }
        Self::start(hosts).map_err(|error| REFUSAL.get_or_init(|| reason(&error)).clone())
    }

    /// Makes the machines; no server runs on them yet. Errors say that the system forbids it.
    fn start(hosts: &[Host]) -> io::Result<Self> {
        let keeper = Arc::new(Keeper::start()?);
        let plan = plan(hosts);
        let cards = wire::lay(&keeper, &plan)?;
        let probe = keeper.socket(Machine::Learner, (AF_INET, SOCK_DGRAM, 0))?;
        Ok(Self {
            namespace: namespace_of(probe.as_raw_fd())?,
            keeper,
            cards,
            plan,
            journal: Arc::default(),
            link: Mutex::default(),
            sniffer: Mutex::default(),
            servers: Mutex::default(),
            published: Mutex::default(),
        })
    }

    /// Has the packets of the learner's machine recorded from now on. Where the system shows none,
    /// nothing is recorded, and pictures show the calls alone.
    pub(super) fn record(&self, journal: &Arc<Journal>) {
        *lock(&self.journal) = Some(Arc::clone(journal));
        let mut sniffer = lock(&self.sniffer);
        match &*sniffer {
            Some(sniffer) => sniffer.write_to(journal),
            None => *sniffer = Sniffer::start(&self.keeper, journal).ok(),
        }
    }

    /// Whether packets are recorded.
    pub(super) fn is_recorded(&self) -> bool {
        lock(&self.sniffer).is_some()
    }

    /// Has the links to some addresses treat their packets so from now on, and all others without
    /// faults. Errors: those of packet(7) and rtnetlink(7).
    pub(super) fn link(&self, rules: Rules) -> io::Result<()> {
        let mut link = lock(&self.link);
        let is_linked = !rules.is_empty();
        if is_linked && link.is_none() {
            *link = Some(Link::start(&self.keeper, self.cards, &self.journal)?);
        }
        if let Some(link) = &*link {
            link.set(rules);
        }
        lead_through_link(&self.keeper, &self.plan, self.cards, is_linked)?;
        if !is_linked {
            *link = None;
        }
        Ok(())
    }

    /// The process that keeps the machines.
    #[cfg(test)]
    pub(super) fn process(&self) -> u32 {
        self.keeper.process()
    }

    /// Where its DNS server is.
    pub(super) fn name_server(&self, hosts: &[Host]) -> io::Result<SocketAddr> {
        let mut served = on_the_internet(hosts).flat_map(|(host, ip)| {
            let services = host.services.iter();
            services.map(move |&(_, port, service)| (service, SocketAddr::new(ip, port)))
        });
        let found =
            served.find(|(service, at)| *service == HostService::Dns && self.holds(at.ip()));
        Ok(found.ok_or(io::ErrorKind::NotFound)?.1)
    }

    fn holds(&self, ip: IpAddr) -> bool {
        ip.is_ipv4() || self.cards.has_ipv6
    }

    /// Lets programs of the real machine in at a port; once is enough. Errors: EADDRINUSE, EACCES.
    pub(super) fn publish(&self, port: u16) -> io::Result<()> {
        if let Entry::Vacant(place) = self.published().entry(port) {
            place.insert(published::publish(&self.keeper, port)?);
        }
        Ok(())
    }

    /// Keeps them out again, and breaks off those who are in: whether the port was published.
    pub(super) fn unpublish(&self, port: u16) -> bool {
        self.published().remove(&port).is_some()
    }

    /// The ports at which programs of the real machine come in.
    pub(super) fn published_ports(&self) -> Vec<u16> {
        self.published().keys().copied().collect()
    }

    fn published(&self) -> MutexGuard<'_, BTreeMap<u16, Runtime>> {
        self.published
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The cards of the learner's machine.
    pub(super) fn interfaces(&self) -> io::Result<Vec<(u32, String)>> {
        wire::cards(&self.keeper)
    }

    /// Where the system tells of its sockets.
    pub(super) fn socket_tables(&self) -> PathBuf {
        format!("/proc/{}/net", self.keeper.process()).into()
    }

    /// Has a program run on it.
    pub(super) fn place(&self, program: &mut Command) -> io::Result<()> {
        self.keeper.place(program, LEARNERS_NAME)
    }

    /// A socket on the learner's machine.
    pub(super) fn socket(&self, parts: (i32, i32, i32)) -> io::Result<OwnedFd> {
        self.keeper.socket(Machine::Learner, parts)
    }

    /// Whether a socket is one of the learner's machine.
    pub(super) fn has(&self, socket: RawFd) -> bool {
        namespace_of(socket).is_ok_and(|namespace| namespace == self.namespace)
    }

    /// See [`crate::net::network::Network::route`]: every address is what it is. The servers run when
    /// a host is asked for. ENETUNREACH for what is not in the lab.
    pub(super) fn route(
        &self,
        hosts: &[Host],
        zone: &Arc<Zone>,
        address: SocketAddr,
    ) -> Result<SocketAddr, Fault> {
        let ip = address.ip().to_canonical();
        if ip.is_loopback() || ip.is_unspecified() || self.plan.learner.contains(&ip) {
            return Ok(address);
        }
        if at(hosts, ip).is_none() {
            return Err(outside(ip));
        }
        if !self.holds(ip) {
            return Err(Cause::Os(ENETUNREACH).noting(NO_IPV6));
        }
        self.serve(hosts, zone)?;
        Ok(address)
    }

    /// Starts every server, unless they run already.
    pub(super) fn serve(&self, hosts: &[Host], zone: &Arc<Zone>) -> io::Result<()> {
        let mut servers = lock(&self.servers);
        if servers.is_some() {
            return Ok(());
        }
        let runtime = Runtime::start()?;
        for (host, ip) in on_the_internet(hosts) {
            if !self.holds(ip) {
                continue;
            }
            for &(transport, port, service) in host.services {
                let address = SocketAddr::new(ip, port);
                self.start_server(&runtime, (host, service, transport), address, zone)?;
            }
        }
        *servers = Some(runtime);
        Ok(())
    }

    fn start_server(
        &self,
        runtime: &Runtime,
        (host, service, transport): (&Host, HostService, Transport),
        address: SocketAddr,
        zone: &Arc<Zone>,
    ) -> io::Result<()> {
        let family = if address.is_ipv4() { AF_INET } else { AF_INET6 };
        let make = |kind| {
            let socket = self.keeper.socket(Machine::Internet, (family, kind, 0))?;
            Ok::<_, io::Error>(out_of_the_way(socket))
        };
        match transport {
            Transport::Tcp => {
                let listener = listening(make(SOCK_STREAM)?, address)?;
                let site = Site {
                    host: &host.name,
                    service,
                };
                services::serve_tcp(runtime, listener.into(), site, zone)
            }
            Transport::Udp => {
                let socket = bound(make(SOCK_DGRAM)?, address)?;
                services::serve_udp(runtime, socket.into(), service, zone)
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The addresses on the far side of the wire, each once, with the host that has it.
fn on_the_internet(hosts: &[Host]) -> impl Iterator<Item = (&Host, IpAddr)> {
    let far = hosts.iter().filter(|host| host.name != LEARNERS_NAME);
    far.flat_map(move |host| {
        let own = host.addresses.iter().map(|address| address.ip);
        own.filter(move |&ip| {
            is_plain(ip) && at(hosts, ip).is_some_and(|first| first.name == host.name)
        })
        .map(move |ip| (host, ip))
    })
}

/// Whether a card can have the address.
fn is_plain(ip: IpAddr) -> bool {
    !(ip.is_loopback()
        || ip.is_unspecified()
        || ip.is_multicast()
        || ip == IpAddr::V4(Ipv4Addr::BROADCAST))
}

fn plan(hosts: &[Host]) -> Plan {
    let mut learner: Vec<IpAddr> = vec![LEARNER.into(), LEARNER_IPV6.into()];
    let named = hosts.iter().filter(|host| host.name == LEARNERS_NAME);
    for ip in named.flat_map(|host| host.addresses.iter().map(|address| address.ip)) {
        if is_plain(ip) && !learner.contains(&ip) {
            learner.push(ip);
        }
    }
    let mut plan = Plan {
        learner,
        internet: Vec::new(),
        swallowed: Vec::new(),
    };
    for (host, ip) in on_the_internet(hosts) {
        let list = match host.otherwise {
            _ if plan.learner.contains(&ip) => continue,
            UnservedPorts::Swallow => &mut plan.swallowed,
            UnservedPorts::Refuse => &mut plan.internet,
        };
        if !list.contains(&ip) {
            list.push(ip);
        }
    }
    plan
}
