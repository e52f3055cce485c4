//! Addresses there and back, and the rules by which a target becomes one.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV6};

use super::{Address, MAX_FLOW_INFO};
use crate::net::error::Cause;
use crate::net::live_network::LiveNetwork;
use crate::net::sys::numbers::{AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC};
use crate::net::sys::sockaddr::{self, IN6_FLOW_INFO, PATH_ROOM};
use crate::net::target::{Target, is_numeric_host, resolve_host, resolve_target};

#[track_caller]
fn survives(address: Address) {
    let sockaddr = address.to_sockaddr().unwrap();
    assert_eq!(Address::from_sockaddr(&sockaddr), address);
}

fn inet(host: &str, port: u16) -> Target {
    Target::Inet {
        host: host.into(),
        port,
    }
}

fn inet6(host: &str, flowinfo: u32, scope_id: u32) -> Target {
    Target::Inet6 {
        host: host.into(),
        port: 80,
        flowinfo,
        scope_id,
    }
}

#[test]
fn every_kind_of_address_survives_the_systems_form() {
    survives(Address::Inet("127.0.0.1:80".parse().unwrap()));
    let ipv6 = SocketAddrV6::new("fe80::1".parse().unwrap(), 65_535, MAX_FLOW_INFO, 7);
    survives(Address::Inet(ipv6.into()));
    survives(Address::Unix(b"/tmp/echo.sock".to_vec()));
    survives(Address::Unix(Vec::new()));
    survives(Address::Unix(vec![b'x'; PATH_ROOM - 1]));
    survives(Address::Other(16, vec![1, 2, 3, 4]));
}

#[cfg(target_os = "linux")]
#[test]
fn abstract_names_keep_their_exact_length() {
    survives(Address::Unix(b"\0name\0with\0nuls\0".to_vec()));
    survives(Address::Unix([&[0], [b'x'; 107].as_slice()].concat()));
    assert!(
        Address::Unix([&[0], [b'x'; 108].as_slice()].concat())
            .to_sockaddr()
            .is_err()
    );
    let unnamed = Address::Unix(Vec::new()).to_sockaddr().unwrap();
    assert_eq!(unnamed.len(), 2);
}

#[test]
fn flow_info_travels_in_network_order() {
    let ipv6 = SocketAddrV6::new("::1".parse().unwrap(), 0, 1, 0);
    let sockaddr = Address::Inet(ipv6.into()).to_sockaddr().unwrap();
    let stored = &sockaddr::bytes_of(&sockaddr)[IN6_FLOW_INFO..];
    assert_eq!(stored[..4], [0, 0, 0, 1]);
}

#[test]
fn paths_that_the_system_would_cut_are_errors() {
    for path in [vec![b'x'; 108], vec![b'x'; 5000], b"/tmp/a\0b".to_vec()] {
        let fault = Address::Unix(path).to_sockaddr().unwrap_err();
        assert!(matches!(fault.cause, Cause::Value(_)));
    }
    assert!(Address::Other(16, vec![0; 127]).to_sockaddr().is_err());
    assert!(Address::Other(-1, vec![]).to_sockaddr().is_err());
    let ipv6 = SocketAddrV6::new("::1".parse().unwrap(), 0, MAX_FLOW_INFO + 1, 0);
    let fault = Address::Inet(ipv6.into()).to_sockaddr().unwrap_err();
    assert!(matches!(fault.cause, Cause::Range(_)));
}

#[test]
fn no_length_is_no_address_and_a_short_one_is_kept_as_bytes() {
    let told = |length: usize| sockaddr::from_bytes(AF_INET, &[0; 16][..length]).unwrap();
    let nothing = Address::Other(AF_UNSPEC, Vec::new());
    assert_eq!(Address::from_sockaddr(&told(0)), nothing);
    assert!(matches!(
        Address::from_sockaddr(&told(4)),
        Address::Other(AF_INET, _)
    ));
}

