//! Lookups give the document's answers, and Python's errors.

use std::net::SocketAddr;

use super::{address, lab, lab_with};
use crate::lab::Lab;
use crate::lab::local::own_name;
use crate::net::address::Address;
use crate::net::error::Cause;
use crate::net::network::{AddrInfo, Network, Query};
use crate::net::numbers::{
    AF_INET, AF_INET6, AI_ALL, AI_CANONNAME, AI_NUMERICHOST, AI_NUMERICSERV, AI_PASSIVE,
    AI_V4MAPPED, EAI_ADDRFAMILY, EAI_BADFLAGS, EAI_FAMILY, EAI_NODATA, EAI_NONAME, EAI_SERVICE,
    EAI_SOCKTYPE, HOST_NOT_FOUND, NI_DGRAM, NI_NAMEREQD, NI_NUMERICHOST, NI_NUMERICSERV,
    NO_RECOVERY, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM,
};

type Short = (i32, i32, i32, String, String);

fn short(info: &AddrInfo) -> Short {
    let Address::Inet(addr) = &info.addr else {
        panic!("{info:?}")
    };
    (
        info.family,
        info.kind,
        info.proto,
        info.canonname.clone(),
        addr.to_string(),
    )
}

fn ask(
    lab: &Lab,
    host: &str,
    service: &str,
    change: impl FnOnce(&mut Query),
) -> Result<Vec<Short>, Cause> {
    let mut query = Query {
        host: Some(host.into()),
        service: Some(service.into()),
        ..Query::default()
    };
    change(&mut query);
    match lab.getaddrinfo(&query) {
        Ok(infos) => Ok(infos.iter().map(short).collect()),
        Err(fault) => Err(fault.cause),
    }
}

fn info(family: i32, kind: i32, proto: i32, addr: &str) -> Short {
    (family, kind, proto, String::new(), addr.to_owned())
}

#[test]
fn the_documents_hosts_have_the_documents_addresses() {
    let lab = lab();
    for (host, ip) in [
        ("google.com", "173.194.33.4"),
        ("uw.edu", "128.95.155.135"),
        ("crisewing.com", "108.59.11.99"),
        ("www.rad.washington.edu", "128.95.247.84"),
        ("heffalump.local", "10.211.55.2"),
        ("CriseWing.COM.", "108.59.11.99"),
    ] {
        assert_eq!(lab.gethostbyname(host).unwrap().to_string(), ip, "{host}");
    }
}

#[test]
fn an_alias_is_told_with_its_canonical_name() {
    let entry = lab().gethostbyname_ex("www.rad.washington.edu").unwrap();
    assert_eq!(entry.name, "elladan.rad.washington.edu");
    assert_eq!(entry.aliases, ["www.rad.washington.edu"]);
    assert_eq!(entry.addresses, [address("128.95.247.84:0").ip()]);
}

#[test]
fn googles_eleven_stand_in_a_fixed_order() {
    let lab = lab();
    let first = lab.gethostbyname_ex("google.com").unwrap();
    assert_eq!(first.aliases, [""; 0]);
    assert_eq!(first.addresses.len(), 11);
    assert_eq!(first.addresses[0].to_string(), "173.194.33.4");
    assert_eq!(first.addresses[5].to_string(), "173.194.33.9");
    assert_eq!(first.addresses[6].to_string(), "173.194.33.14");
    assert_eq!(lab.gethostbyname_ex("google.com").unwrap(), first);
}

#[test]
fn special_spellings_mean_what_they_mean_in_python() {
    let lab = lab();
    for (host, ip) in [
        ("", "0.0.0.0"),
        ("<broadcast>", "255.255.255.255"),
        ("127.1", "127.0.0.1"),
        ("8.8.8.8", "8.8.8.8"),
        ("localhost", "127.0.0.1"),
    ] {
        assert_eq!(lab.gethostbyname(host).unwrap().to_string(), ip, "{host}");
    }
    let entry = lab.gethostbyname_ex("10.0.0.1").unwrap();
    assert_eq!((entry.name.as_str(), entry.aliases.len()), ("10.0.0.1", 0));
    assert_eq!(
        lab.gethostbyname_ex("").unwrap_err().cause,
        Cause::Host(NO_RECOVERY)
    );
    assert!(matches!(
        lab.gethostbyaddr("").unwrap_err().cause,
        Cause::Unknown(_)
    ));
}

