//! What happened in a conversation, moment by moment.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call_run::{CallRun, fold};
use super::moment::{Happening, Moment, TcpChange};
use super::wording::{bytes_label, ending, packet_label, whole_text};
use super::{PendingCall, Tone};
use crate::trace::call_line::{call_text, end_text};
use crate::trace::looked_up::{name_of, names};
use crate::trace::packet::PacketContent;
use crate::trace::traced_socket::{TracedSocket, TracedSockets, covers};
use crate::trace::{CallRecord, End, PacketRecord};

/// A wait of this length shows as one.
const HELD: Duration = Duration::from_millis(5);

/// Collects the moments of the chosen sockets.
pub(super) struct Storyteller<'a> {
    calls: &'a [Arc<CallRecord>],
    ends: &'a TracedSockets,
    chosen: BTreeSet<usize>,
    /// The consoles that have both ends of a conversation, so that each socket gets a line.
    split: BTreeSet<Arc<str>>,
    /// The sockets whose packets are seen.
    wired: BTreeSet<usize>,
    lines: Vec<String>,
    /// The lines of those who are none of ours.
    peers: BTreeSet<usize>,
    moments: Vec<Moment>,
    /// The names of hosts that were looked up.
    names: BTreeMap<IpAddr, BTreeSet<String>>,
}

impl<'a> Storyteller<'a> {
    pub(super) fn new(
        calls: &'a [Arc<CallRecord>],
        ends: &'a TracedSockets,
        chosen: BTreeSet<usize>,
    ) -> Self {
        let talks_to_itself = |at: &usize| {
            let other = ends.other(*at).or_else(|| ends.0[*at].listener);
            let other = other.filter(|_| !ends.0[*at].listens)?;
            let same = ends.0[*at].console == ends.0[other].console;
            (same && ends.other(*at).is_some()).then(|| Arc::clone(&ends.0[*at].console))
        };
        Self {
            calls,
            ends,
            split: chosen.iter().filter_map(talks_to_itself).collect(),
            chosen,
            wired: BTreeSet::new(),
            lines: Vec::new(),
            peers: BTreeSet::new(),
            moments: Vec::new(),
            names: names(calls),
        }
    }

    /// The names of the lines, from left to right, and the moments in their order.
    pub(super) fn end(self) -> (Vec<String>, Vec<Moment>) {
        let (mut lines, mut moments) = (self.lines, self.moments);
        moments.sort_by_key(|moment| (moment.at, moment.order));
        // Ours are to the left, in the order in which they come into the story.
        let seen = |line: usize| moments.iter().position(|moment| moment.is_on(line));
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by_key(|line| (self.peers.contains(line), seen(*line).unwrap_or(usize::MAX)));
        let place = |line: usize| order.iter().position(|old| *old == line).unwrap_or(line);
        for moment in &mut moments {
            moment.move_lines(place);
        }
        lines = order.iter().map(|line| lines[*line].clone()).collect();
        (lines, moments)
    }

    /// Whether a packet belongs to the conversation.
    pub(super) fn has_packets(&self) -> bool {
        !self.wired.is_empty()
    }

    fn line(&mut self, name: String) -> usize {
        let known = self.lines.iter().position(|line| *line == name);
        known.unwrap_or_else(|| {
            self.lines.push(name);
            self.lines.len() - 1
        })
    }

    fn line_of(&mut self, at: usize) -> usize {
        let endpoint = &self.ends.0[at];
        let name = if self.split.contains(&endpoint.console) {
            let own = match &endpoint.own {
                Some(End::Inet(address)) => format!(":{}", address.port()),
                _ => format!("fd {}", endpoint.fd),
            };
            format!("{} {own}", endpoint.console)
        } else {
            endpoint.console.to_string()
        };
        self.line(name)
    }

