//! The open sockets of one console, for those on other threads who want to list them. Only opening
//! and closing touch the list.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Deref;
use std::os::fd::{AsRawFd, IntoRawFd, RawFd};
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use socket2::{SockRef, Socket as Descriptor};

use super::address::Address;
use super::sys::call_slot::{Awaited, CallTeller};
use super::sys::{self, fd, numbers, sockopt};

/// The list. A descriptor leaves it before it is closed, under the lock that a reader holds while it
/// looks, so that a reader never asks about a number that means something else by now.
#[derive(Debug, Default)]
pub(crate) struct OpenSockets(Mutex<BTreeMap<RawFd, ListedSocket>>);

#[derive(Debug)]
struct ListedSocket {
    family: i32,
    kind: i32,
    proto: i32,
    /// The addresses that the learner used, by the loopback addresses behind them.
    seen: Vec<(SocketAddr, SocketAddr)>,
}

/// What the system tells of an open socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SocketReport {
    /// The descriptor.
    pub(crate) fd: RawFd,
    /// `AF_*`.
    pub(crate) family: i32,
    /// `SOCK_*`.
    pub(crate) kind: i32,
    /// `IPPROTO_*`, as it was asked for.
    pub(crate) proto: i32,
    /// Its own address.
    pub(crate) own: Option<Address>,
    /// Its peer's address, as it was used to connect.
    pub(crate) peer: Option<Address>,
    /// `"LISTEN"`, `"ESTABLISHED"`, `"CLOSE_WAIT"`… for TCP where the system tells it; `"LISTEN"` or
    /// `"connected"` for others; none for a socket that is neither.
    pub(crate) state: Option<&'static str>,
    /// Bytes that have come and were not received yet; of a datagram socket those of the next
    /// datagram. None where the system does not say.
    pub(crate) bytes_in: Option<u32>,
    /// Bytes that were sent and have not been acknowledged yet.
    pub(crate) bytes_out: Option<u32>,
    /// The room for bytes that were sent (`SO_SNDBUF`).
    pub(crate) send_room: Option<usize>,
    /// The room for bytes that have come (`SO_RCVBUF`).
    pub(crate) receive_room: Option<usize>,
    /// Callers in a listening TCP socket's queue, and how many it admits beside the first.
    pub(crate) queue: Option<(u32, u32)>,
}

impl OpenSockets {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<RawFd, ListedSocket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this descriptor is one of them.
    pub(crate) fn has(&self, fd: RawFd) -> bool {
        self.lock().contains_key(&fd)
    }

    /// Whether none is open.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// What the system tells of each, by descriptor.
    pub(crate) fn reports(&self) -> Vec<SocketReport> {
        let open = self.lock();
        open.iter().map(|(&fd, entry)| report(fd, entry)).collect()
    }

    /// What the system tells of one; none when it is not open here.
    pub(crate) fn report_of(&self, fd: RawFd) -> Option<SocketReport> {
        let open = self.lock();
        open.get(&fd).map(|entry| report(fd, entry))
    }

    /// Notes the address that a learner used for a real one behind it.
    pub(crate) fn note_seen(&self, fd: RawFd, real: SocketAddr, used: SocketAddr) {
        if let Some(entry) = self.lock().get_mut(&fd) {
            entry.seen.retain(|(known, _)| *known != real);
            entry.seen.push((real, used));
        }
    }
}

/// A descriptor that is on the list as long as it is open.
#[derive(Debug)]
pub(crate) struct Listed {
    /// None only while it is given away.
    descriptor: Option<Descriptor>,
    list: Arc<OpenSockets>,
    teller: Rc<CallTeller>,
    fd: RawFd,
}

impl Listed {
    /// Puts a descriptor on its console's list.
    pub(crate) fn new(
        descriptor: Descriptor,
        (family, kind, proto): (i32, i32, i32),
        list: &Arc<OpenSockets>,
        teller: &Rc<CallTeller>,
    ) -> Self {
        let fd = descriptor.as_raw_fd();
        let entry = ListedSocket {
            family,
            kind,
            proto,
            seen: Vec::new(),
        };
        list.lock().insert(fd, entry);
        Self {
            descriptor: Some(descriptor),
            list: Arc::clone(list),
            teller: Rc::clone(teller),
            fd,
        }
    }

    /// The list it is on.
    pub(crate) fn list(&self) -> &Arc<OpenSockets> {
        &self.list
    }

    /// Takes it off the list, open.
    pub(crate) fn into_raw_fd(mut self) -> RawFd {
        let descriptor = self.descriptor.take();
        descriptor.map_or(-1, |descriptor| {
            self.list.lock().remove(&self.fd);
            descriptor.into_raw_fd()
        })
    }
}

impl Deref for Listed {
    type Target = Descriptor;

    fn deref(&self) -> &Descriptor {
        match &self.descriptor {
            Some(descriptor) => descriptor,
            None => unreachable!("only `into_raw_fd`, which takes the value, takes it"),
        }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        if let Some(descriptor) = self.descriptor.take() {
            self.list.lock().remove(&self.fd);
            // With SO_LINGER this blocks; a signal ends that, and the descriptor is closed all the same.
            let _within = self.teller.enter("close", Awaited::Elsewhere);
            drop(descriptor);
        }
    }
}

fn report(fd: RawFd, entry: &ListedSocket) -> SocketReport {
    // The list is locked, so the descriptor stays open meanwhile.
    let (own, peer, listens, rooms) = fd::look_at(fd, |borrowed| {
        let socket = SockRef::from(&borrowed);
        let listens = socket.is_listener().unwrap_or(false);
        let rooms = (socket.send_buffer_size(), socket.recv_buffer_size());
        (
            socket.local_addr().ok(),
            socket.peer_addr().ok(),
            listens,
            (rooms.0.ok(), rooms.1.ok()),
        )
    })
    .unwrap_or_default();
    let is_tcp = entry.kind == numbers::SOCK_STREAM
        && [numbers::AF_INET, numbers::AF_INET6].contains(&entry.family);
    let info = if is_tcp { sys::tcp_info(fd) } else { None };
    let state = match &info {
        Some(info) => Some(info.state),
        None if listens => Some("LISTEN"),
        None => peer.as_ref().map(|_| "connected"),
    };
    let shown = |address: Address| match address {
        Address::Inet(real) => {
            let used = entry.seen.iter().find(|(known, _)| *known == real);
            Address::Inet(used.map_or(real, |(_, used)| *used))
        }
        other => other,
    };
    SocketReport {
        fd,
        family: entry.family,
        kind: entry.kind,
        proto: entry.proto,
        own: own.map(|address| Address::from_sockaddr(&address)),
        peer: peer.map(|address| shown(Address::from_sockaddr(&address))),
        state,
        bytes_in: (!listens).then(|| sockopt::bytes_in(fd)).flatten(),
        bytes_out: (!listens).then(|| sockopt::bytes_out(fd)).flatten(),
        send_room: rooms.0,
        receive_room: rooms.1,
        queue: info.filter(|_| listens).map(|info| info.queue),
    }
}

#[cfg(test)]
mod tests;