#[test]
fn the_machines_own_name_has_an_address() {
    if let Some(own) = own_name() {
        lab().gethostbyname(&own).unwrap();
    }
}

#[test]
fn an_unknown_name_is_told_apart_from_missing_data() {
    let lab = lab_with(&[("six.example", &["2001:db8::99"])]);
    let fault = lab.gethostbyname("nobody.test").unwrap_err();
    assert_eq!(fault.cause, Cause::Lookup(EAI_NONAME));
    assert!(fault.note.unwrap().contains("`lab hosts`"));
    let cause = |host: &str| lab.gethostbyname(host).unwrap_err().cause;
    assert_eq!(cause("six.example"), Cause::Lookup(EAI_NODATA));
    assert_eq!(cause("test"), Cause::Lookup(EAI_NODATA));
    assert_eq!(cause("::1"), Cause::Lookup(EAI_ADDRFAMILY));
    for name in ["a b", "\u{e9}.test", "\\", "\\300", "%", &"x.".repeat(200)] {
        assert_eq!(cause(name), Cause::Lookup(EAI_NONAME), "{name}");
    }
    for name in [".", "..", "a..b", &"x".repeat(64), "a\0b"] {
        assert!(matches!(cause(name), Cause::Value(_)), "{name}");
    }
}

#[test]
fn addresses_lead_back_to_names() {
    let lab = lab();
    for host in ["128.95.247.84", "www.rad.washington.edu"] {
        let entry = lab.gethostbyaddr(host).unwrap();
        assert_eq!(entry.name, "elladan.rad.washington.edu");
        assert_eq!(entry.addresses, [address("128.95.247.84:0").ip()]);
    }
    assert_eq!(lab.gethostbyaddr("2001:db8::7").unwrap().name, "echo.test");
    assert_eq!(lab.gethostbyaddr("127.0.0.1").unwrap().name, "localhost");
    let cause = lab.gethostbyaddr("8.8.8.8").unwrap_err().cause;
    assert_eq!(cause, Cause::Host(HOST_NOT_FOUND));
    let cause = lab.gethostbyaddr("nobody.test").unwrap_err().cause;
    assert_eq!(cause, Cause::Lookup(EAI_NONAME));
}

#[test]
fn a_service_name_gives_the_documents_two_answers() {
    let lab = lab_with(&[("crisewing.com", &["108.168.213.86"])]);
    assert_eq!(
        ask(&lab, "crisewing.com", "http", |_| ()).unwrap(),
        [
            info(AF_INET, SOCK_DGRAM, 17, "108.168.213.86:80"),
            info(AF_INET, SOCK_STREAM, 6, "108.168.213.86:80")
        ]
    );
}

#[test]
fn a_port_number_gives_every_address_three_times() {
    let lab = lab();
    assert_eq!(
        ask(&lab, "127.0.0.1", "80", |_| ()).unwrap(),
        [
            info(AF_INET, SOCK_STREAM, 6, "127.0.0.1:80"),
            info(AF_INET, SOCK_DGRAM, 17, "127.0.0.1:80"),
            info(AF_INET, SOCK_RAW, 0, "127.0.0.1:80")
        ]
    );
    let stream = |query: &mut Query| query.kind = SOCK_STREAM;
    assert_eq!(
        ask(&lab, "echo.test", "echo", stream).unwrap(),
        [
            info(AF_INET, SOCK_STREAM, 6, "192.0.2.7:7"),
            info(AF_INET6, SOCK_STREAM, 6, "[2001:db8::7]:7")
        ]
    );
    assert_eq!(ask(&lab, "google.com", "80", stream).unwrap().len(), 11);
}

#[test]
fn a_scope_of_a_host_line_comes_with_the_address() {
    let lab = lab_with(&[(
        "heffalump.local",
        &["10.29.144.178", "fe80::e2f8:47ff:fe21:af92%5"],
    )]);
    assert_eq!(
        ask(&lab, "heffalump.local", "http", |query| query.kind =
            SOCK_DGRAM)
        .unwrap(),
        [
            info(AF_INET, SOCK_DGRAM, 17, "10.29.144.178:80"),
            info(AF_INET6, SOCK_DGRAM, 17, "[fe80::e2f8:47ff:fe21:af92%5]:80")
        ]
    );
}