    fn add(&mut self, at: Instant, what: Happening, changes: Vec<TcpChange>) {
        let about: BTreeSet<usize> = changes
            .iter()
            .flat_map(|change| match change {
                TcpChange::Listens(at) | TcpChange::Sends(at, _) | TcpChange::Gets(at, _) => {
                    vec![*at]
                }
                TcpChange::Opens(at, other) => [Some(*at), *other].into_iter().flatten().collect(),
                TcpChange::Closes(at, other) => vec![*at, *other],
            })
            .filter(|at| self.chosen.contains(at))
            .collect();
        let lines = about.into_iter().map(|at| (at, self.line_of(at))).collect();
        self.moments.push(Moment {
            at,
            order: self.moments.len(),
            what,
            changes,
            lines,
        });
    }

    /// Adds the packets that the chosen sockets sent and got.
    pub(super) fn tell_packets(&mut self, packets: &[Arc<PacketRecord>]) {
        for packet in packets {
            let Some((from, to)) = packet.ends else {
                continue;
            };
            let of = (
                self.socket((from, to), packet.at),
                self.socket((to, from), packet.at),
            );
            if of == (None, None) {
                continue;
            }
            self.wired.extend([of.0, of.1].into_iter().flatten());
            let mut line = |of: Option<usize>, address: SocketAddr| match of {
                Some(at) => self.line_of(at),
                None => self.line_at(&End::Inet(address)).unwrap_or_default(),
            };
            let (from, to) = (line(of.0, from), line(of.1, to));
            let (label, kind, carried) = packet_label(packet);
            let mut changes = Vec::new();
            if let PacketContent::Tcp(segment) = packet.content {
                changes.extend(of.0.map(|at| TcpChange::Sends(at, segment)));
                let arrives = of.1.filter(|_| !packet.is_lost);
                changes.extend(arrives.map(|at| TcpChange::Gets(at, segment)));
            }
            let what = Happening::Arrow {
                from,
                to,
                label,
                kind,
                carried,
                is_lost: packet.is_lost,
            };
            self.add(packet.at, what, changes);
        }
    }

    /// The chosen socket with this address of its own and this peer.
    fn socket(&self, (own, peer): (SocketAddr, SocketAddr), at: Instant) -> Option<usize> {
        let (own, peer) = (End::Inet(own), End::Inet(peer));
        let is_it = |endpoint: &TracedSocket| {
            let is_own = endpoint
                .own
                .as_ref()
                .is_some_and(|known| covers(known, &own));
            let is_peer = endpoint
                .peer
                .as_ref()
                .is_some_and(|known| covers(known, &peer));
            is_own && (is_peer || !endpoint.is_tcp)
        };
        let found = self.chosen.iter().rfind(|at| is_it(&self.ends.0[**at]));
        // One that was refused keeps no address.
        let tried = || {
            let tried = self.chosen.iter().filter_map(|of| {
                let apart = self.ends.0[*of].tried(&peer, at)?;
                Some((apart, of))
            });
            tried.min().map(|(_, of)| of)
        };
        found.or_else(tried).copied()
    }

    /// Adds the calls of the chosen sockets, and those without a socket where all are wanted.
    pub(super) fn tell_calls(&mut self, all: bool) {
        let steps = self.steps(all);
        let spans: Vec<(usize, Instant)> = steps
            .iter()
            .map(|step| (step.line, step.first().time.start))
            .collect();
        for step in &steps {
            let time = step.first().time.start..step.end();
            let meanwhile = |(line, at): &(usize, Instant)| {
                *line != step.line && time.start < *at && *at < time.end
            };
            let waited = step.first().wait.as_ref();
            let is_long = waited.is_some_and(|wait| wait.end - wait.start >= HELD);
            let is_held = is_long || (waited.is_some() && spans.iter().any(meanwhile));
            self.tell_step(step, is_held && step.calls.len() == 1);
        }
    }

