//! The record of one packet, read from its Ethernet frame.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use etherparse::{
    ArpOperation, Icmpv4Type, Icmpv6Type, LaxNetSlice, LaxSlicedPacket, TcpSlice, TransportSlice,
};

use super::checksum;

/// How many gaps of a direction are remembered.
const GAPS: usize = 64;
/// After how many directions of connections the old ones are looked for.
const DIRECTIONS: usize = 4096;

/// The card of the learner's machine on which a packet was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Card {
    /// The one that joins it to the internet.
    Wire,
    /// The one on which it talks to itself.
    Loopback,
}

/// An Ethernet frame as it was seen. Its bytes may be any at all.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// When it was on the wire.
    pub(crate) at: Instant,
    pub(crate) card: Card,
    /// Its bytes, or the first ones.
    pub(crate) bytes: Box<[u8]>,
    /// How many it had.
    pub(crate) length: usize,
    /// Whether no card computed its checksum.
    pub(crate) has_open_checksum: bool,
    /// Whether it got lost on its way.
    pub(crate) is_lost: bool,
}

/// One packet that a card saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PacketRecord {
    /// Its place among the packets of a journal, from 1.
    pub(crate) number: u64,
    /// When it was on the wire.
    pub(crate) at: Instant,
    pub(crate) card: Card,
    /// The Ethernet frame, or its beginning.
    pub(crate) frame: Box<[u8]>,
    /// How many bytes the frame had.
    pub(crate) length: usize,
    /// Who sent it, and to whom; where there are no ports they are 0. None where it is not IP.
    pub(crate) ends: Option<(SocketAddr, SocketAddr)>,
    /// What it is.
    pub(crate) content: PacketContent,
    /// Whether it got lost on its way.
    pub(crate) is_lost: bool,
}

/// What a packet is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PacketContent {
    /// A TCP segment.
    Tcp(TcpSegment),
    /// A UDP datagram with so many bytes of data.
    Udp(usize),
    /// A message about the network itself (ICMP), in words: `port unreachable`.
    Icmp(String),
    /// A question for the hardware address of an IPv4 address, or its answer.
    Arp {
        /// Whether it is the question.
        asks: bool,
        /// The address asked for; of an answer, the address that it is about.
        about: IpAddr,
    },
    /// Something else, or not to be understood.
    Other,
}

/// A TCP segment's header, with numbers that a person can follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TcpSegment {
    /// Its flags.
    pub(crate) flags: TcpFlags,
    /// The place of its first byte, counted from the first segment of its direction.
    pub(crate) sequence: u32,
    /// The place of the byte that its sender expects next, counted likewise; none without ACK.
    pub(crate) acknowledgement: Option<u32>,
    /// The window as the header has it, without the connection's scale.
    pub(crate) window: u16,
    /// How many bytes of data it carries.
    pub(crate) length: usize,
    /// Whether all that it carries was on the wire before: it is sent again.
    pub(crate) again: bool,
    /// Whether what follows it was on the wire before it.
    pub(crate) late: bool,
}

/// The flags of a TCP segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "they are the header's bits")]
pub(crate) struct TcpFlags {
    pub(crate) syn: bool,
    pub(crate) ack: bool,
    pub(crate) fin: bool,
    pub(crate) rst: bool,
    pub(crate) psh: bool,
}

/// What is known of the connections on a wire: enough to count sequence numbers from the first.
#[derive(Debug, Default)]
pub(crate) struct PacketReader {
    directions: HashMap<(SocketAddr, SocketAddr), SegmentStream>,
}

#[derive(Debug)]
struct SegmentStream {
    /// The sequence number of its first segment.
    first: u32,
    /// The number after the last byte that was seen.
    next: u32,
    /// What was passed over: numbers from the first on to before the second.
    gaps: Vec<(u32, u32)>,
    /// The number of the last packet.
    last: u64,
}

impl SegmentStream {
    /// Whether these numbers were passed over; from now on they are there.
    fn fills_a_gap(&mut self, from: u32, after: u32) -> bool {
        let is_in = |(begin, end): &(u32, u32)| !is_after(*begin, from) && !is_after(after, *end);
        let Some(at) = self.gaps.iter().position(is_in) else {
            return false;
        };
        let (begin, end) = self.gaps.swap_remove(at);
        let left = [(begin, from), (after, end)];
        self.gaps
            .extend(left.iter().filter(|(begin, end)| begin != end));
        true
    }
}

/// Whether a number comes after another one; they begin anew after the last one.
fn is_after(number: u32, other: u32) -> bool {
    number.wrapping_sub(other).cast_signed() > 0
}

impl PacketReader {
    /// Reads a frame. What cannot be understood is [`PacketContent::Other`].
    pub(crate) fn read(&mut self, number: u64, frame: Frame) -> PacketRecord {
        let missing = frame.length.saturating_sub(frame.bytes.len());
        let (ends, content) = LaxSlicedPacket::from_ethernet(&frame.bytes)
            .map_or((None, PacketContent::Other), |packet| {
                self.content(number, &packet, missing)
            });
        let mut bytes = frame.bytes;
        if frame.has_open_checksum && missing == 0 {
            checksum::fill_in(&mut bytes);
        }
        PacketRecord {
            number,
            at: frame.at,
            card: frame.card,
            frame: bytes,
            length: frame.length,
            ends,
            content,
            is_lost: frame.is_lost,
        }
    }

