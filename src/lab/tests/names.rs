//! The lab's DNS server, asked as strangers would ask it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::process::Command;

use domain::base::iana::{Class, Opcode, OptRcode, Rcode};
use domain::base::{Message, MessageBuilder, Name, Rtype};
use proptest::prelude::{any, prop, proptest};

use super::{PATIENCE, lab};
use crate::lab::Lab;
use crate::lab::dns::answer;
use crate::lab::hosts::{Transport, table};
use crate::lab::zone::Zone;
use crate::net::network::{HostRecord, Network};

fn query(name: &str, rtype: Rtype) -> Vec<u8> {
    let name: Name<Vec<u8>> = name.parse().unwrap();
    let mut builder = MessageBuilder::new_vec();
    builder.header_mut().set_id(0x1234);
    builder.header_mut().set_rd(true);
    let mut builder = builder.question();
    builder.push((&name, rtype)).unwrap();
    builder.finish()
}

fn query_with_edns(name: &str, rtype: Rtype, size: u16, version: u8) -> Vec<u8> {
    let name: Name<Vec<u8>> = name.parse().unwrap();
    let mut builder = MessageBuilder::new_vec().question();
    builder.push((&name, rtype)).unwrap();
    let mut builder = builder.additional();
    builder
        .opt(|opt| {
            opt.set_udp_payload_size(size);
            opt.set_version(version);
            Ok(())
        })
        .unwrap();
    builder.finish()
}

#[track_caller]
fn reply(query: &[u8]) -> Message<Vec<u8>> {
    let zone = Zone::new(&table(&[]));
    Message::from_octets(answer(&zone, query, Transport::Udp).unwrap()).unwrap()
}

/// Code, answers and authority records.
#[track_caller]
fn outcome(query: &[u8]) -> (Rcode, u16, u16) {
    let reply = reply(query);
    let counts = reply.header_counts();
    (reply.header().rcode(), counts.ancount(), counts.nscount())
}

#[test]
fn records_of_every_kind_are_found() {
    for (name, rtype, answers) in [
        ("crisewing.com", Rtype::A, 1),
        ("CRISEWING.com", Rtype::ANY, 1),
        ("google.com", Rtype::A, 11),
        ("echo.test", Rtype::AAAA, 1),
        ("echo.test", Rtype::ANY, 2),
        ("www.rad.washington.edu", Rtype::A, 2),
        ("www.rad.washington.edu", Rtype::CNAME, 1),
        ("7.2.0.192.in-addr.arpa", Rtype::PTR, 1),
        (".", Rtype::SOA, 1),
        (".", Rtype::NS, 1),
    ] {
        assert_eq!(
            outcome(&query(name, rtype)),
            (Rcode::NOERROR, answers, 0),
            "{name} {rtype}"
        );
    }
}

#[test]
fn negative_answers_say_who_is_sure() {
    assert_eq!(
        outcome(&query("nobody.test", Rtype::A)),
        (Rcode::NXDOMAIN, 0, 1)
    );
    assert_eq!(
        outcome(&query("crisewing.com", Rtype::AAAA)),
        (Rcode::NOERROR, 0, 1)
    );
    assert_eq!(
        outcome(&query("crisewing.com", Rtype::MX)),
        (Rcode::NOERROR, 0, 1)
    );
    assert_eq!(outcome(&query("com", Rtype::A)), (Rcode::NOERROR, 0, 1));
    assert_eq!(
        outcome(&query("www.rad.washington.edu", Rtype::AAAA)),
        (Rcode::NOERROR, 1, 1)
    );
}

#[test]
fn the_answer_repeats_id_question_and_case() {
    let query = query("CriseWing.com", Rtype::A);
    let reply = reply(&query);
    assert!(reply.is_answer(&Message::from_octets(query).unwrap()));
    assert!(reply.header().aa() && reply.header().ra() && reply.header().rd());
    assert_eq!(
        reply.sole_question().unwrap().qname().to_string(),
        "CriseWing.com"
    );
    let record = reply.answer().unwrap().next().unwrap().unwrap();
    assert_eq!(record.owner().to_string(), "CriseWing.com");
}

