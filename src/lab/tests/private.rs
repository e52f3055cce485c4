//! Two machines of our own: what is true there that is mapped elsewhere.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::{PATIENCE, address};
use crate::lab::Lab;
use crate::lab::private::Internet;
use crate::machine;
use crate::net::error::Cause;
use crate::net::link_manners::LinkRule;
use crate::net::machine::{bound, connected, listening};
use crate::net::network::{HostRecord, Network, Query};
use crate::net::numbers::{AF_INET, AF_INET6, AF_UNIX, ENETUNREACH, SOCK_DGRAM, SOCK_STREAM};
use crate::trace::{Card, Journal, PacketContent, PacketRecord, TcpSegment};

/// A private internet, where the system allows one.
fn internet() -> Option<Lab> {
    let lab = Lab::new(&[]);
    if lab.why_mapped().is_some() {
        machine::skip("veth");
        return None;
    }
    Some(lab)
}

#[track_caller]
fn stream(lab: &Lab, to: &str) -> std::io::Result<TcpStream> {
    let to = address(to);
    let family = if to.is_ipv4() { AF_INET } else { AF_INET6 };
    let socket = lab.socket((family, SOCK_STREAM, 0)).expect("a socket");
    assert_eq!(lab.route(to, SOCK_STREAM).expect("a route"), to);
    let stream = TcpStream::from(connected(socket, to, PATIENCE)?);
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    Ok(stream)
}

#[test]
fn addresses_and_ports_are_true_ones() {
    let Some(lab) = internet() else { return };
    let mut site = stream(&lab, "108.59.11.99:80").expect("a connection");
    assert_eq!(site.peer_addr().unwrap(), address("108.59.11.99:80"));
    assert_eq!(site.local_addr().unwrap().ip().to_string(), "10.29.144.178");
    site.write_all(b"GET / HTTP/1.1\r\nHost: crisewing.com\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut reply = Vec::new();
    site.read_to_end(&mut reply).unwrap();
    assert_eq!(reply.len(), 19427);
}

#[test]
fn datagrams_and_ipv6_reach_their_server() {
    let Some(lab) = internet() else { return };
    let socket = UdpSocket::from(lab.socket((AF_INET, SOCK_DGRAM, 0)).unwrap());
    let echo = lab.route(address("192.0.2.7:7"), SOCK_DGRAM).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.send_to(b"hello", echo).unwrap();
    let mut answer = [0; 16];
    assert_eq!(socket.recv_from(&mut answer).unwrap(), (5, echo));
    if !machine::ipv6() {
        return;
    }
    let mut echo = stream(&lab, "[2001:db8::7]:7").expect("a connection");
    echo.write_all(b"hello").unwrap();
    echo.read_exact(&mut answer[..5]).unwrap();
    assert_eq!(&answer[..5], b"hello");
}

#[test]
fn a_closed_port_refuses_and_a_black_hole_says_nothing() {
    let Some(lab) = internet() else { return };
    for closed in ["203.0.113.1:80", "108.59.11.99:81", "10.29.144.178:80"] {
        let refused = stream(&lab, closed).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused, "{closed}");
    }
    let socket = lab.socket((AF_INET, SOCK_STREAM, 0)).unwrap();
    let hole = address("203.0.113.2:80");
    let silent = connected(socket, hole, Duration::from_millis(200)).unwrap_err();
    assert_eq!(silent.kind(), ErrorKind::TimedOut);
}

#[test]
fn nothing_else_can_be_reached() {
    let Some(lab) = internet() else { return };
    let outside = address("8.8.8.8:53");
    let fault = lab.route(outside, SOCK_STREAM).unwrap_err();
    assert_eq!(fault.cause, Cause::Os(ENETUNREACH));
    // The kernel itself says so too, whoever forgets to ask.
    let socket = lab.socket((AF_INET, SOCK_STREAM, 0)).unwrap();
    let error = connected(socket, outside, PATIENCE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NetworkUnreachable);
}

#[test]
fn two_of_them_do_not_fight_for_a_port() {
    let (Some(one), Some(other)) = (internet(), internet()) else {
        return;
    };
    let listen = |lab: &Lab| {
        let socket = lab.socket((AF_INET, SOCK_STREAM, 0)).unwrap();
        TcpListener::from(listening(socket, address("0.0.0.0:50000")).unwrap())
    };
    let (_held, listener) = (listen(&one), listen(&other));
    let caller = stream(&other, "127.0.0.1:50000").expect("a connection");
    let (_, peer) = listener.accept().unwrap();
    assert_eq!(peer, caller.local_addr().unwrap());
}

