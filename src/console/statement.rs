//! A statement that a console evaluates, from its beginning to its end: the one way to hear it, to
//! see that it waits, to interrupt it, and to leave it running.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use crate::net::io_context::{Activity, Status};
use crate::script::context::Output;
use crate::script::engine::Outcome;
use crate::script::failure::FailureKind;

/// How many printed lines may be pending for the one who shows them. Room for all of them is made
/// for every statement, so that more would cost each of them.
const LINES_AHEAD: usize = 64;
/// For so long a thread looks whether something has come before it sleeps.
const AWAKE: Duration = Duration::from_micros(50);
/// How long to sleep, at first and at most, between two looks whether a statement waits.
const LOOKS: (Duration, Duration) = (Duration::from_micros(200), Duration::from_millis(5));
/// How long an interrupted statement may take to end.
const GRACE: Duration = Duration::from_secs(2);
/// A script may catch the first interrupt; the next ones, this far apart, stop it.
const AGAIN: Duration = Duration::from_millis(100);

/// What goes from a console's thread to whoever follows the statement.
#[derive(Debug)]
enum RunMessage {
    /// It printed a line.
    Printed(String),
    /// It wrote a line beside the transcript.
    Noted(String),
    /// It ended.
    Ended(Outcome),
    /// Look whether the statement is to be left.
    Look,
}

/// The statement's end of the line: where its output and its outcome go.
#[derive(Clone, Default)]
pub(super) struct Reporter(Rc<RefCell<Option<Sink>>>);

/// Where the messages of one statement go.
pub(super) type Sink = Arc<Messages>;

/// The sending half, whose type nobody else needs to know.
pub(super) struct Messages(SyncSender<RunMessage>);

impl Reporter {
    /// What comes from now on belongs to another statement.
    pub(super) fn begin(&self, sink: Sink) {
        *self.0.borrow_mut() = Some(sink);
    }

    /// The statement has ended.
    pub(super) fn end(&self, outcome: Outcome) {
        self.send(RunMessage::Ended(outcome));
        *self.0.borrow_mut() = None;
    }

    fn send(&self, message: RunMessage) {
        if let Some(sink) = &*self.0.borrow() {
            // Nobody follows a statement that was given up.
            let _ = sink.0.send(message);
        }
    }
}

impl Output for Reporter {
    fn print(&self, text: &str) {
        self.send(RunMessage::Printed(text.into()));
    }

    fn eprint(&self, text: &str) {
        self.send(RunMessage::Noted(text.into()));
    }
}

/// An [`Output`] for statements whose text nobody looks at as it comes.
pub(crate) struct Unseen;

impl Output for Unseen {
    fn print(&self, _line: &str) {}
    fn eprint(&self, _line: &str) {}
}

/// Asks whoever follows a statement to leave it running.
#[derive(Clone)]
pub(crate) struct DetachRequest {
    asked: Arc<AtomicBool>,
    sink: Weak<Messages>,
}

impl DetachRequest {
    /// Asks. A statement that ended meanwhile is not left.
    pub(crate) fn detach(&self) {
        self.asked.store(true, Ordering::SeqCst);
        if let Some(sink) = self.sink.upgrade() {
            // A full queue means that the follower is awake, and will see the flag.
            let _ = sink.0.try_send(RunMessage::Look);
        }
    }
}

/// A call that a statement waits in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The call: `"accept"`.
    pub(crate) call: &'static str,
    /// What it waits on, for people: `"127.0.0.1:50000"`; may be empty.
    pub(crate) on: Arc<str>,
    /// Since when.
    pub(crate) since: Instant,
}

impl Wait {
    /// The call that an activity waits in, if it does.
    pub(crate) fn of(activity: Activity) -> Option<Self> {
        match activity {
            Activity::Waiting {
                call, on, since, ..
            } => Some(Self { call, on, since }),
            _ => None,
        }
    }
}

/// `accept on 127.0.0.1:50000`, or the call alone.
impl std::fmt::Display for Wait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let between = if self.on.is_empty() { "" } else { " on " };
        write!(f, "{}{between}{}", self.call, self.on)
    }
}

