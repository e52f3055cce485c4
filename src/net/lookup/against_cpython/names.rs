//! Questions about names, asked in namespaces whose `/etc` knows a few hosts and no DNS server:
//! nothing is looked up outside.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::net::sys::numbers::{self, AF_INET, AF_INET6, AF_UNSPEC, SOCK_DGRAM, SOCK_STREAM};

use super::{Answer, Questions, python_text};
use crate::machine;
use crate::net::address::Address;
use crate::net::error::Cause;
use crate::net::live_network::LiveNetwork;
use crate::net::lookup::getfqdn;
use crate::net::network::{Network, Query};
use crate::net::target::{Target, resolve_target};

/// The part that runs in the namespace, where no question leaves it.
#[test]
#[ignore = "runs in a namespace of its own, started by the test below"]
fn hosts_of_the_namespace() {
    let mut questions = Questions::default();
    for host in [
        "localhost",
        "server.lab.test",
        "server",
        "alias",
        "ALIAS",
        "v6only.test",
        "many.test",
        "both.test",
        "127.0.0.1",
        "10.1.1.1",
        "10.1.1.9",
        "fd00::1",
        "fd00::9",
        "nope.test",
        "",
        "<broadcast>",
        "::1",
        "127.1",
        "bücher.test",
        "a..b",
        "localhost.",
        "1.2.3.4 ",
        "256.1.1.1",
        "127.0.0.1%lo",
        "ß.test",
        "latin.test",
        "crowd.test",
        "10.1.6.1",
        "short",
    ] {
        questions.ask_text("gethostbyname", host, LiveNetwork.gethostbyname(host));
        // Python refuses names that are not UTF-8.
        if host != "latin.test" {
            // The C library leaves the error of an earlier lookup for what cannot be a name.
            if host != "<broadcast>" {
                questions.ask_text("gethostbyname_ex", host, LiveNetwork.gethostbyname_ex(host));
            }
            questions.ask_text("gethostbyaddr", host, LiveNetwork.gethostbyaddr(host));
            questions.ask_text("getfqdn", host, getfqdn(&LiveNetwork, host));
        }
        for family in [AF_UNSPEC, AF_INET, AF_INET6] {
            for flags in [0, numbers::AI_CANONNAME, numbers::AI_NUMERICHOST] {
                if host != "latin.test" || flags == 0 {
                    questions.info(Some(host), Some("80"), [family, SOCK_STREAM, 0, flags]);
                }
            }
        }
        for flags in [
            0,
            numbers::NI_NAMEREQD,
            numbers::NI_NOFQDN,
            numbers::NI_NUMERICHOST,
        ] {
            // Python looks at the labels of a name in most calls; we do in all.
            if host != "a..b" {
                questions.name_info(host, None, flags);
            }
        }
    }
    for host in ["127.0.0.1", "localhost", "", "<broadcast>", "many.test"] {
        let target = Target::Inet {
            host: host.into(),
            port: 0,
        };
        let ours = resolve_target(&LiveNetwork, &target, AF_INET).map(|address| match address {
            Address::Inet(address) => address.ip().to_string(),
            other => panic!("not an internet address: {other:?}"),
        });
        if ours.as_ref().is_ok_and(|ip| !ip.starts_with("10.")) {
            questions.ask(
                format!("near({}, 0, socket.AF_INET)", python_text(host)),
                ours,
            );
        }
    }
    questions.compare();

    let query = Query {
        host: Some("latin.test".into()),
        flags: numbers::AI_CANONNAME,
        ..Query::default()
    };
    let infos = LiveNetwork.getaddrinfo(&query).unwrap();
    assert_eq!(infos[0].canonname, "caf\u{fffd}.test");
}

