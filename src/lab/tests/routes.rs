//! Addresses lead to loopback ports, or nowhere.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{address, connect, datagrams, lab, lab_with};
use crate::lab::Lab;
use crate::machine;
use crate::net::error::Cause;
use crate::net::network::Network;
use crate::net::numbers::{ENETUNREACH, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM};

#[test]
fn local_addresses_stay_what_they_are() {
    let lab = lab();
    for local in [
        "127.0.0.1:80",
        "127.1.2.3:80",
        "[::1]:80",
        "0.0.0.0:80",
        "[::]:80",
        "[::ffff:127.0.0.1]:80",
    ] {
        assert_eq!(
            lab.route(address(local), SOCK_STREAM).unwrap(),
            address(local)
        );
    }
}

#[test]
fn everything_else_is_unreachable_and_says_how_to_leave() {
    let lab = lab();
    for outside in [
        "8.8.8.8:53",
        "224.0.0.1:5353",
        "255.255.255.255:67",
        "[ff02::1]:80",
        "[2001:4860::1]:80",
    ] {
        for kind in [SOCK_STREAM, SOCK_DGRAM, SOCK_RAW] {
            let fault = lab.route(address(outside), kind).unwrap_err();
            assert_eq!(fault.cause, Cause::Os(ENETUNREACH), "{outside}");
        }
    }
    let note = lab
        .route(address("8.8.8.8:53"), SOCK_DGRAM)
        .unwrap_err()
        .note
        .unwrap();
    assert_eq!(
        note,
        "`8.8.8.8` is outside the lab; `lab off` uses the real network"
    );
}

#[track_caller]
fn refuses(lab: &Lab, to: &str) {
    let behind = lab.route(address(to), SOCK_STREAM).unwrap();
    assert_eq!(
        TcpStream::connect(behind).unwrap_err().kind(),
        ErrorKind::ConnectionRefused,
        "{to}"
    );
    let socket = datagrams(lab, to);
    socket.send(b"is anybody there?").unwrap();
    let error = socket.recv(&mut [0; 16]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{to}");
}

#[test]
fn a_lab_address_without_the_service_refuses() {
    let lab = lab_with(&[("new.example", &["192.0.2.200"])]);
    for to in [
        "203.0.113.1:80",
        "108.59.11.99:81",
        "192.0.2.200:80",
        "10.211.55.2:22",
        "192.0.2.13:7",
    ] {
        refuses(&lab, to);
    }
}

#[test]
fn a_black_hole_gives_no_answer() {
    let lab = lab();
    for port in [80, 9999] {
        let behind = lab
            .route(address(&format!("203.0.113.2:{port}")), SOCK_STREAM)
            .unwrap();
        let start = Instant::now();
        let error = TcpStream::connect_timeout(&behind, Duration::from_millis(200)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(start.elapsed() >= Duration::from_millis(200));
    }
    let socket = datagrams(&lab, "203.0.113.2:80");
    socket
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    socket.send(b"is anybody there?").unwrap();
    let error = socket.recv(&mut [0; 16]).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
}

#[test]
fn a_moved_host_takes_its_services_along() {
    let lab = lab_with(&[("echo.test", &["192.0.2.77"])]);
    let mut stream = connect(&lab, "192.0.2.77:7");
    stream.write_all(b"here?").unwrap();
    let mut back = [0; 5];
    stream.read_exact(&mut back).unwrap();
    assert_eq!(&back, b"here?");
    assert!(lab.route(address("192.0.2.7:7"), SOCK_STREAM).is_err());
}

#[test]
fn an_ipv6_socket_reaches_both_families() {
    let lab = lab();
    let mapped = lab
        .route(address("[::ffff:192.0.2.7]:7"), SOCK_STREAM)
        .unwrap();
    assert!(
        mapped.to_string().starts_with("[::ffff:127.0.0.1]:"),
        "{mapped}"
    );
    match lab.route(address("[2001:db8::7]:7"), SOCK_STREAM) {
        Ok(behind) => assert!(behind.to_string().starts_with("[::1]:"), "{behind}"),
        Err(fault) => assert_eq!(fault.cause, Cause::Os(ENETUNREACH)),
    }
}

#[test]
fn other_protocols_reach_the_machine_itself() {
    let behind = lab().route(address("192.0.2.7:0"), SOCK_RAW).unwrap();
    assert_eq!(behind, address("127.0.0.1:0"));
}

#[test]
fn the_list_of_hosts_shows_what_has_started() {
    let lab = lab();
    let echo = |lab: &Lab| {
        lab.hosts()
            .into_iter()
            .find(|host| host.name == "echo.test")
            .unwrap()
    };
    assert!(
        echo(&lab)
            .services
            .iter()
            .all(|service| service.behind.is_empty())
    );
    let behind = lab.route(address("192.0.2.7:7"), SOCK_STREAM).unwrap();
    assert_eq!(echo(&lab).services[0].behind, [behind]);
    assert_eq!(echo(&lab).services[0].name, Some("echo"));
    let dns = lab.dns_addr().unwrap();
    assert_eq!(
        lab.route(address("192.0.2.53:53"), SOCK_DGRAM).unwrap(),
        dns
    );
    assert_eq!(
        lab.route(address("192.0.2.53:53"), SOCK_STREAM).unwrap(),
        dns
    );
}

/// Run by [`own_cards_are_local_and_their_broadcast_is_not`] in a namespace of its own.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs a network card at 10.9.0.5 and 10.9.0.6"]
fn alone_own_cards_are_local() {
    let lab = lab_with(&[
        ("mine.example", &["10.9.0.6"]),
        ("near.example", &["10.9.0.7"]),
    ]);
    let stays = |to: &str| {
        lab.route(address(to), SOCK_DGRAM)
            .is_ok_and(|way| way == address(to))
    };
    assert!(stays("10.9.0.5:80") && stays("10.9.0.6:80"));
    assert!(
        lab.route(address("10.9.0.7:80"), SOCK_DGRAM)
            .unwrap()
            .ip()
            .is_loopback()
    );
    for outside in [
        "10.9.0.255:80",
        "10.9.0.0:80",
        "10.9.0.8:80",
        "224.0.0.1:80",
    ] {
        let fault = lab.route(address(outside), SOCK_DGRAM).unwrap_err();
        assert_eq!(fault.cause, Cause::Os(ENETUNREACH), "{outside}");
    }
    // A system that lets programs bind foreign addresses must not make them local.
    std::fs::write("/proc/sys/net/ipv4/ip_nonlocal_bind", "1").unwrap();
    assert!(lab.route(address("8.8.8.8:53"), SOCK_DGRAM).is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn own_cards_are_local_and_their_broadcast_is_not() {
    let cards = "ip link set lo up && ip link add card type bridge && ip link set card up && \
                 ip addr add 10.9.0.5/24 dev card && ip addr add 10.9.0.6/24 dev card";
    if !machine::namespaces(&["-rn"], cards) {
        return;
    }
    let script = format!(
        "{cards} && exec \"$0\" --ignored --exact lab::tests::routes::alone_own_cards_are_local"
    );
    let output = Command::new("unshare")
        .args(["-rn", "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && shown.contains("1 passed"),
        "{shown}"
    );
}
