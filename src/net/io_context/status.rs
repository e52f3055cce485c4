//! What a console tells others: which statement it evaluates and which call it is in; and how others
//! interrupt it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::net::error::Cause;
use crate::net::open_sockets::OpenSockets;
use crate::net::sys::call_slot::{Awaited, CallSlot, InCall};
use crate::net::sys::interrupt::CallingThread;
use crate::net::sys::poll::{self, PollFd};

/// Between two signals to a thread that is to leave its call.
const AGAIN: Duration = Duration::from_millis(1);
/// After so many signals a call counts as one that no signal ends.
const SIGNALS: u32 = 2000;
/// How many steps a script may still take after a call that an interrupt struck and that had
/// something to give: enough to put it away.
const REPRIEVE: u32 = 32;

/// What a console is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Activity {
    /// Between statements.
    Idle {
        /// The number of the last statement; 0 before the first.
        after: u64,
    },
    /// Evaluating the statement of this number.
    Running {
        /// The statement's number.
        statement: u64,
    },
    /// Inside a system call that cannot go on yet.
    Waiting {
        /// The statement's number.
        statement: u64,
        /// The call: `"accept"`.
        call: &'static str,
        /// What it waits on, for people: `"127.0.0.1:50000"`; may be empty.
        on: Arc<str>,
        /// Since when.
        since: Instant,
    },
    /// Its thread has ended.
    Ended,
}

/// Whether a statement is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle { after: u64 },
    Running { statement: u64 },
    Ended,
}

/// The state that a console shares with those who watch and interrupt it.
#[derive(Debug)]
pub(crate) struct Status {
    phase: Mutex<Phase>,
    /// The statement being evaluated; 0 between statements.
    current: AtomicU64,
    /// The statement that shall be interrupted; 0 for none.
    interrupt: AtomicU64,
    /// The statement of which an interrupt has ended a call already; 0 for none.
    struck: AtomicU64,
    /// Steps that the script may still take although it shall be interrupted.
    reprieve: AtomicU32,
    slot: Arc<CallSlot>,
    thread: Arc<CallingThread>,
    /// What a call is about that waits for no descriptor, or connects.
    about: Mutex<Arc<str>>,
    /// The descriptors of a call that waits for many.
    listed: Mutex<Vec<PollFd>>,
    sockets: Arc<OpenSockets>,
}

