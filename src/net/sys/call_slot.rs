//! Which call a thread is in, for other threads: told by atomic stores before and after each call,
//! so that it costs a call next to nothing.

use std::cell::Cell;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence};
use std::time::Duration;

use super::platform;
use super::unix::poll::{Interest, PollFd, READ, WRITE};

/// What a call waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// Something to read, or a caller.
    Readable(RawFd),
    /// Room to write, or a connection.
    Writable(RawFd),
    /// [`Awaited::Writable`], of which a text tells where to.
    Connected(RawFd),
    /// One of many descriptors, which are told elsewhere.
    Listed,
    /// Something that no descriptor tells of; a text says what.
    Elsewhere,
}

impl Awaited {
    fn encode(self) -> u64 {
        let (kind, fd) = match self {
            Self::Readable(fd) => (0, fd),
            Self::Writable(fd) => (1, fd),
            Self::Connected(fd) => (2, fd),
            Self::Listed => (3, 0),
            Self::Elsewhere => (4, 0),
        };
        (kind << 32) | u64::from(fd.cast_unsigned())
    }

    fn decode(code: u64) -> Self {
        #[allow(clippy::cast_possible_truncation)] // the lower half
        let fd = (code as u32).cast_signed();
        match code >> 32 {
            0 => Self::Readable(fd),
            1 => Self::Writable(fd),
            2 => Self::Connected(fd),
            3 => Self::Listed,
            _ => Self::Elsewhere,
        }
    }

    /// Its descriptor, and what poll(2) is asked of it; below 0 where there is none.
    pub(crate) fn descriptor(self) -> (RawFd, Interest) {
        match self {
            Self::Readable(fd) => (fd, READ),
            Self::Writable(fd) | Self::Connected(fd) => (fd, WRITE),
            Self::Listed | Self::Elsewhere => (-1, 0),
        }
    }

    /// What poll(2) is asked.
    pub(crate) fn poll_fd(self) -> PollFd {
        let (fd, events) = self.descriptor();
        PollFd::new(fd, events)
    }
}

/// What one thread tells of the call that it is in.
#[derive(Debug, Default)]
pub(crate) struct CallSlot {
    /// Odd while the thread is in a call; another number for each call.
    turn: AtomicU64,
    name: AtomicPtr<u8>,
    name_length: AtomicUsize,
    /// An [`Awaited`].
    awaited: AtomicU64,
    /// When it began, in milliseconds of [`platform::coarse_now`].
    since: AtomicU64,
}

/// A call that a thread was in at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InCall {
    turn: u64,
    /// Its name: `"recv"`.
    pub(crate) name: &'static str,
    /// What it waits for.
    pub(crate) awaited: Awaited,
    /// For how long it has been in the call, in coarse milliseconds.
    pub(crate) long: Duration,
}

impl CallSlot {
    /// The call that the thread is in; none between calls.
    pub(crate) fn read(&self) -> Option<InCall> {
        let turn = self.turn.load(Ordering::SeqCst);
        if turn.is_multiple_of(2) {
            return None;
        }
        let name = self.name.load(Ordering::Relaxed);
        let length = self.name_length.load(Ordering::Relaxed);
        let awaited = self.awaited.load(Ordering::Relaxed);
        let since = self.since.load(Ordering::Relaxed);
        fence(Ordering::Acquire);
        if self.turn.load(Ordering::Relaxed) != turn {
            return None;
        }
        // SAFETY: in one turn, pointer and length are those of one `&'static str`: its only writer
        // stored them before the turn became odd, and changes them only after it has become even.
        let name = unsafe {
            std::str::from_utf8_unchecked(std::slice::from_raw_parts(name.cast_const(), length))
        };
        Some(InCall {
            turn,
            name,
            awaited: Awaited::decode(awaited),
            long: Duration::from_millis(platform::coarse_now().saturating_sub(since)),
        })
    }

    /// Whether the thread is in this very call still.
    pub(crate) fn is_still_in(&self, call: &InCall) -> bool {
        self.turn.load(Ordering::SeqCst) == call.turn
    }
}

/// The only one that writes a [`CallSlot`]: it stays on its thread.
#[derive(Debug, Default)]
pub(crate) struct CallTeller {
    slot: Arc<CallSlot>,
    turn: Cell<u64>,
}

/// While it lives, its thread is in a call.
pub(crate) struct Within<'a>(Option<&'a CallTeller>);

impl CallTeller {
    /// The slot, for others.
    pub(crate) fn slot(&self) -> &Arc<CallSlot> {
        &self.slot
    }

    /// Says that a call begins. Within another call nothing is said.
    pub(crate) fn enter(&self, name: &'static str, awaited: Awaited) -> Within<'_> {
        let turn = self.turn.get();
        if !turn.is_multiple_of(2) {
            return Within(None);
        }
        self.turn.set(turn + 1);
        // What is written from here on is not seen before the turn became even.
        fence(Ordering::Release);
        let slot = &*self.slot;
        slot.name.store(name.as_ptr().cast_mut(), Ordering::Relaxed);
        slot.name_length.store(name.len(), Ordering::Relaxed);
        slot.awaited.store(awaited.encode(), Ordering::Relaxed);
        slot.since.store(platform::coarse_now(), Ordering::Relaxed);
        // Whoever interrupts stores first and reads this second; we read that after this.
        slot.turn.store(turn + 1, Ordering::SeqCst);
        Within(Some(self))
    }
}

impl Drop for Within<'_> {
    fn drop(&mut self) {
        if let Some(teller) = self.0 {
            let turn = teller.turn.get() + 1;
            teller.turn.set(turn);
            teller.slot.turn.store(turn, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::{Awaited, CallTeller};

    #[test]
    fn a_reader_sees_whole_calls_only() {
        let teller = CallTeller::default();
        let slot = Arc::clone(teller.slot());
        let done = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&done);
        let reader = thread::spawn(move || {
            let mut seen = 0;
            while !ended.load(Ordering::SeqCst) || seen == 0 {
                if let Some(call) = slot.read() {
                    seen += 1;
                    let length = i32::try_from(call.name.len()).unwrap_or(0);
                    assert_eq!(call.awaited, Awaited::Readable(length), "{call:?}");
                }
            }
        });
        for _ in 0..20_000 {
            for name in ["recv", "accept", "getaddrinfo"] {
                let _within = teller.enter(
                    name,
                    Awaited::Readable(i32::try_from(name.len()).unwrap_or(0)),
                );
                let _nested = teller.enter("close", Awaited::Elsewhere);
            }
        }
        done.store(true, Ordering::SeqCst);
        let _within = teller.enter("recv", Awaited::Readable(4));
        reader.join().expect("it saw what was told");
    }
}
