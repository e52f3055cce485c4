//! The sockets that calls were made on, and which of them talk to each other: from the calls alone.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{CallRecord, End};
use crate::repr::Repr;

/// The clock of packets may be so far from that of calls.
const APART: Duration = Duration::from_millis(5);

/// One socket, from the call that opened it to the last one.
#[derive(Debug, Default)]
pub(super) struct TracedSocket {
    pub(super) console: Arc<str>,
    pub(super) fd: RawFd,
    pub(super) own: Option<End>,
    pub(super) peer: Option<End>,
    /// Whether it is a TCP socket.
    pub(super) is_tcp: bool,
    pub(super) listens: bool,
    /// The listening socket that it came from.
    pub(super) listener: Option<usize>,
    /// The other one of a pair.
    pub(super) twin: Option<usize>,
    /// The call that opened it, where that was made on another one.
    pub(super) born: Option<usize>,
    /// When it called whom, whatever came of it.
    pub(super) attempts: Vec<(Range<Instant>, End)>,
    /// The calls made on it, by their places among all calls.
    pub(super) calls: Vec<usize>,
}

/// Which conversations are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// That of the socket which was used last.
    Last,
    /// That of the socket which last had this descriptor in this console.
    Socket(Arc<str>, RawFd),
    /// All that have this port.
    Port(u16),
    /// All there are.
    All,
}

/// A socket as a value shows it.
struct ShownSocket {
    fd: RawFd,
    own: Option<End>,
    peer: Option<End>,
    is_tcp: bool,
}

/// All sockets of some calls.
#[derive(Debug, Default)]
pub(super) struct TracedSockets(pub(super) Vec<TracedSocket>);

impl TracedSockets {
    /// Finds the sockets of calls that are in the order in which they ended.
    pub(super) fn of(calls: &[Arc<CallRecord>]) -> Self {
        let mut all = Self::default();
        let mut open: HashMap<(Arc<str>, RawFd), usize> = HashMap::new();
        for (place, call) in calls.iter().enumerate() {
            let Some(fd) = call.fd else { continue };
            let key = |fd| (Arc::clone(&call.console), fd);
            let shown = call
                .outcome
                .as_ref()
                .map_or_else(|_| Vec::new(), sockets_in);
            let opens_itself = shown.iter().any(|socket| socket.fd == fd);
            if call.call == "dup" {
                let same = open.get(&key(fd)).copied();
                for (socket, same) in shown.iter().zip(same) {
                    open.insert(key(socket.fd), same);
                }
            }
            let on = match open.get(&key(fd)).filter(|_| !opens_itself) {
                Some(known) => *known,
                None => all.add(&call.console, fd),
            };
            open.insert(key(fd), on);
            all.0[on].note(place, call);
            if call.call != "dup" {
                for socket in &shown {
                    let new = if socket.fd == fd {
                        on
                    } else {
                        all.add(&call.console, socket.fd)
                    };
                    all.0[new].born = Some(place).filter(|_| new != on);
                    open.insert(key(socket.fd), new);
                    all.0[new].show(socket);
                    if call.call == "accept" {
                        all.0[new].listener = Some(on);
                        all.0[on].listens = true;
                    } else if new != on {
                        (all.0[new].twin, all.0[on].twin) = (Some(on), Some(new));
                    }
                }
            }
            if call.call == "close" {
                open.remove(&key(fd));
            }
        }
        all
    }

    fn add(&mut self, console: &Arc<str>, fd: RawFd) -> usize {
        self.0.push(TracedSocket {
            console: Arc::clone(console),
            fd,
            ..TracedSocket::default()
        });
        self.0.len() - 1
    }

    /// The socket at the other end of `own` and `peer`, among all.
    pub(super) fn at(&self, own: Option<&End>, peer: Option<&End>) -> Option<usize> {
        let peer = peer?;
        let rank = |endpoint: &TracedSocket| {
            let theirs = endpoint.own.as_ref()?;
            if !covers(theirs, peer) || endpoint.listens {
                return None;
            }
            match (&endpoint.peer, own) {
                (Some(known), Some(own)) if covers(own, known) || covers(known, own) => Some(0),
                (Some(_), Some(_)) if endpoint.is_tcp => None,
                _ => Some(1),
            }
        };
        let ranked = self.0.iter().enumerate();
        // Of equals the newest: an address may have been used before.
        let ranked = ranked.filter_map(|(at, endpoint)| Some((rank(endpoint)?, at)));
        ranked
            .min_by_key(|(rank, at)| (*rank, usize::MAX - at))
            .map(|(_, at)| at)
    }

    /// The other end of a socket.
    pub(super) fn other(&self, at: usize) -> Option<usize> {
        let endpoint = &self.0[at];
        endpoint
            .twin
            .or_else(|| self.at(endpoint.own.as_ref(), endpoint.peer.as_ref()))
            .filter(|other| *other != at)
    }