/// The part that runs in a namespace without tables of services and protocols.
#[test]
#[ignore = "runs in a namespace of its own, started by the test below"]
fn machines_without_a_table_of_services() {
    assert!(!Path::new("/etc/services").exists());
    assert_eq!(LiveNetwork.getservbyname("http", None).unwrap(), 80);
    assert_eq!(
        LiveNetwork.getservbyname("domain", Some("udp")).unwrap(),
        53
    );
    assert!(LiveNetwork.getservbyname("http", Some("udp")).is_err());
    assert_eq!(
        LiveNetwork.getservbyport(443, Some("tcp")).unwrap(),
        "https"
    );
    assert_eq!(LiveNetwork.getprotobyname("udp").unwrap(), 17);
    let ask = |service: &str, kind, flags| {
        let (host, service) = (Some("127.0.0.1".to_owned()), Some(service.to_owned()));
        LiveNetwork.getaddrinfo(&Query {
            host,
            service,
            kind,
            flags,
            ..Query::default()
        })
    };
    let http = "[[2,1,6,,[127.0.0.1,80]]]";
    assert_eq!(ask("http", 0, 0).unwrap().answer(), http);
    assert_eq!(ask("www", SOCK_STREAM, 0).unwrap().answer(), http);
    assert_eq!(
        ask("domain", 0, 0).unwrap().answer(),
        "[[2,1,6,,[127.0.0.1,53]],[2,2,17,,[127.0.0.1,53]]]"
    );
    for (service, kind, flags) in [
        ("http", SOCK_DGRAM, 0),
        ("nope", 0, 0),
        ("http", 0, numbers::AI_NUMERICSERV),
    ] {
        let fault = ask(service, kind, flags).unwrap_err();
        assert!(matches!(
            fault.cause,
            Cause::Lookup(numbers::EAI_SERVICE | numbers::EAI_NONAME)
        ));
    }
    let web = "127.0.0.1:80".parse().unwrap();
    assert_eq!(LiveNetwork.getnameinfo(&web, 0).unwrap().1, "http");
    assert_eq!(
        LiveNetwork.getnameinfo(&web, numbers::NI_DGRAM).unwrap().1,
        "80"
    );
    assert_eq!(
        LiveNetwork
            .getnameinfo(&web, numbers::NI_NUMERICSERV)
            .unwrap()
            .1,
        "80"
    );
}

/// Runs an ignored test of this file in user, network and mount namespaces with an `/etc` that
/// has these lines of hosts, no DNS server, and tables of services as wished.
#[track_caller]
fn in_a_namespace(test: &str, hosts: &[u8], keep_services: bool) {
    if !machine::namespaces(&["-rnm"], "ip link set lo up") {
        return;
    }
    let etc = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| fs::write(etc.path().join(name), content).unwrap();
    write("hosts", hosts);
    write(
        "resolv.conf",
        b"nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
    );
    write(
        "nsswitch.conf",
        b"hosts: files dns\nservices: files\nprotocols: files\n",
    );
    if keep_services {
        for name in ["services", "protocols"] {
            if let Ok(content) = fs::read(Path::new("/etc").join(name)) {
                write(name, &content);
            }
        }
    }
    let script = "mount --bind \"$1\" /etc && { ip link set lo up || true; } && exec \"$2\" --exact \
                  --ignored --nocapture \"$3\"";
    let output = Command::new("unshare")
        .args(["-rnm", "sh", "-c", script, "sh"])
        .arg(etc.path())
        .arg(env::current_exe().unwrap())
        .arg(format!("net::lookup::against_cpython::names::{test}"))
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let told = text(&output.stdout) + text(&output.stderr).as_str();
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}"
    );
}

#[test]
fn names_agree_with_cpython_in_a_namespace_of_their_own() {
    let mut hosts = b"127.0.0.1 localhost\n::1 localhost\n\
        10.1.1.1 server.lab.test server alias\n\
        fd00::1 v6only.test\n\
        10.1.2.1 many.test\n10.1.2.2 many.test\n10.1.2.3 many.test other\n\
        10.1.3.1 both.test\nfd00::3 both.test\n\
        10.1.4.1 short full.example.test\n\
        10.1.5.1 caf\xe9.test latin.test\n\
        10.1.6.1 crowd.test"
        .to_vec();
    // More than the first buffer holds.
    for number in 0..500 {
        hosts.extend_from_slice(format!(" alias{number}.crowd.test").as_bytes());
    }
    in_a_namespace("hosts_of_the_namespace", &hosts, true);
}

#[test]
fn the_embedded_table_stands_in_where_the_machine_has_none() {
    in_a_namespace(
        "machines_without_a_table_of_services",
        b"127.0.0.1 localhost\n",
        false,
    );
}