#[test]
fn kind_and_protocol_choose_as_in_the_c_library() {
    let lab = lab();
    let of = |service: &str, kind: i32, proto: i32| {
        ask(&lab, "127.0.0.1", service, |query| {
            (query.kind, query.proto) = (kind, proto);
        })
        .map(|infos| {
            infos
                .iter()
                .map(|info| (info.1, info.2))
                .collect::<Vec<_>>()
        })
    };
    let error = |code: i32| Err(Cause::Lookup(code));
    assert_eq!(of("80", 0, 17), Ok(vec![(SOCK_DGRAM, 17)]));
    assert_eq!(of("80", SOCK_SEQPACKET, 0), Ok(vec![(SOCK_SEQPACKET, 132)]));
    assert_eq!(of("80", 0, 132), Ok(vec![(SOCK_STREAM, 132)]));
    assert_eq!(of("80", 0, 136), Ok(vec![(SOCK_DGRAM, 136)]));
    assert_eq!(of("80", SOCK_STREAM, 17), error(EAI_SOCKTYPE));
    assert_eq!(of("80", 77, 0), error(EAI_SOCKTYPE));
    assert_eq!(of("80", SOCK_RAW, 0), error(EAI_SERVICE));
    assert_eq!(of("80", 0, 1), error(EAI_SERVICE));
    assert_eq!(of("ssh", SOCK_DGRAM, 0), error(EAI_SERVICE));
    assert_eq!(of("http", 0, 132), error(EAI_SERVICE));
    assert_eq!(of("nope", 0, 0), error(EAI_SERVICE));
    assert_eq!(of("-1", 0, 0), error(EAI_SERVICE));
    assert_eq!(of("65536", 0, 0), error(EAI_SERVICE));
    assert_eq!(of("99999999999999999999", 0, 0), error(EAI_SERVICE));
    assert_eq!(of("", SOCK_STREAM, 0), Ok(vec![(SOCK_STREAM, 6)]));
    let query = Query {
        host: Some("127.0.0.1".into()),
        proto: 1,
        ..Query::default()
    };
    let infos = lab.getaddrinfo(&query).unwrap();
    assert_eq!(
        (infos.len(), infos[0].kind, infos[0].proto),
        (1, SOCK_RAW, 1)
    );
}

#[test]
fn flags_and_families_choose_as_in_the_c_library() {
    let lab = lab();
    let of = |host: &str, family: i32, flags: i32| {
        ask(&lab, host, "80", |query| {
            (query.family, query.flags, query.kind) = (family, flags, SOCK_STREAM);
        })
        .map(|infos| infos.into_iter().map(|info| info.4).collect::<Vec<_>>())
    };
    let ok = |addresses: &[&str]| Ok(addresses.iter().map(|&a| a.to_owned()).collect::<Vec<_>>());
    let error = |code: i32| Err(Cause::Lookup(code));
    assert_eq!(of("127.0.0.1", AF_INET6, 0), error(EAI_ADDRFAMILY));
    assert_eq!(of("::1", AF_INET, 0), error(EAI_ADDRFAMILY));
    assert_eq!(
        of("127.0.0.1", AF_INET6, AI_V4MAPPED),
        ok(&["[::ffff:127.0.0.1]:80"])
    );
    assert_eq!(of("::ffff:1.2.3.4", AF_INET, 0), ok(&["1.2.3.4:80"]));
    assert_eq!(of("uw.edu", AF_INET6, 0), error(EAI_NODATA));
    assert_eq!(
        of("uw.edu", AF_INET6, AI_V4MAPPED),
        ok(&["[::ffff:128.95.155.135]:80"])
    );
    assert_eq!(
        of("echo.test", AF_INET6, AI_V4MAPPED),
        ok(&["[2001:db8::7]:80"])
    );
    assert_eq!(
        of("echo.test", AF_INET6, AI_V4MAPPED | AI_ALL),
        ok(&["[2001:db8::7]:80", "[::ffff:192.0.2.7]:80"])
    );
    assert_eq!(of("uw.edu", 99, 0), error(EAI_FAMILY));
    assert_eq!(of("uw.edu", 0, 0x10_0000), error(EAI_BADFLAGS));
    assert_eq!(of("uw.edu", 0, AI_NUMERICHOST), error(EAI_NONAME));
    assert_eq!(of("", 0, 0), error(EAI_NONAME));
    let named = ask(&lab, "uw.edu", "http", |query| query.flags = AI_NUMERICSERV);
    assert_eq!(named.unwrap_err(), Cause::Lookup(EAI_NONAME));
}

