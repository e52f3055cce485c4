//! Frames that are read, and any bytes in their place.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Instant;

use etherparse::PacketBuilder;
use proptest::prelude::{any, prop};
use proptest::proptest;

use super::{Card, Frame, PacketContent, PacketReader, PacketRecord, TcpSegment};

impl Frame {
    /// A whole frame on the wire.
    pub(crate) fn whole(at: Instant, bytes: &[u8]) -> Self {
        Self {
            at,
            card: Card::Wire,
            bytes: bytes.into(),
            length: bytes.len(),
            has_open_checksum: false,
            is_lost: false,
        }
    }
}

const CLIENT: [u8; 4] = [10, 29, 144, 178];
const SERVER: [u8; 4] = [108, 59, 11, 99];
const PORT: u16 = 45330;

fn read(wire: &mut PacketReader, frame: &[u8]) -> PacketRecord {
    wire.read(1, Frame::whole(Instant::now(), frame))
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

fn segment(wire: &mut PacketReader, frame: &[u8]) -> TcpSegment {
    match read(wire, frame).content {
        PacketContent::Tcp(segment) => segment,
        other => panic!("no segment: {other:?}"),
    }
}

#[test]
fn sequence_numbers_count_from_the_connections_first() {
    let mut wire = PacketReader::default();
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
    let mut wire = PacketReader::default();
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
    let mut wire = PacketReader::default();
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
    let mut wire = PacketReader::default();
    let bytes = frame(true, "A", 1, 1, 60_000);
    let mut long = Frame::whole(Instant::now(), &bytes[..1_900]);
    long.length = bytes.len();
    let record = wire.read(1, long);
    assert_eq!((record.frame.len(), record.length), (1_900, bytes.len()));
    assert!(matches!(record.content, PacketContent::Tcp(segment) if segment.length == 60_000));
}

proptest! {
    #[test]
    fn no_frame_panics(frame in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&mut PacketReader::default(), &frame);
    }

    #[test]
    fn no_damaged_segment_panics(
        at in 0..54_usize,
        by in any::<u8>(),
        length in 0..96_usize,
    ) {
        let mut wire = PacketReader::default();
        let mut damaged = frame(true, "SA", 5, 6, 40);
        damaged[at] ^= by;
        damaged.truncate(length);
        read(&mut wire, &damaged);
        read(&mut wire, &damaged);
    }
}
