//! The record of every socket call that a console made: the source of the pictures.

use std::os::fd::RawFd;
use std::time::{Duration, Instant};

/// One call, after it ended.
#[derive(Debug, Clone)]
#[allow(dead_code, reason = "the pictures are to be drawn from it")]
pub(crate) struct Event {
    /// The call: `"connect"`.
    pub(crate) call: &'static str,
    /// The descriptor it was made on; none for calls that have none.
    pub(crate) fd: Option<RawFd>,
    /// The error it ended in; none when it succeeded.
    pub(crate) error: Option<String>,
    /// When it began.
    pub(crate) started: Instant,
    /// How long it took, waiting included.
    pub(crate) took: Duration,
}

/// Takes the events of one console.
pub(crate) trait Recorder {
    /// Called after each call, on the console's thread.
    fn record(&self, event: Event);
}