#[test]
fn the_canonical_name_stands_on_the_first_answer_only() {
    let lab = lab();
    let names = |host: &str| {
        let infos = ask(&lab, host, "80", |query| query.flags = AI_CANONNAME).unwrap();
        infos.into_iter().map(|info| info.3).collect::<Vec<_>>()
    };
    assert_eq!(
        names("www.rad.washington.edu"),
        ["elladan.rad.washington.edu", "", ""]
    );
    assert_eq!(names("127.1"), ["127.1", "", ""]);
}

#[test]
fn no_host_is_this_machine() {
    let lab = lab();
    let of = |flags: i32| {
        let query = Query {
            service: Some("80".into()),
            family: AF_INET,
            kind: SOCK_STREAM,
            flags,
            ..Query::default()
        };
        lab.getaddrinfo(&query)
            .map(|infos| short(&infos[0]).4)
            .map_err(|fault| fault.cause)
    };
    assert_eq!(of(0).unwrap(), "127.0.0.1:80");
    assert_eq!(of(AI_PASSIVE).unwrap(), "0.0.0.0:80");
    assert_eq!(of(AI_CANONNAME).unwrap_err(), Cause::Lookup(EAI_BADFLAGS));
    let neither = lab.getaddrinfo(&Query::default()).unwrap_err();
    assert_eq!(neither.cause, Cause::Lookup(EAI_NONAME));
    let both = Query {
        service: Some("80".into()),
        flags: AI_PASSIVE,
        ..Query::default()
    };
    let first = &lab.getaddrinfo(&both).unwrap()[0];
    assert_eq!(short(first).4, "0.0.0.0:80");
}

#[test]
fn addresses_and_ports_have_names() {
    let lab = lab();
    let of = |text: &str, flags: i32| {
        let address: SocketAddr = address(text);
        lab.getnameinfo(&address, flags)
            .map_err(|fault| fault.cause)
    };
    let ok = |host: &str, service: &str| Ok((host.to_owned(), service.to_owned()));
    assert_eq!(of("108.59.11.99:80", 0), ok("crisewing.com", "http"));
    assert_eq!(
        of("108.59.11.99:80", NI_NUMERICHOST),
        ok("108.59.11.99", "http")
    );
    assert_eq!(
        of("108.59.11.99:80", NI_NUMERICSERV),
        ok("crisewing.com", "80")
    );
    assert_eq!(of("8.8.8.8:50000", 0), ok("8.8.8.8", "50000"));
    assert_eq!(
        of("8.8.8.8:50000", NI_NAMEREQD),
        Err(Cause::Lookup(EAI_NONAME))
    );
    assert_eq!(of("127.0.0.1:22", NI_DGRAM), ok("localhost", "22"));
    assert_eq!(of("[::ffff:192.0.2.7]:7", 0), ok("echo.test", "echo"));
    assert_eq!(
        of("[fe80::1%5]:80", NI_NUMERICHOST),
        ok("fe80::1%5", "http")
    );
    assert_eq!(
        of("127.0.0.1:80", 0x10_0000),
        Err(Cause::Lookup(EAI_BADFLAGS))
    );
}

#[test]
fn services_and_protocols_have_numbers() {
    let lab = lab();
    assert_eq!(lab.getservbyname("ssh", None).unwrap(), 22);
    assert_eq!(lab.getservbyport(80, Some("udp")).unwrap(), "http");
    assert_eq!(lab.getprotobyname("udp").unwrap(), 17);
    let fault = lab.getservbyname("SSH", None).unwrap_err();
    assert_eq!(fault.cause, Cause::Unknown("no service `SSH`".into()));
    assert!(lab.getservbyport(50000, None).is_err());
    assert!(lab.getprotobyname("nope").is_err());
    assert!(lab.getservbyname("ssh", Some("udp")).is_err());
}
