//! Compares what a step's `//~` lines say with the packets that were seen.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;

use super::{NOTHING, PacketLine, PacketLines, Way};
use crate::lesson::format::pattern::Captures;
use crate::trace::{PacketEnd, SeenPacket};

/// What holes stand for, and whose step it is.
#[derive(Clone, Copy)]
pub(crate) struct PacketHoles<'a> {
    /// The console of the step.
    pub(crate) console: &'a str,
    /// The shown values of [`PacketLines::exprs`].
    pub(crate) exprs: &'a [String],
    /// What transcripts have captured.
    pub(crate) captures: &'a Captures,
}

/// What came of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketComparison {
    /// Whether the packets are those that the lesson says.
    pub(crate) is_same: bool,
    /// The lesson's lines, each that fits with what was seen in its place.
    pub(crate) expected: Vec<String>,
    /// What was seen, without what the lesson need not say.
    pub(crate) actual: Vec<String>,
    /// The texts behind `//~ ` that accept it; lines that fit stay as they are.
    pub(crate) accepted: Vec<String>,
}

impl PacketLines {
    /// Compares the packets that were seen since the step began.
    ///
    /// A pure acknowledgement needs no line. Neither does what others send before the step's first
    /// packet, after its last, or in a conversation that the step's console has no part in: it may come
    /// early or late. All that the step's own console sends must be said.
    pub(crate) fn compare(&self, seen: &[SeenPacket], holes: PacketHoles<'_>) -> PacketComparison {
        let compared = PacketAlignment::new(self, seen, holes);
        let costs = compared.costs();
        let rows = compared.rows(&costs);
        let is_same = costs.of(0, 0) == 0 && !self.is_open();
        compared.told(&rows, is_same)
    }
}

/// One step of the way through both.
#[derive(Debug, Clone, Copy)]
enum PacketRow {
    /// The line says the packet.
    Same { line: usize, packet: usize },
    /// The line takes any packets.
    Any { line: usize },
    /// The line says a packet that was not seen.
    Missing { line: usize },
    /// No line says the packet.
    Extra { packet: usize },
}

struct PacketAlignment<'a> {
    lines: &'a PacketLines,
    seen: &'a [SeenPacket],
    holes: PacketHoles<'a>,
    /// By line and packet: whether the one says the other, and whether with its pieces.
    fits: Vec<Vec<Option<SaidWords>>>,
    /// The conversations in which the step's console sends something before their end.
    own: BTreeSet<(SocketAddr, SocketAddr)>,
}

/// The words of a packet that a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SaidWords {
    Whole,
    Pieces,
}

/// For each beginning of both, how much of the rest differs.
struct AlignmentCosts {
    width: usize,
    costs: Vec<u32>,
}

impl AlignmentCosts {
    fn of(&self, line: usize, packet: usize) -> u32 {
        self.costs[line * self.width + packet]
    }

    fn set(&mut self, (line, packet): (usize, usize), cost: u32) {
        self.costs[line * self.width + packet] = cost;
    }
}

impl<'a> PacketAlignment<'a> {
    fn new(lines: &'a PacketLines, seen: &'a [SeenPacket], holes: PacketHoles<'a>) -> Self {
        let sends = |packet: &&SeenPacket| has_part(packet, holes.console);
        let own = seen.iter().filter(sends).map(SeenPacket::connection);
        let mut exprs = holes.exprs;
        let mut fits = Vec::new();
        for line in &lines.expected {
            let count = match line {
                PacketLine::Packet { what, .. } => what.exprs().count().min(exprs.len()),
                PacketLine::Any => 0,
            };
            let (values, rest) = exprs.split_at(count);
            exprs = rest;
            fits.push(fits_of(
                line,
                seen,
                PacketHoles {
                    exprs: values,
                    ..holes
                },
            ));
        }
        Self {
            own: own.collect(),
            lines,
            seen,
            holes,
            fits,
        }
    }

    /// Whether a packet needs no line behind so many lines.
    fn may_pass(&self, line: usize, packet: &SeenPacket) -> bool {
        let is_at_last = line == self.lines.expected.len();
        let is_at_end = line == 0 || is_at_last;
        packet.is_acknowledgement
            || self.ends_what_was(packet, line == 0 && !is_at_last)
            || !packet.is_from(self.holes.console)
                && (is_at_end || !self.own.contains(&packet.connection()))
    }

