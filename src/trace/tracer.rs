//! A console's side of the journal: the calls that are being made there.

use std::cell::{Cell, RefCell};
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::Instant;

use super::{CallError, CallRecord, End, Journal};
use crate::repr::Repr;

/// What tells a person of a call that has ended.
type Teller = Box<dyn Fn(&CallRecord)>;

/// Writes the calls of one console to the journal of the session for which it evaluates.
#[derive(Default)]
pub(crate) struct Tracer {
    source: RefCell<CallSource>,
    /// The calls being made, each within the one before.
    open: RefCell<Vec<Open>>,
    /// Whether there is one: asked for every note.
    is_recording: Cell<bool>,
    teller: RefCell<Option<Teller>>,
}

/// Whose calls these are, and who keeps them.
#[derive(Debug)]
struct CallSource {
    journal: Arc<Journal>,
    console: Arc<str>,
    statement: u64,
}

impl Default for CallSource {
    /// Of calls that nobody keeps.
    fn default() -> Self {
        Self {
            journal: Arc::default(),
            console: Arc::from(""),
            statement: 0,
        }
    }
}

#[derive(Debug)]
struct Open {
    record: CallRecord,
    /// Whether it reached the system or the network: `len(x)` does not, and is no call to record.
    is_noted: bool,
}

impl Tracer {
    /// Has `teller` tell of each call that ends while that is wanted ([`Journal::show`]).
    pub(crate) fn tell_by(&self, teller: impl Fn(&CallRecord) + 'static) {
        *self.teller.borrow_mut() = Some(Box::new(teller));
    }

    /// From now on calls belong to this statement of a console, and go to this journal.
    pub(crate) fn begin_statement(&self, journal: Arc<Journal>, console: Arc<str>, statement: u64) {
        *self.source.borrow_mut() = CallSource {
            journal,
            console,
            statement,
        };
        // A panic inside the script engine has left what was open.
        self.open.borrow_mut().clear();
        self.is_recording.set(false);
    }

    /// Opens the record of a call that a script makes, if anybody wants it: whether it did. One
    /// that did is to be ended with [`Tracer::end`].
    pub(crate) fn begin(
        &self,
        call: &'static str,
        arguments: impl FnOnce() -> Vec<(&'static str, Repr)>,
    ) -> bool {
        if !self.source.borrow().journal.is_wanted() {
            return false;
        }
        self.open(call, None, arguments());
        true
    }

    /// As [`Tracer::begin`], for a call that another one makes.
    pub(crate) fn begin_within(
        &self,
        call: &'static str,
        arguments: impl FnOnce() -> Vec<(&'static str, Repr)>,
    ) -> bool {
        if !self.is_recording() {
            return false;
        }
        let within = self.open.borrow().last().map(|open| open.record.call);
        self.open(call, within, arguments());
        self.note(|_| {});
        true
    }

    fn open(
        &self,
        call: &'static str,
        within: Option<&'static str>,
        arguments: Vec<(&'static str, Repr)>,
    ) {
        let source = self.source.borrow();
        let now = Instant::now();
        let record = CallRecord {
            number: 0,
            console: Arc::clone(&source.console),
            statement: source.statement,
            call,
            within,
            fd: None,
            arguments,
            outcome: Ok(Repr::Unit),
            sent: None,
            received: None,
            own: None,
            peer: None,
            time: now..now,
            wait: None,
        };
        let open = Open {
            record,
            is_noted: false,
        };
        self.open.borrow_mut().push(open);
        self.is_recording.set(true);
    }

    /// Ends the call that was opened last. It is kept where something was noted of it.
    pub(crate) fn end(&self, outcome: Result<Repr, CallError>) {
        let mut open = self.open.borrow_mut();
        let ended = open.pop();
        self.is_recording.set(!open.is_empty());
        if let Some(Open {
            mut record,
            is_noted: true,
        }) = ended
        {
            record.time.end = Instant::now();
            record.outcome = outcome;
            let journal = Arc::clone(&self.source.borrow().journal);
            if journal.shows_at_once()
                && let Some(teller) = &*self.teller.borrow()
            {
                teller(&record);
            }
            journal.add(record);
        }
    }

    /// Whether a call is being recorded.
    pub(crate) fn is_recording(&self) -> bool {
        self.is_recording.get()
    }

    /// Makes calls that are not recorded: those that only look for a person.
    pub(crate) fn pause<T>(&self, look: impl FnOnce() -> T) -> T {
        let was = self.is_recording.replace(false);
        let found = look();
        self.is_recording.set(was);
        found
    }

    fn note(&self, note: impl FnOnce(&mut CallRecord)) {
        if !self.is_recording() {
            return;
        }
        if let Some(open) = self.open.borrow_mut().last_mut() {
            open.is_noted = true;
            note(&mut open.record);
        }
    }

    /// Notes that the call asks the network.
    pub(crate) fn note_asking(&self) {
        self.note(|_| {});
    }

    /// Notes the descriptor that the call is made on, or that it opens: the first one counts.
    pub(crate) fn note_fd(&self, fd: RawFd) {
        self.note(|record| record.fd = record.fd.or(Some(fd)));
    }

    /// Notes the addresses of both ends, those that are known; later ones count.
    pub(crate) fn note_ends(&self, own: Option<End>, peer: Option<End>) {
        self.note(|record| {
            record.own = own.or(record.own.take());
            record.peer = peer.or(record.peer.take());
        });
    }

    /// Notes bytes that the system took.
    pub(crate) fn note_sent(&self, data: &[u8]) {
        self.note(|record| record.sent.get_or_insert_default().extend(data));
    }

    /// Notes bytes that came.
    pub(crate) fn note_received(&self, data: &[u8]) {
        self.note(|record| record.received.get_or_insert_default().extend(data));
    }

    /// Makes a system call that may block, and notes how long it took.
    pub(crate) fn timed<T>(&self, call: impl FnOnce() -> T) -> T {
        if !self.is_recording() {
            return call();
        }
        let begun = Instant::now();
        let result = call();
        self.note(|record| {
            let first = record.wait.as_ref().map_or(begun, |wait| wait.start);
            record.wait = Some(first..Instant::now());
        });
        result
    }
}
