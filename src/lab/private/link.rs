//! A link with manners: while one is set, every frame between the two machines is addressed to nobody
//! and passes through our hands, which lose, delay, double and reorder it, or put it back as it was.
//!
//! No part of the system needs to know how: it is asked to send a frame once more, to whom it was meant
//! for.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fs::File;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::chance::{Chances, LinkDirection, PacketFate};
use super::wire::{Cards, addressed_through_link, sent_through_link};
use crate::net::link_manners::LinkManners;
use crate::net::machine::{Keeper, Machine, PacketRing, out_of_the_way, packet_sender};
use crate::net::numbers::{AF_PACKET, SOCK_RAW};
use crate::net::poll::{PollFd, READ, poll};
use crate::trace::{Card, Clocks, Frame, Journal, PacketReader};

/// How each host's packets are treated, by its addresses.
pub(crate) type Rules = BTreeMap<IpAddr, LinkManners>;

/// The thread that carries frames; it ends with this, and what is on its way arrives.
#[derive(Debug)]
pub(super) struct Link {
    carrier: Arc<Mutex<Carrier>>,
    /// The thread's other end is ready when this goes.
    stop: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Link {
    /// Begins to carry. Whoever calls has the frames addressed to nobody then.
    pub(super) fn start(
        keeper: &Keeper,
        cards: Cards,
        journal: &Arc<Mutex<Option<Arc<Journal>>>>,
    ) -> io::Result<Self> {
        let socket = |machine| {
            let socket = keeper.socket(machine, (AF_PACKET, SOCK_RAW, 0))?;
            Ok::<_, io::Error>(out_of_the_way(socket))
        };
        let sender = |machine| packet_sender(socket(machine)?, cards.number).map(File::from);
        let (stop, stopped) = UnixStream::pair()?;
        let (stop, stopped) = (out_of_the_way(stop.into()), out_of_the_way(stopped.into()));
        let carrier = Carrier {
            ring: PacketRing::new(socket(Machine::Learner)?, cards.number)?,
            to_internet: sender(Machine::Learner)?,
            to_learner: sender(Machine::Internet)?,
            rules: Rules::default(),
            journal: Arc::clone(journal),
            reader: PacketReader::default(),
            chances: BTreeMap::new(),
            pending: BinaryHeap::new(),
            count: 0,
            last: [Instant::now(); 2],
        };
        let ring = carrier.ring.descriptor();
        let carrier = Arc::new(Mutex::new(carrier));
        let works = Arc::clone(&carrier);
        let thread = thread::Builder::new()
            .name("link".into())
            .spawn(move || carry(&works, ring, &stopped))?;
        Ok(Self {
            carrier,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// How packets that are sent from now on are treated.
    pub(super) fn set(&self, rules: Rules) {
        let mut carrier = lock(&self.carrier);
        carrier.take_in();
        carrier.rules = rules;
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there has been printed already; there is nothing to save.
            let _ = thread.join();
        }
    }
}

/// A frame on its way, the one that is due first in front.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PendingFrame {
    due: Instant,
    /// Of those that are due at once the first stays the first.
    order: u64,
    bytes: Vec<u8>,
    is_incoming: bool,
    is_lost: bool,
}

/// What is on its way, and what was seen of each host.
#[derive(Debug)]
struct Carrier {
    ring: PacketRing,
    to_internet: File,
    to_learner: File,
    rules: Rules,
    journal: Arc<Mutex<Option<Arc<Journal>>>>,
    reader: PacketReader,
    /// What was seen of each host.
    chances: BTreeMap<IpAddr, Chances>,
    pending: BinaryHeap<Reverse<PendingFrame>>,
    count: u64,
    /// When the last frame of each direction is due.
    last: [Instant; 2],
}

/// Carries until the other end of `stopped` is closed.
fn carry(carrier: &Mutex<Carrier>, ring: RawFd, stopped: &OwnedFd) {
    let stop = PollFd::new(stopped.as_raw_fd(), READ);
    loop {
        let mut both = [stop, PollFd::new(ring, READ)];
        let next = lock(carrier).next_due();
        let asked = poll(&mut both, next);
        let mut carrier = lock(carrier);
        carrier.take_in();
        if asked.is_ok() && both[0].found() != 0 {
            return carrier.send_until(None);
        }
        carrier.send_until(Some(Instant::now()));
    }
}

impl Carrier {
    fn next_due(&self) -> Option<Instant> {
        self.pending.peek().map(|Reverse(first)| first.due)
    }

    /// Takes the frames that are there, and decides what becomes of them.
    fn take_in(&mut self) {
        let clocks = Clocks::now();
        let mut came = Vec::new();
        self.ring.drain(|frame| {
            if addressed_through_link(frame.bytes) && frame.bytes.len() == frame.length {
                came.push((clocks.instant(frame.at), frame.bytes.to_vec()));
            }
        });
        for (at, bytes) in came {
            self.decide(at, bytes);
        }
    }

    fn decide(&mut self, at: Instant, mut bytes: Vec<u8>) {
        let Some(is_incoming) = sent_through_link(&mut bytes) else {
            return;
        };
        let frame = |is_lost| seen(at, &bytes, is_lost);
        let fate = self.fate(is_incoming, frame(false));
        if !is_incoming {
            // It left, whatever becomes of it.
            self.record(frame(fate.is_lost));
        }
        let last = &mut self.last[usize::from(is_incoming)];
        let mut due = at + fate.delay;
        if !fate.is_late {
            due = due.max(*last);
            *last = due;
        }
        if fate.is_lost && !is_incoming {
            return;
        }
        for _ in 0..=u8::from(fate.is_doubled && !fate.is_lost) {
            self.count += 1;
            self.pending.push(Reverse(PendingFrame {
                due,
                order: self.count,
                bytes: bytes.clone(),
                is_incoming,
                is_lost: fate.is_lost,
            }));
        }
    }

    fn fate(&mut self, is_incoming: bool, frame: Frame) -> PacketFate {
        let packet = self.reader.read(0, frame);
        let unharmed = PacketFate {
            delay: Duration::ZERO,
            is_lost: false,
            is_doubled: false,
            is_late: false,
        };
        let Some((from, to)) = packet.ends else {
            return unharmed;
        };
        let (direction, host): (LinkDirection, SocketAddr) = if is_incoming {
            (LinkDirection::ToLearner, from)
        } else {
            (LinkDirection::FromLearner, to)
        };
        let Some(manners) = self.rules.get(&host.ip()).copied() else {
            return unharmed;
        };
        let chances = self.chances.entry(host.ip()).or_default();
        chances.next(&manners, direction, &packet)
    }

    /// Sends what is due until a moment, or all.
    fn send_until(&mut self, now: Option<Instant>) {
        while let Some(Reverse(first)) = self.pending.peek() {
            if now.is_some_and(|now| first.due > now) {
                return;
            }
            let Some(Reverse(pending)) = self.pending.pop() else {
                return;
            };
            if pending.is_lost {
                self.record(seen(pending.due, &pending.bytes, true));
                continue;
            }
            let to = if pending.is_incoming {
                &mut self.to_learner
            } else {
                &mut self.to_internet
            };
            // A card whose queue is full loses it, as a real one would.
            let _ = to.write(&pending.bytes);
        }
    }

    fn record(&self, frame: Frame) {
        if let Some(journal) = &*lock(&self.journal) {
            journal.add_frame(frame);
        }
    }
}

/// A frame that passed the link.
fn seen(at: Instant, bytes: &[u8], is_lost: bool) -> Frame {
    Frame {
        at,
        card: Card::Wire,
        bytes: bytes.into(),
        length: bytes.len(),
        has_open_checksum: false,
        is_lost,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