#[test]
fn names_are_asked_for_over_the_wire() {
    let hosts = [HostRecord::of("dns.test", &["192.0.2.54"])];
    let lab = Lab::new(&hosts);
    if lab.why_mapped().is_some() {
        return machine::skip("namespaces");
    }
    assert_eq!(
        lab.gethostbyname("crisewing.com").unwrap(),
        std::net::Ipv4Addr::new(108, 59, 11, 99)
    );
    let query = Query {
        host: Some("nosuch.test".into()),
        ..Query::default()
    };
    assert!(lab.getaddrinfo(&query).is_err());
}

#[test]
fn a_socket_from_before_the_lab_is_led_to_loopback() {
    let Some(lab) = internet() else { return };
    let old = UdpSocket::bind("127.0.0.1:0").unwrap();
    let fd = std::os::fd::AsRawFd::as_raw_fd(&old);
    let there = lab
        .route_of(fd, address("192.0.2.7:7"), SOCK_DGRAM)
        .unwrap();
    assert!(there.ip().is_loopback(), "{there}");
}

#[test]
fn unix_sockets_stay_on_this_machine() {
    let Some(lab) = internet() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    assert!(lab.socket((AF_UNIX, SOCK_STREAM, 0)).is_ok());
    assert!(std::os::unix::net::UnixStream::connect(&path).is_ok());
}

