//! What happens while a lesson runs: a stream of events, from which every report is drawn.

mod check_report;

use std::fmt;
use std::time::Duration;

use crate::console::Wait;
use crate::lesson::format::model::{Lesson, Step};
use crate::lesson::format::packet_lines::PacketComparison;
use crate::lesson::format::pattern::Mismatch;
use crate::lesson::format::problem::Problem;
use crate::trace::Ladder;

pub(crate) use crate::lesson::results::check_report::{Check, CheckOutcome, Shortfall};
pub use crate::lesson::results::check_report::{CheckReport, Tally};

/// Hears what happens, and may draw it: each format of a report is one.
pub trait Report {
    /// Takes the next event.
    fn event(&mut self, event: &Event<'_>);

    /// Whether it draws the pictures that steps ask for.
    fn wants_pictures(&self) -> bool {
        false
    }
}

/// One thing that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// A lesson begins.
    Begun(&'a Source, &'a Lesson),
    /// A step has ended, or holds in a call as its `waits` says.
    Step(&'a StepReport<'a>),
    /// The lesson has ended.
    Ended(&'a Summary),
    /// A lesson cannot be read, for these reasons: it is not run.
    Unreadable(&'a Source, &'a [Problem]),
    /// Lint has looked at a lesson that can be read; there may be nothing to tell.
    Looked(&'a Source, &'a [Problem]),
    /// A program is going to be checked, with so many checks.
    Checking(&'a Submission, usize),
    /// A check waits for this, with nothing to show meanwhile; it comes again and again.
    Waiting(&'a str),
    /// A check has ended; one that only prepares the tester's console comes too.
    Check(&'a CheckReport<'a>),
    /// All checks have ended, after this time.
    Checked(Tally, Duration),
    /// What was asked for could not be begun.
    Unable {
        /// What it was: a lesson's name, a file.
        about: &'a str,
        /// Why, and how to mend it.
        why: &'a str,
    },
    /// Nothing further comes: a document is complete.
    Closed,
}

/// Where a lesson comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The lesson's name: `03-getaddrinfo`.
    pub name: String,
    /// The word that names it on a command line: the name, or a path.
    pub word: String,
    /// The file for messages: `lessons/03-getaddrinfo.rhai`.
    pub path: String,
    /// The text.
    pub text: String,
}

/// A learner's program, and the exercise that it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The lesson's name: `07-echo`.
    pub(crate) lesson: String,
    /// The exercise's name: `server`.
    pub(crate) exercise: String,
    /// The program as it was given: a file, or a command line.
    pub(crate) program: String,
    /// The learner's own file, where there is one to point to.
    pub(crate) file: Option<String>,
}

impl Submission {
    /// `07-echo server`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.lesson, self.exercise)
    }
}

/// How a step went.
#[derive(Debug)]
pub struct StepReport<'a> {
    /// The step.
    pub step: &'a Step,
    /// Its number, from 1.
    pub(crate) number: usize,
    /// What it showed.
    pub(crate) transcript: &'a str,
    /// The picture that it asks for, where the report wants it.
    pub(crate) picture: Option<&'a Ladder>,
    /// How it ended.
    pub verdict: &'a Verdict,
    /// How long it took.
    pub(crate) took: Duration,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As the lesson says.
    Passed,
    /// It holds in this call, as the lesson says; its transcript is compared when it ends.
    Waits(Wait),
    /// It fell short.
    Failed(Reason),
    /// This machine lacks what the step needs.
    Skipped(String),
    /// An earlier step ended in an error that nobody expected.
    NotRun,
}

/// Why a step fell short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The transcript is another one.
    Differs(Mismatch),
    /// The packets are others.
    PacketsDiffer(PacketComparison),
    /// It ended in an error, and no transcript says so.
    Unexpected {
        /// The error's line, without `error: `.
        error: String,
        /// The platform's constant for it, where a call failed: `EADDRINUSE`.
        symbol: Option<String>,
        /// What to do next, where that is known.
        note: Option<String>,
    },
    /// An expression of the lesson itself does not hold, or cannot be evaluated.
    Expression {
        /// What it is for: `check`, `answer`, `hole`.
        of: &'static str,
        /// The expression.
        text: String,
        /// What it came to.
        shown: String,
    },
    /// `waits`, but it ended before the next step.
    DidNotWait,
    /// It did not end in time.
    TimedOut {
        /// The time it had.
        limit: Duration,
        /// The call that it waited in, if it did.
        wait: Option<Wait>,
    },
    /// The console could not be started.
    NoConsole(String),
}

impl Reason {
    /// Whether nothing that follows can be trusted: the rest of the lesson is not run.
    pub(crate) fn ends_lesson(&self) -> bool {
        !matches!(
            self,
            Self::Differs(_) | Self::PacketsDiffer(_) | Self::Expression { .. }
        )
    }

    /// Its word in formats that machines read.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Differs(_) => "differs",
            Self::PacketsDiffer(_) => "packets",
            Self::Unexpected { .. } => "error",
            Self::Expression { .. } => "expression",
            Self::DidNotWait => "did-not-wait",
            Self::TimedOut { .. } => "timed-out",
            Self::NoConsole(_) => "no-console",
        }
    }
}

/// A lesson's end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Steps that went as the lesson says.
    pub(crate) passed: usize,
    /// Steps that fell short.
    pub(crate) failed: usize,
    /// Steps for other machines.
    pub(crate) skipped: usize,
    /// Steps after an error that nobody expected.
    pub(crate) not_run: usize,
    /// Why the whole lesson is for other machines.
    pub(crate) not_here: Option<String>,
    /// Packet lines that nobody could look at.
    pub(crate) unchecked: Option<UncheckedPackets>,
    /// How long it took.
    pub(crate) took: Duration,
}

/// Packet lines of a lesson that were not compared with anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UncheckedPackets {
    /// How many lines.
    pub(crate) lines: usize,
    /// Why there were no packets to see.
    pub(crate) why: String,
}

impl fmt::Display for UncheckedPackets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lines, why } = self;
        let noun = if *lines == 1 { "line" } else { "lines" };
        write!(f, "{lines} packet {noun} not checked: {why}")
    }
}

impl Summary {
    /// Whether the lesson tells the truth.
    pub(crate) fn is_well(&self) -> bool {
        self.failed == 0 && self.not_run == 0
    }
}
