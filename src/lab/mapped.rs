//! Routes the lab's addresses to the loopback ports behind them, and starts what serves there.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};

use super::hosts::{Host, HostService, Transport, UnservedPorts, at};
use super::local::is_local;
use super::runtime::Runtime;
use super::zone::Zone;
use crate::lab::services;
use crate::lab::services::Site;
use crate::net::error::{Cause, Fault};
use crate::net::numbers::{ENETUNREACH, SOCK_DGRAM, SOCK_STREAM, SOCK_TYPE_MASK};

/// How long a connect may take before we take the black hole's queue for full.
const QUEUE_IS_FULL_AFTER: Duration = Duration::from_millis(30);
/// Connections that a system might admit to a queue of length zero.
const LONGEST_QUEUE: usize = 16;

/// What stands behind a port of a lab host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Endpoint {
    /// A server of the host with this name.
    Server(String, HostService),
    Refusal,
    Hole,
}

/// One loopback port: what it is, how it is reached, and whether by IPv6.
type Port = (Endpoint, Transport, bool);

/// A socket that is kept only so that its port stays ours.
enum Kept {
    Udp {
        _socket: UdpSocket,
    },
    Tcp {
        _socket: TcpSocket,
    },
    FullQueue {
        _listener: TcpListener,
        _waiting: Vec<TcpStream>,
    },
}

#[derive(Default)]
struct Started {
    ports: HashMap<Port, SocketAddr>,
    kept: Vec<Kept>,
    runtime: Option<Runtime>,
}

/// The switchboard of one lab: nothing runs until an address is asked for.
pub(crate) struct Routes {
    /// What the lab's DNS knows.
    pub(super) zone: Arc<Zone>,
    started: Mutex<Started>,
}

impl Routes {
    pub(crate) fn new(zone: Arc<Zone>) -> Self {
        Self {
            zone,
            started: Mutex::default(),
        }
    }

    /// Where packets for `address` go for a socket of type `kind` (`SOCK_*`): see
    /// [`crate::net::network::Network::route`]. ENETUNREACH for what is neither local nor in the
    /// lab; errors of bind(2) where a server cannot start.
    pub(crate) fn route(
        &self,
        hosts: &[Host],
        address: SocketAddr,
        kind: i32,
    ) -> Result<SocketAddr, Fault> {
        if is_local(address) {
            return Ok(address);
        }
        let ip = address.ip().to_canonical();
        let Some(host) = at(hosts, ip) else {
            return Err(outside(ip));
        };
        let transport = match kind & SOCK_TYPE_MASK {
            SOCK_STREAM => Transport::Tcp,
            SOCK_DGRAM => Transport::Udp,
            // The kernel itself answers for the other protocols, ping for one.
            _ => {
                return Ok(as_asked(
                    SocketAddr::new(loopback(ip.is_ipv6()), address.port()),
                    address,
                ));
            }
        };
        let behind = match (host.service(transport, address.port()), host.otherwise) {
            (Some(service), _) => behind_service(host, service),
            (None, UnservedPorts::Refuse) => Endpoint::Refusal,
            (None, UnservedPorts::Swallow) => Endpoint::Hole,
        };
        let port = self
            .port((behind, transport, ip.is_ipv6()))
            .map_err(|error| {
                if ip.is_ipv6() && error.kind() == io::ErrorKind::AddrNotAvailable {
                    let note = "this machine has no `::1`, so the lab has no IPv6 here; \
                            ask for `AF_INET` addresses";
                    return Cause::Os(ENETUNREACH).noting(note);
                }
                Fault::from(error)
            })?;
        Ok(as_asked(port, address))
    }

    /// The address of the lab's DNS server, UDP and TCP, which starts now if it has not yet.
    pub(crate) fn dns(&self) -> io::Result<SocketAddr> {
        self.port((dns_server(), Transport::Udp, false))
    }

    /// The loopback port of a host's service, where it has started.
    pub(crate) fn started(
        &self,
        host: &Host,
        service: HostService,
        transport: Transport,
        ipv6: bool,
    ) -> Option<SocketAddr> {
        let port = (behind_service(host, service), transport, ipv6);
        self.lock().ports.get(&port).copied()
    }

    fn lock(&self) -> MutexGuard<'_, Started> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn port(&self, port: Port) -> io::Result<SocketAddr> {
        let mut started = self.lock();
        if let Some(address) = started.ports.get(&port) {
            return Ok(*address);
        }
        let address = started.start(&port, &self.zone)?;
        started.ports.insert(port, address);
        Ok(address)
    }
}