#[test]
fn every_packet_of_the_learners_machine_is_recorded() {
    let Some(lab) = internet() else { return };
    let journal = Arc::<Journal>::default();
    let _wanted = journal.want();
    lab.record(&journal);
    let mut site = stream(&lab, "108.59.11.99:80").expect("a connection");
    site.write_all(b"GET / HTTP/1.1\r\nHost: crisewing.com\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut reply = Vec::new();
    site.read_to_end(&mut reply).unwrap();
    let own = site.local_addr().unwrap();
    drop(site);
    let segments = || -> Vec<TcpSegment> {
        let packets = journal.packets_after(0);
        let its = packets.iter().filter(|packet| {
            packet
                .ends
                .is_some_and(|(from, to)| from == own || to == own)
        });
        let segment = |packet: &Arc<PacketRecord>| match packet.content {
            PacketContent::Tcp(segment) => Some(segment),
            _ => None,
        };
        its.filter_map(segment).collect()
    };
    let deadline = Instant::now() + PATIENCE;
    let ends = |all: &[TcpSegment]| all.iter().filter(|segment| segment.flags.fin).count();
    while ends(&segments()) < 2 && Instant::now() < deadline {
        thread::yield_now();
    }
    let all = segments();
    let lengths = all.iter().map(|segment| segment.length);
    let mut came: Vec<usize> = lengths.filter(|length| *length > 100).collect();
    assert_eq!(came.pop(), Some(603), "{all:?}");
    assert_eq!(came, [1448; 13], "{all:?}");
    assert!(all[0].flags.syn && !all[0].flags.ack, "{all:?}");
    assert!(all.iter().all(|segment| !segment.again), "{all:?}");
}

#[test]
fn what_a_machine_says_to_itself_is_recorded_once_with_right_checksums() {
    let Some(lab) = internet() else { return };
    let journal = Arc::<Journal>::default();
    let _wanted = journal.want();
    lab.record(&journal);
    let make = || UdpSocket::from(lab.socket((AF_INET, SOCK_DGRAM, 0)).unwrap());
    let (here, there) = (make(), make());
    for socket in [&here, &there] {
        bound(socket.try_clone().unwrap().into(), address("127.0.0.1:0")).unwrap();
    }
    here.send_to(b"hello", there.local_addr().unwrap()).unwrap();
    let mut packets = journal.packets_after(0);
    // A card that has come up tells its neighbours of IPv6.
    packets.retain(|packet| packet.card == Card::Loopback);
    assert_eq!(packets.len(), 1, "{packets:?}");
    assert_eq!(packets[0].length, 47);
    // The addresses, the protocol and the length are summed with the datagram (RFC 768).
    let datagram = &packets[0].frame[26..];
    let words = datagram.chunks(2).map(|word| match word {
        [high, low] => u32::from(*high) * 256 + u32::from(*low),
        _ => u32::from(word[0]) * 256,
    });
    let sum = words.sum::<u32>() + 17 + u32::try_from(datagram.len() - 8).unwrap();
    assert_eq!((sum & 0xffff) + (sum >> 16), 0xffff);
}

/// Sets a link of a lab.
#[track_caller]
fn link(lab: &Lab, rule: &str) {
    let rule = LinkRule::parse(rule.split_whitespace()).expect("a rule");
    lab.link(&rule).expect("the link is set");
}

/// So many bytes through echo.test and back.
fn echoed(lab: &Lab, count: usize) -> bool {
    let mut echo = stream(lab, "192.0.2.7:7").expect("a connection");
    echo.set_read_timeout(None).unwrap();
    let data: Vec<u8> = (0..=250).cycle().take(count).collect();
    let (mut writer, sent) = (echo.try_clone().unwrap(), data.clone());
    let writes = thread::spawn(move || writer.write_all(&sent).unwrap());
    let mut came = vec![0; count];
    echo.read_exact(&mut came).unwrap();
    writes.join().unwrap();
    came == data
}

#[test]
fn bytes_come_whole_over_a_link_that_loses() {
    let Some(lab) = internet() else { return };
    let journal = Arc::<Journal>::default();
    let _wanted = journal.want();
    lab.record(&journal);
    link(&lab, "echo.test loss 30% seed 3");
    assert!(echoed(&lab, 100_000));
    let packets = journal.packets_after(0);
    let is_again = |packet: &&Arc<PacketRecord>| matches!(packet.content, PacketContent::Tcp(segment) if segment.again);
    let lost = packets.iter().filter(|packet| packet.is_lost).count();
    let again = packets.iter().filter(is_again).count();
    assert!(lost > 20 && again > 10, "{lost} lost, {again} again");
}

#[test]
fn the_same_datagrams_are_lost_each_time() {
    let lost = || {
        let lab = internet()?;
        let journal = Arc::<Journal>::default();
        let _wanted = journal.want();
        lab.record(&journal);
        link(&lab, "echo.test loss 40% seed 5");
        let socket = UdpSocket::from(lab.socket((AF_INET, SOCK_DGRAM, 0)).unwrap());
        let echo = lab.route(address("192.0.2.7:7"), SOCK_DGRAM).unwrap();
        socket.connect(echo).unwrap();
        for number in 0..40 {
            socket.send(&[number]).unwrap();
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let packets = journal.packets_after(0);
            let own = socket.local_addr().unwrap();
            let is_own = |packet: &&Arc<PacketRecord>| {
                packet.content == PacketContent::Udp(1)
                    && packet.ends.is_some_and(|(from, _)| from == own)
            };
            let sent = packets.iter().filter(is_own);
            let fates: Vec<bool> = sent.map(|packet| packet.is_lost).collect();
            if fates.len() == 40 {
                return Some(fates);
            }
            assert!(Instant::now() < deadline, "{} were seen", fates.len());
            thread::yield_now();
        }
    };
    let (Some(first), Some(second)) = (lost(), lost()) else {
        return;
    };
    assert_eq!(first, second);
    let count = first.iter().filter(|is_lost| **is_lost).count();
    assert!((5..30).contains(&count), "{count}");
}

#[test]
fn a_link_is_slow_cut_and_mended() {
    let Some(lab) = internet() else { return };
    let mut echo = stream(&lab, "192.0.2.7:7").expect("a connection");
    let mut ask = |patience: Duration| {
        let begun = Instant::now();
        echo.set_read_timeout(Some(patience)).unwrap();
        echo.write_all(b"x").unwrap();
        echo.read_exact(&mut [0; 1]).map(|()| begun.elapsed())
    };
    link(&lab, "echo.test delay 40ms");
    let took = ask(PATIENCE).unwrap();
    assert!(took >= Duration::from_millis(80), "{took:?}");
    link(&lab, "echo.test cut");
    ask(Duration::from_millis(100)).unwrap_err();
    link(&lab, "echo.test mend");
    // What the cut kept from it is sent again.
    ask(PATIENCE).unwrap();
}

/// Whether a process runs: a zombie does not.
fn runs(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(" Z"))
}

#[test]
fn the_keeper_ends_with_its_lab() {
    let Some(lab) = internet() else { return };
    let keeper = lab.machines().map(Internet::process).unwrap();
    assert!(runs(keeper));
    drop(lab);
    assert!(!runs(keeper));
}

#[test]
fn without_its_keeper_a_lab_makes_no_more_sockets() {
    let Some(lab) = internet() else { return };
    let mut echo = stream(&lab, "192.0.2.7:7").expect("a connection");
    let keeper = lab.machines().map(Internet::process).unwrap();
    let killed = std::process::Command::new("kill")
        .args(["-9", &keeper.to_string()])
        .status();
    assert!(killed.unwrap().success());
    let deadline = Instant::now() + PATIENCE;
    while runs(keeper) && Instant::now() < deadline {
        thread::yield_now();
    }
    assert!(lab.socket((AF_INET, SOCK_STREAM, 0)).is_err());
    // What is open goes on.
    echo.write_all(b"x").unwrap();
    echo.read_exact(&mut [0; 1]).unwrap();
}
