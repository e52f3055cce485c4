//! Questions that no resolver is needed for: numbers and the machine's tables.

use crate::net::sys::numbers::{
    self, AF_INET, AF_INET6, AF_UNSPEC, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM,
};

use super::{Answer, Questions, python_text};
use crate::net::convert::{htonl, htons, inet_aton, inet_ntoa, inet_ntop, inet_pton, ntohl, ntohs};
use crate::net::interface::{if_indextoname, if_nameindex, if_nametoindex};
use crate::net::live_network::LiveNetwork;
use crate::net::lookup::to_ascii;
use crate::net::machine::gethostname;
use crate::net::network::Network;

#[test]
fn conversions_agree_with_cpython() {
    let mut questions = Questions::default();
    for text in [
        "1.2.3.4",
        "127.1",
        "1.2.3",
        "0x7f.1",
        "0177.1",
        "017700000001",
        "2130706433",
        "4294967296",
        "127.1 x",
        "127.1\tx",
        "127.1\u{b}x",
        "127.1x",
        "",
        " 1",
        "1.2.3.4.5",
        "1.2.3.",
        "1..2",
        "0x",
        "08.1",
        "256.1",
        "1.16777216",
        "1.2.65536",
        "-1",
        "+1",
        "1\n",
        "é",
        "00000000000000000001",
        "1\0",
    ] {
        questions.ask_text("inet_aton", text, inet_aton(text));
        questions.ask(
            format!("socket.inet_pton(socket.AF_INET, {})", python_text(text)),
            inet_pton(AF_INET, text),
        );
    }
    for text in [
        "::",
        "::1",
        "::1.2.3.4",
        "::ffff:1.2.3.4",
        "::ffff:0:1.2.3.4",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "1::2:3:4:5:6:7:8",
        "1:2:3:4:5:6:1.2.3.4",
        "::1.2.3.04",
        "::00001",
        ":::",
        "1:2:3:4:5:6:7:8:",
        ":1::",
        "fe80::1%lo",
        "",
        "1.2.3.4",
        "::1\0",
        "1:2:3:4:5:6:7:1.2.3.4",
        "FE80::A",
    ] {
        questions.ask(
            format!("socket.inet_pton(socket.AF_INET6, {})", python_text(text)),
            inet_pton(AF_INET6, text),
        );
    }
    for length in [0, 3, 4, 5, 15, 16, 17] {
        let packed = vec![7; length];
        let python = format!("b'\\x07' * {length}");
        questions.ask(format!("socket.inet_ntoa({python})"), inet_ntoa(&packed));
        for family in [AF_INET, AF_INET6, 99] {
            let python = format!("socket.inet_ntop({family}, {python})");
            questions.ask(python, inet_ntop(family, &packed));
        }
    }
    for value in [
        0,
        1,
        80,
        65_535,
        65_536,
        -1,
        1 << 31,
        u32::MAX.into(),
        1 << 32,
        i64::MIN,
    ] {
        questions.ask(format!("socket.htons({value})"), htons(value));
        questions.ask(format!("socket.ntohs({value})"), ntohs(value));
        questions.ask(format!("socket.htonl({value})"), htonl(value));
        questions.ask(format!("socket.ntohl({value})"), ntohl(value));
    }
    questions.compare();
}

#[test]
fn every_shape_of_ipv6_address_reads_as_in_cpython() {
    let mut questions = Questions::default();
    for zeros in 0..=u8::MAX {
        let groups = (0..8).map(|bit| u16::from(zeros & (1 << bit) != 0) * (0x100 + bit));
        let mut packed: Vec<u8> = groups.flat_map(u16::to_be_bytes).collect();
        for _ in 0..2 {
            let python = format!("socket.inet_ntop(10, bytes.fromhex('{}'))", packed.answer());
            questions.ask(python, inet_ntop(AF_INET6, &packed));
            packed[10..12].copy_from_slice(&[0xff, 0xff]);
        }
    }
    questions.compare();
}

#[test]
fn services_protocols_and_interfaces_agree_with_cpython() {
    let mut questions = Questions::default();
    for name in [
        "http", "www", "ssh", "domain", "SSH", "nope", "", "é", "ssh\0", "syslog", "amqp",
    ] {
        questions.ask_text("getservbyname", name, LiveNetwork.getservbyname(name, None));
        for protocol in ["tcp", "udp", "TCP", "", "sctp", "t\0"] {
            questions.ask(
                format!(
                    "socket.getservbyname({}, {})",
                    python_text(name),
                    python_text(protocol)
                ),
                LiveNetwork.getservbyname(name, Some(protocol)),
            );
        }
    }
    for port in [0, 1, 7, 22, 53, 80, 443, 514, 5672, 9999, 65_535] {
        questions.ask(
            format!("socket.getservbyport({port})"),
            LiveNetwork.getservbyport(port, None),
        );
        for protocol in ["tcp", "udp", "TCP"] {
            questions.ask(
                format!("socket.getservbyport({port}, '{protocol}')"),
                LiveNetwork.getservbyport(port, Some(protocol)),
            );
        }
    }
    for name in [
        "tcp",
        "TCP",
        "Tcp",
        "udp",
        "icmp",
        "ipv6-icmp",
        "nope",
        "",
        "tcp\0",
    ] {
        questions.ask_text("getprotobyname", name, LiveNetwork.getprotobyname(name));
    }
    questions.ask("socket.if_nameindex()", if_nameindex(&LiveNetwork));
    for name in ["lo", "nope", "", "lo\0", "averyveryverylongname"] {
        questions.ask_text("if_nametoindex", name, if_nametoindex(&LiveNetwork, name));
    }
    for index in [-1, 0, 1, 9999] {
        questions.ask(
            format!("socket.if_indextoname({index})"),
            if_indextoname(&LiveNetwork, index),
        );
    }
    questions.compare();
}

