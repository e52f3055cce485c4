//! The journal: the last calls of all consoles of a session, and the last packets of its wire, kept
//! while somebody wants them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::packet::Wire;
use super::{CallRecord, PacketRecord};

/// How many calls are kept, and how many packets.
pub(super) const KEPT: usize = 10_000;

/// The calls and packets of a session. Consoles and the wire write it; any thread may read it.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// How many [`Wanted`] there are.
    wanted: AtomicUsize,
    /// Whether each call is told as it ends: [`Told`].
    told: AtomicBool,
    calls: Mutex<Calls>,
    packets: Mutex<Packets>,
}

#[derive(Debug, Default)]
struct Packets {
    kept: VecDeque<Arc<PacketRecord>>,
    /// The number of the last one.
    last: u64,
    wire: Wire,
}

#[derive(Debug, Default)]
struct Calls {
    kept: VecDeque<Arc<CallRecord>>,
    /// The number of the last one.
    last: u64,
}

/// When a person is told of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// By the console that made it, as soon as it has ended.
    AsTheyEnd,
    /// When somebody asks.
    Afterwards,
}

/// Calls are recorded as long as one of these exists. What was recorded stays.
#[derive(Debug)]
pub(crate) struct Wanted(Arc<Journal>);

impl Journal {
    /// Has every call recorded from now on, until the last [`Wanted`] is dropped.
    pub(crate) fn want(self: &Arc<Self>) -> Wanted {
        self.wanted.fetch_add(1, Ordering::Relaxed);
        Wanted(Arc::clone(self))
    }

    /// Whether anybody wants calls recorded: asked before each call.
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed) > 0
    }

    /// Has the consoles tell of each call as it ends, or not.
    pub(crate) fn tell(&self, told: Told) {
        let at_once = told == Told::AsTheyEnd;
        self.told.store(at_once, Ordering::Relaxed);
    }

    /// Whether the consoles tell of each call as it ends.
    pub(super) fn is_told(&self) -> bool {
        self.told.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a call that ended, and gives it its number.
    pub(super) fn add(&self, mut record: CallRecord) {
        let mut calls = self.lock();
        calls.last += 1;
        record.number = calls.last;
        if calls.kept.len() == KEPT {
            calls.kept.pop_front();
        }
        calls.kept.push_back(Arc::new(record));
    }

    /// The calls that ended after the one of this number, oldest first: 0 for all that are kept.
    pub(crate) fn after(&self, number: u64) -> Vec<Arc<CallRecord>> {
        let calls = self.lock();
        let from = calls.kept.partition_point(|call| call.number <= number);
        calls.kept.range(from..).cloned().collect()
    }

    /// Adds a packet: its Ethernet frame, when it was on the wire, and whether it left the learner's
    /// machine. Any bytes at all may be given; nothing is done when nobody wants records.
    #[allow(dead_code, reason = "the private internet is to feed it")]
    pub(crate) fn add_frame(&self, at: Instant, outgoing: bool, frame: &[u8]) {
        if !self.is_wanted() {
            return;
        }
        let mut packets = self.lock_packets();
        packets.last += 1;
        let number = packets.last;
        let record = packets.wire.read(number, at, outgoing, frame);
        if packets.kept.len() == KEPT {
            packets.kept.pop_front();
        }
        packets.kept.push_back(Arc::new(record));
    }

    /// The packets that came after the one of this number, oldest first: 0 for all that are kept.
    #[allow(dead_code, reason = "the pictures are to be drawn from it")]
    pub(crate) fn packets_after(&self, number: u64) -> Vec<Arc<PacketRecord>> {
        let packets = self.lock_packets();
        let from = packets
            .kept
            .partition_point(|packet| packet.number <= number);
        packets.kept.range(from..).cloned().collect()
    }

    fn lock_packets(&self) -> MutexGuard<'_, Packets> {
        self.packets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.wanted.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::{Journal, KEPT};
    use crate::repr::Repr;
    use crate::trace::Tracer;

    /// A journal with so many calls, which somebody wants.
    fn with_calls(count: usize) -> Arc<Journal> {
        let journal = Arc::<Journal>::default();
        let _wanted = journal.want();
        let tracer = Tracer::default();
        tracer.begin_statement(Arc::clone(&journal), "main".into(), 1);
        for fd in 0..count {
            assert!(tracer.begin("recv", Vec::new));
            tracer.note_fd(fd.try_into().unwrap());
            tracer.end(Ok(Repr::Unit));
        }
        journal
    }

    #[test]
    fn the_last_ten_thousand_are_kept() {
        let calls = with_calls(KEPT + 3).after(0);
        assert_eq!(
            (calls.len(), calls[0].number, calls[0].fd),
            (KEPT, 4, Some(3))
        );
    }

    #[test]
    fn a_reader_goes_on_after_the_last_that_it_has() {
        let journal = with_calls(5);
        let numbers = |after| -> Vec<u64> {
            let calls = journal.after(after);
            calls.iter().map(|call| call.number).collect()
        };
        assert_eq!(numbers(3), [4, 5]);
        assert!(numbers(5).is_empty() && numbers(99).is_empty());
    }

    #[test]
    fn the_last_ten_thousand_packets_are_kept_while_somebody_wants_them() {
        let journal = Arc::<Journal>::default();
        journal.add_frame(Instant::now(), true, b"too early");
        let wanted = journal.want();
        for number in 0..=KEPT {
            journal.add_frame(Instant::now(), false, &number.to_be_bytes());
        }
        drop(wanted);
        journal.add_frame(Instant::now(), true, b"too late");
        let packets = journal.packets_after(0);
        assert_eq!((packets.len(), packets[0].number), (KEPT, 2));
        assert_eq!(&*packets[0].frame, 1_usize.to_be_bytes());
        assert_eq!(journal.packets_after(KEPT as u64).len(), 1);
    }
}