    /// Whether a packet is the end of a conversation in which the step has no other part: a value that
    /// an earlier step left behind is gone at some time, and the system answers what still comes for
    /// it, at any time, with RST.
    fn ends_what_was(&self, packet: &SeenPacket, is_first: bool) -> bool {
        let may_be = packet.whole == "RST" || is_first && packet.is_goodbye();
        may_be && !self.own.contains(&packet.connection())
    }

    fn costs(&self) -> AlignmentCosts {
        let (lines, packets) = (self.lines.expected.len(), self.seen.len());
        let mut costs = AlignmentCosts {
            width: packets + 1,
            costs: vec![0; (lines + 1) * (packets + 1)],
        };
        for line in (0..=lines).rev() {
            for packet in (0..=packets).rev() {
                let place = (line, packet);
                let ways = self.ways(place);
                let least = ways.map(|(_, next, cost)| cost + costs.of(next.0, next.1));
                let least = least.min().unwrap_or(0);
                costs.set(place, least);
            }
        }
        costs
    }

    /// How to go on from a place, where that leads, and what it costs.
    fn ways(
        &self,
        (line, packet): (usize, usize),
    ) -> impl Iterator<Item = (Option<PacketRow>, (usize, usize), u32)> {
        let expected = self.lines.expected.get(line);
        let seen = self.seen.get(packet);
        let is_any = matches!(expected, Some(PacketLine::Any));
        let is_same = seen.is_some() && expected.is_some() && self.fits[line][packet].is_some();
        let same = is_same.then_some((
            Some(PacketRow::Same { line, packet }),
            (line + 1, packet + 1),
            0,
        ));
        let takes = (is_any && seen.is_some()).then_some((None, (line, packet + 1), 0));
        let any = is_any.then_some((Some(PacketRow::Any { line }), (line + 1, packet), 0));
        let passes = seen.map(|seen| {
            let row = (!seen.is_acknowledgement).then_some(PacketRow::Extra { packet });
            let cost = u32::from(!self.may_pass(line, seen));
            (row, (line, packet + 1), cost)
        });
        let missing = (expected.is_some() && !is_any).then_some((
            Some(PacketRow::Missing { line }),
            (line + 1, packet),
            1,
        ));
        [same, takes, any, passes, missing].into_iter().flatten()
    }

    /// The way that costs least.
    fn rows(&self, costs: &AlignmentCosts) -> Vec<PacketRow> {
        let mut rows = Vec::new();
        let mut place = (0, 0);
        let end = (self.lines.expected.len(), self.seen.len());
        while place != end {
            let rest = costs.of(place.0, place.1);
            let best = |(_, next, cost): &(_, (usize, usize), u32)| {
                cost + costs.of(next.0, next.1) == rest
            };
            let Some((row, next, _)) = self.ways(place).find(best) else {
                break;
            };
            rows.extend(row);
            place = next;
        }
        rows
    }

    fn told(&self, rows: &[PacketRow], is_same: bool) -> PacketComparison {
        let mut told = PacketComparison {
            is_same,
            expected: Vec::new(),
            actual: Vec::new(),
            accepted: Vec::new(),
        };
        let starts = self
            .seen
            .iter()
            .position(|packet| packet.is_from(self.holes.console) && !packet.is_acknowledgement);
        let sends =
            |packet: &&SeenPacket| packet.is_from(self.holes.console) && !packet.is_acknowledgement;
        let talks: BTreeSet<_> = self
            .seen
            .iter()
            .filter(sends)
            .map(SeenPacket::connection)
            .collect();
        // What is told of a step that was not as expected, of all that others sent.
        let counts = |at: usize, has_begun: bool| {
            let packet = &self.seen[at];
            let is_part = |start| (has_begun || at > start) && talks.contains(&packet.connection());
            packet.is_from(self.holes.console) || starts.is_none_or(is_part)
        };
        let source = |line: usize| self.lines.text[line].trim().to_owned();
        for row in rows {
            match *row {
                PacketRow::Same { line, packet } => {
                    let shown = self.in_words_of(line, packet);
                    told.expected.push(shown.clone());
                    told.actual.push(shown);
                    told.accepted.push(source(line));
                }
                PacketRow::Any { line } => {
                    told.expected.push(source(line));
                    told.actual.push(source(line));
                    told.accepted.push(source(line));
                }
                PacketRow::Missing { line } => told.expected.push(source(line)),
                PacketRow::Extra { packet }
                    if !is_same && counts(packet, !told.actual.is_empty()) =>
                {
                    let shown = canonical(&self.seen[packet], self.holes.console);
                    told.actual.push(shown.clone());
                    told.accepted.push(shown);
                }
                PacketRow::Extra { .. } => {}
            }
        }
        if self.lines.is_open() {
            told.accepted = self.all(|at| counts(at, false));
            told.actual.clone_from(&told.accepted);
        }
        if told.accepted.is_empty() {
            told.accepted.push(NOTHING.into());
        }
        told
    }

