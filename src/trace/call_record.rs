//! The record of one call: plain data that may cross threads.

use std::net::SocketAddr;
use std::ops::Range;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::Instant;

use crate::repr::Repr;

/// How many bytes of a [`Payload`] are kept.
const KEPT: usize = 64;

/// One call, after it ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CallRecord {
    /// Its place among the calls of a journal, from 1, in the order in which they ended.
    pub(crate) number: u64,
    /// The console that made it: `main`, `server`.
    pub(crate) console: Arc<str>,
    /// The statement of that console in which it was made.
    pub(crate) statement: u64,
    /// Its name, as in the script: `"sendall"`.
    pub(crate) call: &'static str,
    /// The call in which it was made, for what the script did not write itself: the lookup of
    /// a `connect` to a name.
    pub(crate) within: Option<&'static str>,
    /// The descriptor that it was made on; none for a lookup.
    pub(crate) fd: Option<RawFd>,
    /// The arguments that were given, each with its parameter's name. Long ones are cut.
    pub(crate) arguments: Vec<(&'static str, Repr)>,
    /// What it returned, or the error in which it ended.
    pub(crate) outcome: Result<Repr, CallError>,
    /// The bytes that the system took, in as many sends as it took.
    pub(crate) sent: Option<Payload>,
    /// The bytes that came; those looked at with `MSG_PEEK` too.
    pub(crate) received: Option<Payload>,
    /// The socket's own address, after the call or, where it closed the socket, before.
    pub(crate) own: Option<End>,
    /// The peer's address as the script knows it: a host of the lab has its own address here.
    pub(crate) peer: Option<End>,
    /// When it began and ended, on the clock of this process.
    pub(crate) time: Range<Instant>,
    /// From when to when it was in system calls that may block; none where it made none.
    pub(crate) wait: Option<Range<Instant>>,
}

/// Bytes that a call sent or received.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Payload {
    /// How many.
    pub(crate) count: usize,
    /// The first ones: at most 64.
    pub(crate) first: Vec<u8>,
}

impl Payload {
    /// Adds bytes that follow.
    pub(super) fn extend(&mut self, more: &[u8]) {
        self.count += more.len();
        let room = KEPT - self.first.len();
        self.first.extend_from_slice(&more[..more.len().min(room)]);
    }
}

/// The error in which a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallError {
    /// As `err.kind` shows it: `"ConnectionRefused"`.
    pub(crate) kind: &'static str,
    /// The platform's constant: `"ECONNREFUSED"`, `"EAI_NONAME"`.
    pub(crate) name: Option<&'static str>,
    /// The number of that constant.
    pub(crate) number: Option<i32>,
    /// What happened, in a few words.
    pub(crate) message: String,
}

/// The address of one end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum End {
    /// Of IPv4 or IPv6.
    Inet(SocketAddr),
    /// A path; empty for a socket without a name, with a leading NUL for an abstract name.
    Unix(Vec<u8>),
    /// Of another family (`AF_*`).
    Other(i32),
}