#[test]
fn a_target_becomes_an_address_by_cpythons_rules() {
    let address = |target, family| resolve_target(&LiveNetwork, &target, family).unwrap();
    let parsed = |text: &str| Address::Inet(text.parse().unwrap());
    assert_eq!(
        address(inet("127.0.0.1", 80), AF_INET),
        parsed("127.0.0.1:80")
    );
    assert_eq!(address(inet("127.1", 80), AF_INET), parsed("127.0.0.1:80"));
    assert_eq!(address(inet("", 80), AF_INET), parsed("0.0.0.0:80"));
    assert_eq!(
        address(inet("<broadcast>", 80), AF_INET),
        parsed("255.255.255.255:80")
    );
    assert_eq!(address(inet("::1", 80), AF_INET6), parsed("[::1]:80"));
    assert_eq!(address(inet("", 80), AF_INET6), parsed("[::]:80"));
    let scoped: SocketAddr = SocketAddrV6::new("fe80::1".parse().unwrap(), 80, 3, 4).into();
    assert_eq!(
        address(inet6("fe80::1", 3, 4), AF_INET6),
        Address::Inet(scoped)
    );
    assert_eq!(
        address(inet6("fe80::1%4", 3, 0), AF_INET6),
        Address::Inet(scoped)
    );
    assert_eq!(
        address(Target::Unix(b"/x".to_vec()), AF_UNIX),
        Address::Unix(b"/x".to_vec())
    );
}

#[test]
fn a_target_of_another_family_is_a_wrong_type() {
    let cause = |target, family| {
        resolve_target(&LiveNetwork, &target, family)
            .unwrap_err()
            .cause
    };
    assert!(matches!(
        cause(Target::Unix(b"/x".to_vec()), AF_INET),
        Cause::Type(_)
    ));
    assert!(matches!(
        cause(Target::Unix(b"/x".to_vec()), AF_INET6),
        Cause::Type(_)
    ));
    assert!(matches!(cause(inet6("::1", 0, 0), AF_INET), Cause::Type(_)));
    assert!(matches!(cause(inet("::1", 0), AF_UNIX), Cause::Type(_)));
    assert!(matches!(cause(inet("::1", 0), 99), Cause::Value(_)));
    assert!(matches!(
        cause(inet6("::1", 1 << 20, 0), AF_INET6),
        Cause::Range(_)
    ));
    assert!(matches!(
        cause(inet("<broadcast>", 0), AF_INET6),
        Cause::Value(_)
    ));
    assert!(matches!(
        cause(inet("localhost\0", 0), AF_INET),
        Cause::Value(_)
    ));
    assert!(matches!(
        cause(inet("127.0.0.1", 0), AF_INET6),
        Cause::Lookup(_)
    ));
}

#[test]
fn any_address_of_no_family_in_particular_is_ambiguous() {
    assert_eq!(
        resolve_host(&LiveNetwork, "1.2.3.4", AF_UNSPEC)
            .unwrap()
            .ip(),
        Ipv4Addr::new(1, 2, 3, 4)
    );
    let fault = resolve_host(&LiveNetwork, "", AF_UNSPEC).unwrap_err();
    assert!(matches!(fault.cause, Cause::Value(_)));
}

#[test]
fn numbers_are_told_from_names() {
    for host in [
        "",
        "<broadcast>",
        "1.2.3.4",
        "127.1",
        "0x7f.1",
        "1",
        "::1",
        "fe80::1%eth0",
    ] {
        assert!(is_numeric_host(host), "{host}");
    }
    for host in [
        "localhost",
        "1.2.3.4.5",
        "256.256.256.256",
        "127.1 ",
        "[::1]",
        "a%b",
        "1.2.3.4%1",
    ] {
        assert!(!is_numeric_host(host), "{host}");
    }
}

#[test]
fn every_text_of_an_ipv6_address_is_the_c_librarys() {
    let address = Address::Inet("[::102:304]:80".parse().unwrap());
    assert_eq!(address.to_string(), "[::1.2.3.4]:80");
    assert_eq!(address.repr().to_string(), "[\"::1.2.3.4\", 80, 0, 0]");
}