    /// All that a step may say of what was seen: the acknowledgement that ends a handshake too.
    fn all(&self, counts: impl Fn(usize) -> bool) -> Vec<String> {
        let is_worth = |at: &usize| {
            let packet = &self.seen[*at];
            (!packet.is_acknowledgement || packet.ends_handshake) && counts(*at)
        };
        let worth = (0..self.seen.len()).filter(is_worth);
        worth
            .map(|at| canonical(&self.seen[at], self.holes.console))
            .collect()
    }

    /// A packet, written as the line that says it.
    fn in_words_of(&self, line: usize, packet: usize) -> String {
        let seen = &self.seen[packet];
        let what = match self.fits[line][packet] {
            Some(SaidWords::Whole) => &seen.whole,
            _ => &seen.pieces,
        };
        match &self.lines.expected[line] {
            PacketLine::Packet {
                way: Way::Leaves, ..
            } => format!("> {what}"),
            PacketLine::Packet {
                way: Way::Comes, ..
            } => format!("< {what}"),
            PacketLine::Packet {
                way: Way::Between(from, to),
                ..
            } => format!("{from} > {to}: {what}"),
            PacketLine::Any => "...".into(),
        }
    }
}

/// Whether a packet is what a console has to say in a conversation, before its end.
fn has_part(packet: &SeenPacket, console: &str) -> bool {
    packet.is_from(console) && !packet.is_acknowledgement && !packet.is_goodbye()
}

/// Which of the packets a line says.
fn fits_of(
    line: &PacketLine,
    seen: &[SeenPacket],
    holes: PacketHoles<'_>,
) -> Vec<Option<SaidWords>> {
    let PacketLine::Packet { way, what, .. } = line else {
        return vec![None; seen.len()];
    };
    let mut known: HashMap<&str, bool> = HashMap::new();
    let says = |text: &'_ str| what.fits(text, holes.exprs, holes.captures);
    let mut fits = Vec::with_capacity(seen.len());
    for packet in seen {
        let is_way = match way {
            Way::Leaves => packet.is_from(holes.console),
            Way::Comes => packet.to.console.as_deref() == Some(holes.console),
            Way::Between(from, to) => packet.from.is_called(from) && packet.to.is_called(to),
        };
        let mut said = |text| *known.entry(text).or_insert_with(|| says(text));
        fits.push(match is_way {
            true if said(&packet.pieces) => Some(SaidWords::Pieces),
            true if said(&packet.whole) => Some(SaidWords::Whole),
            _ => None,
        });
    }
    fits
}

/// A packet as `accept` writes it into a step of this console. What the network sent is text from
/// outside: a hole or a dot in it stands for itself.
pub(crate) fn canonical(packet: &SeenPacket, console: &str) -> String {
    let what = crate::lesson::format::pattern::literal(&packet.pieces);
    let is_ours = |end: &PacketEnd| end.console.is_some();
    let is_here = |end: &PacketEnd| end.console.as_deref() == Some(console);
    match (&packet.from, &packet.to) {
        (from, to) if is_here(from) && is_here(to) => {
            let sign = if from.serves && !to.serves { '<' } else { '>' };
            format!("{sign} {what}")
        }
        (from, to) if is_here(from) && !is_ours(to) => format!("> {what}"),
        (from, to) if is_here(to) && !is_ours(from) => format!("< {what}"),
        (from, to) => format!("{} > {}: {what}", from.word(), to.word()),
    }
}
