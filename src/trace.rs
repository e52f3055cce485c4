//! The record of every socket call that a console made: the source of the pictures.

use std::os::fd::RawFd;
use std::time::{Duration, Instant};

/// One call, after it ended.
#[derive(Debug, Clone)]
pub struct Event {
    /// The call: `"connect"`.
    pub call: &'static str,
    /// The descriptor it was made on; none for calls that have none.
    pub fd: Option<RawFd>,
    /// Its arguments, for people.
    pub args: String,
    /// The error it ended in; none when it succeeded.
    pub error: Option<String>,
    /// When it began.
    pub started: Instant,
    /// How long it took, waiting included.
    pub took: Duration,
}

/// Takes the events of one console.
pub trait Recorder {
    /// Called after each call, on the console's thread.
    fn record(&self, event: Event);
}