    /// The calls in the order in which they began, equal ones folded.
    fn steps(&mut self, all: bool) -> Vec<CallRun<'a>> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for at in self.chosen.clone() {
            for place in &self.ends.0[at].calls {
                let call = &self.calls[*place];
                let mut children = self.ends.0.iter().enumerate();
                let child = children.find(|(_, end)| end.born == Some(*place));
                let foreign = call.call == "accept"
                    && child.is_some_and(|(child, _)| !self.chosen.contains(&child));
                if !foreign {
                    found.push((*place, at));
                    let inner = self.lookups_of(call);
                    found.extend(inner.into_iter().map(|place| (place, at)));
                }
            }
        }
        let mut lines: Vec<(usize, usize, usize)> = Vec::new();
        found.sort_by_key(|(place, _)| (self.calls[*place].time.start, *place));
        for (place, at) in found {
            let line = self.line_of(at);
            lines.push((place, at, line));
        }
        if all {
            let known: BTreeSet<usize> = lines.iter().map(|(place, ..)| *place).collect();
            for place in (0..self.calls.len()).filter(|place| !known.contains(place)) {
                let line = self.line(self.calls[place].console.to_string());
                lines.push((place, usize::MAX, line));
            }
            lines.sort_by_key(|(place, ..)| (self.calls[*place].time.start, *place));
        }
        fold(self.calls, &lines)
    }

    /// The lookups that a call made.
    fn lookups_of(&self, call: &CallRecord) -> Vec<usize> {
        let is_inner = |inner: &CallRecord| {
            inner.within == Some(call.call)
                && inner.console == call.console
                && call.time.start <= inner.time.start
                && inner.time.end <= call.time.end
        };
        let mut all = self.calls.iter().enumerate();
        let inner = all.by_ref().filter(|(_, inner)| is_inner(inner));
        inner.map(|(place, _)| place).collect()
    }

    fn tell_step(&mut self, step: &CallRun<'a>, is_held: bool) {
        let (call, line) = (step.first(), step.line);
        let kind = if call.outcome.is_err() {
            Tone::Failed
        } else {
            Tone::Call
        };
        let other = self.other_line(step);
        if is_held {
            self.say(
                call.time.start,
                line,
                call_text(call),
                Tone::Call,
                (true, false),
            );
        }
        let (before, after): (Vec<_>, Vec<_>) = self
            .arrows(step, other)
            .into_iter()
            .partition(|arrow| arrow.is_incoming);
        // A name is looked up before anything leaves, and nobody here sees when the peer is reached.
        let is_late_connect = other.0.is_none() && call.call.contains("connect");
        let is_late = call.received.is_some() || call.call == "accept" || is_held;
        let at = if is_late { step.end() } else { call.time.start };
        for arrow in before {
            self.add(at, arrow.what, arrow.changes);
        }
        if is_held {
            // What it sends leaves at its beginning.
            let leaves = if is_late_connect {
                step.end()
            } else {
                call.time.start
            };
            for arrow in after {
                self.add(leaves, arrow.what, arrow.changes);
            }
            self.say(at, line, ending(call), kind, (false, true));
            return;
        }
        self.say(at, line, whole_text(&step.calls), kind, (false, false));
        let at = if is_late_connect { step.end() } else { at };
        for arrow in after {
            self.add(at, arrow.what, arrow.changes);
        }
    }

    fn say(
        &mut self,
        at: Instant,
        line: usize,
        text: String,
        kind: Tone,
        (begins, ends): (bool, bool),
    ) {
        let what = Happening::Text {
            line,
            text,
            kind,
            begins,
            ends,
        };
        self.add(at, what, Vec::new());
    }

    /// The other end of a call, if it is a socket of ours, and its line.
    fn other_line(&mut self, step: &CallRun<'a>) -> (Option<usize>, Option<usize>) {
        if step.of == usize::MAX || self.wired.contains(&step.of) {
            return (None, None);
        }
        let call = step.first();
        let talks = call.sent.is_some()
            || call.received.is_some()
            || [
                "connect",
                "create_connection",
                "close",
                "shutdown",
                "accept",
            ]
            .contains(&call.call);
        if !talks || call.within.is_some() {
            return (None, None);
        }
        let endpoint = &self.ends.0[step.of];
        let peer = call.peer.as_ref().or(endpoint.peer.as_ref());
        let ours = self
            .ends
            .at(call.own.as_ref().or(endpoint.own.as_ref()), peer)
            .or_else(|| self.ends.other(step.of))
            .filter(|at| self.chosen.contains(at) && *at != step.of);
        if let Some(at) = ours {
            return (Some(at), Some(self.line_of(at)));
        }
        let listener = peer.and_then(|peer| {
            let listens = |end: &TracedSocket| {
                end.listens && end.own.as_ref().is_some_and(|own| covers(own, peer))
            };
            self.chosen
                .iter()
                .find(|at| listens(&self.ends.0[**at]))
                .copied()
        });
        if let Some(at) = listener.filter(|at| *at != step.of) {
            return (None, Some(self.line_of(at)));
        }
        (None, peer.and_then(|peer| self.line_at(peer)))
    }

    /// The line of a peer that is none of ours: by the name it was looked up by, or its address.
    fn line_at(&mut self, peer: &End) -> Option<usize> {
        let named = match peer {
            End::Inet(address) => {
                name_of(&self.names, address.ip()).map(|name| format!("{name}:{}", address.port()))
            }
            _ => None,
        };
        let name = named.or_else(|| end_text(peer))?;
        let line = self.line(name);
        self.peers.insert(line);
        Some(line)
    }

    /// The arrows that a call stands for.
    fn arrows(
        &self,
        step: &CallRun<'a>,
        (ours, line): (Option<usize>, Option<usize>),
    ) -> Vec<CallArrow> {
        let mut arrows = Vec::new();
        if step.of == usize::MAX {
            return arrows;
        }
        let (call, endpoint) = (step.first(), &self.ends.0[step.of]);
        let is_well = call.outcome.is_ok();
        let is_wired = self.wired.contains(&step.of);
        if endpoint.listens && is_well && ["listen", "create_server"].contains(&call.call) {
            let change = endpoint.is_tcp.then_some(TcpChange::Listens(step.of));
            arrows.push(CallArrow::change(change));
        }
        let Some(line) = line.filter(|line| *line != step.line && !is_wired) else {
            return arrows;
        };
        let mut arrow = |is_incoming, label: String, kind, change: Option<TcpChange>| {
            let (from, to) = if is_incoming {
                (line, step.line)
            } else {
                (step.line, line)
            };
            arrows.push(CallArrow {
                is_incoming,
                what: Happening::Arrow {
                    from,
                    to,
                    label,
                    kind,
                    carried: None,
                    is_lost: false,
                },
                changes: change.into_iter().collect(),
            });
        };
        let tcp = |change: TcpChange| endpoint.is_tcp.then_some(change);
        match call.call {
            "connect" | "create_connection" => {
                let change = tcp(TcpChange::Opens(step.of, ours)).filter(|_| is_well);
                arrow(false, "connect".into(), Tone::Control, change);
            }
            "accept" if is_well && ours.is_none() => {
                arrow(true, "connect".into(), Tone::Control, None);
            }
            "close" | "shutdown" if is_well && !endpoint.listens && endpoint.peer.is_some() => {
                let change = ours.and_then(|other| tcp(TcpChange::Closes(step.of, other)));
                arrow(false, call.call.into(), Tone::Control, change);
            }
            _ => {}
        }
        let sent = step.bytes(|call| call.sent.as_ref().map(|sent| sent.count));
        if !sent.is_empty() {
            arrow(false, bytes_label(&sent), Tone::Data, None);
        }
        let received = step.bytes(|call| call.received.as_ref().map(|got| got.count));
        if !received.is_empty() && ours.is_none() {
            arrow(true, bytes_label(&received), Tone::Data, None);
        }
        arrows
    }

    /// Adds the calls that consoles of the picture are still waiting in.
    pub(super) fn tell_pending(&mut self, pending: &[PendingCall]) {
        for call in pending {
            let is_its = |line: &String| {
                line.strip_prefix(&*call.console)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            };
            if let Some(line) = self.lines.iter().position(is_its) {
                let text = format!("{}() waits", call.call);
                self.say(call.since, line, text, Tone::Call, (true, false));
            }
        }
    }
}

/// An arrow that a call stands for.
struct CallArrow {
    is_incoming: bool,
    what: Happening,
    changes: Vec<TcpChange>,
}

impl CallArrow {
    fn change(change: Option<TcpChange>) -> Self {
        Self {
            is_incoming: false,
            what: Happening::Nothing,
            changes: change.into_iter().collect(),
        }
    }
}
