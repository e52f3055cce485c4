//! The record of one packet, read from its Ethernet frame.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use etherparse::{
    ArpOperation, Icmpv4Type, Icmpv6Type, LaxNetSlice, LaxSlicedPacket, TcpSlice, TransportSlice,
};

use super::checksum;

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
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// When it was on the wire.
    pub(crate) at: Instant,
    pub(crate) card: Card,
    /// Its bytes, or the first ones.
    pub(crate) bytes: &'a [u8],
    /// How many it had.
    pub(crate) length: usize,
    /// Whether no card computed its checksum.
    pub(crate) has_open_checksum: bool,
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
pub(super) struct Wire {
    directions: HashMap<(SocketAddr, SocketAddr), Direction>,
}

#[derive(Debug)]
struct Direction {
    /// The sequence number of its first segment.
    first: u32,
    /// The number after the last byte that was seen.
    next: u32,
    /// The number of the last packet.
    last: u64,
}

impl Wire {
    /// Reads a frame. What cannot be understood is [`PacketContent::Other`].
    pub(super) fn read(&mut self, number: u64, frame: &Frame<'_>) -> PacketRecord {
        let missing = frame.length.saturating_sub(frame.bytes.len());
        let (ends, content) = LaxSlicedPacket::from_ethernet(frame.bytes)
            .map_or((None, PacketContent::Other), |packet| {
                self.content(number, &packet, missing)
            });
        let mut bytes: Box<[u8]> = frame.bytes.into();
        if frame.has_open_checksum && missing == 0 {
            checksum::fill_in(&mut bytes);
        }
        PacketRecord {
            number,
            at: frame.at,
            card: frame.card,
            frame: bytes,
            length: frame.bytes.len() + missing,
            ends,
            content,
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
        let direction = self.directions.entry((from, to)).or_insert(Direction {
            first: sequence,
            next: sequence,
            last: number,
        });
        if flags.syn && direction.first != sequence {
            // The same two ports again, for another connection.
            direction.first = sequence;
            direction.next = sequence;
        }
        direction.last = number;
        let is_new = after.wrapping_sub(direction.next).cast_signed() > 0;
        let again = taken > 0 && !is_new;
        if is_new {
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
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::time::Instant;

    use etherparse::PacketBuilder;
    use proptest::prelude::{any, prop};
    use proptest::proptest;

    use super::{Card, Frame, PacketContent, PacketRecord, TcpSegment, Wire};

    impl<'a> Frame<'a> {
        /// A whole frame on the wire.
        pub(crate) fn whole(at: Instant, bytes: &'a [u8]) -> Self {
            Self {
                at,
                card: Card::Wire,
                bytes,
                length: bytes.len(),
                has_open_checksum: false,
            }
        }
    }

    const CLIENT: [u8; 4] = [10, 29, 144, 178];
    const SERVER: [u8; 4] = [108, 59, 11, 99];
    const PORT: u16 = 45330;

    fn read(wire: &mut Wire, frame: &[u8]) -> PacketRecord {
        wire.read(1, &Frame::whole(Instant::now(), frame))
    }

    /// A segment of the client's (or else the server's), with these flags of `SAFR`.
    fn frame(is_client: bool, flags: &str, sequence: u32, ack: u32, data: usize) -> Vec<u8> {
        let (from, to, ports) = if is_client {
            (CLIENT, SERVER, (PORT, 80))
        } else {
            (SERVER, CLIENT, (80, PORT))
        };
        let mut builder = PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4(from, to, 64)
            .tcp(ports.0, ports.1, sequence, 64240);
        for flag in flags.chars() {
            builder = match flag {
                'S' => builder.syn(),
                'A' => builder.ack(ack),
                'F' => builder.fin(),
                _ => builder.rst(),
            };
        }
        let mut frame = Vec::new();
        builder.write(&mut frame, &vec![b'x'; data]).unwrap();
        frame
    }

    fn segment(wire: &mut Wire, frame: &[u8]) -> TcpSegment {
        match read(wire, frame).content {
            PacketContent::Tcp(segment) => segment,
            other => panic!("no segment: {other:?}"),
        }
    }

    #[test]
    fn sequence_numbers_count_from_the_connections_first() {
        let mut wire = Wire::default();
        // The numbers wrap around within this conversation.
        let (ours, theirs) = (u32::MAX - 10, 7_000_000);
        let record = read(&mut wire, &frame(true, "S", ours, 0, 0));
        let ends = (
            SocketAddr::from((Ipv4Addr::from(CLIENT), PORT)),
            SocketAddr::from((Ipv4Addr::from(SERVER), 80)),
        );
        assert_eq!(record.ends, Some(ends));
        let steps = [
            (
                frame(false, "SA", theirs, ours.wrapping_add(1), 0),
                (0, 1, 0),
            ),
            (
                frame(true, "A", ours.wrapping_add(1), theirs + 1, 41),
                (1, 1, 41),
            ),
            (
                frame(false, "A", theirs + 1, ours.wrapping_add(42), 1448),
                (1, 42, 1448),
            ),
            (
                frame(false, "FA", theirs + 1449, ours.wrapping_add(42), 0),
                (1449, 42, 0),
            ),
        ];
        for (frame, (sequence, acknowledgement, length)) in steps {
            let found = segment(&mut wire, &frame);
            assert_eq!(
                (
                    found.sequence,
                    found.acknowledgement,
                    found.length,
                    found.again
                ),
                (sequence, Some(acknowledgement), length, false)
            );
        }
        let again = segment(
            &mut wire,
            &frame(false, "A", theirs + 1, ours.wrapping_add(42), 1448),
        );
        assert!(again.again, "it was on the wire before");
    }

    #[test]
    fn the_same_ports_used_again_count_from_one_again() {
        let mut wire = Wire::default();
        segment(&mut wire, &frame(true, "S", 100, 0, 0));
        segment(&mut wire, &frame(true, "A", 101, 5, 10));
        assert_eq!(
            segment(&mut wire, &frame(true, "S", 90_000, 0, 0)).sequence,
            0
        );
        let next = segment(&mut wire, &frame(true, "A", 90_001, 5, 10));
        assert_eq!((next.sequence, next.again), (1, false));
    }

    #[test]
    fn datagrams_and_messages_about_the_network_are_told_in_words() {
        let mut wire = Wire::default();
        let builder = || PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4(CLIENT, SERVER, 64);
        let mut udp = Vec::new();
        builder().udp(5000, 53).write(&mut udp, b"hello").unwrap();
        assert_eq!(read(&mut wire, &udp).content, PacketContent::Udp(5));
        let mut icmp = Vec::new();
        let header = etherparse::icmpv4::DestUnreachableHeader::Port;
        let kind = etherparse::Icmpv4Type::DestinationUnreachable(header);
        builder().icmpv4(kind).write(&mut icmp, &[]).unwrap();
        let words = PacketContent::Icmp("port unreachable".into());
        assert_eq!(read(&mut wire, &icmp).content, words);
    }

    #[test]
    fn of_a_long_frame_the_beginning_tells_how_long_it_was() {
        let mut wire = Wire::default();
        let bytes = frame(true, "A", 1, 1, 60_000);
        let mut long = Frame::whole(Instant::now(), &bytes[..1_900]);
        long.length = bytes.len();
        let record = wire.read(1, &long);
        assert_eq!((record.frame.len(), record.length), (1_900, bytes.len()));
        assert!(matches!(record.content, PacketContent::Tcp(segment) if segment.length == 60_000));
    }

    proptest! {
        #[test]
        fn no_frame_panics(frame in prop::collection::vec(any::<u8>(), 0..200)) {
            read(&mut Wire::default(), &frame);
        }

        #[test]
        fn no_damaged_segment_panics(
            at in 0..54_usize,
            by in any::<u8>(),
            length in 0..96_usize,
        ) {
            let mut wire = Wire::default();
            let mut damaged = frame(true, "SA", 5, 6, 40);
            damaged[at] ^= by;
            damaged.truncate(length);
            read(&mut wire, &damaged);
            read(&mut wire, &damaged);
        }
    }
}
