//! Records made by hand, for tests of what is drawn from them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use etherparse::PacketBuilder;

use super::call_record::Payload;
use super::{CallError, CallRecord, End, Frame, Journal, PacketRecord};
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

pub(crate) const HERE: &str = "10.29.144.178:45330";
pub(crate) const WEB: &str = "108.59.11.99:80";

/// A page that came in segments, with the packets.
pub(crate) fn page(segments: u32) -> (Sample, Vec<Arc<PacketRecord>>) {
    let mut sample = Sample::default();
    sample
        .call("main", "socket", 3, (0, 1))
        .returns(socket_value(3));
    sample.call("main", "connect", 3, (10, 500)).ends(HERE, WEB);
    for at in 0..u64::from(segments) {
        let time = (900 + at * 10, 1_000 + at * 10);
        sample
            .call("main", "recv", 3, time)
            .argument(Repr::Int(4096))
            .ends(HERE, WEB)
            .received(&[b'x'; 1448]);
    }
    let journal = Arc::<Journal>::default();
    let _wanted = journal.want();
    let add = |micros: u64, outgoing: bool, flags: &str, sequence: u32, ack: u32, data: usize| {
        let mut builder = if outgoing {
            PacketBuilder::ethernet2([2; 6], [4; 6])
                .ipv4([10, 29, 144, 178], [108, 59, 11, 99], 64)
                .tcp(45330, 80, sequence, 64240)
        } else {
            PacketBuilder::ethernet2([4; 6], [2; 6])
                .ipv4([108, 59, 11, 99], [10, 29, 144, 178], 64)
                .tcp(80, 45330, sequence, 64240)
        };
        for flag in flags.chars() {
            builder = match flag {
                'S' => builder.syn(),
                'F' => builder.fin(),
                _ => builder.ack(ack),
            };
        }
        let mut frame = Vec::new();
        builder.write(&mut frame, &vec![0; data]).unwrap();
        journal.add_frame(Frame::whole(sample.at(micros), &frame));
    };
    add(20, true, "S", 1000, 0, 0);
    add(30, false, "SA", 5000, 1001, 0);
    add(40, true, "A", 1001, 5001, 0);
    for at in 0..segments {
        let sequence = 5001 + at * 1448;
        add(600 + u64::from(at) * 2, false, "A", sequence, 1001, 1448);
        add(601 + u64::from(at) * 2, true, "A", 1001, sequence + 1448, 0);
    }
    add(5000, false, "FA", 5001 + segments * 1448, 1001, 0);
    (sample, journal.packets_after(0))
}

/// Datagrams to a peer: one that arrived, one that got lost on its way.
pub(crate) fn datagrams() -> (Sample, Vec<Arc<PacketRecord>>) {
    let mut sample = Sample::default();
    for at in 0..2 {
        let time = (at * 100, at * 100 + 10);
        sample
            .call("main", "sendto", 3, time)
            .ends(HERE, WEB)
            .sent(b"hello");
    }
    let journal = Arc::<Journal>::default();
    let _wanted = journal.want();
    let mut bytes = Vec::new();
    PacketBuilder::ethernet2([2; 6], [4; 6])
        .ipv4([10, 29, 144, 178], [108, 59, 11, 99], 64)
        .udp(45330, 80)
        .write(&mut bytes, b"hello")
        .unwrap();
    for (micros, is_lost) in [(5, false), (105, true)] {
        let frame = Frame::whole(sample.at(micros), &bytes);
        journal.add_frame(Frame { is_lost, ..frame });
    }
    (sample, journal.packets_after(0))
}