    /// What a frame is, of which so many bytes are missing at its end.
    fn content(
        &mut self,
        number: u64,
        packet: &LaxSlicedPacket<'_>,
        missing: usize,
    ) -> (Option<(SocketAddr, SocketAddr)>, PacketContent) {
        let (from, to): (IpAddr, IpAddr) = match &packet.net {
            Some(LaxNetSlice::Ipv4(v4)) => {
                let header = v4.header();
                (
                    header.source_addr().into(),
                    header.destination_addr().into(),
                )
            }
            Some(LaxNetSlice::Ipv6(v6)) => {
                let header = v6.header();
                (
                    header.source_addr().into(),
                    header.destination_addr().into(),
                )
            }
            Some(LaxNetSlice::Arp(arp)) => return (None, arp_content(arp)),
            None => return (None, PacketContent::Other),
        };
        let ends =
            |ports: (u16, u16)| (SocketAddr::new(from, ports.0), SocketAddr::new(to, ports.1));
        match &packet.transport {
            Some(TransportSlice::Tcp(tcp)) => {
                let ends = ends((tcp.source_port(), tcp.destination_port()));
                let segment = self.segment(number, ends, tcp, missing);
                (Some(ends), PacketContent::Tcp(segment))
            }
            Some(TransportSlice::Udp(udp)) => (
                Some(ends((udp.source_port(), udp.destination_port()))),
                PacketContent::Udp(udp.payload().len() + missing),
            ),
            Some(TransportSlice::Icmpv4(icmp)) => {
                let words = icmp4_words(&icmp.icmp_type());
                (Some(ends((0, 0))), PacketContent::Icmp(words))
            }
            Some(TransportSlice::Icmpv6(icmp)) => {
                let words = icmp6_words(&icmp.icmp_type());
                (Some(ends((0, 0))), PacketContent::Icmp(words))
            }
            _ => (Some(ends((0, 0))), PacketContent::Other),
        }
    }

    fn segment(
        &mut self,
        number: u64,
        (from, to): (SocketAddr, SocketAddr),
        tcp: &TcpSlice<'_>,
        missing: usize,
    ) -> TcpSegment {
        let flags = TcpFlags {
            syn: tcp.syn(),
            ack: tcp.ack(),
            fin: tcp.fin(),
            rst: tcp.rst(),
            psh: tcp.psh(),
        };
        let length = tcp.payload().len() + missing;
        let sequence = tcp.sequence_number();
        // SYN and FIN take a number each, so that they can be acknowledged.
        let taken = length + usize::from(flags.syn) + usize::from(flags.fin);
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a frame is shorter than 4 GiB"
        )]
        let after = sequence.wrapping_add(taken as u32);
        let direction = self.directions.entry((from, to)).or_insert(SegmentStream {
            first: sequence,
            next: sequence,
            gaps: Vec::new(),
            last: number,
        });
        if flags.syn && direction.first != sequence {
            // The same two ports again, for another connection.
            (direction.first, direction.next) = (sequence, sequence);
            direction.gaps.clear();
        }
        direction.last = number;
        let is_new = is_after(after, direction.next);
        let late = taken > 0 && !is_new && direction.fills_a_gap(sequence, after);
        let again = taken > 0 && !is_new && !late;
        if is_new {
            if is_after(sequence, direction.next) && direction.gaps.len() < GAPS {
                direction.gaps.push((direction.next, sequence));
            }
            direction.next = after;
        }
        let sequence = sequence.wrapping_sub(direction.first);
        let acknowledgement = flags.ack.then(|| {
            let number = tcp.acknowledgment_number();
            let other = self.directions.get(&(to, from));
            // Of a conversation that we came late to, this is the first that is known of the peer.
            number.wrapping_sub(other.map_or(number, |other| other.first))
        });
        TcpSegment {
            flags,
            sequence,
            acknowledgement,
            window: tcp.window_size(),
            length,
            again,
            late,
        }
    }

    /// Forgets the connections without a packet after this one, where there are many.
    pub(super) fn forget_before(&mut self, number: u64) {
        if self.directions.len() > DIRECTIONS {
            self.directions.retain(|_, seen| seen.last > number);
        }
    }
}

fn arp_content(arp: &etherparse::ArpPacketSlice<'_>) -> PacketContent {
    let asks = arp.operation() == ArpOperation::REQUEST;
    let about = if asks {
        arp.target_protocol_addr()
    } else {
        arp.sender_protocol_addr()
    };
    <[u8; 4]>::try_from(about).map_or(PacketContent::Other, |about| PacketContent::Arp {
        asks,
        about: about.into(),
    })
}

/// The variant's name in a person's words: `PortUnreachable` is `port unreachable`.
fn words(variant: impl std::fmt::Debug) -> String {
    let name = format!("{variant:?}");
    let name = name.split(|sign: char| !sign.is_alphanumeric()).next();
    let mut words = String::new();
    for sign in name.unwrap_or_default().chars() {
        if sign.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(sign.to_ascii_lowercase());
    }
    words
}

fn icmp4_words(kind: &Icmpv4Type) -> String {
    match kind {
        Icmpv4Type::DestinationUnreachable(header) => match words(header).as_str() {
            "port" | "host" | "network" | "protocol" => format!("{} unreachable", words(header)),
            other => other.to_string(),
        },
        other => words(other),
    }
}

fn icmp6_words(kind: &Icmpv6Type) -> String {
    match kind {
        Icmpv6Type::DestinationUnreachable(code) => match words(code).as_str() {
            "port" | "address" => format!("{} unreachable", words(code)),
            other => other.to_string(),
        },
        other => words(other),
    }
}

#[cfg(test)]
mod tests;
