//! Records made by hand, for tests of what is drawn from them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::record::Payload;
use super::{CallError, CallRecord, End};
use crate::repr::{Cut, Repr};

/// Calls, in the order in which they end; times are microseconds after `begin`.
pub(crate) struct Sample {
    pub(crate) begin: Instant,
    pub(crate) calls: Vec<CallRecord>,
}

/// A call that can be given more.
pub(crate) struct SampleCall<'a>(&'a mut CallRecord);

impl Default for Sample {
    fn default() -> Self {
        Self {
            begin: Instant::now(),
            calls: Vec::new(),
        }
    }
}

impl Sample {
    /// A moment, so many microseconds after the beginning.
    pub(crate) fn at(&self, micros: u64) -> Instant {
        self.begin + Duration::from_micros(micros)
    }

    /// Adds a call that returns nothing.
    pub(crate) fn call(
        &mut self,
        console: &str,
        call: &'static str,
        fd: i32,
        (from, to): (u64, u64),
    ) -> SampleCall<'_> {
        let time = self.at(from)..self.at(to);
        self.calls.push(CallRecord {
            number: self.calls.len() as u64 + 1,
            console: Arc::from(console),
            statement: 1,
            call,
            within: None,
            fd: Some(fd),
            arguments: Vec::new(),
            outcome: Ok(Repr::Unit),
            sent: None,
            received: None,
            own: None,
            peer: None,
            time,
            wait: None,
        });
        let last = self.calls.last_mut();
        SampleCall(last.expect("it was pushed"))
    }

    /// The calls as a journal has them.
    pub(crate) fn records(&self) -> Vec<Arc<CallRecord>> {
        self.calls.iter().cloned().map(Arc::new).collect()
    }
}

/// The value that a TCP socket shows as.
pub(crate) fn socket_value(fd: i64) -> Repr {
    Repr::Object {
        kind: "socket",
        fields: vec![
            ("fd", Repr::Int(fd)),
            ("family", Repr::Word("AF_INET".into())),
            ("type", Repr::Word("SOCK_STREAM".into())),
        ],
    }
}

fn end(address: &str) -> Option<End> {
    (!address.is_empty()).then(|| End::Inet(address.parse().expect("an address")))
}

impl SampleCall<'_> {
    pub(crate) fn argument(self, value: Repr) -> Self {
        self.0.arguments.push(("x", value));
        self
    }

    pub(crate) fn within(self, call: &'static str) -> Self {
        (self.0.within, self.0.fd) = (Some(call), None);
        self
    }

    pub(crate) fn named(self, name: &'static str, value: Repr) -> Self {
        self.0.arguments.push((name, value));
        self
    }

    pub(crate) fn ends(self, own: &str, peer: &str) -> Self {
        (self.0.own, self.0.peer) = (end(own), end(peer));
        self
    }

    pub(crate) fn returns(self, value: Repr) -> Self {
        self.0.outcome = Ok(value);
        self
    }

    pub(crate) fn fails(self, name: &'static str) -> Self {
        self.0.outcome = Err(CallError {
            kind: "Error",
            name: Some(name),
            number: None,
            message: String::new(),
        });
        self
    }

    pub(crate) fn sent(self, data: &[u8]) -> Self {
        self.0.sent = Some(payload(data));
        self
    }

    pub(crate) fn received(self, data: &[u8]) -> Self {
        self.0.received = Some(payload(data));
        self.returns(Repr::Bytes(Cut::whole(data.into())))
    }

    pub(crate) fn waited(self) -> Self {
        self.0.wait = Some(self.0.time.clone());
        self
    }
}

fn payload(data: &[u8]) -> Payload {
    let mut payload = Payload::default();
    payload.extend(data);
    payload
}