#[test]
fn numeric_hosts_agree_with_cpython() {
    let mut questions = Questions::default();
    for host in [
        "",
        "<broadcast>",
        "127.1",
        "0x7f.1",
        "1.2.3",
        "::1",
        "1.2.3.4",
        "a..b",
        ".",
    ] {
        questions.ask_text("gethostbyname", host, LiveNetwork.gethostbyname(host));
    }
    for host in ["127.1", "1.2.3.4", "::1", "fe80::1%1"] {
        questions.ask_text("gethostbyname_ex", host, LiveNetwork.gethostbyname_ex(host));
    }
    questions.ask_text("gethostbyaddr", "", LiveNetwork.gethostbyaddr(""));
    questions.ask("socket.gethostname()", gethostname());
    for host in [
        Some("127.1"),
        Some("::1"),
        Some("fe80::1%1"),
        Some("::1%5"),
        Some("::1%lo"),
    ] {
        for service in [
            None,
            Some("80"),
            Some("http"),
            Some("domain"),
            Some("nope"),
            Some(""),
        ] {
            for kind in [0, SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, 99] {
                questions.info(host, service, [0, kind, 0, numbers::AI_NUMERICHOST]);
            }
        }
    }
    for host in [
        None,
        Some("127.0.0.1"),
        Some("::1"),
        Some("1.2.3.4.5"),
        Some(""),
    ] {
        for family in [AF_UNSPEC, AF_INET, AF_INET6, 1, 99] {
            for flags in [
                0,
                numbers::AI_PASSIVE,
                numbers::AI_CANONNAME,
                numbers::AI_NUMERICSERV,
                0x8,
                0x18,
                1 << 20,
            ] {
                let flags = flags | numbers::AI_NUMERICHOST;
                questions.info(host, Some("80"), [family, 0, 0, flags]);
                questions.info(host, Some("www"), [family, SOCK_STREAM, 0, flags]);
            }
        }
    }
    for proto in [6, 17, 99, 132, -1] {
        questions.info(Some("::1"), Some("80"), [0, 0, proto, 0]);
        questions.info(Some("::1"), Some("http"), [0, SOCK_STREAM, proto, 0]);
    }
    for service in ["+80", " 80", "80 ", "0x50", "é", "65535"] {
        questions.info(Some("::1"), Some(service), [0, 0, 0, 0]);
    }
    questions.info(None, None, [0; 4]);
    for host in [
        "127.0.0.1",
        "127.1",
        "::1",
        "fe80::1",
        "0.0.0.0",
        "",
        "localhost",
    ] {
        questions.name_info(host, None, numbers::NI_NUMERICHOST);
        questions.name_info(host, None, numbers::NI_NUMERICHOST | numbers::NI_DGRAM);
        questions.name_info(host, Some((0, 1)), 3);
        questions.name_info(host, Some((1 << 20, 0)), 3);
        questions.name_info(host, None, 1 << 20);
    }
    questions.compare();
}

#[test]
fn random_spellings_of_addresses_read_as_in_cpython() {
    const LETTERS: &[u8] = b"0011234567890x.....::::abfF %";
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut questions = Questions::default();
    for _ in 0..10_000 {
        let length = 1 + random(18);
        let text: String = (0..length)
            .map(|_| char::from(LETTERS[random(LETTERS.len())]))
            .collect();
        questions.ask_text("inet_aton", &text, inet_aton(&text));
        for family in [AF_INET, AF_INET6] {
            let python = format!("socket.inet_pton({family}, {})", python_text(&text));
            questions.ask(python, inet_pton(family, &text));
        }
    }
    questions.compare();
}

#[test]
fn international_labels_become_those_of_cpython() {
    let mut questions = Questions::default();
    for letter in ('\u{80}'..'\u{3200}')
        .chain('\u{4e00}'..'\u{5000}')
        .chain('\u{ac00}'..'\u{ae00}')
    {
        let label = format!("a{letter}1");
        // We refuse more letters than Python does; those that we take have to agree.
        if let Ok(ascii) = to_ascii(&label) {
            let python = format!("{}.encode('idna').decode()", python_text(&label));
            questions.ask(python, Ok(ascii));
        }
    }
    questions.compare();
}