/// How a statement ended.
#[derive(Debug)]
pub(crate) struct StatementEnd {
    /// Its value or its error.
    pub(crate) outcome: Outcome,
    printed: Vec<String>,
}

impl StatementEnd {
    /// The end of a statement that could not begin, or whose console is gone.
    pub(crate) fn without_output(outcome: Outcome) -> Self {
        let printed = Vec::new();
        Self { outcome, printed }
    }

    /// The canonical text: the printed lines, then the value or the error. Lines are only there
    /// where the statement was [`StatementRun::recorded`].
    pub(crate) fn transcript(&self) -> String {
        let last = self.outcome.text();
        let printed = self.printed.iter().map(String::as_str);
        let lines: Vec<&str> = printed.chain(last.as_deref()).collect();
        let mut transcript = lines.join("\n");
        // An empty last line would else count as the end of the one before it.
        if lines.last() == Some(&"") {
            transcript.push('\n');
        }
        transcript
    }

    /// Whether an interrupt ended it.
    pub(crate) fn is_interrupted(&self) -> bool {
        let error = self.outcome.error.as_ref();
        error.is_some_and(|failure| {
            matches!(
                failure.kind,
                FailureKind::Interrupted | FailureKind::Stopped
            )
        })
    }
}

/// What to come back for, besides the statement's end and a [`DetachRequest`].
#[derive(Clone, Copy, Default)]
pub(crate) struct Until<'a> {
    /// This moment.
    pub(crate) deadline: Option<Instant>,
    /// It waits in a call that is meant.
    pub(crate) waits: Option<&'a dyn Fn(&Wait) -> bool>,
}

impl Until<'_> {
    /// So much time from now, at most.
    pub(crate) fn within(limit: Duration) -> Self {
        Self {
            deadline: Instant::now().checked_add(limit),
            waits: None,
        }
    }
}

/// Why [`StatementRun::follow`] came back.
#[derive(Debug)]
pub(crate) enum RunProgress {
    /// The statement ended, or its console did.
    Ended(StatementEnd),
    /// It waits in a call.
    Waits(Wait),
    /// Somebody wants it left running.
    DetachRequested,
    /// The deadline is past.
    OutOfTime,
}

impl RunProgress {
    /// The end, if it came to that.
    pub(crate) fn ended(self) -> Option<StatementEnd> {
        match self {
            Self::Ended(ended) => Some(ended),
            _ => None,
        }
    }
}

/// A statement that is being evaluated. Dropping it does not end it.
pub(crate) struct StatementRun {
    /// Its number in its console, from 1.
    number: u64,
    status: Arc<Status>,
    messages: Receiver<RunMessage>,
    detach: DetachRequest,
    /// The lines that it printed so far, where they are kept.
    printed: Option<Vec<String>>,
}

impl StatementRun {
    /// A statement of this number in the console of this status; it reports to the sink.
    pub(super) fn new(number: u64, status: &Arc<Status>) -> (Self, Sink) {
        let (sender, messages) = mpsc::sync_channel(LINES_AHEAD);
        let sink = Arc::new(Messages(sender));
        let detach = DetachRequest {
            asked: Arc::default(),
            sink: Arc::downgrade(&sink),
        };
        let run = Self {
            number,
            status: Arc::clone(status),
            messages,
            detach,
            printed: None,
        };
        (run, sink)
    }

    /// Keeps what it prints for its transcript.
    #[must_use]
    pub(crate) fn recorded(mut self) -> Self {
        self.printed = Some(Vec::new());
        self
    }