impl Started {
    fn start(
        &mut self,
        (behind, transport, ipv6): &Port,
        zone: &Arc<Zone>,
    ) -> io::Result<SocketAddr> {
        let nearby = SocketAddr::new(loopback(*ipv6), 0);
        if self.runtime.is_none() {
            self.runtime = Some(Runtime::start()?);
        }
        let Some(runtime) = &self.runtime else {
            return Err(io::ErrorKind::Other.into());
        };
        let (kept, address) = match (behind, transport) {
            (Endpoint::Server(_, HostService::Dns), _) => {
                let address = services::start_dns(runtime, nearby, zone)?;
                for transport in [Transport::Tcp, Transport::Udp] {
                    self.ports.insert((dns_server(), transport, *ipv6), address);
                }
                return Ok(address);
            }
            (Endpoint::Server(host, service), Transport::Tcp) => {
                return services::start_tcp(
                    runtime,
                    nearby,
                    Site {
                        host,
                        service: *service,
                    },
                    zone,
                );
            }
            (Endpoint::Server(_, service), Transport::Udp) => {
                return services::start_udp(runtime, nearby, *service, zone);
            }
            (Endpoint::Refusal, Transport::Tcp) => refuse_connections(nearby)?,
            (Endpoint::Refusal, Transport::Udp) => refuse_datagrams(nearby)?,
            (Endpoint::Hole, Transport::Tcp) => {
                let _guard = runtime.enter();
                swallow_connections(nearby)?
            }
            (Endpoint::Hole, Transport::Udp) => {
                let socket = UdpSocket::bind(nearby)?;
                let address = socket.local_addr()?;
                (Kept::Udp { _socket: socket }, address)
            }
        };
        self.kept.push(kept);
        Ok(address)
    }
}

fn behind_service(host: &Host, service: HostService) -> Endpoint {
    match service {
        HostService::Dns => dns_server(),
        service => Endpoint::Server(host.name.clone(), service),
    }
}

/// One DNS server for all, also for `dns.test` after a `host:` line moved it.
fn dns_server() -> Endpoint {
    Endpoint::Server(String::new(), HostService::Dns)
}

fn loopback(ipv6: bool) -> IpAddr {
    if ipv6 {
        Ipv6Addr::LOCALHOST.into()
    } else {
        Ipv4Addr::LOCALHOST.into()
    }
}

/// The error of an address that nobody in the lab has.
pub(super) fn outside(ip: IpAddr) -> Fault {
    let note = format!("`{ip}` is outside the lab; `lab off` uses the real network");
    Cause::Os(ENETUNREACH).noting(note)
}

/// `port` in the form in which `asked` was: an IPv6 socket that was given an IPv4 address in IPv6
/// clothes can only use one of that kind.
fn as_asked(port: SocketAddr, asked: SocketAddr) -> SocketAddr {
    match (port.ip(), asked.ip()) {
        (IpAddr::V4(ip), IpAddr::V6(_)) => SocketAddr::new(ip.to_ipv6_mapped().into(), port.port()),
        _ => port,
    }
}

/// A port that is bound and does not listen: the system answers RST.
fn refuse_connections(nearby: SocketAddr) -> io::Result<(Kept, SocketAddr)> {
    let socket = if nearby.is_ipv6() {
        TcpSocket::new_v6()?
    } else {
        TcpSocket::new_v4()?
    };
    socket.bind(nearby)?;
    let address = socket.local_addr()?;
    Ok((Kept::Tcp { _socket: socket }, address))
}

/// A port whose socket is connected to itself: nobody else's datagrams fit it, so that the system
/// answers "port unreachable", and no other program can come to own the port.
fn refuse_datagrams(nearby: SocketAddr) -> io::Result<(Kept, SocketAddr)> {
    let socket = UdpSocket::bind(nearby)?;
    let address = socket.local_addr()?;
    socket.connect(address)?;
    Ok((Kept::Udp { _socket: socket }, address))
}

/// A listener whose queue is full and never emptied: further connects get no answer.
fn swallow_connections(nearby: SocketAddr) -> io::Result<(Kept, SocketAddr)> {
    let socket = if nearby.is_ipv6() {
        TcpSocket::new_v6()?
    } else {
        TcpSocket::new_v4()?
    };
    socket.bind(nearby)?;
    let listener = socket.listen(0)?;
    let address = listener.local_addr()?;
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, QUEUE_IS_FULL_AFTER) {
        waiting.push(stream);
        if waiting.len() > LONGEST_QUEUE {
            break;
        }
    }
    Ok((
        Kept::FullQueue {
            _listener: listener,
            _waiting: waiting,
        },
        address,
    ))
}