#[test]
fn what_is_not_a_plain_question_is_turned_down() {
    let mut update = query("crisewing.com", Rtype::A);
    update[2] = Opcode::UPDATE.to_int() << 3;
    assert_eq!(outcome(&update).0, Rcode::NOTIMP);

    let name: Name<Vec<u8>> = "crisewing.com".parse().unwrap();
    let mut two = MessageBuilder::new_vec().question();
    two.push((&name, Rtype::A)).unwrap();
    two.push((&name, Rtype::AAAA)).unwrap();
    assert_eq!(outcome(&two.finish()).0, Rcode::FORMERR);
    assert_eq!(
        outcome(&MessageBuilder::new_vec().finish()).0,
        Rcode::FORMERR
    );

    let mut chaos = MessageBuilder::new_vec().question();
    chaos.push((&name, Rtype::TXT, Class::CH)).unwrap();
    assert_eq!(outcome(&chaos.finish()).0, Rcode::REFUSED);
    assert_eq!(
        outcome(&query("crisewing.com", Rtype::AXFR)).0,
        Rcode::REFUSED
    );

    let mut cut = query("crisewing.com", Rtype::A);
    cut.truncate(20);
    assert_eq!(outcome(&cut).0, Rcode::FORMERR);
}

#[test]
fn answers_and_scraps_get_no_answer() {
    let zone = Zone::new(&table(&[]));
    let mut is_answer = query("crisewing.com", Rtype::A);
    is_answer[2] |= 0x80;
    for message in [&is_answer[..], &[], &[0; 11]] {
        assert_eq!(answer(&zone, message, Transport::Udp), None);
    }
}

#[test]
fn edns_is_answered_with_edns() {
    let with = reply(&query_with_edns("crisewing.com", Rtype::A, 4096, 0));
    assert_eq!(with.opt().unwrap().udp_payload_size(), 1232);
    assert!(reply(&query("crisewing.com", Rtype::A)).opt().is_none());
    let newer = reply(&query_with_edns("crisewing.com", Rtype::A, 4096, 1));
    assert_eq!(newer.opt_rcode(), OptRcode::BADVERS);
}

/// A host with so many addresses that they need a stream: 100 A records take 1600 bytes.
fn crowd() -> HostRecord {
    let addresses: Vec<String> = (1..=100).map(|n| format!("198.18.0.{n}")).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    HostRecord::of("crowd.example", &addresses)
}

#[test]
fn what_does_not_fit_is_cut_and_comes_whole_by_tcp() {
    let zone = Zone::new(&table(&[crowd()]));
    let plain = query("crowd.example", Rtype::A);
    let edns = query_with_edns("crowd.example", Rtype::A, 4096, 0);
    for query in [&plain, &edns] {
        let cut = answer(&zone, query, Transport::Udp).unwrap();
        assert!(cut.len() <= 512);
        assert!(Message::from_octets(&cut).unwrap().header().tc());
        let whole = Message::from_octets(answer(&zone, query, Transport::Tcp).unwrap()).unwrap();
        assert!(!whole.header().tc());
        assert_eq!(whole.header_counts().ancount(), 100);
    }
    let lab = Lab::mapped(&[crowd()]);
    assert_eq!(
        lab.gethostbyname_ex("crowd.example")
            .unwrap()
            .addresses
            .len(),
        100
    );
}

#[test]
fn a_stream_carries_several_questions() {
    let lab = lab();
    let mut stream = TcpStream::connect(lab.dns_addr().unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let query = query("crisewing.com", Rtype::A);
    let mut framed = u16::try_from(query.len()).unwrap().to_be_bytes().to_vec();
    framed.extend_from_slice(&query);
    // Two at once, the second one byte by byte.
    stream.write_all(&framed).unwrap();
    for byte in &framed {
        stream.write_all(&[*byte]).unwrap();
    }
    for _ in 0..2 {
        let mut length = [0; 2];
        stream.read_exact(&mut length).unwrap();
        let mut reply = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut reply).unwrap();
        assert_eq!(
            Message::from_octets(reply)
                .unwrap()
                .header_counts()
                .ancount(),
            1
        );
    }
}

