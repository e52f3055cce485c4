//! Records the packets of the learner's machine.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::wire::{LOOPBACK, passes_link};
use crate::net::machine::{Keeper, Machine, PacketRing, RingFrame, out_of_the_way};
use crate::net::numbers::{AF_PACKET, SOCK_RAW};
use crate::net::poll::{PollFd, READ, poll};
use crate::trace::{Card, Clocks, Frame, Journal, PacketSource};

/// Every card of the machine.
const ALL: u32 = 0;
/// How long frames are left where the kernel puts them, so that a busy wire wakes nobody for each.
const PAUSE: Duration = Duration::from_millis(4);

/// A thread that carries frames from the kernel to a journal; it ends with this.
#[derive(Debug)]
pub(super) struct Sniffer {
    seen: Arc<SeenFrames>,
    /// The thread's other end is ready when this goes.
    stop: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread and those who ask the journal have in common.
#[derive(Debug)]
struct SeenFrames {
    ring: Mutex<PacketRing>,
    journal: Mutex<Arc<Journal>>,
}

impl Sniffer {
    /// Starts to record. Errors: those of packet(7).
    pub(super) fn start(keeper: &Keeper, journal: &Arc<Journal>) -> io::Result<Self> {
        let socket = keeper.socket(Machine::Learner, (AF_PACKET, SOCK_RAW, 0))?;
        let ring = PacketRing::new(out_of_the_way(socket), ALL)?;
        let (stop, stopped) = UnixStream::pair()?;
        let (stop, stopped) = (out_of_the_way(stop.into()), out_of_the_way(stopped.into()));
        let seen = Arc::new(SeenFrames {
            ring: Mutex::new(ring),
            journal: Mutex::new(Arc::clone(journal)),
        });
        let works = Arc::clone(&seen);
        let thread = thread::Builder::new()
            .name("packets".into())
            .spawn(move || works.carry(&stopped))?;
        let sniffer = Self {
            seen,
            stop: Some(stop),
            thread: Some(thread),
        };
        sniffer.write_to(journal);
        Ok(sniffer)
    }

    /// Writes to this journal from now on.
    pub(super) fn write_to(&self, journal: &Arc<Journal>) {
        *lock(&self.seen.journal) = Arc::clone(journal);
        let source: Weak<SeenFrames> = Arc::downgrade(&self.seen);
        journal.add_source(source);
    }
}

impl Drop for Sniffer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there has been printed already; there is nothing to save.
            let _ = thread.join();
        }
    }
}

impl SeenFrames {
    /// Carries frames until the other end of `stopped` is closed.
    fn carry(&self, stopped: &OwnedFd) {
        let ring = lock(&self.ring).descriptor();
        let stop = PollFd::new(stopped.as_raw_fd(), READ);
        loop {
            let mut both = [stop, PollFd::new(ring, READ)];
            let asked = poll(&mut both, None);
            if asked.is_ok() && both[0].found() != 0 {
                break;
            }
            while self.drain() > 0 {
                let mut only = [stop];
                let pause = poll(&mut only, Instant::now().checked_add(PAUSE));
                if pause.is_ok_and(|found| found > 0) {
                    break;
                }
            }
        }
        self.drain();
    }

    /// Hands over the frames that are there: how many.
    fn drain(&self) -> usize {
        let mut ring = lock(&self.ring);
        let journal = Arc::clone(&lock(&self.journal));
        let clocks = Clocks::now();
        ring.drain(|frame| {
            if let Some(card) = card(frame) {
                journal.add_frame(Frame {
                    at: clocks.instant(frame.at),
                    card,
                    bytes: frame.bytes.into(),
                    length: frame.length,
                    has_open_checksum: frame.has_open_checksum,
                    is_lost: false,
                });
            }
        })
    }
}

impl PacketSource for SeenFrames {
    fn hand_over(&self) {
        self.drain();
    }
}

/// The card that a frame is told of; none where it is told of twice, as on the loopback, or is not
/// this machine's, or is told of by the link that it passes.
fn card(frame: &RingFrame<'_>) -> Option<Card> {
    let is_linked = frame.is_outgoing && passes_link(frame.bytes);
    match frame.card {
        LOOPBACK => (!frame.is_outgoing).then_some(Card::Loopback),
        _ => (!frame.is_foreign && !is_linked).then_some(Card::Wire),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