    /// The sockets that a choice means, with those at their other ends and their listeners.
    pub(super) fn chosen(&self, choice: &Choice, calls: &[Arc<CallRecord>]) -> BTreeSet<usize> {
        let mut all = 0..self.0.len();
        let mut chosen: BTreeSet<usize> = match choice {
            Choice::All => return all.collect(),
            Choice::Last => all
                .max_by_key(|at| self.0[*at].calls.last())
                .into_iter()
                .collect(),
            Choice::Socket(console, fd) => all
                .rfind(|at| self.0[*at].console == *console && self.0[*at].fd == *fd)
                .into_iter()
                .collect(),
            Choice::Port(port) => {
                let has = |end: &Option<End>| matches!(end, Some(End::Inet(address)) if address.port() == *port);
                all.filter(|at| has(&self.0[*at].own) || has(&self.0[*at].peer))
                    .collect()
            }
        };
        let children: Vec<usize> = (0..self.0.len())
            .filter(|at| {
                self.0[*at]
                    .listener
                    .is_some_and(|from| chosen.contains(&from))
            })
            .collect();
        chosen.extend(children);
        for at in chosen.clone() {
            chosen.extend(self.partners(at, calls));
        }
        for at in chosen.clone() {
            chosen.extend(self.0[at].listener);
        }
        chosen
    }

    /// All sockets that one talked to: a datagram socket may have many.
    fn partners(&self, at: usize, calls: &[Arc<CallRecord>]) -> BTreeSet<usize> {
        let endpoint = &self.0[at];
        let mut found: BTreeSet<usize> = self.other(at).into_iter().collect();
        for call in endpoint.calls.iter().map(|place| &calls[*place]) {
            found.extend(self.at(call.own.as_ref(), call.peer.as_ref()));
        }
        found
    }
}

impl TracedSocket {
    fn note(&mut self, place: usize, call: &CallRecord) {
        self.calls.push(place);
        self.listens |= call.call == "listen" && call.outcome.is_ok();
        self.listens |= call.call == "create_server";
        if let Some(own) = &call.own {
            self.own = Some(own.clone());
        }
        let Some(peer) = call.peer.clone().filter(|_| call.call != "accept") else {
            return;
        };
        let connects = call.call.contains("connect");
        if connects {
            self.attempts.push((call.time.clone(), peer.clone()));
        }
        let is_done = matches!(
            call.outcome,
            Ok(Repr::Unit | Repr::Int(0) | Repr::Object { .. })
        );
        if is_done || !connects {
            self.peer = Some(peer);
        }
    }

    /// How far from this moment it was calling this peer; none where it never did.
    pub(super) fn tried(&self, peer: &End, at: Instant) -> Option<Duration> {
        let apart = |(time, to): &(Range<Instant>, End)| {
            let early = time.start.saturating_duration_since(at);
            let late = at.saturating_duration_since(time.end);
            covers(to, peer).then(|| early.max(late))
        };
        let nearest = self.attempts.iter().filter_map(apart).min()?;
        (nearest <= APART).then_some(nearest)
    }

    fn show(&mut self, socket: &ShownSocket) {
        self.is_tcp = socket.is_tcp;
        self.own = socket.own.clone().or(self.own.take());
        self.peer = socket.peer.clone().or(self.peer.take());
    }
}

/// The socket that was used last.
pub(crate) fn last_socket(calls: &[Arc<CallRecord>]) -> Option<Choice> {
    let mut used = calls.iter().rev();
    used.find_map(|call| Some(Choice::Socket(Arc::clone(&call.console), call.fd?)))
}

/// Whether the address `own` of a socket is meant by `asked`: also where it listens on all.
pub(super) fn covers(own: &End, asked: &End) -> bool {
    match (own, asked) {
        (End::Inet(own), End::Inet(asked)) => {
            let plain = |ip: IpAddr| ip.to_canonical();
            own.port() == asked.port()
                && own.port() != 0
                && (plain(own.ip()) == plain(asked.ip()) || own.ip().is_unspecified())
        }
        (End::Unix(own), End::Unix(asked)) => own == asked && !own.is_empty(),
        _ => false,
    }
}

/// The sockets that a value is or has in it.
fn sockets_in(value: &Repr) -> Vec<ShownSocket> {
    match value {
        Repr::Array(array) => array.kept.iter().flat_map(sockets_in).collect(),
        Repr::Object {
            kind: "socket",
            fields,
        } => {
            let field = |name| {
                fields
                    .iter()
                    .find(|(label, _)| *label == name)
                    .map(|(_, f)| f)
            };
            let is = |name, word: &str| field(name).is_some_and(|f| f.to_string() == word);
            let Some(Repr::Int(fd)) = field("fd") else {
                return Vec::new();
            };
            let is_inet = is("family", "AF_INET") || is("family", "AF_INET6");
            let address = |name| field(name).and_then(inet);
            RawFd::try_from(*fd).map_or_else(
                |_| Vec::new(),
                |fd| {
                    vec![ShownSocket {
                        fd,
                        own: address("laddr"),
                        peer: address("raddr"),
                        is_tcp: is_inet && is("type", "SOCK_STREAM"),
                    }]
                },
            )
        }
        _ => Vec::new(),
    }
}

/// The address that `["127.0.0.1", 80]` shows; none for one without a port yet.
fn inet(value: &Repr) -> Option<End> {
    let Repr::Array(parts) = value else {
        return None;
    };
    let (Repr::Text(host), Repr::Int(port)) = (parts.kept.first()?, parts.kept.get(1)?) else {
        return None;
    };
    let port = u16::try_from(*port).ok().filter(|port| *port != 0)?;
    Some(End::Inet(SocketAddr::new(host.kept.parse().ok()?, port)))
}