/// Asks by UDP; none if there is no answer within a moment that no loaded machine exceeds.
fn ask(server: SocketAddr, query: &[u8]) -> Vec<u8> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(server).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.send(query).unwrap();
    let mut reply = vec![0; 65536];
    let length = socket.recv(&mut reply).unwrap();
    reply.truncate(length);
    reply
}

#[test]
fn the_server_goes_on_after_garbage() {
    let lab = lab();
    let server = lab.dns_addr().unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for length in 0..600_usize {
        let garbage: Vec<u8> = (0..length)
            .map(|n| (n * length * 31 % 251).to_le_bytes()[0])
            .collect();
        socket.send_to(&garbage, server).unwrap();
        // An answer says that the queue is empty: what overflows it would be lost.
        if length % 50 == 0 {
            ask(server, &query("crisewing.com", Rtype::A));
        }
    }
    let mut stream = TcpStream::connect(server).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: dns.test\r\n\r\n")
        .unwrap();
    drop(stream);
    let mut half = TcpStream::connect(server).unwrap();
    half.write_all(&[0]).unwrap();
    let reply = ask(server, &query("crisewing.com", Rtype::A));
    assert_eq!(
        Message::from_octets(reply)
            .unwrap()
            .header_counts()
            .ancount(),
        1
    );
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let zone = Zone::new(&table(&[]));
        for transport in [Transport::Udp, Transport::Tcp] {
            let _ = answer(&zone, &bytes, transport);
        }
    }

    #[test]
    fn damaged_queries_get_readable_answers(
        place in 2_usize..60, byte in any::<u8>(), cut in 0_usize..60, edns in any::<bool>(),
    ) {
        let zone = Zone::new(&table(&[crowd()]));
        let mut message = if edns {
            query_with_edns("www.rad.washington.edu", Rtype::A, 512, 0)
        } else {
            query("crowd.example", Rtype::A)
        };
        let length = message.len();
        message[place % length] = byte;
        message.truncate(length.saturating_sub(cut));
        if let Some(reply) = answer(&zone, &message, Transport::Udp) {
            assert!(reply.len() <= 512);
            let reply = Message::from_octets(reply).unwrap();
            assert!(reply.header().qr());
            assert!(reply.iter().all(|record| record.is_ok()));
        }
    }
}

#[test]
fn dig_understands_the_server() {
    let lab = lab();
    let port = lab.dns_addr().unwrap().port().to_string();
    let dig = |arguments: &[&str]| {
        let command = Command::new("dig")
            .args(["@127.0.0.1", "-p", &port])
            .args(arguments)
            .output();
        command
            .ok()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    // Without dig on this machine there is nothing to see.
    let Some(plain) = dig(&["crisewing.com"]) else {
        return;
    };
    assert!(
        plain.contains("status: NOERROR") && plain.contains("108.59.11.99"),
        "{plain}"
    );
    assert!(!plain.contains("WARNING"), "{plain}");
    for (arguments, shown) in [
        (
            &["+short", "www.rad.washington.edu"][..],
            "elladan.rad.washington.edu.\n128.95.247.84\n",
        ),
        (&["+short", "+tcp", "echo.test", "AAAA"], "2001:db8::7\n"),
        (&["+short", "-x", "192.0.2.7"], "echo.test.\n"),
        (&["+short", "-x", "2001:db8::7"], "echo.test.\n"),
    ] {
        assert_eq!(dig(arguments).unwrap(), shown, "{arguments:?}");
    }
    let missing = dig(&["nobody.test"]).unwrap();
    assert!(
        missing.contains("status: NXDOMAIN") && missing.contains("SOA"),
        "{missing}"
    );
}