impl Status {
    /// The status of this thread's console.
    pub(super) fn new(slot: &Arc<CallSlot>, thread: &Arc<CallingThread>) -> Self {
        Self {
            phase: Mutex::new(Phase::Idle { after: 0 }),
            current: AtomicU64::new(0),
            interrupt: AtomicU64::new(0),
            struck: AtomicU64::new(0),
            reprieve: AtomicU32::new(0),
            slot: Arc::clone(slot),
            thread: Arc::clone(thread),
            about: Mutex::new(Arc::default()),
            listed: Mutex::default(),
            sockets: Arc::default(),
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its open sockets.
    pub(crate) fn sockets(&self) -> &Arc<OpenSockets> {
        &self.sockets
    }

    /// What the console does now.
    pub(crate) fn activity(&self) -> Activity {
        let phase = *self.phase();
        match phase {
            Phase::Idle { after } => Activity::Idle { after },
            Phase::Ended => Activity::Ended,
            Phase::Running { statement } => self
                .waiting(statement)
                .unwrap_or(Activity::Running { statement }),
        }
    }

    /// The call that the statement waits in, if it really waits: it is in the call, and the system
    /// says that its thread sleeps there. Where that is not told, poll(2) says whether the call's
    /// descriptor has what it waits for. Both are stable: what ends the wait comes later.
    fn waiting(&self, statement: u64) -> Option<Activity> {
        let call = self.slot.read()?;
        let awaited = call.awaited;
        let waits = self
            .thread
            .sleeps()
            .unwrap_or_else(|| !self.is_ready(awaited));
        if !waits
            || !self.slot.is_still_in(&call)
            || self.current.load(Ordering::SeqCst) != statement
        {
            return None;
        }
        Some(Activity::Waiting {
            statement,
            call: call.name,
            on: self.place(awaited, &call),
            since: Instant::now()
                .checked_sub(call.long)
                .unwrap_or_else(Instant::now),
        })
    }

    fn is_ready(&self, awaited: Awaited) -> bool {
        match awaited {
            Awaited::Elsewhere => false,
            Awaited::Listed => {
                let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
                poll::poll(&mut listed, Some(Instant::now())).is_ok_and(|found| found > 0)
            }
            _ => {
                let (fd, events) = awaited.descriptor();
                poll::is_ready(fd, events)
            }
        }
    }

    /// What a call waits on, for people: the peer's address, or else the socket's own.
    fn place(&self, awaited: Awaited, call: &InCall) -> Arc<str> {
        let about = || Arc::clone(&self.about.lock().unwrap_or_else(PoisonError::into_inner));
        match awaited {
            Awaited::Elsewhere | Awaited::Connected(_) => about(),
            Awaited::Listed => {
                let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
                match listed.len() {
                    1 => "1 socket".into(),
                    count => format!("{count} sockets").into(),
                }
            }
            Awaited::Readable(fd) | Awaited::Writable(fd) => {
                let report = self.sockets.report_of(fd);
                // Only now is it certain that the descriptor is the call's.
                let still = report.filter(|_| self.slot.is_still_in(call));
                let address = still.and_then(|report| report.peer.or(report.own));
                address.map_or_else(Arc::default, |address| address.to_string().into())
            }
        }
    }

    /// Says what the next call is about.
    pub(super) fn tell_about(&self, about: &str) {
        *self.about.lock().unwrap_or_else(PoisonError::into_inner) = about.into();
    }

    /// Says which descriptors the next call waits for.
    pub(super) fn list_awaited(&self, fds: &[PollFd]) {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.clear();
        listed.extend_from_slice(fds);
    }

    /// Interrupts the statement of this number, if it is still the one. Returns when it has left the
    /// call that it was in.
    pub(crate) fn interrupt(&self, statement: u64) {
        if statement == 0 || self.current.load(Ordering::SeqCst) != statement {
            return;
        }
        self.interrupt.store(statement, Ordering::SeqCst);
        let Some(call) = self.slot.read() else { return };
        for _ in 0..SIGNALS {
            let is_wanted = self.interrupt.load(Ordering::SeqCst) == statement;
            if !is_wanted || !self.slot.is_still_in(&call) {
                return;
            }
            self.thread.signal();
            thread::sleep(AGAIN);
        }
    }

    /// Interrupts whatever statement is being evaluated.
    pub(crate) fn interrupt_current(&self) {
        self.interrupt(self.current.load(Ordering::SeqCst));
    }

    pub(super) fn begin(&self, statement: u64) {
        self.reprieve.store(0, Ordering::Relaxed);
        self.current.store(statement, Ordering::SeqCst);
        *self.phase() = Phase::Running { statement };
    }

    pub(super) fn end(&self) {
        let after = self.current.swap(0, Ordering::SeqCst);
        *self.phase() = Phase::Idle { after };
    }

    /// Says that the console's thread has ended.
    pub(crate) fn leave(&self) {
        self.current.store(0, Ordering::SeqCst);
        *self.phase() = Phase::Ended;
    }

    fn is_interrupted(&self) -> bool {
        let target = self.interrupt.load(Ordering::SeqCst);
        target != 0 && target == self.current.load(Ordering::Relaxed)
    }

    /// Takes an interrupt that is addressed to the current statement, as an error.
    pub(super) fn take_interrupt(&self) -> Result<(), Cause> {
        if !self.is_interrupted() {
            return Ok(());
        }
        let current = self.current.load(Ordering::SeqCst);
        if self.struck.swap(current, Ordering::SeqCst) == current {
            // Left pending, so that the engine stops as well where a call's error is swallowed.
            return Err(Cause::Stopped);
        }
        self.interrupt.store(0, Ordering::SeqCst);
        Err(Cause::Interrupted)
    }

    /// A call has something to give: an interrupt that came meanwhile lets the script put it away.
    pub(super) fn spare_what_was_taken(&self) {
        if self.is_interrupted() {
            self.reprieve.store(REPRIEVE, Ordering::Relaxed);
        }
    }

    /// Whether an interrupt waits for the statement that is being evaluated; the engine asks this
    /// at every step of a script.
    pub(crate) fn must_stop(&self) -> bool {
        let target = self.interrupt.load(Ordering::Relaxed);
        target != 0 && target == self.current.load(Ordering::Relaxed) && !self.is_spared()
    }

    fn is_spared(&self) -> bool {
        let left = self.reprieve.load(Ordering::Relaxed);
        self.reprieve
            .store(left.saturating_sub(1), Ordering::Relaxed);
        left > 0
    }
}
