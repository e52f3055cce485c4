//! The journal: the last calls of all consoles of a session, and the last packets of its wire, kept
//! while somebody wants them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::packet::{Frame, PacketReader};
use super::{CallRecord, PacketRecord};

/// How many calls are kept, and how many packets.
const KEPT: usize = 10_000;

/// The calls and packets of a session. Consoles and the wire write it; any thread may read it.
#[derive(Debug, Default)]
pub struct Journal {
    /// How many [`Wanted`] there are.
    wanted: AtomicUsize,
    /// Whether each call is shown as it ends: [`ShowCalls`].
    shows_at_once: AtomicBool,
    calls: Mutex<Latest<CallRecord>>,
    packets: Mutex<Packets>,
    sources: Mutex<Vec<Weak<dyn PacketSource>>>,
}

/// What sees packets, and hands them over now and then.
pub(crate) trait PacketSource: Send + Sync + std::fmt::Debug {
    /// Adds all packets that it has seen to the journal.
    fn hand_over(&self);
}

/// The latest records of a kind, which are numbered from 1.
#[derive(Debug)]
struct Latest<T> {
    kept: VecDeque<Arc<T>>,
    /// The number of the last one.
    last: u64,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self {
            kept: VecDeque::new(),
            last: 0,
        }
    }
}

impl<T> Latest<T> {
    /// Adds the record that `numbered` makes of its number.
    fn add(&mut self, numbered: impl FnOnce(u64) -> T) {
        self.last += 1;
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(Arc::new(numbered(self.last)));
    }

    /// Those after the one of this number, oldest first.
    fn after(&self, number: u64) -> Vec<Arc<T>> {
        let count = usize::try_from(self.last.saturating_sub(number)).unwrap_or(usize::MAX);
        let from = self.kept.len().saturating_sub(count);
        self.kept.range(from..).cloned().collect()
    }
}

/// The latest packets. Frames are read when somebody asks: a busy wire has better things to do.
#[derive(Debug, Default)]
struct Packets {
    unread: VecDeque<Frame>,
    latest: Latest<PacketRecord>,
    reader: PacketReader,
}

impl Packets {
    fn add(&mut self, frame: Frame) {
        if self.unread.len() == KEPT {
            self.unread.pop_front();
            self.latest.last += 1;
        }
        self.unread.push_back(frame);
    }

    fn read(&mut self) {
        for frame in self.unread.drain(..) {
            self.latest.add(|number| self.reader.read(number, frame));
        }
        let oldest = self.latest.last.saturating_sub(KEPT as u64);
        self.reader.forget_before(oldest);
    }
}

/// When calls are shown to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShowCalls {
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

    /// Whether anybody wants calls and packets recorded: asked before each of them.
    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed) > 0
    }

    /// Has the consoles show each call as it ends, or not.
    pub(crate) fn show(&self, when: ShowCalls) {
        let at_once = when == ShowCalls::AsTheyEnd;
        self.shows_at_once.store(at_once, Ordering::Relaxed);
    }

    /// Whether the consoles show each call as it ends.
    pub(super) fn shows_at_once(&self) -> bool {
        self.shows_at_once.load(Ordering::Relaxed)
    }

    /// Adds a call that ended, and gives it its number.
    pub(super) fn add(&self, mut record: CallRecord) {
        lock(&self.calls).add(|number| {
            record.number = number;
            record
        });
    }

    /// The number of the call that ended last; 0 before the first.
    pub(crate) fn last(&self) -> u64 {
        lock(&self.calls).last
    }

    /// The calls that ended after the one of this number, oldest first: 0 for all that are kept.
    pub(crate) fn after(&self, number: u64) -> Vec<Arc<CallRecord>> {
        lock(&self.calls).after(number)
    }

    /// Adds a packet. Nothing is done when nobody wants records.
    pub(crate) fn add_frame(&self, frame: Frame) {
        if self.is_wanted() {
            lock(&self.packets).add(frame);
        }
    }

    /// Has a source asked for what it has before packets are read, for as long as it lives.
    pub(crate) fn add_source(&self, source: Weak<dyn PacketSource>) {
        lock(&self.sources).push(source);
    }

    /// The number of the last packet that was seen; 0 before the first.
    pub(crate) fn last_packet(&self) -> u64 {
        self.gather();
        let mut packets = lock(&self.packets);
        packets.read();
        packets.latest.last
    }

    /// The packets that came after the one of this number, oldest first: 0 for all that are kept.
    pub(crate) fn packets_after(&self, number: u64) -> Vec<Arc<PacketRecord>> {
        self.gather();
        let mut packets = lock(&self.packets);
        packets.read();
        packets.latest.after(number)
    }

    /// Has every source hand over what it has seen.
    fn gather(&self) {
        let mut living = Vec::new();
        lock(&self.sources).retain(|source| {
            let source = source.upgrade();
            let lives = source.is_some();
            living.extend(source);
            lives
        });
        for source in living {
            source.hand_over();
        }
    }
}

fn lock<T>(records: &Mutex<T>) -> MutexGuard<'_, T> {
    records.lock().unwrap_or_else(PoisonError::into_inner)
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
    use crate::trace::{Frame, Tracer};

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
        let add = |bytes: &[u8]| journal.add_frame(Frame::whole(Instant::now(), bytes));
        add(b"too early");
        let wanted = journal.want();
        for number in 0..=KEPT {
            add(&number.to_be_bytes());
        }
        drop(wanted);
        add(b"too late");
        let packets = journal.packets_after(0);
        assert_eq!((packets.len(), packets[0].number), (KEPT, 2));
        assert_eq!(&*packets[0].frame, 1_usize.to_be_bytes());
        assert_eq!(journal.packets_after(KEPT as u64).len(), 1);
    }
}