    /// Shows on `out` what the statement prints, until it ends or until something comes that is
    /// worth coming back for.
    pub(crate) fn follow(&mut self, until: Until<'_>, out: &dyn Output) -> RunProgress {
        let mut pause = LOOKS.0;
        loop {
            if self.detach.asked.swap(false, Ordering::SeqCst) {
                return RunProgress::DetachRequested;
            }
            let waits = until
                .waits
                .and_then(|is_meant| self.wait().filter(is_meant));
            // What it printed before it began to wait comes first.
            while let Some(message) = self.pending() {
                if let Some(ended) = self.take(message, out) {
                    return RunProgress::Ended(ended);
                }
            }
            if let Some(wait) = waits {
                return RunProgress::Waits(wait);
            }
            let now = Instant::now();
            if until.deadline.is_some_and(|deadline| deadline <= now) {
                return RunProgress::OutOfTime;
            }
            let look = until.waits.map(|_| now + pause);
            pause = (pause * 2).min(LOOKS.1);
            let wake = until.deadline.into_iter().chain(look).min();
            if let Some(message) = self.next_before(wake)
                && let Some(ended) = self.take(message, out)
            {
                return RunProgress::Ended(ended);
            }
        }
    }

    /// The next message before this moment, or ever.
    fn next_before(&self, wake: Option<Instant>) -> Option<RunMessage> {
        if let Some(message) = soon(&self.messages) {
            return Some(message);
        }
        let received = match wake {
            Some(wake) => {
                let left = wake.saturating_duration_since(Instant::now());
                self.messages.recv_timeout(left)
            }
            None => self.messages.recv().map_err(Into::into),
        };
        match received {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(RunMessage::Ended(Outcome::lost())),
        }
    }

    /// A message that has come already.
    fn pending(&self) -> Option<RunMessage> {
        match self.messages.try_recv() {
            Ok(message) => Some(message),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(RunMessage::Ended(Outcome::lost())),
        }
    }

    fn take(&mut self, message: RunMessage, out: &dyn Output) -> Option<StatementEnd> {
        match message {
            RunMessage::Printed(line) => {
                out.print(&line);
                if let Some(printed) = &mut self.printed {
                    printed.push(line);
                }
            }
            RunMessage::Noted(line) => out.eprint(&line),
            RunMessage::Look => {}
            RunMessage::Ended(outcome) => {
                let printed = self.printed.take().unwrap_or_default();
                return Some(StatementEnd { outcome, printed });
            }
        }
        None
    }

    /// Interrupts it again and again until it ends; one that does not counts as lost.
    pub(crate) fn stop(&mut self, out: &dyn Output) -> StatementEnd {
        let end = Instant::now() + GRACE;
        while Instant::now() < end {
            self.interrupt();
            if let RunProgress::Ended(ended) = self.follow(Until::within(AGAIN), out) {
                return ended;
            }
        }
        StatementEnd::without_output(Outcome::lost())
    }

    /// Interrupts it, if it has not ended: Ctrl-C.
    pub(crate) fn interrupt(&self) {
        self.status.interrupt(self.number);
    }

    /// The call that it waits in; none while it computes, and once it has ended.
    pub(crate) fn wait(&self) -> Option<Wait> {
        match self.status.activity() {
            activity @ Activity::Waiting { statement, .. } if statement == self.number => {
                Wait::of(activity)
            }
            _ => None,
        }
    }

    /// Whether it has ended, or does so within a moment. Its end is still to be followed.
    pub(crate) fn ends_within(&self, moment: Duration) -> bool {
        let end = Instant::now() + moment;
        loop {
            let ended = match self.status.activity() {
                Activity::Idle { after } => after >= self.number,
                Activity::Ended => true,
                Activity::Running { .. } | Activity::Waiting { .. } => false,
            };
            if ended || Instant::now() >= end {
                return ended;
            }
            thread::sleep(LOOKS.0);
        }
    }

    /// What asks this statement's follower to leave it.
    pub(crate) fn detach_request(&self) -> DetachRequest {
        self.detach.clone()
    }
}

/// What comes within a moment, without sleeping: to wake a processor that sleeps takes longer than
/// most statements do.
pub(super) fn soon<T>(receiver: &Receiver<T>) -> Option<T> {
    let end = Instant::now() + AWAKE;
    loop {
        match receiver.try_recv() {
            Ok(message) => return Some(message),
            Err(TryRecvError::Empty) if Instant::now() < end => thread::yield_now(),
            Err(_) => return None,
        }
    }
}
